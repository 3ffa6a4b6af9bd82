//! What a client's key is given as, and whether that is what its member wants.

use std::io;
use std::path::Path;

use serde_json::Value;

use super::document::kind;
use crate::client::JwkSource;
use crate::{key_sets, registration};

/// A member that gives a client's keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyMember {
    Jwks,
    JwksUrl,
    PublicKey,
    Certificate,
}

/// Of these a client has one at most.
pub(super) const KEY_MEMBERS: [KeyMember; 4] = [
    KeyMember::Jwks,
    KeyMember::JwksUrl,
    KeyMember::PublicKey,
    KeyMember::Certificate,
];

impl KeyMember {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Jwks => "jwks",
            Self::JwksUrl => "jwks-url",
            Self::PublicKey => "public-key",
            Self::Certificate => "certificate",
        }
    }

    const fn wanted(self) -> &'static str {
        match self {
            Self::Jwks => "a JWK Set, or a file with one",
            Self::JwksUrl => "the https URL of a JWK Set",
            Self::PublicKey => "a public key in PEM, or a file with one",
            Self::Certificate => "a certificate in PEM, or a file with one",
        }
    }

    fn refused(self, found: &str) -> String {
        let name = self.name();
        match Self::of(found).filter(|other| *other != self) {
            Some(other) => format!(
                "{name} is {found}; wanted: {}; {found} goes under `{}`",
                self.wanted(),
                other.name()
            ),
            None => format!("{name} is {found}; wanted: {}", self.wanted()),
        }
    }

    /// The member in which such a text belongs.
    fn of(found: &str) -> Option<Self> {
        match found {
            JWK_SET => Some(Self::Jwks),
            URL => Some(Self::JwksUrl),
            PUBLIC_KEY => Some(Self::PublicKey),
            CERTIFICATE => Some(Self::Certificate),
            _ => None,
        }
    }

    /// Reads a value; `open` reads a file of the clients file's folder.
    pub(super) fn read(
        self,
        value: &Value,
        folder: &Path,
        open: &dyn Fn(&Path) -> io::Result<String>,
    ) -> Result<JwkSource, String> {
        let text = match value {
            Value::Object(_) => {
                let text = value.to_string();
                self.check(form(&text), &text)?;
                return Ok(JwkSource::Text(text));
            }
            Value::String(text) => text.as_str(),
            other => return Err(self.refused(kind(other))),
        };
        if self == Self::JwksUrl && form(text) == URL {
            return match key_sets::check_url(text) {
                Ok(()) => Ok(JwkSource::Url(text.to_owned())),
                Err(Some(error)) => Err(self.refused(&format!("no such URL ({error})"))),
                Err(None) => Err(self.refused("a URL without a path")),
            };
        }
        if matches!(form(text), UNKNOWN | EMPTY) && self != Self::JwksUrl && !text.is_empty() {
            let path = folder.join(text);
            let shown = path.display();
            let read = open(&path).map_err(|error| {
                format!(
                    "{}: cannot read {shown}: {error}; wanted: {}",
                    self.name(),
                    self.wanted()
                )
            })?;
            let in_file = |what: String| format!("{what} ({shown})");
            self.check(form(&read), &read).map_err(in_file)?;
            return Ok(JwkSource::File(path));
        }
        self.check(form(text), text)?;
        Ok(JwkSource::Text(text.to_owned()))
    }

    fn check(self, found: &str, text: &str) -> Result<(), String> {
        if Self::of(found) != Some(self) {
            return Err(self.refused(found));
        }
        let keys = registration::parse(None, text);
        let keys =
            keys.map_err(|error| self.refused(&format!("{found} that cannot be used ({error})")))?;
        match keys.iter().next() {
            Some(_) => Ok(()),
            None => Err(self.refused("a JWK Set without a key")),
        }
    }
}

const JWK_SET: &str = "a JWK Set";
const URL: &str = "a URL";
const PUBLIC_KEY: &str = "a public key";
const CERTIFICATE: &str = "a certificate";
const UNKNOWN: &str = "another text";
const EMPTY: &str = "an empty text";

/// What a text is, by its outside.
fn form(text: &str) -> &'static str {
    let text = text.trim();
    if let Some((_, behind)) = text.split_once("-----BEGIN ") {
        let label = behind.split("-----").next().unwrap_or_default();
        return match label {
            label if label.contains("PRIVATE KEY") => "a private key",
            "CERTIFICATE" => CERTIFICATE,
            label if label.ends_with("CERTIFICATE REQUEST") => "a certificate request",
            label if label.ends_with("PUBLIC KEY") => PUBLIC_KEY,
            _ => "PEM of another kind",
        };
    }
    if text.starts_with('{') {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return "JSON that breaks off";
        };
        let has = |name: &str| value.get(name).is_some();
        return match () {
            () if has("keys") => JWK_SET,
            () if has("kty") && has("d") => "a private JWK",
            () if has("kty") => "a single JWK, which a set holds under `keys`",
            () => "JSON of another kind",
        };
    }
    match text {
        "" => EMPTY,
        text if text.starts_with("https://") || text.starts_with("http://") => URL,
        _ => UNKNOWN,
    }
}
