//! A header that the gateway in front of a token endpoint wants.

use crate::process::Machine;
use crate::scripted_server::{ScriptedServer, token};

const NAME: &str = "Ocp-Apim-Subscription-Key";

/// The values of the header in token request and API call.
#[track_caller]
fn check(command: &str, arguments: &[&str], token_value: Option<&str>, api_value: Option<&str>) {
    let server = ScriptedServer::start(|number, _| token(number));
    let machine = Machine::new();
    machine.write("key.txt", "from-a-file\n");
    let run = match command {
        "call-api" => server.call_api(&machine, arguments),
        _ => server.get_token(&machine, arguments),
    };
    run.finish().has_code(0);
    for request in server.requests() {
        let expected = match request.path() {
            "/token" => token_value,
            _ => api_value,
        };
        assert_eq!(request.header(NAME), expected, "{}", request.line());
    }
}

#[test]
fn goes_to_the_token_endpoint_only() {
    let header = format!("{NAME}: s3cret");
    check(
        "get-token",
        &["--token-header", &header],
        Some("s3cret"),
        None,
    );
    check(
        "call-api",
        &["--token-header", &header],
        Some("s3cret"),
        None,
    );
    check("call-api", &["--header", &header], None, Some("s3cret"));
    let file = format!("{NAME}: @key.txt");
    check(
        "get-token",
        &["--token-header", &file],
        Some("from-a-file"),
        None,
    );
}

#[test]
fn from_variable_and_configuration() {
    let server = ScriptedServer::start(|number, _| token(number));
    let machine = Machine::new();
    let run = server.get_token(&machine, &["--no-cache"]);
    let run = run.with_variable("TOKENRING_TOKEN_HEADER", format!("{NAME}: one\nX-B: two"));
    run.finish().succeeds();
    let request = server.requests().remove(0);
    assert_eq!(
        (request.header(NAME), request.header("x-b")),
        (Some("one"), Some("two"))
    );

    machine.write_configuration(&format!("[token-header]\n{NAME} = \"three\"\n"));
    server
        .get_token(&machine, &["--no-cache"])
        .finish()
        .succeeds();
    assert_eq!(server.requests()[0].header(NAME), Some("three"));
}

/// Whatever the header's name is.
#[test]
fn its_value_is_not_shown() {
    let server = ScriptedServer::start(|number, _| token(number));
    let machine = Machine::new();
    for name in [NAME, "X-Tenant"] {
        let header = format!("{name}: planted");
        let run = server.get_token(&machine, &["--explain", "--token-header", &header]);
        let finished = run.finish();
        assert!(!finished.everything().contains("planted"));
        assert!(
            finished
                .succeeds()
                .contains(&format!("{name}: (not shown)"))
        );
    }
    assert!(server.requests().is_empty());
}

#[test]
fn is_checked() {
    let server = ScriptedServer::start(|number, _| token(number));
    let machine = Machine::new();
    for header in [
        "planted",
        ": planted",
        "a b: planted",
        "Authorization: planted",
        "Content-Length: planted",
        "X-A: planted\u{7}",
        "X-A: @missing-file",
    ] {
        let run = server.get_token(&machine, &["--token-header", header]);
        let finished = run.finish();
        assert!(!finished.everything().contains("planted"), "{header}");
        assert!(
            matches!(finished.code(), Some(2 | 3)),
            "{header}: {}",
            finished.stderr
        );
    }
    assert!(server.requests().is_empty());
}
