//! Public keys in OpenSSH's format (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section
//! 4): a line of base64, or the file of RFC 4716.

use alloc::string::String;

use base64ct::{Base64, Encoding};

use crate::openssh_reader::Reader;
use crate::{Error, FoundInput, KeyType, PublicKey};

const FIRST_LINE: &str = "---- BEGIN SSH2 PUBLIC KEY ----";
const LAST_LINE: &str = "---- END SSH2 PUBLIC KEY ----";

/// Reads a text that begins as one does; [`None`] where this is something else.
pub(crate) fn read(text: &str) -> Option<Result<PublicKey, Error>> {
    let text = text.trim();
    let digits = match text.strip_prefix(FIRST_LINE) {
        Some(rest) => match rest.strip_suffix(LAST_LINE) {
            Some(lines) => body(lines),
            None => return Some(Err(Error::MalformedKey)),
        },
        None if ["ssh-", "ecdsa-", "sk-"]
            .iter()
            .any(|it| text.starts_with(it)) =>
        {
            // A second line has another key, and which one is meant is not said.
            if text.lines().count() > 1 {
                return Some(Err(Error::UnexpectedInput(FoundInput::SeveralPublicKeys)));
            }
            text.split_ascii_whitespace().nth(1).unwrap_or("").into()
        }
        None => return None,
    };
    let Ok(blob) = Base64::decode_vec(&digits) else {
        return Some(Err(Error::MalformedKey));
    };
    Some(read_blob(&blob))
}

/// The base64 behind the headers, of which a backslash continues one (RFC 4716 section 3.3).
fn body(lines: &str) -> String {
    let mut digits = String::new();
    let mut is_header = false;
    for line in lines.lines().map(str::trim_end) {
        is_header = is_header || line.contains(':');
        if !is_header {
            digits.push_str(line);
        }
        is_header = is_header && line.ends_with('\\');
    }
    digits
}

fn read_blob(blob: &[u8]) -> Result<PublicKey, Error> {
    let mut input = Reader(blob);
    let mut next = || input.text().ok_or(Error::MalformedKey);
    let public_key = match next()? {
        b"ssh-rsa" => {
            let (exponent, modulus) = (next()?, next()?);
            PublicKey::from_rsa(modulus, exponent)?
        }
        b"ssh-ed25519" => PublicKey::from_encoded_point(KeyType::Ed25519, next()?)?,
        b"ecdsa-sha2-nistp256" => read_point(KeyType::P256, next()?, next()?)?,
        b"ecdsa-sha2-nistp384" => read_point(KeyType::P384, next()?, next()?)?,
        b"ecdsa-sha2-nistp521" => read_point(KeyType::P521, next()?, next()?)?,
        b"ssh-dss" => return Err(Error::UnexpectedInput(FoundInput::DsaKey)),
        b"ssh-ed448" => return Err(Error::UnexpectedInput(FoundInput::Ed448Key)),
        name if name.starts_with(b"sk-") => {
            return Err(Error::UnexpectedInput(FoundInput::OpenSshSecurityKey));
        }
        _ => return Err(Error::UnexpectedInput(FoundInput::Unknown)),
    };
    match input.0 {
        [] => Ok(public_key),
        _ => Err(Error::MalformedKey),
    }
}

fn read_point(key_type: KeyType, _curve: &[u8], point: &[u8]) -> Result<PublicKey, Error> {
    PublicKey::from_encoded_point(key_type, point)
}
