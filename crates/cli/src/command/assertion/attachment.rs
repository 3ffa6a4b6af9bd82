//! A signature that was made elsewhere, and what it was made of.

use std::io::{self, Read};

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::Value;
use tokenring_assertion::SigningInput;
use tokenring_jwk::{Algorithm, JsonObject, Signature, any};
use zeroize::Zeroizing;

use crate::ExitCode;
use crate::bounded_file;
use crate::clock;
use crate::console::Console;
use crate::explanation::Explanation;
use crate::failure::{Failure, Reason, Result, chain};
use crate::keystore;
use crate::options::AttachmentOptions;
use crate::output;

/// Far more than any signature or signing input has.
const LARGEST: u64 = 64 * 1024;

/// Puts a signature behind the signing input that is read from standard input, and
/// prints the assertion.
pub(super) fn run(options: &AttachmentOptions, console: &Console) -> Result<ExitCode> {
    let path = &options.signature;
    let public_key = keystore::read_public_key(options.public_key.as_ref())?;
    if let Some(effective) = &options.explanation {
        let mut explanation = Explanation::new(effective);
        let step = format!(
            "attach the signature in {} to the signing input on standard input",
            path.display()
        );
        explanation.section("Action, not done", [step]);
        explanation.print()?;
        return Ok(ExitCode::Success);
    }
    let unusable = |text: String| {
        let text = format!("signing input from standard input: {text}");
        Failure::new(ExitCode::Configuration, text)
    };
    let mut text = Zeroizing::new(String::new());
    io::stdin()
        .lock()
        .take(LARGEST)
        .read_to_string(&mut text)
        .map_err(|error| unusable(error.to_string()))?;
    let input = SigningInput::parse(text.trim()).map_err(|error| unusable(chain(&error)))?;
    let algorithm = algorithm_of(&text).map_err(|error| unusable(error.to_string()))?;
    let contents = bounded_file::read(path, LARGEST).map_err(|error| {
        let text = format!("signature {}: cannot be read: {error}", path.display());
        Failure::new(ExitCode::Configuration, text)
    })?;
    let refused = |text: String| {
        let text = format!("signature {}: {text}", path.display());
        Failure::new(ExitCode::Signing, text)
    };
    let signature =
        read_signature(&contents, algorithm).map_err(|error| refused(error.to_string()))?;
    match &public_key {
        Some(public_key) => {
            let verified = any::verify(public_key, algorithm, input.as_bytes(), &signature);
            verified.map_err(|_| {
                refused(
                    "it is not one of this signing input by this key; sign the input as it is, \
                     without a newline behind it"
                        .into(),
                )
            })?;
        }
        None => console.detail("Without --public-key nothing tells whether the signature is good"),
    }
    if let Some(left) = lifetime_left(&text) {
        match left {
            ..=0 => console.warning("the assertion has expired; begin anew"),
            left => console.detail(format_args!("The assertion is good for {left} s")),
        }
    }
    let mut assertion = Zeroizing::new(input.attach(&signature).into_secret());
    assertion.reserve_exact(1);
    assertion.push('\n');
    output::print(&assertion)?;
    Ok(ExitCode::Success)
}

/// A part of a signing input that was parsed already.
fn part(text: &str, index: usize) -> Option<JsonObject> {
    let part = text.trim().split('.').nth(index)?;
    let json = Base64UrlUnpadded::decode_vec(part).ok()?;
    JsonObject::parse(&json).ok()
}

fn algorithm_of(text: &str) -> Result<Algorithm, Reason> {
    let header = part(text, 0);
    let name = header.as_ref().and_then(|header| header.get("alg"));
    let name = name.and_then(Value::as_str).unwrap_or_default();
    name.parse()
        .map_err(|_| Reason::new("its header names no algorithm that signs assertions"))
}

/// How many seconds the assertion is still good for, if it tells.
fn lifetime_left(text: &str) -> Option<i64> {
    let claims = part(text, 1)?;
    let expires_at = claims.get("exp")?.as_i64()?;
    let now = i64::try_from(clock::now().ok()?.as_seconds()).ok()?;
    Some(expires_at.saturating_sub(now))
}

/// Reads a signature as programs write it: its bytes, ASN.1 for ECDSA, or either in
/// base64 or base64url.
fn read_signature(contents: &[u8], algorithm: Algorithm) -> Result<Signature, Reason> {
    // No signature happens to be base64 from its first byte to its last.
    let found = match decode(contents) {
        Some(decoded) => fitting(&decoded, algorithm),
        None => fitting(contents, algorithm),
    };
    found.ok_or_else(|| {
        Reason::new(format!(
            "it is no signature of {algorithm}; give its bytes as they are, or in base64"
        ))
    })
}

/// The bytes of a text in base64 or base64url, with padding or without.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let text: String = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=')
        .map(|byte| match byte {
            b'+' => '-',
            b'/' => '_',
            byte => char::from(*byte),
        })
        .collect();
    Base64UrlUnpadded::decode_vec(&text).ok()
}

fn fitting(bytes: &[u8], algorithm: Algorithm) -> Option<Signature> {
    let signature = Signature::from_bytes(bytes);
    if signature.check_length(algorithm, None).is_ok() {
        return Some(signature);
    }
    Signature::from_ecdsa_der(bytes, algorithm).ok()
}
