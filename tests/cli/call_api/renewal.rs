use crate::loopback::{Request, response};
use crate::process::{Finished, Machine};
use crate::scripted_server::{ScriptedServer, has_fresh_jwt_ids, lines};

/// An answer by which an API does not take a token (RFC 6750 section 3.1).
const REFUSED: &str = "WWW-Authenticate: Bearer realm=\"api\", error=\"invalid_token\", error_description=\"expired\"\r\n";

/// An API that takes tokens from this number on.
fn api(first_good: usize) -> ScriptedServer {
    ScriptedServer::api(move |_, request| {
        let token = request.header("authorization").unwrap();
        let number = token.strip_prefix("Bearer token-").unwrap();
        if number.parse::<usize>().unwrap() >= first_good {
            return response("200 OK", "", &request.body);
        }
        response("401 Unauthorized", REFUSED, b"refused")
    })
}

fn tokens(requests: &[Request]) -> Vec<&str> {
    let values = requests
        .iter()
        .filter_map(|request| request.header("authorization"));
    values
        .map(|value| value.strip_prefix("Bearer ").unwrap())
        .collect()
}

#[track_caller]
fn call(server: &ScriptedServer, machine: &Machine, more: &[&str]) -> (Finished, Vec<Request>) {
    let finished = server.call_api(machine, more).with_input("body").finish();
    (finished, server.requests())
}

/// Renewed once, repeated with the same body and the same request identifier.
#[test]
fn once() {
    for cache in [&[][..], &["--no-cache"]] {
        for (body, method) in [
            (&[][..], "GET"),
            (&["--data", "body"], "POST"),
            (&["--data", "@file"], "POST"),
            (&["--data", "@file", "--method", "PUT"], "PUT"),
        ] {
            let (server, machine) = (api(2), Machine::new());
            machine.write("file", "body");
            let (finished, requests) = call(&server, &machine, &[body, cache].concat());
            assert_eq!(
                finished.succeeds(),
                if body.is_empty() { "" } else { "body" }
            );
            let call = format!("{method} /a");
            assert_eq!(
                lines(&requests),
                ["POST /token", &call, "POST /token", &call]
            );
            assert_eq!(tokens(&requests), ["token-1", "token-2"]);
            has_fresh_jwt_ids(&requests, 2);
            assert_eq!(requests[1].body, requests[3].body);
            let id = requests[1].header("x-request-id").unwrap();
            assert_eq!(requests[3].header("x-request-id"), Some(id));
        }
    }
}

/// However it is written, and whatever else is said.
#[test]
fn other_forms_of_the_reason() {
    for header in [
        "www-authenticate: bearer error=invalid_token\r\n",
        "WWW-Authenticate: Bearer realm=\"null\",error=\"invalid_token\"\r\n",
        "WWW-Authenticate: Bearer Error = \"invalid_token\"\r\n",
        "WWW-Authenticate: Basic realm=\"a\"\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\n",
        "WWW-Authenticate: Basic realm=\"a\", Bearer error=\"invalid_token\"\r\n",
    ] {
        let server = ScriptedServer::api(move |number, _| match number {
            0 => response("401 Unauthorized", header, b""),
            _ => response("200 OK", "", b""),
        });
        let (finished, requests) = call(&server, &Machine::new(), &[]);
        finished.succeeds();
        assert_eq!(tokens(&requests), ["token-1", "token-2"], "{header}");
    }
}

/// The next call uses the new token, and asks for none.
#[test]
fn the_new_token_is_kept() {
    let (server, machine) = (api(2), Machine::new());
    call(&server, &machine, &[]).0.succeeds();
    let (finished, requests) = call(&server, &machine, &[]);
    finished.succeeds();
    assert_eq!(lines(&requests), ["GET /a"]);
    assert_eq!(tokens(&requests), ["token-2"]);
}

/// One that is not taken either is the answer.
#[test]
fn never_twice() {
    let (server, machine) = (api(usize::MAX), Machine::new());
    let (finished, requests) = call(&server, &machine, &["--retry", "3"]);
    assert_eq!(finished.has_code(7).text(), "refused");
    assert_eq!(tokens(&requests), ["token-1", "token-2"]);
    has_fresh_jwt_ids(&requests, 2);
}

/// A body that is gone is not sent again; the token is renewed for the next call.
#[test]
fn a_body_from_standard_input() {
    let (server, machine) = (api(2), Machine::new());
    let (finished, requests) = call(&server, &machine, &["--data", "-"]);
    let finished = finished.has_code(7);
    assert_eq!(finished.text(), "refused");
    assert_eq!(lines(&requests), ["POST /token", "POST /a", "POST /token"]);
    has_fresh_jwt_ids(&requests, 2);
    let (finished, requests) = call(&server, &machine, &["--data", "-"]);
    finished.succeeds();
    assert_eq!(tokens(&requests), ["token-2"]);
}

/// A 401 for another reason is the API's last word (RFC 6750 section 3.1).
#[test]
fn for_that_reason_alone() {
    for (status, header) in [
        ("401 Unauthorized", ""),
        ("401 Unauthorized", "WWW-Authenticate: Bearer\r\n"),
        (
            "401 Unauthorized",
            "WWW-Authenticate: Bearer error=\"insufficient_scope\"\r\n",
        ),
        (
            "401 Unauthorized",
            "WWW-Authenticate: Bearer error=\"a\", error_description=\"no invalid_token\"\r\n",
        ),
        ("403 Forbidden", REFUSED),
    ] {
        let server = ScriptedServer::api(move |_, _| response(status, header, b"refused"));
        let (finished, requests) = call(&server, &Machine::new(), &[]);
        assert_eq!(finished.has_code(7).text(), "refused");
        assert_eq!(lines(&requests), ["POST /token", "GET /a"]);
    }
}

/// What the gateway says to the renewal is told, and the API's answer is not lost
/// behind a token that there is not.
#[test]
fn a_renewal_that_is_refused() {
    let server = ScriptedServer::start(|number, request| match (number, request.path()) {
        (0, _) => crate::scripted_server::token(1),
        (_, "/token") => response("401 Unauthorized", "", b"{\"error\":\"invalid_client\"}"),
        _ => response("401 Unauthorized", REFUSED, b"refused"),
    });
    let (finished, requests) = call(&server, &Machine::new(), &[]);
    finished.fails(6);
    assert_eq!(lines(&requests), ["POST /token", "GET /a", "POST /token"]);
    has_fresh_jwt_ids(&requests, 2);
}

/// A key of one's own is nothing that could be renewed.
#[test]
fn not_without_a_token() {
    let server = ScriptedServer::start(|_, _| response("401 Unauthorized", REFUSED, b"refused"));
    let url = server.url("/a");
    let arguments = ["call-api", "--auth", "none", "--url", &url];
    let more = ["--header", "Authorization: Bearer own"];
    let machine = Machine::new();
    let run = machine.tokenring(arguments.iter().chain(&more));
    run.finish().has_code(7);
    assert_eq!(tokens(&server.requests()), ["own"]);
}
