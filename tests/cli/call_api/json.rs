use crate::loopback::response;
use crate::process::Machine;
use crate::scripted_server::ScriptedServer;

/// Calls with `--json` and more; the type sent, the type wanted, and the body.
#[track_caller]
fn check(json: &str, input: &[u8], more: &[&str], expected: (&str, &str, &str)) {
    let server = ScriptedServer::start(|_, _| response("200 OK", "", b""));
    let machine = Machine::new();
    machine.write("body.json", "{\"from\": \"a file\"}\n");
    let url = server.url("/");
    let arguments = ["call-api", "--auth", "none", "--url", &url, "--json", json];
    let run = machine.tokenring(arguments.iter().chain(more));
    let finished = run.with_input(input).finish().has_code(0);
    assert_eq!(finished.stderr, "");
    let request = &server.requests()[0];
    let header = |name| request.header(name).unwrap();
    let body = std::str::from_utf8(&request.body).unwrap();
    let sent = (header("content-type"), header("accept"), body);
    assert_eq!(sent, expected);
    assert_eq!(
        request.method(),
        if more.is_empty() { "POST" } else { "PUT" }
    );
}

#[test]
fn says_that_it_is_json() {
    let json = "application/json";
    check("{\"a\": 1}", b"", &[], (json, json, "{\"a\": 1}"));
    check(
        "@body.json",
        b"",
        &[],
        (json, json, "{\"from\": \"a file\"}\n"),
    );
    check("-", b"[]", &[], (json, json, "2\r\n[]\r\n0\r\n\r\n"));
    // A header of one's own goes before it.
    let patch = "application/merge-patch+json";
    let more = [
        "--method",
        "PUT",
        "--header",
        &format!("content-type: {patch}"),
        "--header",
        "ACCEPT: application/fhir+json",
    ];
    check("{}", b"", &more, (patch, "application/fhir+json", "{}"));
}

#[test]
fn excludes_data() {
    let machine = Machine::new();
    let arguments = ["call-api", "--auth", "none", "--url", "https://a.test/"];
    let both = ["--json", "{}", "--data", "{}"];
    let run = machine.tokenring(arguments.iter().chain(&both));
    run.finish().fails(2);
    let arguments = ["call-api", "--client-id", "a", "--url", "https://a.test/"];
    let both = [
        "--token-url",
        "https://a.test/",
        "--private-key",
        "-",
        "--json",
        "-",
    ];
    let run = machine.tokenring(arguments.iter().chain(&both));
    run.finish().fails(2);
}
