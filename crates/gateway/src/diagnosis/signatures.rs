//! The signature, verified with the keys that are at hand.

use tokenring_jwk::{Jwk, Signature};

use super::incident::{Incident, PublishedKeys};
use super::{Cause, Likelihood};
use crate::{Remedy, Rule};

/// A signature that is not one of the client's own key.
pub(super) fn by_own_key(incident: &Incident<'_>) -> Option<Cause> {
    let (jwt, key) = (incident.assertion?, incident.own_key?);
    let (algorithm, provider) = (incident.algorithm()?, incident.provider?);
    if key.key_type() != algorithm.key_type() || !provider.supports(algorithm) {
        return None;
    }
    let cause = Cause::new(Likelihood::Certain, Rule::Signature);
    let Some(signature) = jwt.signature() else {
        return Some(cause.explained("The assertion has no signature that can be read."));
    };
    let verifies = |algorithm| {
        let verdict = provider.verify(key, algorithm, jwt.signing_input(), signature);
        verdict.is_ok()
    };
    if verifies(algorithm) {
        return None;
    }
    let mut others = key.key_type().algorithms().iter().copied();
    if let Some(really) = others.find(|other| verifies(*other)) {
        return Some(
            cause
                .explained("The signature is one by another algorithm than the header's alg.")
                .found(really.name())
                .wanted(algorithm.name()),
        );
    }
    // RFC 7518 section 3.4 has `R || S`; most libraries make a DER sequence.
    if signature.as_bytes().first() == Some(&0x30)
        && Signature::from_ecdsa_der(signature.as_bytes(), algorithm).is_ok_and(|raw| {
            let input = jwt.signing_input();
            provider.verify(key, algorithm, input, &raw).is_ok()
        })
    {
        return Some(
            cause
                .explained(
                    "The signature is in ASN.1 DER, as libraries and key services make it, and \
                     not in the form of JWS.",
                )
                .found("a DER sequence")
                .wanted("R and S, each of fixed length, one behind the other")
                .mended_by(Remedy::ConvertSignature),
        );
    }
    Some(
        cause
            .explained(
                "The signature does not verify with the public half of the key that was given: \
                 the assertion was changed after signing, or signed with another key.",
            )
            .mended_by(Remedy::CheckSigningKey),
    )
}

/// A signature of somebody whose key is not at hand, that is one of no published key.
pub(super) fn by_published(
    incident: &Incident<'_>,
    published: PublishedKeys<'_>,
    candidates: &[&Jwk],
) -> Option<Cause> {
    let (jwt, provider) = (incident.assertion?, incident.provider?);
    let algorithm = incident.algorithm()?;
    if incident.own_key.is_some() || !provider.supports(algorithm) {
        return None;
    }
    let verifies = |key: &&Jwk| {
        let input = jwt.signing_input();
        jwt.signature().is_some_and(|signature| {
            let key = key.public_key();
            provider.verify(key, algorithm, input, signature).is_ok()
        })
    };
    (!candidates.iter().any(verifies)).then(|| {
        let place = published.place;
        Cause::new(Likelihood::Certain, Rule::Signature).explained(format!(
            "The signature verifies with no key of {place} that the assertion's header may mean."
        ))
    })
}
