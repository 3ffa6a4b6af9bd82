//! Git's credential helpers, which hand over a bearer token since version 2.46.

use std::io::Write;

use integration_tests::peer;

use crate::loopback::{Loopback, Request, response};
use crate::registered_client::RegisteredClient;

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

/// To store and to erase is not for a helper that keeps nothing of git's.
#[test]
fn what_is_not_for_us() {
    let client = RegisteredClient::new();
    for action in ["store", "erase"] {
        let run = client.get_token(&["--format", "git-credential", action]);
        let finished = run.with_input("protocol=https\n\n").finish();
        assert_eq!(finished.everything(), "\n");
        finished.has_code(0);
    }
    assert_eq!(client.gateway.token_requests(), 0);
}
