//! The key that signed, against the keys that are published.

use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeyType, PublicKey};

use super::incident::{Incident, PublishedKeys};
use super::{Cause, Likelihood, signatures};
use crate::verification::{is_published, schemes, spki_hash, thumbprint};
use crate::{KeyIdScheme, Registration, Remedy, Rule};

/// What RFC 7518 section 3.3 asks for.
const LEAST_RSA_BITS: usize = 2048;

/// What is wrong with keys, their names and the signature.
pub(super) fn causes(incident: &Incident<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    causes.extend(algorithm_of_key(incident));
    causes.extend(algorithm_of_registration(incident));
    causes.extend(size(incident));
    causes.extend(signatures::by_own_key(incident));
    match incident.published {
        Some(published) => {
            let found = against_published(incident, published);
            causes.extend(found.into_iter().map(|cause| match published.is_presumed {
                true => cause.at(Likelihood::Likely),
                false => cause,
            }));
        }
        None => causes.extend(derived_name(incident)),
    }
    causes
}

/// An `alg` that the key cannot have signed with.
fn algorithm_of_key(incident: &Incident<'_>) -> Option<Cause> {
    let (key, algorithm) = (incident.own_key?, incident.algorithm()?);
    (key.key_type() != algorithm.key_type()).then(|| {
        Cause::new(Likelihood::Certain, Rule::Algorithm)
            .explained("The key is not of the type that the header's alg signs with.")
            .found(algorithm.name())
            .wanted(names(key.key_type().algorithms()))
            .mended_by(Remedy::FitAlgorithmToKey)
    })
}

/// An algorithm that no key works with that is registered in this way.
fn algorithm_of_registration(incident: &Incident<'_>) -> Option<Cause> {
    let working = incident.gateway.key().algorithms()?;
    let sent = incident.algorithm()?;
    (!working.contains(&sent)).then(|| {
        Cause::new(Likelihood::Certain, Rule::Algorithm)
            .explained(
                "A key that is registered in this way does not work with this algorithm at the \
                 gateway.",
            )
            .found(sent.name())
            .wanted(names(working))
    })
}

fn size(incident: &Incident<'_>) -> Option<Cause> {
    let key = incident.own_key?;
    let stated = incident.gateway.key().minimum_rsa_bits();
    let least = stated.unwrap_or(LEAST_RSA_BITS).max(LEAST_RSA_BITS);
    (key.key_type() == KeyType::Rsa && key.bits() < least).then(|| {
        Cause::new(Likelihood::Certain, Rule::KeySize)
            .found(format!("{} bits", key.bits()))
            .wanted(format!("{least} bits or more"))
    })
}

fn against_published(incident: &Incident<'_>, published: PublishedKeys<'_>) -> Vec<Cause> {
    let PublishedKeys { keys, place, .. } = published;
    if keys.keys().is_empty() {
        return vec![
            Cause::new(Likelihood::Certain, Rule::KeysNotRegistered).explained(format!(
                "{place} has no key that could verify an assertion."
            )),
        ];
    }
    let candidates = match named(incident, keys) {
        Ok(candidates) => candidates,
        Err(found) => return vec![unknown_name(incident, published, found)],
    };
    let mut causes = Vec::new();
    if let Some(own) = incident.own_key {
        if !candidates.iter().any(|key| key.public_key() == own) {
            causes.push(other_key(incident, published, &candidates));
            return causes;
        }
    }
    causes.extend(signatures::by_published(incident, published, &candidates));
    let is_own = |key: &&Jwk| incident.own_key.is_none_or(|own| key.public_key() == own);
    let mine: Vec<&Jwk> = candidates.iter().copied().filter(is_own).collect();
    causes.extend(use_of(incident, published, &mine));
    causes.extend(algorithm_of_jwk(incident, published, &mine));
    if candidates.len() > mine.len() && !mine.is_empty() && incident.header("kid").is_some() {
        causes.push(
            Cause::new(Likelihood::Likely, Rule::Signature).explained(format!(
                "{place} has several keys of this kid, and the gateway may take another one \
                 than the one that signed."
            )),
        );
    }
    causes
}

/// The keys that the header may mean; the name that it has, where that is none of theirs.
fn named<'k, 'i>(incident: &Incident<'i>, keys: &'k JwkSet) -> Result<Vec<&'k Jwk>, &'i str> {
    let rules = incident.gateway.key();
    let all = || keys.keys().iter();
    let looks_up = schemes(rules).any(KeyIdScheme::sends_key_id);
    let Some(key_id) = incident.header("kid").filter(|_| looks_up) else {
        return Ok(all().collect());
    };
    let published = schemes(rules).any(is_published);
    let by_hash = schemes(rules).any(|scheme| scheme == KeyIdScheme::SpkiSha256);
    let is_named = |key: &&Jwk| {
        let same_name = key.key_id().map(KeyId::as_str) == Some(key_id);
        let same_hash = || {
            let hash = incident
                .provider
                .map(|provider| spki_hash(key.public_key(), provider));
            hash.as_deref() == Some(key_id)
        };
        (published && same_name) || (by_hash && same_hash())
    };
    let found: Vec<&Jwk> = all().filter(is_named).collect();
    match found.is_empty() {
        // Without the means to compute them, hashes cannot be compared.
        true if by_hash && incident.provider.is_none() => Ok(all().collect()),
        true => Err(key_id),
        false => Ok(found),
    }
}

fn unknown_name(incident: &Incident<'_>, published: PublishedKeys<'_>, found: &str) -> Cause {
    let PublishedKeys { keys, place, .. } = published;
    let cause = Cause::new(Likelihood::Certain, Rule::UnknownKeyId).found(quoted(found));
    if let Some(cause) = derived_name(incident) {
        return cause.at(Likelihood::Certain);
    }
    let own = incident.own_key.and_then(|own| find(keys, own));
    match (incident.own_key, own.map(Jwk::key_id)) {
        (_, Some(Some(name))) => cause
            .explained(format!(
                "{place} has the key that signs under another kid than the assertion's header."
            ))
            .wanted(quoted(name.as_str()))
            .mended_by(key_id(name.as_str())),
        (_, Some(None)) => cause
            .explained(format!(
                "{place} has the key that signs without any kid, and the assertion's header has \
                 one."
            ))
            .wanted("a kid in the JWK")
            .mended_by(Remedy::PublishKeyId),
        (Some(_), None) => cause
            .explained(format!(
                "{place} has neither a key of this kid nor the key that signs."
            ))
            .wanted(published_names(keys))
            .mended_by(Remedy::SignWithPublishedKey),
        (None, None) => cause
            .explained(format!("{place} has no key of this kid."))
            .wanted(published_names(keys))
            .mended_by(Remedy::SetPublishedKeyId),
    }
}

fn other_key(incident: &Incident<'_>, published: PublishedKeys<'_>, candidates: &[&Jwk]) -> Cause {
    let PublishedKeys { keys, place, .. } = published;
    let own = incident.own_key.and_then(|own| find(keys, own));
    if let Some(name) = own.and_then(Jwk::key_id) {
        return Cause::new(Likelihood::Certain, Rule::UnknownKeyId)
            .explained(format!(
                "The kid of the assertion's header is that of another key in {place} than the \
                 one that signs."
            ))
            .found(quoted(incident.header("kid").unwrap_or_default()))
            .wanted(quoted(name.as_str()))
            .mended_by(key_id(name.as_str()));
    }
    let what = match incident.header("kid") {
        Some(_) => "has another key under this kid than the one that signs",
        None => "does not have the key that signs",
    };
    let is_other_type = |own: &PublicKey| {
        let mut types = candidates.iter().map(|key| key.public_key().key_type());
        types.all(|other| other != own.key_type())
    };
    let rule = match incident.own_key.is_some_and(is_other_type) {
        true => Rule::KeyType,
        false => Rule::Signature,
    };
    let mut cause = Cause::new(Likelihood::Certain, rule)
        .explained(format!("{place} {what}."))
        .mended_by(Remedy::PublishUnderNewKeyId);
    if let (Some(own), [only]) = (incident.own_key, candidates) {
        cause = cause
            .found(describe(own, incident))
            .wanted(describe(only.public_key(), incident));
    }
    cause
}

fn use_of(incident: &Incident<'_>, published: PublishedKeys<'_>, mine: &[&Jwk]) -> Option<Cause> {
    let place = published.place;
    let rules = incident.gateway.key();
    let verifies = |key: &&Jwk| match key.key_use() {
        Some(key_use) => key_use == tokenring_jwk::KeyUse::Signature,
        None => !rules.use_required(),
    };
    let is_usable = |key: &&Jwk| rules.takes_operations(key.operations());
    if !mine.is_empty() && !mine.iter().any(is_usable) {
        return Some(
            Cause::new(Likelihood::Certain, Rule::UnknownKeyId)
                .explained(format!(
                    "In {place} the key's key_ops do not say that it verifies signatures, and the \
                     gateway passes over it."
                ))
                .found("key_ops without verify")
                .wanted("verify in key_ops, or no key_ops")
                .mended_by(Remedy::PublishOperations),
        );
    }
    if rules.use_ignored() || mine.is_empty() || mine.iter().any(verifies) {
        return None;
    }
    let found = mine.first().and_then(|key| key.key_use());
    Some(
        Cause::new(Likelihood::Certain, Rule::UnknownKeyId)
            .explained(format!(
                "In {place} the key is not published as one that verifies signatures, and the \
                 gateway passes over it."
            ))
            .found(found.map_or("no use".to_owned(), |found| format!("use {found}")))
            .wanted("use sig")
            .mended_by(Remedy::PublishUse),
    )
}

fn algorithm_of_jwk(
    incident: &Incident<'_>,
    published: PublishedKeys<'_>,
    mine: &[&Jwk],
) -> Option<Cause> {
    let place = published.place;
    let sent = incident.algorithm()?;
    let fits = |key: &&Jwk| key.algorithm().is_none_or(|stated| stated == sent);
    let rules = incident.gateway.key_rules_for(Registration::JwkSet);
    let counts = rules.registers_jwk_set() && !rules.algorithm_ignored();
    if !counts || mine.is_empty() || mine.iter().any(fits) {
        return None;
    }
    let stated = mine.iter().find_map(|key| key.algorithm())?;
    Some(
        Cause::new(Likelihood::Certain, Rule::Algorithm)
            .explained(format!(
                "In {place} the key is published for one algorithm, and the assertion is signed \
                 with another."
            ))
            .found(sent.name())
            .wanted(stated.name())
            .mended_by(match incident.gateway.assertion().algorithms() {
                taken if !taken.contains(&stated) => Remedy::PublishKeyFor {
                    algorithm: sent,
                    rejected: stated,
                },
                taken => Remedy::SignForPublishedKey {
                    algorithm: stated,
                    or_publish_for: taken.contains(&sent).then_some(sent),
                },
            }),
    )
}

/// What is known of a `kid` where the gateway makes a name of the key itself in the flow in use,
/// and takes that of a JWK Set in another: the client may be registered in either.
pub(super) fn in_another_flow(incident: &Incident<'_>) -> Option<(String, Option<Remedy>)> {
    let PublishedKeys { keys, place, .. } = incident.published?;
    let sent = incident.header("kid")?;
    let rules = incident.gateway.key();
    let mut others = incident.gateway.flows().iter();
    let of_set = others.find(|flow| {
        let rules = flow.key();
        rules.is_some_and(|rules| rules.registers_jwk_set() && schemes(rules).any(is_published))
    })?;
    let is_made_there = schemes(rules).any(|scheme| scheme == KeyIdScheme::SpkiSha256);
    if !is_made_there {
        return None;
    }
    // In the flow in use this kid is right.
    let hash = |own: &PublicKey| Some(spki_hash(own, incident.provider?));
    let is_right = incident.own_key.and_then(hash).as_deref() == Some(sent);
    let remedy = || {
        is_right.then_some(())?;
        Some(Remedy::ChooseFlow {
            used: incident.gateway.flow()?.to_owned(),
            of_set: of_set.name().to_owned(),
        })
    };
    let names = || keys.keys().iter().filter_map(Jwk::key_id);
    let own = incident.own_key.and_then(|own| find(keys, own));
    let sentence = match own.and_then(Jwk::key_id) {
        _ if names().any(|name| name.as_str() == sent) => format!(
            "{place} has a key of this kid, which counts where that JWK Set is registered and not \
             a public key."
        ),
        Some(name) => {
            let sentence = format!(
                "{place} has no key of this kid either: there the key that signs has the kid {}.",
                quoted(name.as_str())
            );
            return Some((sentence, remedy()));
        }
        None => format!("{place} has no key of this kid either."),
    };
    Some((sentence, None))
}

/// A `kid` that the gateway derives from the key, where the header has another one.
fn derived_name(incident: &Incident<'_>) -> Option<Cause> {
    let rules = incident.gateway.key();
    let (found, provider, own) = (
        incident.header("kid")?,
        incident.provider?,
        incident.own_key?,
    );
    let thumbprint = thumbprint(own, provider);
    let hash = spki_hash(own, provider);
    let takes = |wanted| schemes(rules).any(|scheme| scheme == wanted);
    let free = takes(KeyIdScheme::FreeText) || takes(KeyIdScheme::FileStem);
    if free || found == hash && takes(KeyIdScheme::SpkiSha256) {
        return None;
    }
    let (what, wanted) = if takes(KeyIdScheme::SpkiSha256) {
        ("the SHA-256 digest of its SubjectPublicKeyInfo", hash)
    } else if takes(KeyIdScheme::Thumbprint) && found != thumbprint {
        ("its thumbprint of RFC 7638", thumbprint.clone())
    } else {
        return None;
    };
    let is = if found == thumbprint {
        "the key's thumbprint"
    } else {
        "something else"
    };
    Some(
        Cause::new(Likelihood::Likely, Rule::UnknownKeyId)
            .explained(format!(
                "This gateway calls a key by {what}, and the kid of the header is {is}."
            ))
            .found(quoted(found))
            .wanted(quoted(&wanted))
            .mended_by(key_id(&wanted)),
    )
}

fn key_id(wanted: &str) -> Remedy {
    Remedy::SetKeyId {
        wanted: Some(wanted.to_owned()),
    }
}

fn find<'k>(keys: &'k JwkSet, key: &PublicKey) -> Option<&'k Jwk> {
    keys.keys().iter().find(|jwk| jwk.public_key() == key)
}

fn describe(key: &PublicKey, incident: &Incident<'_>) -> String {
    let kind = format!("{} key of {} bits", key.key_type(), key.bits());
    match incident.provider {
        Some(provider) => format!("{kind}, thumbprint {}", thumbprint(key, provider)),
        None => kind,
    }
}

fn published_names(keys: &JwkSet) -> String {
    let names: Vec<String> = keys
        .keys()
        .iter()
        .filter_map(Jwk::key_id)
        .map(|name| quoted(name.as_str()))
        .collect();
    match names.is_empty() {
        true => "(none of its keys has a kid)".into(),
        false => names.join(", "),
    }
}

fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<&str> = algorithms.iter().map(|known| known.name()).collect();
    names.join(", ")
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}
