//! No secret in what a person, a log or a ticket gets to see.

use integration_tests::fixtures;
use integration_tests::secrecy::Marker;
use tokenring_mock_gateway::ApiAccess;

use crate::loopback::{Loopback, response};
use crate::process::{Finished, Machine};
use crate::registered_client::RegisteredClient;

const TOKEN: &str = "planted-access-token-0815-4711";
const PARAMETER: &str = "planted-client-secret-0815-4711";
const HEADER: &str = "planted-authorization-0815-4711";

/// Neither stdout nor stderr has any of these.
#[track_caller]
fn silent(finished: &Finished, secrets: &[&[u8]]) {
    let everything = finished.everything();
    for secret in secrets {
        Marker::new(secret).must_not_be_in(&everything);
    }
}

/// The lines of a PEM file that hold the key, and the key's bytes.
fn private_key() -> Vec<Vec<u8>> {
    let pem = fixtures::text("keys/test-rsa-2048-pkcs8.pem");
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    let mut secrets: Vec<_> = lines
        .skip(6)
        .map(|line| line.as_bytes().to_vec())
        .filter(|line| line.len() == 64)
        .collect();
    let der = fixtures::bytes("keys/test-rsa-2048-pkcs8.der");
    // Beyond the modulus, which is public.
    secrets.extend(der[400..].chunks_exact(48).map(<[u8]>::to_vec));
    secrets
}

#[track_caller]
fn no_private_key(finished: &Finished) {
    for secret in private_key() {
        Marker::new(&secret).must_not_be_in(&finished.everything());
    }
}

/// The server's answers to a token request, hostile and otherwise.
fn answers() -> Vec<Vec<u8>> {
    let json = |status: &str, body: String| {
        response(
            status,
            "Content-Type: application/json\r\n",
            body.as_bytes(),
        )
    };
    let token = |rest: &str| format!("{{\"access_token\":\"{TOKEN}\",{rest}}}");
    vec![
        json("200 OK", token("\"token_type\":\"DPoP\"")),
        json(
            "200 OK",
            token("\"access_token\":\"a\",\"token_type\":\"Bearer\""),
        ),
        json("200 OK", token("\"token_type\":5")),
        json(
            "200 OK",
            format!("{} trailing", token("\"token_type\":\"Bearer\"")),
        ),
        json(
            "200 OK",
            format!("{{\"access_token\":\"{TOKEN} \",\"token_type\":\"Bearer\"}}"),
        ),
        json("404 Not Found", token("\"token_type\":\"Bearer\"")),
        json("200 OK", TOKEN.into()),
        response("200 OK", "Content-Type: text/html\r\n", TOKEN.as_bytes()),
        response(
            "302 Found",
            &format!("Location: https://a.test/{TOKEN}\r\n"),
            b"",
        ),
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{}",
            token("\"a\":1")
        )
        .into_bytes(),
        format!("{TOKEN}\r\n\r\n").into_bytes(),
        Vec::new(),
    ]
}

#[test]
fn failures_of_the_token_request() {
    for answer in answers() {
        let server = Loopback::answer(answer);
        let machine = Machine::new();
        let parameter = format!("client_secret={PARAMETER}");
        let more = ["--verbose", "--param", &parameter];
        let finished = server.get_token(&machine, &more).finish();
        assert!(matches!(finished.code(), Some(5 | 6)), "{finished:?}");
        silent(&finished, &[TOKEN.as_bytes(), PARAMETER.as_bytes()]);
        let request = server.request();
        let assertion = request.form("client_assertion").unwrap();
        for part in assertion.split('.') {
            silent(&finished, &[part.as_bytes()]);
        }
    }
}

/// A server that sends back what it got: the assertion stays out of sight.
#[test]
fn a_server_that_echoes() {
    use std::io::{Read, Write};

    for status in ["400 Bad Request", "200 OK", "500 Oops"] {
        for shape in [
            "{\"error\":\"invalid_client\",\"error_description\":\"",
            "<html>",
        ] {
            let server = Loopback::serve(move |stream| {
                let mut buffer = vec![0; 8192];
                let mut request = Vec::new();
                while !request.windows(17).any(|part| part == b"client_assertion=") || {
                    let text = String::from_utf8_lossy(&request);
                    let (_, rest) = text.split_once("client_assertion=").unwrap_or_default();
                    rest.split('.')
                        .nth(2)
                        .is_none_or(|signature| signature.len() < 80)
                } {
                    let length = stream.read(&mut buffer)?;
                    if length == 0 {
                        break;
                    }
                    request.extend_from_slice(&buffer[..length]);
                }
                let text = String::from_utf8_lossy(&request).replace(['\r', '\n', '"'], " ");
                let body = format!("{shape}you sent {text}\"}}");
                stream.write_all(&response(status, "", body.as_bytes()))?;
                Ok(Some(crate::loopback::Request {
                    head: text,
                    body: Vec::new(),
                }))
            });
            let machine = Machine::new();
            let finished = server
                .get_token(&machine, &["--verbose"])
                .finish()
                .has_code(6);
            let request = server.request();
            let (_, assertion) = request.head.split_once("client_assertion=").unwrap();
            let assertion = assertion.split(['&', ' ']).next().unwrap();
            for part in assertion.split('.') {
                silent(&finished, &[part.as_bytes()]);
            }
        }
    }
}

/// A key that cannot be read is not quoted.
#[test]
fn failures_of_the_key() {
    let pem = fixtures::text("keys/test-rsa-2048-pkcs8.pem");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    for contents in [
        pem.replace("-----END PRIVATE KEY-----", ""),
        pem.replace("-----BEGIN PRIVATE KEY-----", "-----BEGIN SECRET-----"),
        pem.replacen('M', "?", 9),
        format!("{pem}{}", fixtures::text("keys/test-p256-pkcs8.pem")),
        format!("x{body}"),
        format!("{{\"keys\":[{{\"kty\":\"oct\",\"k\":\"{body}\"}}]}}"),
        format!("{{\"kty\":\"RSA\",\"d\":\"{body}\"}}"),
        format!("private-key = {body}"),
    ] {
        let client = RegisteredClient::new();
        client.machine.write("int-1.pem", &contents);
        let finished = client.get_token(&["--verbose"]).finish().has_code(3);
        no_private_key(&finished);
        // As a configuration, as a gateway, as certificates, as a set of keys.
        for arguments in [
            ["get-token", "--config", "int-1.pem"],
            ["get-token", "--gateway", "./int-1.pem"],
            ["mock-gateway", "--client", "a=int-1.pem"],
        ] {
            no_private_key(&client.machine.tokenring(arguments).finish().has_code(3));
        }
        let finished = client.get_token(&["--ca-cert", "int-1.pem"]).finish();
        no_private_key(&finished);
    }
}

/// A key in the place of another value: a mistake that a paste makes.
#[test]
fn a_secret_in_the_wrong_place() {
    let client = RegisteredClient::new();
    for option in ["--header", "--param", "--claim", "--var"] {
        let run = client.call_api(ApiAccess::Bearer, &[option, PARAMETER]);
        let finished = run.finish().has_code(2);
        silent(&finished, &[PARAMETER.as_bytes()]);
    }
    let claim = format!("secret={PARAMETER}");
    let finished = client.get_token(&["--claim", &claim]).finish().has_code(2);
    silent(&finished, &[PARAMETER.as_bytes()]);
    let header = format!("Authorization: Bearer {HEADER}\r\n");
    let more = ["--auth", "none", "--header", &header];
    let finished = client.call_api(ApiAccess::Open, &more).finish().has_code(2);
    silent(&finished, &[HEADER.as_bytes()]);
    let url = format!("https://user:{PARAMETER}@gateway.test/");
    for option in ["--token-url", "--url"] {
        let arguments = [
            "call-api",
            "--auth",
            "signed-jwt",
            "--client-id",
            "a",
            option,
            &url,
        ];
        let finished = client.machine.tokenring(arguments).finish().has_code(2);
        silent(&finished, &[PARAMETER.as_bytes()]);
    }
}

/// A private key where the name of its file belongs.
#[test]
fn a_key_in_the_place_of_its_file() {
    let machine = Machine::new();
    let pem = fixtures::text("keys/test-rsa-2048-pkcs8.pem");
    let jwk = fixtures::text("keys/test-rsa-2048-private.jwk.json");
    let one_line = pem.replace('\n', "\\n");
    for key in [pem.as_str(), pem.trim_start_matches('-'), &one_line, &jwk] {
        let arguments = [
            "get-token",
            "--client-id",
            "a",
            "--token-url",
            "https://a.test/",
        ];
        for mode in ["--quiet", "--explain"] {
            let run = machine.tokenring([&arguments[..], &[mode, "--private-key", key]].concat());
            let finished = run.finish().has_code(2);
            no_private_key(&finished);
            assert!(finished.everything().len() < 300, "{finished:?}");
            finished.fails(2);
            let run = machine.tokenring([&arguments[..], &[mode]].concat());
            let finished = run.with_variable("TOKENRING_PRIVATE_KEY", key).finish();
            no_private_key(&finished);
            finished.fails(3);
        }
    }
}

/// What is done in detail, and what would be done, without what it is done with.
#[test]
fn verbose_and_explain() {
    let client = RegisteredClient::new();
    let parameter = format!("client_secret={PARAMETER}");
    let header = format!("Cookie: session={HEADER}");
    let more = ["--param", &parameter, "--header", &header, "--data", TOKEN];
    for mode in ["--verbose", "--explain"] {
        let run = client.call_api(ApiAccess::Bearer, &[&[mode], &more[..]].concat());
        let finished = run.finish().has_code(0);
        let stderr = &finished.stderr;
        for secret in [PARAMETER, HEADER, TOKEN] {
            Marker::new(secret.as_bytes()).must_not_be_in(stderr);
            if mode == "--explain" {
                Marker::new(secret.as_bytes()).must_not_be_in(finished.text());
            }
        }
        no_private_key(&finished);
        assert!(!finished.everything().contains("eyJ"), "{finished:?}");
    }
    let finished = client.get_token(&["--verbose"]).finish().has_code(0);
    Marker::new(finished.text().trim().as_bytes()).must_not_be_in(&finished.stderr);
}

/// The same in the environment: a dump of it by somebody else is not ours, a
/// complaint about it is.
#[test]
fn secrets_of_the_environment() {
    let client = RegisteredClient::new();
    let run = client.call_api(ApiAccess::Bearer, &["--verbose"]);
    let run = run
        .with_variable("TOKENRING_PARAM", PARAMETER)
        .with_variable("TOKENRING_HEADER", format!("Authorization {HEADER}"));
    let finished = run.finish().has_code(3);
    silent(&finished, &[PARAMETER.as_bytes(), HEADER.as_bytes()]);
    let run = client.call_api(ApiAccess::Bearer, &[]);
    let finished = run
        .with_variable("TOKENRING_PARAM", PARAMETER)
        .finish()
        .has_code(3);
    silent(&finished, &[PARAMETER.as_bytes()]);
}

/// A proxy's password is in its URL.
#[test]
fn a_proxy_with_a_password() {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let proxy = Loopback::answer("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    let arguments = [
        "get-token",
        "-v",
        "--client-id",
        "a",
        "--private-key",
        "key-1.pem",
    ];
    let more = [
        "--token-url",
        "https://gateway.test/token",
        "--timeout",
        "5",
    ];
    for url in [
        format!("http://user:{PARAMETER}@127.0.0.1:{}", proxy.port()),
        format!("socks5://user:{PARAMETER}@127.0.0.1:{}", proxy.port()),
        format!("http://user:{PARAMETER}@"),
    ] {
        let run = machine.tokenring([&arguments[..], &more].concat());
        let finished = run.with_variable("https_proxy", url).finish().has_code(5);
        silent(&finished, &[PARAMETER.as_bytes()]);
    }
}

/// The API's own words may hold anything, and go to stdout alone.
#[test]
fn failures_of_the_api() {
    let client = RegisteredClient::new();
    for answer in [
        response(
            "401 Unauthorized",
            "WWW-Authenticate: Bearer\r\n",
            TOKEN.as_bytes(),
        ),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{TOKEN}").into_bytes(),
        format!("{TOKEN}\r\n\r\n").into_bytes(),
    ] {
        let server = Loopback::answer(answer);
        let url = server.url("/");
        let header = format!("X-Api-Secret: {HEADER}");
        let more = [
            "--url",
            &url,
            "--verbose",
            "--header",
            &header,
            "--data",
            PARAMETER,
        ];
        let finished = client.run("call-api", &more).finish();
        assert!(matches!(finished.code(), Some(5 | 7)), "{finished:?}");
        let sent = server.request();
        let token = sent.header("authorization").unwrap();
        let token = token.strip_prefix("Bearer ").unwrap();
        for secret in [TOKEN, HEADER, PARAMETER, token] {
            Marker::new(secret.as_bytes()).must_not_be_in(&finished.stderr);
        }
    }
}

/// A PIN in a URI is not where it belongs, and is not repeated.
#[test]
fn pins() {
    let machine = Machine::new();
    let pin = "planted-pin-0815";
    for scheme in ["pkcs11", "PKCS11", "Pkcs11"] {
        let uri = format!("{scheme}:token=a?pin-value={pin}");
        let url = ["--token-url", "http://127.0.0.1:9/", "--client-id", "a"];
        let get_token = [&["get-token", "--private-key", &uri], &url[..]].concat();
        let explain = [&get_token[..], &["--explain"]].concat();
        for arguments in [
            &get_token[..],
            &explain,
            &["keys", "show", &uri],
            &["jwks", "add", "set.json", &uri],
            &["generate-keys", "--output-dir", &uri, "--kid", "a/b"],
        ] {
            let finished = machine.tokenring(arguments).finish();
            assert_ne!(finished.code(), Some(0), "{finished:?}");
            silent(&finished, &[pin.as_bytes()]);
        }
    }
}
