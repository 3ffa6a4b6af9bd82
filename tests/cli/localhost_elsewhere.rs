//! A machine whose hosts file says that `localhost` is somewhere else.

use std::net::{Ipv4Addr, TcpListener};

use integration_tests::{fixtures, peer};

use crate::loopback::{Loopback, TOKEN, response};
use crate::process::{Machine, Run};
use crate::scripted_server::ScriptedServer;

/// Stands for another machine.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Prepares a program for which `/etc/hosts` is another one; `None` where the machine
/// allows no mount namespaces.
fn with_hosts(machine: &Machine, hosts: &str, arguments: &[&str]) -> Option<Run> {
    let flags = ["-m", "-rm"];
    let flags = flags.into_iter().find(|flags| {
        let run = machine.program("unshare").with_argument(flags);
        let script = "mount --bind /dev/null /etc/hosts";
        let run = ["sh", "-c", script]
            .into_iter()
            .fold(run, Run::with_argument);
        run.finish().code() == Some(0)
    });
    let Some(flags) = flags else {
        peer::not_run("no mount namespace can be made (unshare -rm)");
        return None;
    };
    machine.write("hosts", hosts);
    let script = r#"mount --bind hosts /etc/hosts && exec "$@""#;
    let command = [flags, "sh", "-c", script, "sh", crate::process::TOKENRING];
    let run = machine.program("unshare");
    Some(
        command
            .iter()
            .chain(arguments)
            .fold(run, Run::with_argument),
    )
}

/// Servers at the same port, here and elsewhere.
fn servers() -> (Loopback, ScriptedServer) {
    let elsewhere = TcpListener::bind((ELSEWHERE, 0)).unwrap();
    let port = elsewhere.local_addr().unwrap().port();
    let here = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let elsewhere =
        ScriptedServer::listen(elsewhere, |_, _| response("200 OK", "", TOKEN.as_bytes()));
    let here = Loopback::listen(here, |stream| {
        let request = crate::loopback::Request::read(stream)?;
        std::io::Write::write_all(stream, &response("200 OK", "", TOKEN.as_bytes()))?;
        Ok(Some(request))
    });
    (here, elsewhere)
}

fn hosts() -> String {
    format!("{ELSEWHERE} localhost localhost.localdomain app.localhost\n")
}

const CLIENT: [&str; 4] = ["--client-id", "a", "--private-key", "key-1.pem"];

#[test]
fn token_requests() {
    for name in ["localhost", "LOCALHOST", "localhost.", "app.localhost"] {
        let (here, elsewhere) = servers();
        let machine = Machine::new();
        machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
        let url = format!("http://{name}:{}/token", here.port());
        let arguments = [&["get-token", "-q", "--token-url", &url], &CLIENT[..]].concat();
        let Some(run) = with_hosts(&machine, &hosts(), &arguments) else {
            return;
        };
        assert_eq!(run.finish().succeeds(), "test-access-token\n", "{name}");
        assert!(here.request().form("client_assertion").is_some());
        assert!(elsewhere.requests().is_empty(), "{name}");
    }
}

/// A proxy's password, and the name of the gateway.
#[test]
fn proxies() {
    for name in ["localhost", "localhost.", "app.localhost"] {
        let (here, elsewhere) = servers();
        let machine = Machine::new();
        machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
        let url = "https://gateway.invalid/token";
        let arguments = [&["get-token", "-q", "--token-url", url], &CLIENT[..]].concat();
        let Some(run) = with_hosts(&machine, &hosts(), &arguments) else {
            return;
        };
        let proxy = format!("http://user:password@{name}:{}", here.port());
        run.with_variable("HTTPS_PROXY", proxy).finish().fails(5);
        let request = here.request();
        assert!(request.head.starts_with("CONNECT gateway.invalid:443 "));
        assert!(elsewhere.requests().is_empty(), "{name}");
    }
}

/// A certificate proves who answers there, so the hosts file has its say; a variable
/// for proxies has none.
#[test]
fn https_is_looked_up() {
    let (here, elsewhere) = servers();
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let url = format!("https://localhost:{}/token", here.port());
    let arguments = [
        &["doctor", "--timeout", "1", "--token-url", &url],
        &CLIENT[..],
    ]
    .concat();
    let Some(run) = with_hosts(&machine, &hosts(), &arguments) else {
        return;
    };
    let finished = run
        .with_variable("HTTPS_PROXY", "http://127.0.0.1:1")
        .finish();
    let report = finished.everything();
    assert!(
        report.contains(&format!("localhost is {ELSEWHERE}")),
        "{report}"
    );
    assert!(here.has_seen_nothing());
    assert!(elsewhere.requests().is_empty());
}
