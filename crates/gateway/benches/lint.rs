//! Measures how long it takes to take a JWT of 4 KB apart and to judge it.
#![expect(clippy::print_stdout, reason = "a measurement is to be seen")]

use core::hint::black_box;
use std::error::Error;
use std::time::{Duration, Instant};

use base64ct::{Base64UrlUnpadded, Encoding};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Gateway, Lint, UnverifiedJwt};

const ROUNDS: usize = 2_000;
const BYTES: usize = 4_096;

fn main() -> Result<(), Box<dyn Error>> {
    let text = jwt();
    let nhs = Gateway::builtin("nhs")?;
    let endpoint = nhs.endpoint(nhs.environment(Some("int"))?).build()?;
    let now = NumericDate::from_seconds(1_700_000_000);
    let mut shortest = Duration::MAX;
    let mut longest = Duration::ZERO;
    let mut findings = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let jwt = UnverifiedJwt::decode(black_box(&text))?;
        findings = Lint::new(&nhs, &endpoint, now).check(&jwt).len();
        let duration = start.elapsed();
        shortest = shortest.min(duration);
        longest = longest.max(duration);
    }
    println!(
        "{} bytes, {findings} findings: {shortest:?} to {longest:?} in {ROUNDS} rounds",
        text.len()
    );
    Ok(())
}

/// Bad in many ways, so that every finding is made; filled up with claims of one's own.
fn jwt() -> String {
    let part = |json: &str| Base64UrlUnpadded::encode_string(json.as_bytes());
    let mut claims = String::from(
        r#"{"iss":"a","sub":"b","aud":"https://int.api.service.nhs.uk/oauth2/token/","exp":"1""#,
    );
    let mut count = 0;
    while claims.len() < (BYTES - 800) / 4 * 3 {
        count += 1;
        claims.push_str(&format!(r#","claim_{count}":["some text","more of it"]"#));
    }
    claims.push('}');
    let signature = Base64UrlUnpadded::encode_string(&[7; 512]);
    let header = part(r#"{"alg":"RS256","crit":["b64"]}"#);
    format!("{header}.{}.{signature}", part(&claims))
}
