//! HTTP as it comes over a connection, from a server and from a client.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokenring_mock_gateway::{JwkSource, MockGateway};
use tokenring_oauth::{
    ErrorResponse, HttpRequest, SecureUrl, TokenResponse, Transport, UreqTransport,
};

use crate::campaign::Campaign;
use crate::corpus::texts;
use crate::responses::GZIP_TOKEN;

/// Neither side waits for longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Both sides wait at most that long, and then some.
const LIMIT: Duration = Duration::from_secs(30);

#[test]
fn answers_of_servers() {
    let token = "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":599}";
    let length = token.len();
    let mut seeds = texts(&[
        &format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\n\r\n{token}"
        ),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\n\
         1e\r\n{\"access_token\":\"abc\",\"token_t\r\n10;a=b\r\nype\":\"Bearer\"}   \r\n0\r\nA: b\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n\
         HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\n\r\nno",
        "HTTP/1.1 204 No Content\r\n\r\n",
    ]);
    let head = format!(
        "HTTP/1.1 200\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        GZIP_TOKEN.len()
    );
    seeds.push([head.as_bytes(), GZIP_TOKEN].concat());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let url = SecureUrl::new(&url).unwrap();
    let (sender, answers) = mpsc::channel::<Vec<u8>>();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            // The head of a request without a body; what the client makes of the answer is its own.
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n > 0) {
                head.push(byte[0]);
            }
            let _ = stream.write_all(&answer);
        }
    });
    let campaign = Campaign::new("answers_of_servers", 8, seeds).with_limit(LIMIT);
    campaign.run(|input| {
        sender.send(input.to_vec()).unwrap();
        match UreqTransport::new().send(HttpRequest::get(&url)) {
            Ok(response) => {
                let _ = (response.date(), response.retry_after());
                let _ = TokenResponse::parse(&response).map_err(|error| error.to_string());
                let _ = ErrorResponse::parse(&response).to_string();
                true
            }
            Err(error) => {
                let _ = format!("{error} {error:?}");
                false
            }
        }
    });
}

#[test]
fn requests_to_the_mock() {
    let form = "grant_type=client_credentials&client_assertion_type=\
                urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=\
                eyJhbGciOiJSUzUxMiIsImtpZCI6ImEiLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJhIn0.c2ln";
    let length = form.len();
    let seeds = texts(&[
        &format!(
            "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\n\r\n{form}"
        ),
        "GET /-/events?after=0 HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: none\r\n\r\n",
        "GET /api/bearer/a?b=c HTTP/1.1\r\nHost: [::1]:80\r\nAuthorization: Bearer abc\r\n\r\n",
        "POST /api/open HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
         3\r\nabc\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n",
    ]);
    let gateway = MockGateway::builder()
        .with_client("a", JwkSource::Unregistered)
        .start()
        .unwrap();
    let send = |input: &[u8]| {
        let mut stream = TcpStream::connect(gateway.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        // A server that has seen enough closes the connection.
        let _ = stream.write_all(input);
        stream
    };
    let answer = |mut stream: TcpStream| {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    };
    let campaign = Campaign::new("requests_to_the_mock", 8, seeds)
        .with_limit(LIMIT)
        .with_helper("mock-gateway");
    campaign.run(|input| {
        let stream = send(input);
        // A request that breaks off is not waited for; one that is whole may go without an
        // answer then.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        !answer(stream).is_empty()
    });
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = answer(send(request));
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer:?}");
}
