//! What a proxy answers is told in the words of the blocking client.

use std::error::Error as _;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokenring::{Error, TransportErrorKind as Kind};

use crate::answers::errors;
use crate::bench::{builder, key_path, read_head};

/// A proxy that gives each client this answer; its address, and what it was sent.
fn proxy(answer: &str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heads = Arc::new(Mutex::new(Vec::new()));
    let (seen, answer) = (Arc::clone(&heads), answer.to_owned());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            seen.lock().unwrap().push(read_head(&mut stream));
            // Whoever has given up is gone.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, heads)
}

/// What both clients say, without the proxy's port.
#[track_caller]
fn told(login: &str, address: &str) -> String {
    let builder = builder("https://gateway.test/token")
        .key(key_path())
        .proxy(Some(format!("http://{login}{address}").as_str()))
        .timeout(Duration::from_secs(5))
        .retry(1)
        .no_store();
    let told = errors(builder).map(|error| {
        let Error::Unreachable { source, .. } = &error else {
            panic!("{error:?}");
        };
        let text = format!("{error} {error:?}");
        assert!(!text.contains("S3CRET"), "{text}");
        let cause = source.source().map(ToString::to_string);
        (source.kind(), source.to_string(), cause)
    });
    assert_eq!(told[0], told[1]);
    assert!(matches!(told[0].0, Kind::Proxy | Kind::Protocol));
    told[0].1.replace(address, "PROXY")
}

#[track_caller]
fn check(login: &str, answer: &str, wanted: &str) {
    let (address, heads) = proxy(answer);
    let text = told(login, &address);
    assert!(text.contains(wanted), "{text}");
    let heads = heads.lock().unwrap();
    // The blocking client, the other one, and what that one looks at afterwards.
    assert_eq!(heads.len(), 3, "{heads:?}");
    let logins = heads
        .iter()
        .filter(|head| head.contains("Proxy-Auth") || head.contains("proxy-auth"));
    let is_login_rejected = answer.contains(" 407 ");
    let expected = match (login, is_login_rejected) {
        ("", _) => 0,
        (_, true) => 2,
        (_, false) => 3,
    };
    assert_eq!(logins.count(), expected, "{heads:?}");
}

#[test]
fn refusals() {
    const LOGIN: &str = "user:S3CRET@";
    let basic = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
    let others =
        "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n";
    check("", basic, "wants a user name and password (407)");
    check(LOGIN, basic, "rejected the user name or password (407)");
    check(LOGIN, others, "by Negotiate or NTLM (407), and only Basic");
    check("", others, "by Negotiate or NTLM (407), and only Basic");
    for login in ["", LOGIN] {
        let forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\n<html>";
        check(
            login,
            forbidden,
            "does not allow connections to gateway.test:443 (403)",
        );
        check(
            login,
            "HTTP/1.1 502 Bad Gateway\r\n\r\n",
            "cannot reach gateway.test:443 (502)",
        );
    }
    check("", "HTTP/1.1 500 Oops\r\n\r\n", "(status 500)");
    check("", "SSH-2.0-x\r\n", "the proxy PROXY does not speak HTTP");
    check("", "", "the proxy PROXY closed the connection");
}

#[test]
fn a_proxy_that_is_down() {
    let text = told("", "127.0.0.1:1");
    assert!(text.contains("no connection to the proxy PROXY"), "{text}");
}
