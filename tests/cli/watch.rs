//! `tokenring watch`: a file that always has a good token.

mod clock;
mod outages;
mod writes;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use integration_tests::peer;

use crate::process::{Finished, Running, mode, wait_until};
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

/// Tokens that live for two seconds.
const SHORT: [&str; 2] = ["--param", "_access_token_expiry_ms=3000"];

fn watch(client: &RegisteredClient, more: &[&str]) -> Running {
    client
        .run("watch", &[&["--output", "token"], more].concat())
        .start()
}

fn file(client: &RegisteredClient) -> PathBuf {
    client.machine.work().join("token")
}

fn contents(client: &RegisteredClient) -> String {
    std::fs::read_to_string(file(client)).unwrap_or_default()
}

fn end(running: Running, signal: &str) -> Finished {
    running.signal(signal);
    let finished = running.finish().has_code(0);
    assert_eq!(finished.text(), "");
    finished
}

/// The lines that tell an event: they begin with the time.
fn events(finished: &Finished) -> Vec<&str> {
    let lines = finished.stderr.lines();
    lines
        .filter_map(|line| line.split_once(' '))
        .filter(|(time, _)| time.len() == 20 && time.ends_with('Z'))
        .map(|(_, event)| event)
        .collect()
}

#[test]
fn writes_and_ends() {
    for signal in ["TERM", "INT"] {
        let client = RegisteredClient::new();
        let running = watch(&client, &[]);
        wait_until("there is a file", || file(&client).exists());
        assert_eq!(mode(&file(&client)), 0o600);
        assert_eq!(contents(&client), format!("{}\n", client.token()));
        let finished = end(running, signal);
        let events = events(&finished);
        assert_eq!(events.len(), 2, "{finished:?}");
        assert!(events[0].starts_with("wrote token"), "{events:?}");
        assert_eq!(client.machine.names(), ["int-1.pem", "token"]);
        assert_eq!(client.gateway.issued_tokens(), 1);
    }
}

/// As a program does that reads its token from a file for each request: there is
/// never none, never a part of one, and never one that has expired.
#[test]
fn a_reader_always_finds_a_good_token() {
    let client = RegisteredClient::new();
    let running = watch(&client, &[&SHORT[..], &["--quiet"]].concat());
    wait_until("there is a file", || file(&client).exists());
    let length = contents(&client).len();
    let is_over = AtomicBool::new(false);
    let path = file(&client);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut tokens = std::collections::BTreeSet::new();
            while !is_over.load(Ordering::Relaxed) {
                let token = std::fs::read_to_string(&path).unwrap();
                assert!(token.ends_with('\n'), "{token:?}");
                assert_eq!(token.lines().count(), 1, "{token:?}");
                assert!(token.len().abs_diff(length) < 8, "{token:?}");
                tokens.insert(token);
            }
            tokens.len()
        });
        wait_until("there were five tokens", || {
            client.gateway.issued_tokens() >= 5 || reader.is_finished()
        });
        is_over.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() >= 4);
    });
    assert_eq!(end(running, "TERM").stderr, "");
}

/// While the gateway is gone the old file stays; once it is back there is a new one.
#[test]
fn an_outage() {
    let client = RegisteredClient::new();
    let running = watch(&client, &[&SHORT[..], &["--timeout", "1"]].concat());
    wait_until("there is a file", || file(&client).exists());
    let old = contents(&client);
    let (machine, address) = client.stop_gateway();
    let path = machine.work().join("token");
    let read = || std::fs::read_to_string(&path).unwrap();
    // Longer than a token lives.
    thread::sleep(std::time::Duration::from_secs(3));
    let last = read();
    assert_eq!(last.lines().count(), 1);
    assert!(last == old || last.len().abs_diff(old.len()) < 8);
    let client = RegisteredClient::at(machine, address);
    wait_until("there is a new token", || read() != last);
    let finished = end(running, "TERM");
    let events = events(&finished);
    let failures = events
        .iter()
        .filter(|event| event.starts_with("no new token"));
    assert!((1..=4).contains(&failures.count()), "{finished:?}");
    assert!(events[0].starts_with("wrote token"), "{events:?}");
    assert!(
        events
            .iter()
            .skip(1)
            .any(|event| event.starts_with("wrote token"))
    );
    assert!(client.gateway.issued_tokens() >= 1);
}

/// At the start too an outage is waited for.
#[test]
fn a_gateway_that_comes_later() {
    let client = RegisteredClient::new();
    let arguments = ["--output", "token", "--timeout", "1"];
    let run = client.run("watch", &arguments);
    let (machine, address) = client.stop_gateway();
    let running = run.start();
    thread::sleep(std::time::Duration::from_millis(1500));
    assert!(!machine.work().join("token").exists());
    let client = RegisteredClient::at(machine, address);
    wait_until("there is a file", || file(&client).exists());
    let finished = end(running, "TERM");
    let events = events(&finished);
    assert!(events[0].starts_with("no new token"), "{events:?}");
    let is_written = |event: &&str| event.starts_with("wrote token");
    assert!(events.iter().any(is_written), "{events:?}");
}

/// A client that the gateway doesn't know won't be known in a minute either.
#[test]
fn a_refusal_at_the_start() {
    let client = RegisteredClient::new();
    let running = watch(&client, &["--quiet", "--kid", "unknown"]);
    let mut texts = Transcript::new();
    texts.hide_random();
    running.finish().shown_in(&mut texts).fails(6);
    texts.check("watch/refusal");
    assert!(!file(&client).exists());
}

/// Another shape than the token alone.
#[test]
fn another_shape() {
    let client = RegisteredClient::new();
    let running = watch(&client, &["--format", "curl"]);
    wait_until("there is a file", || file(&client).exists());
    let token = client.token();
    let header = format!("header = \"Authorization: Bearer {token}\"\n");
    assert_eq!(contents(&client), header);
    end(running, "TERM");
}

/// Prometheus reads such a file, and its own checker finds it where the
/// configuration says.
#[test]
fn prometheus_takes_the_file() {
    let remedy = "install prometheus";
    let Some(promtool) = peer::find("promtool", "--version", remedy) else {
        return;
    };
    let client = RegisteredClient::new();
    let path = file(&client);
    let configuration = format!(
        "scrape_configs:\n- job_name: api\n  authorization:\n    type: Bearer\n    \
         credentials_file: {}\n  static_configs:\n  - targets: ['127.0.0.1:1']\n",
        path.display()
    );
    let configured = client.machine.work().join("prometheus.yml");
    std::fs::write(&configured, configuration).unwrap();
    let arguments = ["check", "config", configured.to_str().unwrap()];
    assert!(
        !promtool.run(&arguments, b"").success(),
        "there is no file yet"
    );
    let running = watch(&client, &[]);
    wait_until("there is a file", || path.exists());
    assert!(promtool.run(&arguments, b"").success());
    end(running, "TERM");
}

/// Several that watch share what one of them gets.
#[test]
fn watchers_share_their_tokens() {
    let client = RegisteredClient::new();
    let start = |name: &str| {
        let more = ["--output", name, SHORT[0], SHORT[1]];
        client.run("watch", &more).start()
    };
    let watchers = [start("one"), start("two"), start("three")];
    wait_until("some lifetimes are over", || {
        client.gateway.issued_tokens() >= 4
    });
    let issued = client.gateway.issued_tokens();
    let written: usize = watchers
        .into_iter()
        .map(|running| {
            let finished = end(running, "TERM");
            let written = events(&finished);
            written
                .iter()
                .filter(|event| event.starts_with("wrote"))
                .count()
        })
        .sum();
    assert!(
        u64::try_from(written).unwrap() >= 2 * issued,
        "{issued} tokens were issued, and files written {written} times"
    );
}
