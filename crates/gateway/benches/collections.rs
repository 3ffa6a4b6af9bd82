//! Measures how the cost of claims, header parameters and form parameters grows with their number:
//! ten times as many may take some ten times as long, and not a hundred times.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for people, which ends where something is wrong"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use tokenring_assertion::{JwtId, NumericDate, SigningInput};
use tokenring_gateway::{AssertionPlan, Gateway};
use tokenring_jwk::{Algorithm, Signature};
use tokenring_oauth::{TokenEndpoint, TokenRequest};

const FEW: usize = 2_000;
const MANY: usize = 20_000;
/// The best one had the machine for itself.
const RUNS: usize = 5;

fn main() {
    println!("{:18} {FEW:>10} {MANY:>10} {:>6}", "number", "ratio");
    row("claims", |number| {
        signing_input(plan(), number, AssertionPlan::with_claim);
    });
    row("header parameters", |number| {
        let add = AssertionPlan::with_header_parameter;
        signing_input(plan(), number, add);
    });
    row("form parameters", |number| {
        let endpoint = TokenEndpoint::new("https://gateway.example/token").unwrap();
        let assertion = SigningInput::parse("eyJhbGciOiJFUzI1NiJ9.e30").unwrap();
        let assertion = assertion.attach(&Signature::from_bytes([7; 64]));
        let mut request = TokenRequest::client_credentials(&endpoint, assertion);
        for index in 0..number {
            request = request.with_parameter(name(index), "value").unwrap();
        }
        black_box(request.into_http());
    });
}

fn row(what: &str, run: impl Fn(usize)) {
    let [few, many] = [FEW, MANY].map(|number| {
        let once = || {
            let start = Instant::now();
            run(number);
            start.elapsed()
        };
        (0..RUNS).map(|_| once()).min().unwrap()
    });
    let ratio = many.as_secs_f64() / few.max(Duration::from_nanos(1)).as_secs_f64();
    println!("{what:18} {few:>10.1?} {many:>10.1?} {ratio:>6.1}");
}

fn name(index: usize) -> String {
    format!("name-{index}")
}

fn plan() -> AssertionPlan {
    let gateway = Gateway::builtin("generic").unwrap();
    AssertionPlan::new(gateway.assertion(), "client-1", "https://gateway.example")
}

fn signing_input(
    mut plan: AssertionPlan,
    number: usize,
    add: impl Fn(AssertionPlan, String, String) -> AssertionPlan,
) {
    for index in 0..number {
        plan = add(plan, name(index), "value".to_owned());
    }
    let jwt_id = JwtId::from_random_bytes([7; 16]);
    let now = NumericDate::from_seconds(1_800_000_000);
    let input = plan.signing_input(now, jwt_id, Algorithm::Es256, None);
    black_box(input.unwrap());
}
