use std::net::TcpListener;

use tokenring_mock_gateway::ApiAccess;

use crate::loopback::{Loopback, response};
use crate::process::{Machine, Run};
use crate::registered_client::RegisteredClient;
use crate::scripted_server::ScriptedServer;
use crate::transcript::{Session, Transcript};

/// Options of `call-api` that are wrong or missing.
#[test]
fn options() {
    let client = RegisteredClient::new();
    let url = client.gateway.token_url();
    let mut session = Session::on(client.machine);
    session.set("TOKEN", url);
    session.machine.write("body", "{}");
    session.title("Missing");
    session.run_with(
        "call-api",
        &[
            "",
            "--url http://api.test/",
            "--url https://api.test/",
            "--url https://api.test/ --auth jwt",
            "--url https://api.test/ --auth api-key",
            "--url https://api.test/ --auth api-key --gateway nhs",
            "--url https://api.test/#a --auth none",
            "--url https://user:secret@api.test/ --auth none",
        ],
    );
    session.title("Wrong");
    session.run_with(
        "call-api --auth none --url http://127.0.0.1:9/",
        &[
            "--method ''",
            "--method 'GE T'",
            "--header planted-4711",
            "--header ': a'",
            "--header 'A b: c'",
            "--header 'A: 1' --header 'a: 2'",
            "--request-id moon",
            "--nhs-number 9000000009",
            "--product-id a",
            "--data @none",
            "--data @.",
            "--data @",
            "--data a --json b",
            "--json {",
            "--json @none",
            "--retry x",
            "--retry=-1",
            "--retry 99999",
            "--max-time 0",
            "--max-time 1s",
            "--max-size 0",
            "--max-size 1k",
            "--output .",
            "--output absent/file",
            "--output ''",
            "--fail-with-body",
            "--include --output file",
            "--timeout 1",
        ],
    );
    let run = session.prepare("call-api --auth none --url http://127.0.0.1:9/ --header");
    session.transcript.run(run.with_argument("A: b\r\nC: d"));
    session.run("call-api --client-id a --token-url $TOKEN --url $TOKEN --header 'Authorization: Bearer planted'");
    session.run("call-api --client-id a --token-url $TOKEN --url $TOKEN --private-key - --data -");
    session.run(
        "call-api --gateway nhs --auth none --url http://127.0.0.1:9/ --nhs-number 9000000001",
    );
    session.run("call-api --gateway nhs --auth none --url http://127.0.0.1:9/ --nhs-number 123");
    session.check("errors/call-api-options");
}

/// What is said while an API is called, and of its answers.
#[test]
fn answers() {
    let mut texts = Transcript::new();
    texts.hide_number_after("good for ");
    texts.hide_number_after("again in ");
    let client = RegisteredClient::new();
    texts.title("The mock gateway's API");
    texts.run(client.call_api(ApiAccess::Bearer, &["--verbose"]));
    texts.run(client.call_api(ApiAccess::Bearer, &["--data", "a", "--method", "PUT"]));
    texts.run(client.call_api(ApiAccess::Bearer, &["--quiet", "--nhs-number", "123"]));
    texts.run(client.call_api(ApiAccess::ApiKey, &["--auth", "api-key"]));
    texts.run(client.call_api(ApiAccess::Bearer, &["--auth", "none"]));
    texts.run(client.call_api(ApiAccess::Bearer, &["--no-cache", "--kid", "other"]));
    texts.run(client.call_api(ApiAccess::Bearer, &["--output", "file"]));
    texts.run(client.call_api(ApiAccess::Bearer, &["--output", "file", "--verbose"]));

    let machine = Machine::new();
    let rows: &[(&str, &[u8], &[&str])] = &[
        ("an empty answer", &response("204 No Content", "", b""), &[]),
        (
            "headers",
            &response("200 OK", "A: b\r\n", b"body"),
            &["--include"],
        ),
        ("404", &response("404 Not Found", "", b"body"), &[]),
        (
            "404, verbose",
            &response("404 Not Found", "", b"body"),
            &["--verbose"],
        ),
        (
            "404, to a file",
            &response("404 Not Found", "", b"body"),
            &["--output", "file"],
        ),
        (
            "404, to a file with it",
            &response("404 Not Found", "", b"body"),
            &["--output", "file", "--fail-with-body"],
        ),
        (
            "401 and why",
            &response(
                "401 Unauthorized",
                "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n",
                b"no",
            ),
            &[],
        ),
        (
            "429 and when",
            &response("429 Too Many", "Retry-After: 0\r\n", b""),
            &["--retry", "1"],
        ),
        (
            "503",
            &response("503 Busy", "Retry-After: 0\r\n", b""),
            &["--retry", "1"],
        ),
        (
            "503 for a POST",
            &response("503 Busy", "", b""),
            &["--retry", "1", "--data", "a"],
        ),
        (
            "a redirect away",
            &response("302 Found", "Location: https://elsewhere.test/\r\n", b""),
            &[],
        ),
        ("a redirect nowhere", &response("302 Found", "", b""), &[]),
        (
            "a redirect to the same",
            &response("302 Found", "Location: /\r\n", b""),
            &[],
        ),
        ("nothing", b"", &[]),
        ("no HTTP", b"planted\r\n\r\n", &[]),
        (
            "broken off",
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf",
            &[],
        ),
        (
            "broken off, to a file",
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf",
            &["--output", "file"],
        ),
        (
            "too large",
            &response("200 OK", "", b"body"),
            &["--max-size", "3"],
        ),
        (
            "binary to a pipe",
            &response("200 OK", "", b"\0\x01"),
            &["--output", "file"],
        ),
    ];
    for (what, answer, more) in rows {
        texts.title(what);
        let server = Loopback::answer(*answer);
        let url = server.url("/");
        let arguments = [
            "call-api",
            "--auth",
            "none",
            "--timeout",
            "5",
            "--url",
            &url,
        ];
        texts.run(machine.tokenring([&arguments[..], more].concat()));
    }
    texts.title("too slow");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}/", silent.local_addr().unwrap().port());
    for limit in ["--max-time", "--timeout"] {
        let arguments = ["call-api", "--auth", "none", "--url", &url, limit, "1"];
        texts.run(machine.tokenring(arguments));
    }
    texts.check("commands/call-api");
}

/// A token that the API does not take.
#[test]
fn a_rejected_token() {
    const REFUSED: &str = "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n";
    let mut texts = Transcript::new();
    let machine = Machine::new();
    let refusal = || response("401 Unauthorized", REFUSED, b"no\n");
    texts.title("Once");
    let server = ScriptedServer::api(move |number, _| match number {
        0 => refusal(),
        _ => response("200 OK", "", b"yes\n"),
    });
    texts.run(server.call_api(&machine, &["--verbose"]));
    texts.title("Again and again");
    let server = ScriptedServer::api(move |_, _| refusal());
    texts.run(server.call_api(&machine, &[]));
    texts.title("A body that cannot be sent twice");
    let server = ScriptedServer::api(move |_, _| refusal());
    texts.run(server.call_api(&machine, &["--data", "-"]).with_input("a"));
    texts.title("A redirect");
    let server = ScriptedServer::api(|number, _| match number {
        0 => response("302 Found", "Location: /b\r\n", b""),
        _ => response("200 OK", "", b"there\n"),
    });
    texts.run(server.call_api(&machine, &["--verbose"]));
    texts.check("commands/call-api-renewal");
}

/// `run`: its own words, and none where the program speaks.
#[test]
fn run() {
    let client = RegisteredClient::new();
    client.machine.write("no-program", "text");
    std::fs::create_dir(client.machine.work().join("folder")).unwrap();
    let mut texts = Transcript::new();
    texts.hide_number_after("good for ");
    let with = |more: &[&str]| -> Run { client.run("run", more) };
    let show = [
        "--",
        "sh",
        "-c",
        "echo \"${TOKENRING_ACCESS_TOKEN:+a token}\"",
    ];
    texts.run(with(&show));
    texts.run(with(&[&["--verbose"], &show[..]].concat()));
    for program in ["no-such-program-anywhere", "./no-program", "./folder"] {
        texts.run(with(&["--", program]));
        texts.run(with(&["--token-file", "--", program]));
    }
    texts.run(with(&["--"]));
    for name in ["", "1A", "A-B"] {
        texts.run(with(&["--token-variable", name, "--", "true"]));
    }
    texts.run(with(&["--kid", "unknown", "--no-cache", "--", "true"]));
    texts.run(with(&["--", "sh", "-c", "exit 42"]));
    texts.check("commands/run");
}
