//! What proofs cost: calls with a bound token and with a bearer token, each on one connection.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark ends with its first error"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use tokenring::{ApiRequest, Client, DpopRule};

const CALLS: u32 = 1_000;
const RUNS: usize = 9;

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || serve(stream.unwrap()));
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let key = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fixtures/keys/test-p256-pkcs8.pem"
    );
    let client = |rule| {
        let client = Client::builder("generic")
            .client_id("client-1")
            .key(key)
            .token_url(format!("{url}/token"))
            .dpop(rule)
            .state_dir(folder.path())
            .proxy(None)
            .no_store();
        client.build().unwrap()
    };
    let (bearer, bound) = (client(DpopRule::Off), client(DpopRule::Required));
    let request = ApiRequest::get(format!("{url}/items")).unwrap();
    let (mut plain, mut proved) = (Vec::new(), Vec::new());
    // Taken in turns, so that what else the machine does is in both.
    for _ in 0..=RUNS {
        plain.push(measure(&bearer, &request));
        proved.push(measure(&bound, &request));
    }
    let (plain, proved) = (median(plain), median(proved));
    println!(
        "bearer {} ns, bound {} ns",
        plain.as_nanos(),
        proved.as_nanos()
    );
}

/// The time of one call, of many.
fn measure(client: &Client, request: &ApiRequest) -> Duration {
    let started = Instant::now();
    for _ in 0..CALLS {
        let answer = client.call(request).unwrap();
        assert_eq!(answer.status(), 200);
        let mut body = Vec::new();
        answer.into_body().read_to_end(&mut body).unwrap();
    }
    started.elapsed() / CALLS
}

/// The middle one; the first is to warm up.
fn median(mut times: Vec<Duration>) -> Duration {
    times.remove(0);
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Gives a token of the type that is asked for, and answers calls.
fn serve(stream: TcpStream) {
    let mut writer = stream.try_clone().unwrap();
    writer.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    loop {
        let (mut length, mut is_bound, mut is_token) = (0, false, false);
        loop {
            line.clear();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            is_token |= line.starts_with("POST /token");
            let lower = line.to_ascii_lowercase();
            is_bound |= lower.starts_with("dpop:");
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim_end().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let kind = if is_bound { "DPoP" } else { "Bearer" };
        let answer = match is_token {
            true => {
                format!(r#"{{"access_token":"abc-4711","token_type":"{kind}","expires_in":3600}}"#)
            }
            false => "{}".to_owned(),
        };
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}",
            answer.len()
        );
        writer.write_all(answer.as_bytes()).unwrap();
    }
}
