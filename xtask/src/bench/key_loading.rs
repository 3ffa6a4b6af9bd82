use std::hint::black_box;
use std::time::Instant;

use tokenring_jwk::{Algorithm, Error, PrivateKey, aws_lc_rs, ring};

use super::statistics::median;
use crate::failure::{Failure, While};
use crate::report::Row;
use crate::workspace;

const ROUNDS: u32 = 200;
const TARGET_SECONDS: f64 = 2e-3;

/// Times what a program does between the bytes of a key file and being ready to sign.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for (file, algorithm) in [
        ("test-rsa-2048-pkcs8.pem", Algorithm::Rs256),
        ("test-rsa-4096-pkcs8.pem", Algorithm::Rs512),
        ("test-rsa-4096-private.jwk.json", Algorithm::Rs512),
        ("test-p256-pkcs8.pem", Algorithm::Es256),
        ("test-p521-pkcs8.pem", Algorithm::Es512),
        ("test-ed25519-pkcs8.pem", Algorithm::EdDsa),
    ] {
        let path = workspace::root().join("tests/fixtures/keys").join(file);
        let contents = std::fs::read(&path).while_doing(path.display())?;
        let with_ring = |key: &PrivateKey| ring::SigningKey::new(key, algorithm).map(drop);
        let with_aws = |key: &PrivateKey| aws_lc_rs::SigningKey::new(key, algorithm).map(drop);
        if algorithm != Algorithm::Es512 {
            rows.push(row(file, "ring", &contents, &with_ring)?);
        }
        rows.push(row(file, "aws_lc_rs", &contents, &with_aws)?);
    }
    Ok(rows)
}

fn row(
    file: &str,
    provider: &str,
    contents: &[u8],
    prepare: &dyn Fn(&PrivateKey) -> Result<(), Error>,
) -> Result<Row, Failure> {
    let mut seconds = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let key = PrivateKey::from_key_file(black_box(contents)).while_doing(file)?;
        prepare(&key).while_doing(file)?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(Row::at_most(
        format!("loading {file}, {provider}"),
        TARGET_SECONDS,
        median(seconds),
        |seconds| format!("{:.2} ms", seconds * 1e3),
    ))
}
