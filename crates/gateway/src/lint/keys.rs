use tokenring_jwk::{Jwk, JwkSet, KeyType, PublicKey, Verifier};

use super::inspection::Inspection;
use super::key_id::hash_name;
use super::{Finding, shown};
use crate::verification::{KeyMatching, is_published, schemes, spki_hash, thumbprint};
use crate::{KeyIdScheme, KeyProblem, Registration, Remedy, Rule, Verification};

impl Inspection<'_> {
    /// Whether the keys that are known vouch for the assertion.
    pub(super) fn check_keys(&mut self) {
        let matching = KeyMatching::new(
            self.lint.key_rules(),
            self.lint.registration == Registration::JwkSetUrl,
        );
        if let Some((keys, provider)) = self.lint.registered {
            self.check_by(&matching, keys, provider);
            let key_id = self.jwt.header().text("kid");
            let mut keys = keys.keys().iter();
            let named = keys.find(|key| key.key_id().map(|id| id.as_str()) == key_id);
            if let Some(key) = named.filter(|_| key_id.is_some()) {
                self.check_size(key.public_key(), &matching);
            }
        } else if let Some((key, provider)) = self.lint.own {
            let keys: JwkSet = [Jwk::new(key.clone())].into_iter().collect();
            self.check_by(&matching.clone().unpublished(), &keys, provider);
            self.check_published_hash(key, provider);
            self.check_size(key, &matching);
        }
    }

    fn check_by(&mut self, matching: &KeyMatching, keys: &JwkSet, provider: &dyn Verifier) {
        let verification = Verification::by(matching, self.jwt, keys, provider);
        for problem in verification.problems() {
            let finding = match problem {
                // Both were told already, more exactly.
                KeyProblem::Algorithm | KeyProblem::NoSignature => continue,
                KeyProblem::NoKeys => self
                    .refused(Rule::KeysNotRegistered)
                    .with_found_words("a set without a key that signs assertions")
                    .with_wanted("the client's public key"),
                KeyProblem::UnknownKeyId { nearest } => {
                    let finding = self.unknown_key_id(&verification, keys, provider);
                    match nearest {
                        Some(nearest) if finding.detail().is_none() => {
                            let nearest = shown::text(nearest.as_str());
                            finding.with_detail(format!("`{nearest}` may be meant"))
                        }
                        _ => finding,
                    }
                }
                KeyProblem::UnknownPublicKey => self
                    .refused(Rule::UnknownKeyId)
                    .about("jwk")
                    .with_found(self.header("jwk"))
                    .with_wanted("the public half of the key that signs, as it is registered"),
                KeyProblem::Operations { .. }
                | KeyProblem::Use { .. }
                | KeyProblem::KeyAlgorithm { .. } => self
                    .refused(Rule::UnknownKeyId)
                    .with_found(self.header("kid"))
                    .with_wanted("a registered key for this algorithm")
                    .with_detail(problem.to_string()),
                KeyProblem::Type { key } => self
                    .refused(Rule::KeyType)
                    .with_found_words(key.public_key().key_type().to_string())
                    .with_wanted("a key that fits the header's alg")
                    .with_detail(problem.to_string()),
                KeyProblem::Size { key, minimum } => {
                    if self.has_refused(Rule::KeySize) {
                        continue;
                    }
                    self.refused(Rule::KeySize)
                        .with_found_words(format!("{} bits", key.public_key().bits()))
                        .with_wanted(format!("at least {minimum} bits"))
                }
                KeyProblem::Unsupported { algorithm } => self
                    .doubtful(Rule::Signature)
                    .with_found_words("not verified")
                    .with_wanted(format!("a provider that verifies {algorithm}"))
                    .with_remedy(Remedy::UseFeature {
                        feature: "aws-lc-rs",
                    }),
                KeyProblem::NoKeyId { .. } => {
                    if self.has_refused(Rule::KeyIdAbsent) {
                        continue;
                    }
                    self.refused(Rule::KeyIdAbsent)
                        .with_found(self.header("kid"))
                        .with_wanted("the name of one of the registered keys")
                        .with_detail(problem.to_string())
                }
                KeyProblem::OtherKey { .. }
                | KeyProblem::NotFirst { .. }
                | KeyProblem::Signature { .. } => {
                    if self.has_refused(Rule::Signature) {
                        continue;
                    }
                    self.refused(Rule::Signature)
                        .with_found_words("not one of the key")
                        .with_wanted("one that the key verifies")
                        .with_detail(problem.to_string())
                }
            };
            self.add(finding);
        }
    }

    /// Says which name a key has, if the one that signed is known.
    fn unknown_key_id(
        &self,
        verification: &Verification<'_>,
        keys: &JwkSet,
        provider: &dyn Verifier,
    ) -> Finding {
        let finding = self.refused(Rule::UnknownKeyId);
        let finding = finding.with_found(self.header("kid"));
        let only = match keys.keys() {
            [only] => Some(only),
            _ => None,
        };
        let rules = self.lint.key_rules();
        let takes_hash = schemes(rules).any(|scheme| scheme == KeyIdScheme::SpkiSha256);
        let Some(key) = verification.verified_by().or(only) else {
            return finding.with_wanted("the name of a registered key");
        };
        let public_key = key.public_key();
        let detail = self.about_key_id(public_key, provider);
        let published = key.key_id().filter(|_| schemes(rules).any(is_published));
        match published {
            Some(published) => {
                let wanted = format!("\"{}\"", shown::text(published.as_str()));
                let signed = verification.verified_by().is_some();
                let signer = signed.then(|| "the key that signed has another name".to_owned());
                finding.with_wanted(wanted).with_detail(detail.or(signer))
            }
            None if !takes_hash => finding
                .with_wanted("the kid of a registered key")
                .with_detail(detail.or(Some("the registered key has no kid".to_owned())))
                .with_remedy(Remedy::RegisterKeyId),
            None => {
                let wanted = spki_hash(public_key, provider);
                let name = hash_name(KeyIdScheme::SpkiSha256).unwrap_or_default();
                finding
                    .with_wanted(format!("\"{wanted}\", {name}"))
                    .with_detail(detail)
            }
        }
    }

    /// A `kid` that a client derives from the key, where no registered set says otherwise.
    fn check_published_hash(&mut self, key: &PublicKey, provider: &dyn Verifier) {
        let rules = self.lint.key_rules();
        let Some(found) = self.jwt.header().text("kid") else {
            return;
        };
        let is_thumbprint = |scheme| scheme == KeyIdScheme::Thumbprint;
        let is_free = |scheme| is_published(scheme) && !is_thumbprint(scheme);
        let wants_thumbprint = schemes(rules).any(is_thumbprint) && !schemes(rules).any(is_free);
        let wanted = thumbprint(key, provider);
        let is_spki_hash = schemes(rules).any(|scheme| scheme == KeyIdScheme::SpkiSha256)
            && found == spki_hash(key, provider);
        if !wants_thumbprint || found == wanted || is_spki_hash {
            return;
        }
        let finding = self
            .doubtful(Rule::UnknownKeyId)
            .with_found(self.header("kid"));
        let name = hash_name(KeyIdScheme::Thumbprint).unwrap_or_default();
        self.add(
            finding
                .with_wanted(format!("\"{wanted}\", {name}"))
                .with_detail(self.about_key_id(key, provider)),
        );
    }

    /// Recognizes a `kid` that is another hash of the same key.
    fn about_key_id(&self, key: &PublicKey, provider: &dyn Verifier) -> Option<String> {
        let found = self.jwt.header().text("kid")?;
        if found == thumbprint(key, provider) {
            Some("this is the key's thumbprint of RFC 7638".to_owned())
        } else if found == spki_hash(key, provider) {
            Some("this is the SHA-256 of the SubjectPublicKeyInfo".to_owned())
        } else {
            None
        }
    }

    /// A key that passes, yet is smaller than what the gateway's documents ask for.
    fn check_size(&mut self, key: &PublicKey, matching: &KeyMatching) {
        let advised = self.lint.key_rules().generate();
        let bits = key.bits();
        let is_rsa = key.key_type() == KeyType::Rsa && advised.key_type() == KeyType::Rsa;
        if is_rsa && bits < advised.bits() && bits >= matching.minimum_rsa_bits() {
            let finding = self.doubtful(Rule::KeySize);
            let source = self.lint.gateway.source_of("key.generate");
            self.add(
                finding
                    .with_found_words(format!("{bits} bits"))
                    .with_wanted(format!("{} bits", advised.bits()))
                    .with_source(source),
            );
        }
    }
}
