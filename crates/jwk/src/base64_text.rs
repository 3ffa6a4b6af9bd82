//! Keys in base64: files of their own, and members of YAML and the like.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::str;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::foreign::BASE64_OF_BEGIN;
use crate::{Error, FoundInput};

type Decoded = Zeroizing<Vec<u8>>;

/// Decodes base64 of a PEM or DER file, as the variables of CI systems have it, and as is left of a
/// PEM without its BEGIN and END lines.
///
/// `None` for a text that is something else, and an error for one that was cut or changed.
pub(crate) fn decode(text: &str) -> Option<Result<Decoded, Error>> {
    /// No key's file is shorter, and few words are longer.
    const SHORTEST: usize = 60;
    let is_base64 =
        |character: char| character.is_ascii_alphanumeric() || "+/=".contains(character);
    let mut encoded = Zeroizing::new(String::with_capacity(text.len()));
    encoded.extend(text.chars().filter(|character| !character.is_whitespace()));
    // What DER begins with is `M` as well.
    if !encoded.starts_with(BASE64_OF_BEGIN) && !encoded.starts_with('M') {
        return None;
    }
    match decode_token(&encoded) {
        Some(decoded) => Some(Ok(decoded)),
        None if encoded.len() >= SHORTEST && encoded.chars().all(is_base64) => {
            Some(Err(Error::MalformedKey))
        }
        None => None,
    }
}

/// Finds base64 of a private key in PEM among other text, as kubeconfig files and the manifests of
/// Kubernetes have it beside that of certificates.
pub(crate) fn find_private_pem(text: &str) -> Result<Option<Decoded>, Error> {
    let mut found: Option<Decoded> = None;
    for (start, _) in text.match_indices(BASE64_OF_BEGIN) {
        let rest = text.get(start..).unwrap_or_default();
        let is_of_token =
            |character: char| character.is_ascii_alphanumeric() || "+/=".contains(character);
        let length = rest.find(|character| !is_of_token(character));
        let token = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        let Some(decoded) = decode_token(token) else {
            continue;
        };
        let is_private =
            str::from_utf8(&decoded).is_ok_and(|text| text.contains("PRIVATE KEY-----"));
        match &found {
            _ if !is_private => {}
            None => found = Some(decoded),
            Some(first) if *first == decoded => {}
            Some(_) => return Err(Error::UnexpectedInput(FoundInput::SeveralPemBlocks)),
        }
    }
    Ok(found)
}

fn decode_token(encoded: &str) -> Option<Decoded> {
    let mut decoded = Zeroizing::new(vec![0; encoded.len()]);
    let length = Base64::decode(encoded.as_bytes(), &mut decoded).ok()?.len();
    decoded.truncate(length);
    Some(decoded)
}
