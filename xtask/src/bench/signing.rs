use std::hint::black_box;
use std::time::Instant;

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA512, RsaKeyPair,
};
use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_jwk::{Algorithm, KeyId, PrivateKey, Signer, aws_lc_rs, ring::SigningKey};

use super::openssl4::OpenSsl4;
use super::statistics::median;
use crate::failure::{Failure, While};
use crate::report::Row;
use crate::workspace;

const P256: &[u8] = include_bytes!("../../../tests/fixtures/keys/test-p256-pkcs8.der");
const RSA_4096: &[u8] = include_bytes!("../../../tests/fixtures/keys/test-rsa-4096-pkcs8.der");

/// Compares a whole assertion with the bare signature over the same bytes.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    Ok(vec![es256()?, rs512()?, rs512_against_openssl4()?])
}

/// Compares RS512 with 4096 bits on the faster provider with OpenSSL 4.
fn rs512_against_openssl4() -> Result<Row, Failure> {
    const COUNT: u32 = 100;
    const ROUNDS: u32 = 15;
    let openssl4 = OpenSsl4::find()?;
    let file = workspace::root().join("tests/fixtures/keys/test-rsa-4096-pkcs8.pem");
    let key = PrivateKey::from_der(RSA_4096).while_doing("test key")?;
    let signer = aws_lc_rs::SigningKey::new(&key, Algorithm::Rs512).while_doing("test key")?;
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..ROUNDS {
        theirs.push(openssl4.sign(&file, COUNT)? / f64::from(COUNT));
        let start = Instant::now();
        for _ in 0..COUNT {
            let _ = black_box(signer.sign(black_box(b"header.claims")));
        }
        ours.push(start.elapsed().as_secs_f64() / f64::from(COUNT));
    }
    Ok(Row::at_most(
        format!(
            "RS512 4096 signature, aws_lc_rs, against {}",
            openssl4.version()
        ),
        quickest(&theirs),
        quickest(&ours),
        |seconds| format!("{:.3} ms", seconds * 1e3),
    ))
}

fn es256() -> Result<Row, Failure> {
    let random = SystemRandom::new();
    let bare = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, P256, &random)
        .while_doing("test key")?;
    let signer = signer(P256, Algorithm::Es256)?;
    let bytes = signing_input(&signer)?;
    let ratio = ratio(
        400,
        50,
        || {
            let _ = black_box(bare.sign(&random, black_box(&bytes)));
        },
        || {
            let _ = black_box(assertion().map(|claims| claims.sign(&signer)));
        },
    );
    Ok(row("assertion / bare signature, ES256", 1.10, ratio))
}

fn rs512() -> Result<Row, Failure> {
    let random = SystemRandom::new();
    let bare = RsaKeyPair::from_pkcs8(RSA_4096).while_doing("test key")?;
    let mut signature = vec![0; bare.public().modulus_len()];
    let signer = signer(RSA_4096, Algorithm::Rs512)?;
    let bytes = signing_input(&signer)?;
    let ratio = ratio(
        400,
        1,
        || {
            let _ = black_box(bare.sign(
                &RSA_PKCS1_SHA512,
                &random,
                black_box(&bytes),
                &mut signature,
            ));
        },
        || {
            let _ = black_box(assertion().map(|claims| claims.sign(&signer)));
        },
    );
    Ok(row("assertion / bare signature, RS512 4096", 1.01, ratio))
}

/// The round that the machine's other work disturbed least.
fn quickest(rounds: &[f64]) -> f64 {
    rounds.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The second work's time by the first one's, each the median of many rounds in turn.
fn ratio(rounds: u32, batch: u32, mut first: impl FnMut(), mut second: impl FnMut()) -> f64 {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        for _ in 0..batch {
            work();
        }
        start.elapsed().as_secs_f64()
    };
    let mut firsts = Vec::new();
    let mut seconds = Vec::new();
    for _ in 0..rounds {
        firsts.push(time(&mut first));
        seconds.push(time(&mut second));
    }
    median(seconds) / median(firsts)
}

fn signer(pkcs8: &[u8], algorithm: Algorithm) -> Result<SigningKey, Failure> {
    let key = PrivateKey::from_der(pkcs8).while_doing("test key")?;
    let signer = SigningKey::new(&key, algorithm).while_doing("test key")?;
    Ok(signer.with_key_id(KeyId::new("int-1")))
}

fn signing_input(signer: &SigningKey) -> Result<Vec<u8>, Failure> {
    let input = assertion()?.signing_input(signer.algorithm(), signer.key_id());
    Ok(input.as_bytes().to_vec())
}

/// Claims as a caller makes them for each request, the random JWT ID included.
fn assertion() -> Result<Claims, Failure> {
    let jwt_id = JwtId::random().while_doing("random JWT ID")?;
    let issued_at = NumericDate::from_seconds(1_800_000_000);
    let expires_at = NumericDate::from_seconds(1_800_000_150);
    Ok(Claims::new(
        "test-client",
        "https://int.api.service.nhs.uk/oauth2/token",
        jwt_id,
        expires_at,
    )
    .with_issued_at(issued_at))
}

fn row(what: &str, target: f64, ratio: f64) -> Row {
    Row::at_most(what, target, ratio, |ratio| format!("{ratio:.3}"))
}
