//! How short an assertion can be that is made by a file.

use tokenring_jwk::KeyType;

use super::AssertionRules;
use crate::{AudienceRule, IssuerRule, KeyIdScheme, KeyRules, SubjectRule, Template};

/// A bound below the length of every assertion that the file's own key signs: what only the caller
/// knows counts as one character.
pub(crate) fn smallest_assertion(rules: &AssertionRules, key: &KeyRules) -> usize {
    let generate = key.generate();
    let Some(algorithm) = rules.default_algorithm(generate.key_type()) else {
        return 0;
    };
    let modulus = generate.bits() / 8;
    let signature = algorithm.signature_len().unwrap_or(modulus);
    let public_key = match generate.key_type() {
        KeyType::Rsa => base64(modulus),
        _ => base64(generate.bits() / 8),
    };
    let key_name = match key.id_scheme() {
        KeyIdScheme::FileStem | KeyIdScheme::FreeText => member("kid", 1),
        KeyIdScheme::Thumbprint | KeyIdScheme::SpkiSha256 => member("kid", base64(32)),
        KeyIdScheme::CertificateThumbprint => member("x5t#S256", base64(32)),
        KeyIdScheme::CertificateSha1Thumbprint => member("x5t", base64(20)),
        KeyIdScheme::CertificateChain => member("x5c", public_key),
        KeyIdScheme::PublicKey => member("jwk", public_key),
        KeyIdScheme::None => 0,
    };
    let typ = rules.typ().map_or(0, |typ| member("typ", typ.len()));
    let header = member("alg", algorithm.name().len()) + typ + key_name;
    let issuer = match rules.issuer_rule() {
        IssuerRule::Fixed(template) | IssuerRule::OfKey(template) => least(template),
        _ => 1,
    };
    let subject = match rules.subject_rule() {
        SubjectRule::Fixed(template) => member("sub", least(template)),
        SubjectRule::ClientId | SubjectRule::Any => member("sub", 1),
        SubjectRule::Absent | SubjectRule::Optional => 0,
    };
    let audience = match rules.audience() {
        AudienceRule::Fixed(template) => least(template),
        AudienceRule::Absent => 0,
        _ => "https://a".len(),
    };
    // A date has ten digits and no quotation marks.
    let dates = usize::from(rules.sends_expiry()) + rules.claims().len();
    let dates = dates * (member("exp", 10) - 2);
    let jwt_id = match rules.sends_jwt_id() {
        true => member("jti", 36),
        false => 0,
    };
    let claims = member("iss", issuer) + subject + member("aud", audience) + jwt_id;
    base64(header + 1) + base64(claims + dates + 1) + base64(signature) + 2
}

/// The characters of `"name":"value",`.
const fn member(name: &str, value: usize) -> usize {
    name.len() + value + 6
}

/// Without padding.
const fn base64(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

fn least(template: &Template) -> usize {
    let variables = template.variables().map(|name| name.len() + "${}".len());
    template.as_str().len() - variables.sum::<usize>()
}
