use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use integration_tests::peer;
use serde_json::{Value, json};
use tokenring_assertion::{Claims, JwtId, Lifetime, NumericDate};
use tokenring_jwk::{
    Algorithm, Jwk, JwkSet, KeyId, KeySpec, KeyUse, PublicKey, Signature, aws_lc_rs, ring,
};
use tokenring_oauth::{
    ApiRequest, HttpRequest, HttpResponse, SecureUrl, TokenEndpoint, TokenRequest, TokenResponse,
    Transport, TransportError, TransportErrorKind, UreqTransport,
};

use crate::provider::Provider;

/// The provider judges by its own clock, which is this machine's.
pub(crate) fn now() -> NumericDate {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    NumericDate::from_seconds(since.as_secs())
}

/// From a new key to the API's answer, through the transport of the crate.
#[test]
fn ureq_transport() {
    let key = ring::SigningKey::new(&ring::generate(KeySpec::Ed25519).unwrap(), Algorithm::EdDsa)
        .unwrap()
        .with_key_id(KeyId::new("from-a-program"));
    let clients = [client(key.public_key(), Algorithm::EdDsa)];
    let Some(provider) = Provider::start(&json!({ "clients": clients, "expires_in": 77 })) else {
        return;
    };
    let endpoint = TokenEndpoint::new(provider.token_endpoint()).unwrap();
    let assertion = claims(&endpoint).sign(&key).unwrap();
    let transport = UreqTransport::new().without_proxy();
    let response = TokenRequest::client_credentials(&endpoint, assertion)
        .with_client_id("client")
        .with_scope("read")
        .send(&transport)
        .unwrap();
    provider.granted("client");
    assert_eq!(response.token_type(), "Bearer");
    assert_eq!(response.expires_in().unwrap().as_secs(), 77);
    assert_eq!(response.scope(), Some("read"));
    assert!(
        response
            .date()
            .unwrap()
            .as_seconds()
            .abs_diff(now().as_seconds())
            < 60
    );

    let url = SecureUrl::new(provider.api()).unwrap();
    let request = ApiRequest::new("PUT", &url)
        .unwrap()
        .with_bearer_token(response.access_token())
        .with_body("streamed");
    let answer = transport.open(request).unwrap();
    assert_eq!(answer.status(), 200);
    let echo: Value = serde_json::from_reader(answer.into_body()).unwrap();
    assert_eq!(
        echo,
        json!({
            "client_id": "client",
            "scope": "read",
            "method": "PUT",
            "path": "/api",
            "body": "streamed",
        })
    );
    provider.stop();
}

/// A closure is a transport, and the two halves of `send` stand alone.
#[test]
fn transport_of_ones_own() {
    let key = aws_lc_rs::generate(KeySpec::P521).unwrap();
    let key = aws_lc_rs::SigningKey::new(&key, Algorithm::Es512)
        .unwrap()
        .with_key_id(KeyId::new("from-a-program"));
    let clients = [client(key.public_key(), Algorithm::Es512)];
    let Some(provider) = Provider::start(&json!({ "clients": clients })) else {
        return;
    };
    let endpoint = TokenEndpoint::new(provider.token_endpoint()).unwrap();
    let request = || {
        let assertion = claims(&endpoint).sign(&key).unwrap();
        TokenRequest::client_credentials(&endpoint, assertion)
    };

    let transport = |request: HttpRequest| {
        exchange(&request).map_err(|error| {
            TransportError::new(TransportErrorKind::Other, "no answer").with_source(error)
        })
    };
    let first = request().send(&transport).unwrap();
    provider.granted("client");

    let dynamic: &dyn Transport = &transport;
    let second = request().send(dynamic).unwrap();
    provider.granted("client");

    let answer = exchange(&request().into_http()).unwrap();
    let third = TokenResponse::parse(&answer).unwrap();
    provider.granted("client");

    let [first, second, third] =
        [&first, &second, &third].map(|response| response.access_token().secret());
    assert!(first != second && second != third && third != first);
    provider.stop();
}

/// A key that only openssl holds signs through the door without a trait.
#[test]
fn key_elsewhere() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    let private_pem = openssl.generate(KeySpec::P384);
    let public_key = PublicKey::from_spki_pem(&openssl.public_pem(&private_pem)).unwrap();
    let clients = [client(&public_key, Algorithm::Es384)];
    let Some(provider) = Provider::start(&json!({ "clients": clients })) else {
        return;
    };
    let endpoint = TokenEndpoint::new(provider.token_endpoint()).unwrap();
    let input =
        claims(&endpoint).signing_input(Algorithm::Es384, Some(&KeyId::new("from-a-program")));
    let signature = openssl.sign(&private_pem, Algorithm::Es384, input.as_bytes());
    let signature = Signature::from_ecdsa_der(&signature, Algorithm::Es384).unwrap();
    TokenRequest::client_credentials(&endpoint, input.attach(&signature))
        .send(&UreqTransport::new().without_proxy())
        .unwrap();
    provider.granted("client");
    provider.stop();
}

fn client(public_key: &PublicKey, algorithm: Algorithm) -> Value {
    let jwk = Jwk::new(public_key.clone())
        .with_algorithm(algorithm)
        .unwrap()
        .with_key_id(KeyId::new("from-a-program"))
        .with_use(KeyUse::Signature);
    let jwk_set: Value = serde_json::from_str(&JwkSet::from_iter([jwk]).to_json()).unwrap();
    json!({
        "client_id": "client",
        "alg": algorithm.name(),
        "scope": "read",
        "jwks": jwk_set,
    })
}

fn claims(endpoint: &TokenEndpoint) -> Claims {
    let lifetime = Lifetime::from_seconds(60).unwrap();
    let jwt_id = JwtId::random().unwrap();
    Claims::new("client", endpoint.as_str(), jwt_id, now().after(lifetime)).with_issued_at(now())
}

/// The plainest HTTP client there is.
fn exchange(request: &HttpRequest) -> std::io::Result<HttpResponse> {
    let address = request.url().strip_prefix("http://").unwrap();
    let (host, path) = address.split_once('/').unwrap();
    let mut head = format!(
        "{} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n",
        request.method(),
        request.secret_body().len()
    );
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(host)?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(request.secret_body())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;

    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Ok(HttpResponse::new(
        status.parse().unwrap(),
        headers,
        body.as_bytes().to_vec(),
    ))
}
