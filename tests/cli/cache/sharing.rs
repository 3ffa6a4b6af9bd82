use std::time::{Duration, Instant};

use crate::loopback::{Loopback, Request, TOKEN, response};
use crate::process::{Machine, mode};
use crate::registered_client::RegisteredClient;

/// The second time there is no request.
#[test]
fn one_request() {
    let client = RegisteredClient::new();
    let first = client.token();
    for _ in 0..5 {
        assert_eq!(client.token(), first);
    }
    assert_eq!(client.gateway.token_requests(), 1);
    let folder = client.machine.home().join(".cache/tokenring");
    assert_eq!(mode(&folder), 0o700);
    for entry in std::fs::read_dir(folder).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

/// Every command finds the token of every other.
#[test]
fn all_commands() {
    let client = RegisteredClient::new();
    let token = client.token();
    let show = ["--quiet", "--", "printenv", "TOKENRING_ACCESS_TOKEN"];
    let shown = client.run("run", &show).finish().succeeds();
    assert_eq!(shown.trim_end(), token);
    let access = tokenring_mock_gateway::ApiAccess::Bearer;
    client.call_api(access, &["--quiet"]).finish().succeeds();
    assert_eq!(client.gateway.token_requests(), 1);
}

#[test]
fn options() {
    let client = RegisteredClient::new();
    let get = |more: &[&str]| client.get_token(&[&["--quiet"], more].concat()).finish();
    let first = get(&[]).succeeds();
    // Good for 599 s.
    assert_eq!(get(&["--min-ttl", "300"]).succeeds(), first);
    let second = get(&["--force-refresh"]).succeeds();
    assert_ne!(second, first);
    assert_eq!(get(&[]).succeeds(), second);
    let third = get(&["--no-cache"]).succeeds();
    assert_ne!(third, second);
    assert_eq!(get(&[]).succeeds(), second);
    assert_eq!(client.gateway.token_requests(), 3);

    // More than any token is good for: a new one, with a word.
    let finished = client.get_token(&["--min-ttl", "3600"]).finish();
    assert_ne!(finished.succeeds(), second);
    assert_eq!(client.gateway.token_requests(), 4);

    for value in ["-1", "1.5", "soon", ""] {
        let argument = format!("--min-ttl={value}");
        get(&[&argument]).fails(2);
    }
}

/// Each option by its variable, in place of an argument.
#[test]
fn variables() {
    let client = RegisteredClient::new();
    let first = client.token();
    let get = |name: &str, value: &str| {
        let run = client.get_token(&["--quiet"]).with_variable(name, value);
        run.finish().succeeds()
    };
    assert_ne!(get("TOKENRING_NO_CACHE", "true").trim_end(), first);
    assert_ne!(get("TOKENRING_CACHE_DIR", "elsewhere").trim_end(), first);
    assert!(client.machine.work().join("elsewhere").is_dir());
    assert_eq!(get("TOKENRING_MIN_TTL", "100").trim_end(), first);
    assert_ne!(get("TOKENRING_FORCE_REFRESH", "1").trim_end(), first);
}

/// However many start together, one asks, and none waits longer than that takes.
#[test]
fn fifty_processes() {
    let server = Loopback::serve(|stream| {
        use std::io::Write;

        let request = Request::read(stream)?;
        std::thread::sleep(Duration::from_millis(500));
        let headers = "Content-Type: application/json\r\nConnection: close\r\n";
        stream.write_all(&response("200 OK", headers, TOKEN.as_bytes()))?;
        Ok(Some(request))
    });
    let machine = Machine::new();
    let start = Instant::now();
    let running: Vec<_> = (0..50)
        .map(|_| server.get_token(&machine, &["--quiet"]))
        .collect();
    let running: Vec<_> = running.into_iter().map(|run| run.start()).collect();
    for running in running {
        let finished = running.finish();
        assert_eq!(finished.stderr, "");
        assert_eq!(finished.succeeds(), "test-access-token\n");
    }
    assert!(start.elapsed() < Duration::from_secs(10));
    server.request();
    assert!(server.has_seen_nothing());
}
