//! What it costs to read a refusal, with and without the comparison of the server's words with
//! what was sent; `cargo bench -p tokenring-oauth --bench refusal`.
//!
//! The request has an assertion that an RSA-4096 key has signed, and the target is 1 ms for 64 KiB
//! of the server's text. `valgrind --tool=callgrind` counts the instructions: give the bench
//! `--once`, and `--uncompared` for the number to subtract.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for people, which ends where something is wrong"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_jwk::{Algorithm, KeyId, Signature};
use tokenring_oauth::{ErrorResponse, HttpRequest, HttpResponse, TokenEndpoint, TokenRequest};

/// Many: the best one had the machine for itself.
const RUNS: usize = 200;

fn main() {
    let request = request();
    let sentence = "The assertion of this client is not valid at this time; ask its owner. ";
    let escaped = "%41%73sertion \\u006eot valid &#x21; 0x41 ";
    let has = |name: &str| std::env::args().any(|argument| argument == name);
    if has("--once") || has("--uncompared") {
        let body = body(sentence, 65_536);
        let response = match has("--once") {
            true => request.response(400, Vec::new(), body),
            false => HttpResponse::new(400, Vec::new(), body),
        };
        black_box(ErrorResponse::parse(&response));
        return;
    }
    println!("best of {RUNS} runs: compared, without comparison, difference");
    for (name, text) in [("words", sentence), ("escaped", escaped)] {
        for length in [200, 65_536] {
            let with = measure(|| request.response(400, Vec::new(), body(text, length)));
            let without = measure(|| HttpResponse::new(400, Vec::new(), body(text, length)));
            let difference = with.saturating_sub(without);
            println!(
                "{name:8} {length:6} bytes: {with:>10.1?} {without:>10.1?} {difference:>10.1?}"
            );
        }
    }
}

fn measure(response: impl Fn() -> HttpResponse) -> Duration {
    let run = || {
        let response = response();
        let start = Instant::now();
        black_box(ErrorResponse::parse(black_box(&response)));
        start.elapsed()
    };
    (0..RUNS).map(|_| run()).min().unwrap()
}

fn body(text: &str, length: usize) -> Vec<u8> {
    let words: String = text.chars().cycle().take(length).collect();
    let body = serde_json::json!({ "error": "invalid_client", "error_description": words });
    body.to_string().into_bytes()
}

fn request() -> HttpRequest {
    let endpoint = TokenEndpoint::new("https://int.api.service.nhs.uk/oauth2/token").unwrap();
    let jwt_id = JwtId::from_random_bytes([7; 16]);
    let expires_at = NumericDate::from_seconds(1_800_000_000);
    let signature: Vec<u8> = (0..=255_u8).map(|byte| byte.wrapping_mul(167)).collect();
    let assertion = Claims::new(
        "jBK2fXZ5RlvXMr7bQ0aYt1nSpWc8Ud3E",
        endpoint.as_str(),
        jwt_id,
        expires_at,
    )
    .signing_input(Algorithm::Rs512, Some(&KeyId::new("int-1")))
    .attach(&Signature::from_bytes(signature.repeat(2)));
    TokenRequest::client_credentials(&endpoint, assertion).into_http()
}
