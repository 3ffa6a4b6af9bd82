//! Git's credential helpers, which hand over a bearer token since version 2.46.

use std::io::Write;

use integration_tests::peer;

use crate::loopback::{Loopback, Request, response};
use crate::process::Machine;
use crate::registered_client::RegisteredClient;
use crate::scripted_server::ScriptedServer;

/// Whether git is there and knows `authtype`.
fn has_git() -> bool {
    let Some(git) = peer::find("git", "version", "install git") else {
        return false;
    };
    let text = String::from_utf8(git.expect(&["version"], b"")).unwrap();
    let version = text.trim_start_matches("git version ");
    let mut numbers = version.split(['.', ' ', '\n']).map(str::parse::<u32>);
    let mut number = || numbers.next().and_then(Result::ok).unwrap_or(0);
    let knows = (number(), number()) >= (2, 46);
    if !knows {
        peer::tell_not_run(&format!("{} is older than 2.46", text.trim_end()));
    }
    knows
}

const HELPER: &str = "export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1
    git() { command git -c credential.helper= \
    -c credential.helper='!\"$TOKENRING\" get-token --format git-credential' \"$@\"; }";

/// Git sends the token to a server that asks for one.
#[test]
fn a_server_sees_the_token() {
    if !has_git() {
        return;
    }
    let server = Loopback::serve(|stream| {
        let request = Request::read(stream)?;
        let answer = match request.header("authorization") {
            None => response(
                "401 Unauthorized",
                "WWW-Authenticate: Bearer realm=\"git\"\r\nConnection: close\r\n",
                b"",
            ),
            Some(_) => response("404 Not Found", "Connection: close\r\n", b""),
        };
        stream.write_all(&answer)?;
        Ok(Some(request))
    });
    let client = RegisteredClient::new();
    let lines = format!("{HELPER}\ngit ls-remote \"$URL\"");
    let run = client.script(&lines);
    let finished = run.with_variable("URL", server.url("/repository")).finish();
    // There is no repository; what counts is how far git came.
    assert_eq!(finished.code(), Some(128), "{finished:?}");
    assert_eq!(server.request().header("authorization"), None);
    let expected = format!("Bearer {}", client.token());
    assert_eq!(
        server.request().header("authorization"),
        Some(expected.as_str())
    );
    assert_eq!(client.gateway.issued_tokens(), 1);
}

/// Git reads the answer as it is meant.
#[test]
fn git_understands_the_answer() {
    if !has_git() {
        return;
    }
    let client = RegisteredClient::new();
    let lines = format!(
        "{HELPER}\nprintf 'capability[]=authtype\\nprotocol=https\\nhost=git.test\\n\\n' |\
         git credential fill"
    );
    let filled = client.script(&lines).finish().succeeds();
    let lines: Vec<_> = filled.lines().collect();
    let credential = format!("credential={}", client.token());
    for line in ["authtype=Bearer", &credential, "ephemeral=1"] {
        assert!(lines.contains(&line), "{line} is not in {filled}");
    }
    let expiry = lines
        .iter()
        .find_map(|line| line.strip_prefix("password_expiry_utc="));
    assert!(expiry.unwrap().parse::<u64>().is_ok(), "{filled}");
}

/// What a server rejected is given out no more, and nothing else is dropped; to store is not for a
/// helper that keeps nothing of Git's.
#[test]
fn erased_tokens() {
    let server = ScriptedServer::api(|_, _| Vec::new());
    let machine = Machine::new();
    let helper = |action: &str, lines: &str| {
        let run = server.get_token(&machine, &["--format", "git-credential", action]);
        let input = format!("protocol=https\nhost=git.test\n{lines}\n");
        let finished = run.with_input(input).finish();
        assert_eq!(finished.stderr, "");
        finished.succeeds()
    };
    let new = "capability[]=authtype\n";
    let requests = || server.requests().len();
    let first = helper("get", new);
    let token = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().to_owned()
    };
    let old = token(&first, "credential=");
    assert_eq!(requests(), 1);
    // One that does not know `authtype` gets a password.
    let password = helper("get", "");
    assert_eq!(token(&password, "password="), old);
    assert!(password.starts_with("username=") && !password.contains("authtype"));
    for (action, lines) in [
        ("erase", "credential=OTHER\n".to_owned()),
        ("store", format!("credential={old}\n")),
        ("erase", String::new()),
    ] {
        assert_eq!(helper(action, &lines), "");
    }
    assert_eq!(token(&helper("get", new), "credential="), old);
    assert_eq!(requests(), 0);
    assert_eq!(
        helper(
            "erase",
            &format!("{new}authtype=Bearer\ncredential={old}\n")
        ),
        ""
    );
    let second = token(&helper("get", new), "credential=");
    assert_ne!(second, old);
    assert_eq!(
        helper("erase", &format!("username=oauth2\npassword={second}\n")),
        ""
    );
    assert_ne!(token(&helper("get", new), "credential="), second);
    assert_eq!(requests(), 2);
}
