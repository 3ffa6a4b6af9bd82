use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use tokenring_mock_gateway::{ClientState, JwkSource};

use crate::loopback::{Loopback, response};
use crate::process::Machine;
use crate::registered_client::{CLIENT_ID, RegisteredClient};
use crate::scripted_server::{ScriptedServer, token};
use crate::transcript::Session;

const JSON: &str = "Content-Type: application/json\r\n";

fn session(client: RegisteredClient) -> (Session, tokenring_mock_gateway::MockGateway) {
    let mut session = Session::on(client.machine);
    session.set("URL", client.gateway.token_url());
    session.transcript.hide_random();
    session.transcript.hide_number_after("good for ");
    session.transcript.hide_number_after("\"expires_in\": ");
    session.transcript.hide_number_after("gives tokens for ");
    (session, client.gateway)
}

/// Values of the options of `get-token`.
#[test]
fn options() {
    let (mut session, gateway) = session(RegisteredClient::new());
    session.machine.write("file", "");
    session.machine.write("authority.pem", "no certificate");
    let empty = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    session.machine.write("damaged.pem", empty);
    session.run_with(
        "get-token -q --gateway nhs --client-id test-client-id --private-key int-1.pem --token-url $URL",
        &[
            "--timeout 0",
            "--timeout 99999999999999999999",
            "--timeout 5s",
            "--param scope",
            "--param grant_type=password",
            "--param a=1 --param a=2",
            "--param ''",
            "--min-ttl x",
            "--min-ttl=-1",
            "--clock-skew moon",
            "--format yaml",
            "--format netrc",
            "--format netrc --machine 'a b'",
            "--format env --shell moon",
            "--machine a",
            "--shell sh",
            "--output .",
            "--output absent/file",
            "--output /dev/null",
            "--output ''",
            "--output -",
            "--ca-cert authority.pem",
            "--ca-cert damaged.pem",
            "--ca-cert absent.pem",
            "--ca-cert .",
            "--scope ''",
            "--scope 'a  b'",
            "--scope 'a\"b'",
        ],
    );
    // Nothing else is sent.
    assert_eq!(gateway.token_requests(), gateway.issued_tokens());
    session.title("The token cache");
    session.run_with(
        "get-token --gateway nhs --client-id test-client-id --private-key int-1.pem --token-url $URL --cache-dir",
        &["file", "/proc/new", "''"],
    );
    session.title("Keys in two places");
    session.run_with(
        "get-token -q --client-id somebody --gateway nhs --no-cache --token-url $URL",
        &[
            "--private-key int-1.pem --signer-command ./sign.sh",
            "--signer-command ./sign.sh",
            "--signer-command ''",
            "--signer-command false",
            "--signer-command 'sh -c \"exit 3\"'",
            "--signer-command echo",
            "--signer-command true --signer-timeout 0",
            "--private-key pkcs11:",
            "--private-key pkcs11:object=a",
            "--private-key 'pkcs11:object=a?module-path=/absent.so'",
            "--private-key 'pkcs11:object=a?module-path=relative.so'",
            "--private-key 'pkcs11:moon=a'",
            "--private-key int-1.pem --pin-file absent",
            "--private-key int-1.pem --public-key absent",
        ],
    );
    session.check("errors/token-options");
}

/// What is said of success, of a token from the cache, and of the gateway's refusals.
#[test]
fn with_the_mock_gateway() {
    let (mut session, _gateway) = session(RegisteredClient::new());
    let get = "get-token --gateway nhs --client-id test-client-id --private-key int-1.pem \
               --token-url $URL";
    let without_client = "get-token --gateway nhs --private-key int-1.pem --token-url $URL";
    session.title("Success");
    session.run_with(
        get,
        &[
            "",
            "--verbose",
            "--force-refresh",
            "--force-refresh --verbose",
            "--no-cache --verbose",
            "--quiet",
            "--quiet --min-ttl 900",
            "--min-ttl 900",
            "--format header -q",
            "--format json -q",
            "--format env -q",
            "--format env --shell fish -q",
            "--format curl -q",
            "--format netrc --machine api.test -q",
            "--format exec-credential -q",
            "--format credential-helper -q",
            "--format git-credential -q",
            "--output token",
        ],
    );
    session.title("KUBERNETES_EXEC_INFO");
    for info in [
        "v1",
        "{}",
        "{\"apiVersion\":\"client.authentication.k8s.io/v1alpha1\"}",
    ] {
        session.run(&format!(
            "KUBERNETES_EXEC_INFO='{info}' {get} -q --format exec-credential"
        ));
    }
    session.title("Refusals");
    session.run_with(
        get,
        &[
            "--no-cache --kid other",
            "--no-cache --kid other --verbose",
            "--no-cache --kid other --quiet",
            "--no-cache --audience https://elsewhere.test/ --no-lint",
            "--no-cache --typ client-authentication+jwt --no-lint",
            "--no-cache --scope moon",
        ],
    );
    session.run(&format!("{without_client} --client-id other"));
    let mut session = session.with_files(&[("int-1.pem", "keys/test-rsa-3072-pkcs8.pem")]);
    session.run(&format!("{get} --no-cache --no-lint"));
    session.title("A failure that is remembered");
    session.run(&format!("{get} --kid other --scope a"));
    session.run(&format!("{get} --kid other --scope a"));
    session.check("commands/get-token");
}

/// An outage that is over before the time is.
#[test]
fn an_outage_that_passes() {
    let mut texts = crate::transcript::Transcript::new();
    texts.hide_number_after("good for ");
    let machine = Machine::new();
    for answer in [
        response("503 Service Unavailable", "", b""),
        response("429 Too Many Requests", "Retry-After: 0\r\n", b""),
        Vec::new(),
    ] {
        for more in ["--verbose", "--quiet"] {
            let answer = answer.clone();
            let server = ScriptedServer::start(move |number, _| match number {
                0 => answer.clone(),
                number => token(number),
            });
            texts.run(server.get_token(&machine, &["--no-cache", more]));
        }
    }
    texts.check("commands/get-token-retry");
}

#[test]
fn clients_that_are_not_active() {
    let mut texts = crate::transcript::Transcript::new();
    texts.hide_random();
    for state in [
        ClientState::AppRevoked,
        ClientState::ProductMissing,
        ClientState::DeveloperInactive,
        ClientState::CompanyInactive,
        ClientState::NoApplicationScope,
    ] {
        texts.title(&format!("{state:?}"));
        let client = RegisteredClient::with(|builder| builder.with_client_state(CLIENT_ID, state));
        texts.run(client.get_token(&["--no-cache"]));
    }
    texts.title("No key is registered");
    let client =
        RegisteredClient::with(|builder| builder.with_client("other", JwkSource::Unregistered));
    let url = client.gateway.token_url();
    let arguments = ["get-token", "--gateway", "nhs", "--client-id", "other"];
    let more = ["--private-key", "int-1.pem", "--token-url", &url];
    texts.run(client.machine.tokenring([&arguments[..], &more].concat()));
    texts.check("errors/inactive-clients");
}

/// Hosts that are not there or not what they seem.
#[test]
fn hosts() {
    let mut session = Session::new().with_files(&[("key-1.pem", "keys/test-p256-pkcs8.pem")]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    session.set("CLOSED", format!("http://127.0.0.1:{port}/token"));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    session.set(
        "SILENT",
        format!(
            "http://127.0.0.1:{}/token",
            silent.local_addr().unwrap().port()
        ),
    );
    let garbage = Loopback::serve(|stream| {
        let mut hello = [0; 16];
        stream.read_exact(&mut hello)?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
        Ok(None)
    });
    session.set(
        "GARBAGE",
        format!("https://127.0.0.1:{}/token", garbage.port()),
    );
    session.set("LONG", format!("https://{}.example/token", "a".repeat(64)));
    session.set("PROXY", format!("127.0.0.1:{port}"));
    let refusing = Loopback::answer(response("503 Service Unavailable", "", b""));
    session.set("REFUSING", refusing.url(""));
    let locked = Loopback::answer(response("407 Proxy Authentication Required", "", b""));
    session.set("LOCKED", locked.url(""));
    let garbled = Loopback::answer("SSH-2.0-planted\r\n");
    session.set("GARBLED", garbled.url(""));
    let rows = [
        "get-token --token-url $CLOSED",
        "get-token --token-url $CLOSED --quiet",
        "get-token --token-url $SILENT --timeout 1",
        "get-token --token-url $GARBAGE",
        "get-token --token-url $LONG",
        "get-token --token-url https://",
        "get-token --token-url https://a.test:0/",
        "get-token --token-url https://a.test:b/",
        "HTTPS_PROXY=$REFUSING get-token --token-url https://gateway.test/token",
        "HTTPS_PROXY=$LOCKED get-token --token-url https://gateway.test/token",
        "HTTPS_PROXY=$GARBLED get-token --token-url https://gateway.test/token",
        "HTTPS_PROXY=http://$PROXY NO_PROXY=gateway.test:x get-token --token-url https://gateway.test/token",
        "HTTPS_PROXY=http://$PROXY get-token --token-url https://gateway.test/token",
        "HTTPS_PROXY=http://user:secret@$PROXY get-token --token-url https://gateway.test/token",
        "HTTPS_PROXY=moon://a get-token --token-url https://gateway.test/token",
    ];
    let rest = "--no-cache --client-id a --private-key key-1.pem";
    session.run_at_once(&rows.map(|row| format!("{row} {rest}")));
    session.check("errors/hosts");
}

/// A clock that is wrong, corrected and not.
#[test]
fn clock_skew() {
    let mut session = Session::new();
    for (what, date) in [
        ("behind", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("ahead", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
        let server = ScriptedServer::start(move |_, _| {
            let headers = format!("{JSON}Date: {date}\r\n");
            response(
                "401 Unauthorized",
                &headers,
                b"{\"error\":\"invalid_client\"}",
            )
        });
        session.title(what);
        session.transcript.hide_number_after("clock is ");
        session.transcript.hide_number_after("found: ");
        for more in [
            &["--no-cache"][..],
            &["--no-cache", "--clock-skew", "report"],
        ] {
            let run = server.get_token(&session.machine, more);
            session.transcript.run(run);
        }
    }
    session.title("an hour");
    session.transcript.hide_number_after("is good for ");
    let server = ScriptedServer::start(move |number, _| {
        let time = SystemTime::now() - Duration::from_secs(3600);
        let headers = format!("{JSON}Date: {}\r\n", httpdate::fmt_http_date(time));
        match number {
            2.. => token(number),
            _ => response(
                "401 Unauthorized",
                &headers,
                b"{\"error\":\"invalid_client\"}",
            ),
        }
    });
    for more in [
        &["--no-cache", "--clock-skew", "report"][..],
        &["--no-cache", "-v"],
    ] {
        let run = server.get_token(&session.machine, more);
        session.transcript.run(run);
    }
    session.check("errors/clock-skew");
}
