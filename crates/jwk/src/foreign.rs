//! What an input is that no key was read from: told by the marks that other
//! formats begin with.

use alloc::format;

use base64ct::{Base64, Encoding};
use serde_json::Value;

use crate::der::{self, Reader};
use crate::{Error, FoundInput, JsonObject, configuration_text};

/// What PEM begins with, in base64.
pub(crate) const BASE64_OF_BEGIN: &str = "LS0tLS1CRUdJTi";

/// Names what stands in a file as a whole, before anything of it is read.
pub(crate) fn identify_file(contents: &[u8]) -> Option<FoundInput> {
    Some(match contents {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => FoundInput::Utf16,
        // An ASCII character with a byte order that no mark tells.
        [b'-' | b'{', 0, b'-' | b'"' | b'\r' | b'\n' | b' ', 0, ..]
        | [0, b'-' | b'{', 0, b'-' | b'"' | b'\r' | b'\n' | b' ', ..] => FoundInput::Utf16,
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => FoundInput::JavaKeyStore,
        // A sequence without a length in front, as Windows writes PKCS#12.
        [0x30, 0x80, der::INTEGER, 1, 3, ..] => FoundInput::Pkcs12,
        // RFC 9580 sections 4.2 and 5: secret and public key packets, of which
        // the length takes one, two or four bytes, and the version follows.
        [0x94 | 0x98 | 0xc5 | 0xc6, _, 3..=6, ..]
        | [0x95 | 0x99, _, _, 3..=6, ..]
        | [0x96 | 0x9a, _, _, _, _, 3..=6, ..]
        | [0xc5 | 0xc6, 192..=223, _, 3..=6, ..] => FoundInput::PgpBlock,
        _ if contents.trim_ascii().is_empty() => FoundInput::Empty,
        _ => return None,
    })
}

/// Names a text that has no PEM block and isn't JSON.
pub(crate) fn identify_text(text: &str) -> Option<FoundInput> {
    let starts = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
    Some(match text {
        _ if starts(&["<"]) => {
            const OF_HTML: [&str; 4] = ["<!doctype html", "<html", "<head", "<body"];
            let small = text.to_ascii_lowercase();
            if OF_HTML.iter().any(|mark| small.contains(mark)) {
                FoundInput::Html
            } else if text.contains("<RSAKeyValue") {
                FoundInput::DotNetXml
            } else {
                FoundInput::Xml
            }
        }
        _ if starts(&["PuTTY-User-Key-File"]) => FoundInput::PuttyKey,
        _ if starts(&["ssh-", "ecdsa-", "sk-", "---- BEGIN SSH2 PUBLIC KEY"]) => {
            FoundInput::PublicKey
        }
        _ if starts(&["["]) => configuration_text::identify(text).unwrap_or(FoundInput::OtherJson),
        // The compact serialization of RFC 7516 section 3.1: five parts, the first one JSON.
        _ if starts(&["eyJ"]) && text.matches('.').count() == 4 => FoundInput::EncryptedJwk,
        _ => return identify_begin_line(text).or_else(|| configuration_text::identify(text)),
    })
}

/// Names a PEM block whose label is none of a private key that is read.
pub(crate) fn identify_label(label: &str) -> FoundInput {
    match label {
        "ENCRYPTED PRIVATE KEY" => FoundInput::EncryptedKey,
        "DSA PRIVATE KEY" | "DSA PARAMETERS" => FoundInput::DsaKey,
        "PUBLIC KEY" | "RSA PUBLIC KEY" => FoundInput::PublicKey,
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => FoundInput::Certificate,
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => FoundInput::CertificateRequest,
        "PKCS12" => FoundInput::Pkcs12,
        label if label.starts_with("PGP ") => FoundInput::PgpBlock,
        "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => FoundInput::PrivateKey,
        _ => FoundInput::UnknownPemLabel,
    }
}

/// Names a JSON object that isn't a JWK or a JWK Set: by the key below one of its members, if
/// there is one.
pub(crate) fn identify_json(members: &JsonObject) -> Error {
    let is_misspelled = |name: &&str| name.eq_ignore_ascii_case("kty");
    if let Some(name) = members.iter().map(|(name, _)| name).find(is_misspelled) {
        return Error::MemberCase {
            found: name.into(),
            expected: "kty",
        };
    }
    if members.get("ciphertext").is_some() {
        return Error::UnexpectedInput(FoundInput::EncryptedJwk);
    }
    let mut found = None;
    for (name, value) in members.iter() {
        found = found.or_else(|| find_key(value, name, 0));
    }
    found.unwrap_or(Error::UnexpectedInput(FoundInput::OtherJson))
}

/// Finds a PEM text or a private JWK in a value, whose place has a name such as `a.b`.
fn find_key(value: &Value, place: &str, depth: usize) -> Option<Error> {
    /// Nothing that a program exports lies deeper.
    const DEEPEST: usize = 8;
    match value {
        Value::String(text) if is_private_pem(text) => Some(Error::PemInJson(place.into())),
        Value::Object(members) if members.get("kty").is_some() && members.get("d").is_some() => {
            Some(Error::JwkInJson(place.into()))
        }
        Value::Object(members) if depth < DEEPEST => members
            .iter()
            .find_map(|(name, value)| find_key(value, &format!("{place}.{name}"), depth + 1)),
        Value::Array(values) if depth < DEEPEST => values
            .iter()
            .enumerate()
            .find_map(|(index, value)| find_key(value, &format!("{place}[{index}]"), depth + 1)),
        _ => None,
    }
}

/// Whether a text is a private key in PEM, or base64 of one.
fn is_private_pem(text: &str) -> bool {
    /// As much of the base64 as a BEGIN line takes.
    const BEGINNING: usize = 64;
    let label = "PRIVATE KEY-----";
    if text.contains("-----BEGIN ") {
        return text.contains(label);
    }
    let beginning = text.trim_start().get(..BEGINNING);
    let beginning = beginning.filter(|beginning| beginning.starts_with(BASE64_OF_BEGIN));
    let beginning = beginning.and_then(|beginning| Base64::decode_vec(beginning).ok());
    beginning.is_some_and(|it| it.windows(label.len()).any(|part| part == label.as_bytes()))
}

/// Names a text that would be PEM if its BEGIN line were written with hyphens, five of them.
fn identify_begin_line(text: &str) -> Option<FoundInput> {
    let (before, after) = text.split_once("BEGIN ")?;
    let label_end = after.find("KEY")?;
    let label = after.get(..label_end)?;
    let is_label = |character: char| character.is_ascii_uppercase() || character == ' ';
    if !label.chars().all(is_label) {
        return None;
    }
    let before = before.trim_end_matches(' ');
    match before.chars().next_back() {
        Some('-') => {
            let hyphens = before.len() - before.trim_end_matches('-').len();
            Some(FoundInput::PemHyphens(hyphens))
        }
        Some('\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}') => {
            Some(FoundInput::PemDashes)
        }
        _ => None,
    }
}

/// Names a DER sequence that is no private key, given what is inside of it.
pub(crate) fn identify_der(mut body: Reader<'_>) -> FoundInput {
    if body.clone().unsigned() == Some(&[3]) {
        return FoundInput::Pkcs12;
    }
    let Some(inner) = body.sequence() else {
        return FoundInput::Unknown;
    };
    if body.clone().value(der::BIT_STRING).is_some() {
        FoundInput::PublicKey
    } else if body.clone().value(der::OCTET_STRING).is_some() {
        FoundInput::EncryptedKey
    } else if body.sequence().is_some() {
        identify_signed(inner)
    } else {
        FoundInput::Unknown
    }
}

/// Tells a certificate request, where subject and key follow the version, from
/// a certificate (RFC 2986 section 4.1, RFC 5280 section 4.1).
fn identify_signed(mut inner: Reader<'_>) -> FoundInput {
    let is_request = inner.unsigned() == Some(&[])
        && inner.sequence().is_some()
        && inner.sequence().is_some_and(|mut key| {
            key.sequence().is_some() && key.value(der::BIT_STRING).is_some()
        });
    if is_request {
        FoundInput::CertificateRequest
    } else {
        FoundInput::Certificate
    }
}
