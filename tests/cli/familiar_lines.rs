//! Lines that people type because another program has taught them to.

use integration_tests::fixtures;

use crate::loopback::response;

use crate::process::{Machine, Run, mode, names_in, set_mode};
use crate::registered_client::RegisteredClient;
use crate::scripted_server::ScriptedServer;
use crate::transcript::Transcript;

/// The commands of the guide to the script that this program follows, with a server on loopback.
const GUIDE: &[&str] = &[
    "generate-keys --api-key YOUR_API_KEY --env int --output-dir ./.auth",
    "generate-keys --api-key YOUR_API_KEY --env int --kid my-int-key-01 --output-dir ./.auth",
    "get-token --api-key YOUR_API_KEY --env int --private-key ./.auth/int-1.pem",
    "get-token --api-key YOUR_API_KEY --env int --kid my-int-key-01 \
     --private-key ./.auth/my-int-key-01.pem",
    "call-api --api-key YOUR_API_KEY --env int --private-key ./.auth/int-1.pem \
     --url http://127.0.0.1:1/patient-check/123 --nhs-number 1234567890",
    "call-api --api-key YOUR_API_KEY --env int --private-key ./.auth/int-1.pem \
     --url http://127.0.0.1:1/endpoint --header X-Correlation-ID:7d8f --header Accept:a/b",
    "call-api --api-key YOUR_API_KEY --env int --private-key ./.auth/int-1.pem --method POST \
     --url http://127.0.0.1:1/endpoint --header Content-Type:application/json",
];

/// A line, of which only the first command does what it says.
fn run(machine: &Machine, line: &str) -> Run {
    let run = machine.tokenring(line.split_whitespace());
    match line.starts_with("generate-keys") {
        true => run,
        false => run.with_variable("TOKENRING_EXPLAIN", "true"),
    }
}

#[test]
fn the_guide_without_a_gateway() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for line in GUIDE {
        let finished = run(&machine, line).finish().has_code(2);
        assert!(
            finished.stderr.contains("TOKENRING_GATEWAY=nhs"),
            "{finished:?}"
        );
        texts.show(&finished);
    }
    assert!(machine.names().is_empty());
    let unknown = machine.tokenring(["get-token", "--env", "nowhere"]);
    texts.show(&unknown.finish().has_code(2));
    texts.check("familiar_lines/without_gateway");
}

#[test]
fn the_guide_with_a_gateway() {
    let by_variable = |run: Run| run.with_variable("TOKENRING_GATEWAY", "nhs");
    let machine = Machine::new();
    for line in GUIDE {
        by_variable(run(&machine, line)).finish().succeeds();
    }
    let made = names_in(&machine.work().join(".auth"));
    let expected = ["int-1", "my-int-key-01"];
    let expected =
        expected.map(|name| [".json", ".pem", ".pem.pub"].map(|end| format!("{name}{end}")));
    assert_eq!(made, expected.concat());
    let machine = Machine::new();
    let set = machine.tokenring(["config", "set", "gateway", "nhs"]);
    assert_eq!(set.finish().succeeds(), "");
    for line in GUIDE {
        run(&machine, line).finish().succeeds();
    }
}

#[test]
fn an_api_key_by_any_way() {
    let machine = Machine::new();
    let explain = || {
        let words = ["get-token", "--explain", "--gateway", "nhs", "--no-lint"];
        let run = machine.tokenring(words);
        machine.write("k.pem", fixtures::text("keys/test-rsa-4096-pkcs8.pem"));
        run.with_argument("--private-key=k.pem")
    };
    let shows = |run: Run| assert!(run.finish().succeeds().contains(r#""iss":"me""#));
    shows(explain().with_argument("--api-key=me"));
    shows(explain().with_variable("TOKENRING_API_KEY", "me"));
    shows(
        explain()
            .with_variable("TOKENRING_API_KEY", "me")
            .with_variable("TOKENRING_CLIENT_ID", "me"),
    );
    let mut texts = Transcript::new();
    let both = explain()
        .with_variable("TOKENRING_API_KEY", "me")
        .with_variable("TOKENRING_CLIENT_ID", "you");
    texts.show(&both.finish().has_code(2));
    machine.write_configuration("api-key = \"me\"\n");
    shows(explain());
    machine.tokenring(["config", "check"]).finish().succeeds();
    texts.check("familiar_lines/api_key");
}

#[test]
fn values_are_set_in_the_configuration() {
    let machine = Machine::new();
    let config = |words: &[&str]| machine.tokenring([&["config"], words].concat());
    let file = machine.home().join(".config/tokenring/config.toml");
    let set = |words: &[&str]| assert_eq!(config(words).finish().succeeds(), "");
    set(&["set", "gateway", "nhs"]);
    assert_eq!(mode(&file), 0o600);
    std::fs::write(
        &file,
        "# mine\ngateway = \"nhs\" # why\n\n[get-token]\nformat = \"json\"\n",
    )
    .unwrap();
    set_mode(&file, 0o640);
    set(&["set", "--profile", "int", "env", "int"]);
    set(&["set", "api-key", "me"]);
    set(&["set", "gateway", "pca"]);
    let text = "# mine\ngateway = \"pca\" # why\nclient-id = \"me\"\n\n[get-token]\nformat = \"json\"\n\n\
                [profiles.int]\nenv = \"int\"\n";
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    assert_eq!(mode(&file), 0o640);
    assert_eq!(config(&["get", "gateway"]).finish().succeeds(), "pca\n");
    assert_eq!(
        config(&["get", "env", "--profile", "int"])
            .finish()
            .succeeds(),
        "int\n"
    );
    assert_eq!(
        config(&["get", "--", "--api-key"]).finish().succeeds(),
        "me\n"
    );
    let mut texts = Transcript::new();
    for (words, code) in [
        (&["get", "scope"][..], 3),
        (&["get"], 2),
        (&["get", "gateway", "nhs"], 2),
        (&["set", "gateway"], 2),
        (&["set", "gatway", "nhs"], 2),
        (&["set", "gateway", "nsh"], 3),
        (&["set", "var", "a=b"], 2),
        (&["check", "gateway"], 2),
    ] {
        texts.show(&config(words).finish().has_code(code));
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    texts.check("familiar_lines/config");
    let cache = machine.tokenring(["cache", "path", "--cache-dir", "kept"]);
    assert_eq!(cache.finish().succeeds(), "kept\n");
}

/// What curl, gh and kubectl have taught; where nothing listens, exit code 5 says that a line was
/// understood.
#[test]
fn conventional_spellings() {
    let machine = Machine::new();
    let url = "http://127.0.0.1:1";
    machine.write("k.pem", fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    machine.write("c.toml", "[profiles.x]\nclient-id = \"me\"\n");
    let token = "--client-id me --private-key k.pem --no-cache --token-url http://127.0.0.1:1/t";
    for line in [
        "get-token TOKEN -o token",
        "call-api --url URL TOKEN -i",
        "call-api --url URL TOKEN -X POST",
        "call-api --url URL TOKEN -H A:b",
        "call-api --url URL TOKEN -d x=1",
        "call-api URL TOKEN",
        "call-api TOKEN -X DELETE URL",
        "-v get-token TOKEN",
        "--config c.toml --profile x get-token --private-key k.pem --no-cache --token-url URL",
        "run TOKEN true",
        "run TOKEN true --help -x",
        "run TOKEN -- true",
    ] {
        let line = line.replace("TOKEN", token).replace("URL", url);
        let finished = machine.tokenring(line.split(' ')).finish().has_code(5);
        assert!(
            finished.stderr.contains("no connection to 127.0.0.1:1"),
            "{finished:?}"
        );
    }
    assert_eq!(machine.names(), ["c.toml", "k.pem"]);
    let shown = machine
        .tokenring(["gateways", "show", "nhs"])
        .finish()
        .succeeds();
    assert_eq!(
        machine.tokenring(["gateways", "nhs"]).finish().succeeds(),
        shown
    );
    let jwt = "assertion --client-id me --private-key k.pem --audience https://a.test/";
    machine.write(
        "a.jwt",
        machine.tokenring(jwt.split(' ')).finish().succeeds(),
    );
    let inspected = machine.tokenring(["inspect", "@a.jwt"]).finish().succeeds();
    assert!(inspected.contains("https://a.test/"));
    assert!(
        machine
            .tokenring(["inspect", "a.jwt"])
            .finish()
            .succeeds()
            .starts_with("Header\n")
    );
}

#[test]
fn a_program_and_its_options() {
    let client = RegisteredClient::new();
    let run = client.run(
        "run",
        &[
            "sh",
            "-c",
            "echo $1 $TOKENRING_ACCESS_TOKEN",
            "sh",
            "--quiet",
        ],
    );
    let text = run.finish().succeeds();
    let token = text.strip_prefix("--quiet ").unwrap();
    assert_eq!(token.trim_end(), client.token());
}

#[test]
fn what_is_meant_by_unknown_arguments() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for line in [
        "get-token --json",
        "keys convert k.pem --format jwk",
        "get-token -k k.pem",
        "get-token -gateway nhs",
        "get-token --privat-key k.pem",
        "get-token --client_id me",
        "get-token --header A:b",
        "get-token -z",
        "get-token word",
        "call-api https://a.test https://b.test",
        "call-api https://a.test --url https://b.test",
        "gateways lst",
        "gateways nsh",
    ] {
        texts.show(&machine.tokenring(line.split(' ')).finish().has_code(2));
    }
    texts.check("familiar_lines/unknown_arguments");
}

#[test]
fn everything_that_is_missing() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for line in [
        "get-token",
        "get-token --gateway nhs",
        "get-token --gateway nhs --client-id me",
        "call-api",
        "call-api https://a.test --gateway nhs",
        "call-api --gateway nhs --client-id me --private-key k.pem",
        "call-api --auth none",
        "run true",
    ] {
        texts.show(&machine.tokenring(line.split(' ')).finish().has_code(2));
    }
    texts.check("familiar_lines/missing");
}

/// Both streams in one: the words of the program are on a line of their own.
#[test]
fn a_refusal_is_told_whatever_is_asked_for() {
    let machine = Machine::new();
    let answers = |body: &'static str| {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 404 Not Found\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        ScriptedServer::start(move |_, _| [head.as_bytes(), body.as_bytes()].concat())
    };
    let error = "error: the API answered 404 Not Found\n";
    for (body, more) in [("", &[][..]), ("", &["-q"]), ("{}", &["-q"]), ("{}\n", &[])] {
        let server = answers(body);
        let words = ["call-api", "--auth", "none", &server.url("/a")];
        let finished = machine
            .tokenring([&words, more].concat())
            .finish()
            .has_code(7);
        assert_eq!((finished.text(), &*finished.stderr), (body, error));
    }
    for (body, expected) in [("{}", "{}\n"), ("{}\n", "{}\n"), ("", "")] {
        let server = answers(body);
        let words = ["call-api", "--auth", "none", &server.url("/a")];
        let finished = machine.shell("exec 2>&1", &words).finish().has_code(7);
        assert_eq!(finished.text(), format!("{expected}{error}"));
    }
    let server = answers("");
    let words = ["call-api", "--auth", "none", "-i", &server.url("/a")];
    let finished = machine.tokenring(words).finish().has_code(7);
    assert!(
        finished.text().starts_with("HTTP/1.1 404 Not Found\n"),
        "{finished:?}"
    );
}

/// A variable means one thing: that of `get-token` is none of other commands.
#[test]
fn a_variable_has_one_meaning() {
    let server = ScriptedServer::api(|_, _| response("200 OK", "", b"body"));
    let machine = Machine::new();
    let is_json = |text: String| serde_json::from_str::<serde_json::Value>(&text).is_ok();
    let json = server
        .get_token(&machine, &["--no-cache"])
        .with_variable("TOKENRING_FORMAT", "json");
    assert!(is_json(json.finish().succeeds()));
    let made = |run: Run| run.with_argument("--quiet").finish().succeeds();
    let keys = |kid: &str| machine.tokenring(["generate-keys", "--kid", kid]);
    let key = made(keys("one").with_variable("TOKENRING_FORMAT", "json"));
    assert_eq!(key, "./one.pem\n./one.pem.pub\n./one.json\n");
    made(keys("two").with_variable("TOKENRING_GENERATE_KEYS_FORMAT", "pkcs1"));
    assert!(
        machine
            .read("two.pem")
            .starts_with("-----BEGIN RSA PRIVATE KEY")
    );
    let call = server.call_api(&machine, &["--no-cache"]);
    let body = call
        .with_variable("TOKENRING_OUTPUT", "token")
        .finish()
        .succeeds();
    assert_eq!(body, "body");
    let call = server.call_api(&machine, &["--no-cache"]);
    let body = call
        .with_variable("TOKENRING_CALL_API_OUTPUT", "body")
        .finish()
        .succeeds();
    assert_eq!((body.as_str(), &*machine.read("body")), ("", "body"));
    assert!(!machine.names().contains(&"token".to_owned()));
}

#[test]
fn a_key_of_the_configuration_is_for_one_command() {
    let server = ScriptedServer::api(|_, _| response("200 OK", "", b"body"));
    let machine = Machine::new();
    let get = |more: &[&str]| {
        server.get_token(
            &machine,
            &[&["--no-cache", "--config", "c.toml"], more].concat(),
        )
    };
    let keys = |kid| machine.tokenring(["generate-keys", "--config", "c.toml", "--kid", kid, "-q"]);
    machine.write(
        "c.toml",
        "[get-token]\nformat = \"json\"\n[generate-keys]\nformat = \"pkcs1\"\n",
    );
    let finished = get(&[]).finish();
    assert_eq!(finished.stderr, "");
    assert!(finished.succeeds().starts_with('{'));
    keys("one").finish().succeeds();
    assert!(
        machine
            .read("one.pem")
            .starts_with("-----BEGIN RSA PRIVATE KEY")
    );
    // A profile goes before what stands outside of it, and in each the command's own table.
    machine.write(
        "c.toml",
        "[get-token]\nformat = \"json\"\n[profiles.a.get-token]\nformat = \"header\"\n[profiles.b]\nscope = \"s\"\n",
    );
    assert!(
        get(&["--profile", "a"])
            .finish()
            .succeeds()
            .starts_with("Authorization: ")
    );
    assert!(
        get(&["--profile", "b"])
            .finish()
            .succeeds()
            .starts_with('{')
    );
    // As it was written before there were such tables.
    let mut texts = Transcript::new();
    texts.file(&machine, "c.toml", "format = \"json\"\n");
    let finished = get(&[]).finish();
    assert!(finished.text().starts_with('{'));
    texts.text(&finished.stderr);
    keys("two").finish().succeeds();
    assert!(
        machine
            .read("two.pem")
            .starts_with("-----BEGIN PRIVATE KEY")
    );
    texts.show(
        &machine
            .tokenring(["config", "check", "--config", "c.toml"])
            .finish(),
    );
    texts.file(&machine, "c.toml", "[get-token]\nformat = \"nonsense\"\n");
    texts.show(
        &machine
            .tokenring(["config", "check", "--config", "c.toml"])
            .finish()
            .has_code(3),
    );
    texts.file(&machine, "c.toml", "[get-token]\nformt = \"json\"\n");
    texts.show(
        &machine
            .tokenring(["config", "check", "--config", "c.toml"])
            .finish()
            .has_code(3),
    );
    texts.check("familiar_lines/command_tables");
}

#[test]
fn variables_that_nothing_reads() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for (variable, more) in [
        ("TOKENRING_CLIENTID", &[][..]),
        ("TOKENRING_APIKEY", &[]),
        ("TOKENRING_MOON", &[]),
        ("TOKENRING_MOON", &["-v"]),
        ("TOKENRING_CLIENTID", &["-q"]),
        ("TOKENRING_DOCTOR_FORMAT", &["-v"]),
    ] {
        let run = machine.tokenring([&["cache", "path"], more].concat());
        let finished = run.with_variable(variable, "SECRET").finish();
        assert!(!finished.stderr.contains("SECRET"));
        texts.show(&finished);
    }
    texts.check("familiar_lines/unknown_variables");
}

/// What an API rejected is dropped by whoever has it.
#[test]
fn a_rejected_token_is_dropped() {
    let server = ScriptedServer::api(|_, _| Vec::new());
    let machine = Machine::new();
    let get = |more: &[&str]| server.get_token(&machine, more).finish().succeeds();
    let drop = |input: String| {
        machine
            .tokenring(["cache", "drop"])
            .with_input(input)
            .finish()
    };
    let first = get(&[]);
    let header = get(&["--format", "bearer"]);
    assert_eq!(header, format!("Bearer {first}"));
    assert_eq!(drop("other".into()).succeeds(), "0 removed\n");
    assert_eq!(get(&[]), first);
    assert_eq!(drop(header).succeeds(), "1 removed\n");
    let second = get(&[]);
    assert_ne!(second, first);
    assert_eq!(drop(second).succeeds(), "1 removed\n");
    drop(String::new()).fails(2);
    assert_eq!(server.requests().len(), 2);
}

/// The time counts from when the JWT is there, not from when somebody begins to paste it.
#[test]
fn a_jwt_that_takes_time() {
    let machine = Machine::new();
    machine.write("k.pem", fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    let mut running = machine
        .tokenring(["inspect", "--gateway", "nhs", "--env", "int", "-"])
        .start();
    let started = std::time::Instant::now();
    // Longer than the leeway that a date in whole seconds has by itself.
    while started.elapsed() < std::time::Duration::from_secs(3) {
        std::thread::yield_now();
    }
    let words = "assertion --gateway nhs --env int --client-id me --private-key k.pem --kid int-1";
    running.write(&machine.tokenring(words.split(' ')).finish().succeeds());
    let finished = running.finish();
    assert!(!finished.text().contains("ahead"), "{finished:?}");
    finished.succeeds();
}

/// A cron job's mail stays empty.
#[test]
fn success_is_silent() {
    let client = RegisteredClient::new();
    assert_eq!(client.get_token(&["--no-cache"]).finish().stderr, "");
    let finished = client.get_token(&["--no-cache", "-v"]).finish();
    assert!(finished.stderr.contains("Using KID: int-1"), "{finished:?}");
}

#[test]
fn a_cache_that_cannot_be_used_is_named() {
    let client = RegisteredClient::new();
    client.machine.write("file", "");
    let finished = client.get_token(&["--cache-dir", "file"]).finish();
    let warnings: Vec<_> = finished.stderr.lines().collect();
    assert_eq!(warnings.len(), 1, "{finished:?}");
    assert!(
        warnings[0].contains(" file: ") && warnings[0].contains("--cache-dir"),
        "{finished:?}"
    );
    finished.succeeds();
}
