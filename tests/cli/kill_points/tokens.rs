//! Files that hold a token.

use super::{check, hidden, start, traced};
use crate::process::{Machine, names_in, wait_until};
use crate::registered_client::{CLIENT_ID, RegisteredClient};

fn machine<'c>(client: &'c &RegisteredClient) -> &'c Machine {
    &client.machine
}

fn arguments(client: &RegisteredClient, command: &str, more: &[&str]) -> Vec<String> {
    let url = client.gateway.token_url();
    let words = [command, "--gateway", "nhs", "--client-id", CLIENT_ID];
    let key = ["--private-key", "int-1.pem", "--token-url", &url, "-q"];
    let words = [&words[..], &key, more].concat();
    words.into_iter().map(str::to_owned).collect()
}

/// The file holds the old token or the new one, and after the next run there is no other.
#[test]
fn get_token_with_output() {
    let client = RegisteredClient::new();
    let token = client.token();
    let prepare = || {
        client.machine.write("token", "old");
        &client
    };
    let output =
        |client: &&RegisteredClient| arguments(client, "get-token", &["--output", "token"]);
    check(prepare, machine, output, |client, _, point| {
        let text = client.machine.read("token");
        assert!(
            text == "old" || text.trim_end() == token,
            "{point:?}: {text}"
        );
        let run = client.machine.tokenring(output(client));
        run.finish().has_code(0);
        assert!(
            hidden(&client.machine.work()).is_empty(),
            "{point:?}: {:?}",
            client.machine.names()
        );
    });
}

/// Also the file that `watch` keeps.
#[test]
fn watch() {
    if integration_tests::peer::find("strace", "-V", "install strace").is_none() {
        return;
    }
    let client = RegisteredClient::new();
    let token = client.token();
    client.machine.write("token", "old");
    let words = arguments(&client, "watch", &["--output", "token"]);
    let run = traced(&client.machine, "inject=rename:signal=KILL");
    let run = run.with_argument("-o").with_argument("/dev/null");
    assert_eq!(start(run, words.clone()).signal(), Some(9));
    assert_eq!(client.machine.read("token"), "old");
    assert_eq!(hidden(&client.machine.work()).len(), 1);
    let _watch = client.machine.tokenring(words).start();
    wait_until("the file has the token", || {
        client.machine.read("token").trim_end() == token
    });
    assert!(hidden(&client.machine.work()).is_empty());
}

/// Where the file system knows no files without a name.
#[test]
fn drafts_with_names() {
    if integration_tests::peer::find("strace", "-V", "install strace").is_none() {
        return;
    }
    let client = RegisteredClient::new();
    let token = client.token();
    client.machine.write("token", "old");
    let output = arguments(&client, "get-token", &["--output", "token"]);
    let trace = super::trace(&client.machine, output.clone());
    client.machine.write("token", "old");
    let opened = trace.lines().filter(|line| line.contains(" openat("));
    let before = opened.take_while(|line| !line.contains("O_TMPFILE"));
    let nameless = before.count() + 1;
    let run = traced(
        &client.machine,
        &format!("inject=openat:error=EOPNOTSUPP:when={nameless}"),
    );
    let run = run
        .with_argument("-e")
        .with_argument("inject=rename:signal=KILL");
    let run = run.with_argument("-o").with_argument("/dev/null");
    let finished = start(run, output.clone());
    assert_eq!(finished.signal(), Some(9), "{finished:?}");
    assert_eq!(client.machine.read("token"), "old");
    assert_eq!(hidden(&client.machine.work()), [".tokenring-draft-token-0"]);
    client.machine.tokenring(&output).finish().has_code(0);
    assert_eq!(client.machine.read("token").trim_end(), token);
    assert!(hidden(&client.machine.work()).is_empty());
}

/// The next program with a token removes what was left of the last one.
#[test]
fn run_with_token_file() {
    let client = RegisteredClient::new();
    client.token();
    let run =
        |client: &&RegisteredClient| arguments(client, "run", &["--token-file", "--", "true"]);
    check(
        || &client,
        machine,
        run,
        |client, _, point| {
            let next = client.machine.tokenring(run(client)).finish();
            next.has_code(0);
            let left = names_in(&client.machine.temporary());
            assert!(left.is_empty(), "{point:?}: {left:?}");
        },
    );
}

/// What one process is writing is nothing that another one left.
#[test]
fn one_file_for_many() {
    let client = RegisteredClient::new();
    let token = client.token();
    for _ in 0..3 {
        let run = || {
            client
                .machine
                .tokenring(arguments(&client, "get-token", &["--output", "token"]))
        };
        let running: Vec<_> = (0..8).map(|_| run().start()).collect();
        for running in running {
            running.finish().has_code(0);
        }
        assert_eq!(client.machine.read("token").trim_end(), token);
        assert!(hidden(&client.machine.work()).is_empty());
    }
}
