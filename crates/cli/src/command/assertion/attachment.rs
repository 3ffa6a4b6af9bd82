//! A signature that was made elsewhere, and what it was made of.

use std::io::{self, Read};

use tokenring_assertion::SigningInput;
use tokenring_jwk::{Signature, any};
use zeroize::Zeroizing;

use crate::explanation::Explanation;
use crate::failure::chain;
use crate::options::AttachmentOptions;
use crate::{Console, ExitCode, Failure, Result, bounded_file, clock, keystore, output};

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
        return explanation.print();
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
    let algorithm = input.algorithm().ok_or_else(|| {
        unusable("its header names no algorithm that signs assertions".to_owned())
    })?;
    let contents = bounded_file::read(path, LARGEST).map_err(|error| {
        let text = format!("signature {}: cannot be read: {error}", path.display());
        Failure::new(ExitCode::Configuration, text)
    })?;
    let refused = |text: String| {
        let text = format!("signature {}: {text}", path.display());
        Failure::new(ExitCode::Signing, text)
    };
    let signature = Signature::from_any_form(&contents, algorithm).map_err(|_| {
        refused(format!(
            "it is no signature of {algorithm}; give its bytes as they are, or in base64"
        ))
    })?;
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
    if let Some(expires_at) = input.expires_at() {
        let now = clock::now()?.as_seconds();
        match expires_at.as_seconds().saturating_sub(now) {
            0 => console.warning("the assertion has expired; begin anew"),
            left => console.detail(format_args!("The assertion is good for {left} s")),
        }
    }
    let mut assertion = Zeroizing::new(input.attach(&signature).into_secret());
    assertion.reserve_exact(1);
    assertion.push('\n');
    output::print(&assertion)
}
