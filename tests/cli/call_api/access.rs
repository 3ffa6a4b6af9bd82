use integration_tests::fixtures;
use serde_json::Value;
use tokenring_mock_gateway::ApiAccess;

use crate::loopback::{Loopback, response};
use crate::process::Machine;
use crate::registered_client::{CLIENT_ID, RegisteredClient};
use crate::transcript::Transcript;

#[track_caller]
fn echo(client: &RegisteredClient, access: ApiAccess, more: &[&str]) -> Value {
    let finished = client.call_api(access, more).finish();
    serde_json::from_str(&finished.succeeds()).unwrap()
}

#[test]
fn with_a_signed_jwt() {
    let client = RegisteredClient::new();
    let echo = echo(&client, ApiAccess::Bearer, &[]);
    assert_eq!(echo["method"], "GET");
    assert_eq!(echo["path"], "/api/bearer/hello");
    assert_eq!(echo["body"], "");
    assert_eq!(echo["headers"].get("apikey"), None);
    assert_eq!(client.gateway.issued_tokens(), 1);
    assert_eq!(client.gateway.api_calls(), 1);
}

#[test]
fn with_an_api_key() {
    let client = RegisteredClient::new();
    let echo = echo(&client, ApiAccess::ApiKey, &["--auth", "api-key"]);
    assert_eq!(echo["headers"].get("authorization"), None);
    assert_eq!(client.gateway.token_requests(), 0);

    // Neither key nor token endpoint is of any use then.
    let url = client.gateway.api_url(ApiAccess::ApiKey, "hello");
    let arguments = ["call-api", "--gateway", "nhs", "--auth", "api-key"];
    let more = ["--url", &url, "--api-key", CLIENT_ID];
    let run = client.machine.tokenring([&arguments[..], &more].concat());
    run.finish().succeeds();
}

/// The whole key, in the header that the gateway has for it.
#[test]
fn the_api_key_as_it_is_sent() {
    let server = Loopback::answer(response("200 OK", "", b""));
    let machine = Machine::new();
    let url = server.url("/a?b=c");
    let arguments = [
        "call-api",
        "--gateway",
        "nhs",
        "--auth",
        "api-key",
        "--url",
        &url,
    ];
    let run = machine.tokenring([&arguments[..], &["--api-key", "test-api-key"]].concat());
    run.finish().succeeds();
    let request = server.request();
    assert!(
        request.head.starts_with("GET /a?b=c HTTP/1.1\r\n"),
        "{}",
        request.head
    );
    assert_eq!(request.header("apikey"), Some("test-api-key"));
    assert_eq!(request.header("authorization"), None);
}

#[test]
fn without_credentials() {
    let machine = Machine::new();
    let client = RegisteredClient::new();
    let url = client.gateway.api_url(ApiAccess::Open, "hello");
    let run = machine.tokenring(["call-api", "--auth", "none", "--url", &url]);
    let finished = run.finish();
    assert_eq!(finished.stderr, "");
    let echo: Value = serde_json::from_str(&finished.succeeds()).unwrap();
    assert_eq!(echo["headers"].get("authorization"), None);
    assert_eq!(echo["headers"].get("apikey"), None);
    assert_eq!(client.gateway.token_requests(), 0);
}

#[test]
fn methods() {
    let client = RegisteredClient::new();
    for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let echo = echo(&client, ApiAccess::Bearer, &["--method", method]);
        assert_eq!(echo["method"], method);
    }
    let run = client.call_api(ApiAccess::Bearer, &["--method", "HEAD"]);
    assert_eq!(run.finish().succeeds(), "");
}

/// Each way in needs what it needs.
#[test]
fn what_is_missing() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for arguments in [
        &[][..],
        &["--url", "http://api.test/"],
        &["--url", "https://api.test/"],
        &["--url", "https://api.test/", "--auth", "jwt"],
        &["--url", "https://api.test/", "--auth", "api-key"],
        &[
            "--url",
            "https://api.test/",
            "--auth",
            "api-key",
            "--gateway",
            "nhs",
        ],
    ] {
        let run = machine.tokenring(["call-api"].iter().chain(arguments));
        texts.run(run).fails(2);
    }
    texts.check("call-api/what-is-missing");
}

/// The sandbox takes tokens of int, and the key of int.
#[test]
fn the_sandbox() {
    let client = RegisteredClient::new();
    let key = client.machine.read("int-1.pem");
    client.machine.write("my.key", &key);
    let arguments = [
        "call-api",
        "--explain",
        "--gateway",
        "nhs",
        "--env",
        "sandbox",
    ];
    let url = "https://sandbox.api.service.nhs.uk/hello-world/hello/application";
    let more = ["--url", url, "--api-key", "a", "--private-key", "my.key"];
    let run = client.machine.tokenring([&arguments[..], &more].concat());
    let mut texts = Transcript::new();
    texts.hide_random();
    texts.run(run).succeeds();

    // A token for its own sake is the sandbox's.
    let arguments = [
        "get-token",
        "--explain",
        "--gateway",
        "nhs",
        "--env",
        "sandbox",
    ];
    let more = ["--api-key", "a", "--private-key", "my.key"];
    let run = client.machine.tokenring([&arguments[..], &more].concat());
    texts.run(run).succeeds();
    texts.check("call-api/sandbox");
}

/// Each environment of the older script.
#[test]
fn environments_of_the_older_script() {
    let client = RegisteredClient::new();
    for (environment, host) in [
        ("dev", "dev.api.service.nhs.uk"),
        ("int", "int.api.service.nhs.uk"),
        ("prod", "api.service.nhs.uk"),
        ("ref", "ref.api.service.nhs.uk"),
        ("internal-dev", "internal-dev.api.service.nhs.uk"),
        ("internal-qa", "internal-qa.api.service.nhs.uk"),
    ] {
        let arguments = [
            "call-api",
            "--explain",
            "--gateway",
            "nhs",
            "--env",
            environment,
        ];
        let more = [
            "--api-key",
            "a",
            "--private-key",
            "int-1.pem",
            "--url",
            "https://a.test/",
        ];
        let run = client.machine.tokenring([&arguments[..], &more].concat());
        let post = format!("POST https://{host}/oauth2/token");
        let text = run.finish().succeeds();
        assert!(text.lines().any(|line| line.trim() == post), "{text}");
    }
}

/// `--explain` calls nobody, and shows neither token nor credentials.
#[test]
fn explanation() {
    let client = RegisteredClient::new();
    let more = [
        "--explain",
        "--header",
        "Authorization-Extra: planted-4711",
        "--data",
        "planted-body",
    ];
    let mut texts = Transcript::new();
    texts.hide_random();
    let text = texts
        .run(client.call_api(ApiAccess::Bearer, &more))
        .succeeds();
    assert!(!text.contains("planted-4711"), "{text}");
    assert!(!text.contains("planted-body"), "{text}");
    assert!(client.gateway.events().is_empty());

    let more = ["--explain", "--auth", "api-key"];
    texts
        .run(client.call_api(ApiAccess::ApiKey, &more))
        .succeeds();
    assert!(client.gateway.events().is_empty());
    texts.check("call-api/explanation");
}

/// The way in follows from what is given, as with cgpclient: its sandbox is open,
/// a private key signs, and an API key alone goes into the environment's header.
#[test]
fn the_way_that_follows() {
    let server = Loopback::answer(response("200 OK", "", b""));
    let machine = Machine::new();
    machine.write(
        "test-1.pem",
        fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"),
    );
    let url = server.url("/");
    let call = |more: &[&str]| {
        let arguments = ["call-api", "-q", "--gateway", "nhs-cgp", "--url", &url];
        machine.tokenring([&arguments[..], more].concat())
    };
    let header = |more: &[&str], name: &str| {
        call(more).finish().succeeds();
        let request = server.request();
        let others = ["apikey", "x-api-key", "authorization"];
        for other in others.iter().filter(|other| **other != name) {
            assert_eq!(request.header(other), None, "{more:?}");
        }
        request.header(name).map(str::to_owned)
    };
    let key = ["--client-id", "key-1"];
    assert_eq!(header(&key, "apikey").as_deref(), Some("key-1"));
    let other = ["--env", "other", "--var", "other_host=a.test"];
    let other = header(&[&key[..], &other].concat(), "x-api-key");
    assert_eq!(other.as_deref(), Some("key-1"));
    let gel = ["--env", "gel", "--var", "gel_host=b.aws.gel.ac"];
    let gel = header(&[&key[..], &gel].concat(), "authorization");
    assert_eq!(gel.as_deref(), Some("Bearer key-1"));
    assert_eq!(header(&[], "apikey"), None);
    let both = [&key[..], &["--private-key", "test-1.pem"]].concat();
    assert_eq!(
        header(&[&both[..], &["--env", "sandbox"]].concat(), "apikey"),
        None
    );
    assert_eq!(
        header(&[&both[..], &["--auth", "api-key"]].concat(), "apikey").as_deref(),
        Some("key-1")
    );

    let mut texts = Transcript::new();
    texts.hide_random();
    texts
        .run(call(&[&both[..], &["--explain"]].concat()))
        .succeeds();
    texts
        .run(call(&[&key[..], &["--explain"]].concat()))
        .succeeds();
    texts.check("call-api/way-that-follows");
}
