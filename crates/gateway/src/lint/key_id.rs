use serde_json::Value;
use tokenring_jwk::{Algorithm, CertificateSha1Thumbprint, CertificateThumbprint};

use super::inspection::Inspection;
use super::shown;
use crate::verification::{is_published, public_key, schemes};
use crate::{KeyIdScheme, Remedy, Rule};

/// Length of 32 bytes in base64url, which all the hashes are that name keys.
const HASH_LENGTH: usize = 43;

impl Inspection<'_> {
    /// Whether the header names a key in a way that the gateway knows.
    pub(super) fn check_key_id(&mut self) {
        let rules = self.lint.key_rules();
        let schemes: Vec<KeyIdScheme> = schemes(rules).collect();
        let names: Vec<&str> = schemes.iter().filter_map(|each| parameter(*each)).collect();
        let is_named = schemes.iter().any(|scheme| self.names_key(*scheme));
        if !is_named {
            let alone = rules.algorithms_without_id();
            let algorithm = self.jwt.header().text("alg");
            let needs_name =
                |taken: &[Algorithm]| !taken.iter().any(|each| Some(each.name()) == algorithm);
            // A published key that says its algorithm goes without a name, if it works at all.
            let usable = rules.algorithms();
            let works = |own: &Algorithm| usable.is_none_or(|usable| usable.contains(own));
            let says_so = self.lint.registered.is_some_and(|(keys, _)| {
                let own = keys.keys().iter().filter_map(|key| key.algorithm());
                let mut own = own.filter(works);
                rules.registers_jwk_set() && own.any(|own| Some(own.name()) == algorithm)
            });
            if rules.id_required() || (!says_so && alone.is_some_and(needs_name)) {
                self.add_no_key_id(&names);
            } else if let Some(name) = names.iter().find(|name| self.is_misnamed(name)) {
                let finding = self.refused(Rule::UnknownKeyId).about(name);
                let finding = finding.with_found(self.header(name));
                self.add(finding.with_wanted(wanted(name)));
            }
        }
        self.check_unread_key_id(&schemes);
        self.check_hash_form(&schemes);
    }

    /// Whether a member that names a key is there and names none.
    fn is_misnamed(&self, name: &str) -> bool {
        let is_ignored = |value: &Value| {
            let ignores_empty = self.lint.gateway.key().empty_id_ignored();
            ignores_empty && name == "kid" && value.as_str() == Some("")
        };
        self.header(name).is_some_and(|value| !is_ignored(value))
    }

    fn names_key(&self, scheme: KeyIdScheme) -> bool {
        match scheme {
            KeyIdScheme::CertificateThumbprint => {
                let hash = self.header("x5t#S256").and_then(Value::as_str);
                hash.is_some_and(|hash| hash.parse::<CertificateThumbprint>().is_ok())
            }
            KeyIdScheme::CertificateSha1Thumbprint => {
                let hash = self.header("x5t").and_then(Value::as_str);
                hash.is_some_and(|hash| hash.parse::<CertificateSha1Thumbprint>().is_ok())
            }
            KeyIdScheme::CertificateChain => {
                let chain = self.header("x5c").and_then(Value::as_array);
                let is_text = |item: &Value| item.as_str().is_some_and(|text| !text.is_empty());
                chain.is_some_and(|chain| !chain.is_empty() && chain.iter().all(is_text))
            }
            KeyIdScheme::PublicKey => public_key(self.jwt).is_some(),
            scheme => parameter(scheme).is_some() && self.jwt.header().text("kid").is_some(),
        }
    }

    fn add_no_key_id(&mut self, names: &[&str]) {
        let name = names.first().copied().unwrap_or("kid");
        let finding = self.refused(Rule::KeyIdAbsent).about(name);
        let others = ["kid", "x5t#S256", "x5t", "x5c", "jwk"].into_iter();
        let mut others = others.filter(|other| !names.contains(other));
        let other = others.find(|other| self.header(other).is_some());
        let detail =
            other.map(|other| format!("{other} is there, which this gateway doesn't read"));
        let mut wanted: Vec<&str> = names.iter().map(|name| wanted(name)).collect();
        wanted.dedup();
        self.add(
            finding
                .with_found(self.header(name))
                .with_wanted(shown::any_of(wanted))
                .with_detail(detail),
        );
    }

    /// A `kid` that does nothing is harmless, and worth knowing about.
    fn check_unread_key_id(&mut self, schemes: &[KeyIdScheme]) {
        let is_read = schemes
            .iter()
            .any(|scheme| parameter(*scheme) == Some("kid"));
        if let Some(found) = self.header("kid").filter(|_| !is_read) {
            let finding = self.advised(Rule::UnknownKeyId).with_found(Some(found));
            let detail = "this gateway doesn't read it".to_owned();
            self.add(
                finding
                    .with_wanted("no kid")
                    .with_detail(detail)
                    .with_remedy(Remedy::RemoveKeyId),
            );
        }
    }

    /// Where a `kid` has to be a hash, one that cannot be a hash is wrong whatever the key.
    fn check_hash_form(&mut self, schemes: &[KeyIdScheme]) {
        let mut names = schemes
            .iter()
            .filter(|scheme| parameter(**scheme) == Some("kid"));
        let is_hash_only = names
            .clone()
            .all(|scheme| matches!(scheme, KeyIdScheme::SpkiSha256 | KeyIdScheme::Thumbprint));
        let found = self.header("kid");
        let is_text = self.jwt.header().text("kid").is_some();
        if !is_hash_only || names.next().is_none() || !is_text || found.is_some_and(is_hash) {
            return;
        }
        // A thumbprint is what a client chooses to publish: another published name works as well.
        let finding = if schemes.iter().copied().any(is_published) {
            self.doubtful(Rule::UnknownKeyId)
        } else {
            self.refused(Rule::UnknownKeyId)
        };
        let wanted = schemes.iter().find_map(|scheme| hash_name(*scheme));
        self.add(
            finding
                .with_found(found)
                .with_wanted(wanted.unwrap_or_default()),
        );
    }
}

/// The header parameter in which a scheme names the key.
const fn parameter(scheme: KeyIdScheme) -> Option<&'static str> {
    match scheme {
        KeyIdScheme::FileStem
        | KeyIdScheme::FreeText
        | KeyIdScheme::Thumbprint
        | KeyIdScheme::SpkiSha256 => Some("kid"),
        KeyIdScheme::CertificateThumbprint => Some("x5t#S256"),
        KeyIdScheme::CertificateSha1Thumbprint => Some("x5t"),
        KeyIdScheme::CertificateChain => Some("x5c"),
        KeyIdScheme::PublicKey => Some("jwk"),
        KeyIdScheme::None => None,
    }
}

fn wanted(parameter: &str) -> &'static str {
    match parameter {
        "x5t#S256" => "the SHA-256 of the certificate in base64url",
        "x5t" => "the SHA-1 of the certificate in base64url",
        "x5c" => "the certificate chain",
        "jwk" => "the public key as a JWK",
        _ => "the name of the registered key",
    }
}

/// What the hash is of, where a `kid` is one.
pub(super) const fn hash_name(scheme: KeyIdScheme) -> Option<&'static str> {
    match scheme {
        KeyIdScheme::SpkiSha256 => Some("the SHA-256 of the SubjectPublicKeyInfo in base64url"),
        KeyIdScheme::Thumbprint => Some("the key's thumbprint of RFC 7638"),
        _ => None,
    }
}

fn is_hash(value: &Value) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let text = value.as_str().unwrap_or_default();
    text.len() == HASH_LENGTH && text.bytes().all(is_digit)
}
