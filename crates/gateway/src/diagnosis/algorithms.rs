//! What to sign with instead of an algorithm that was rejected.

use tokenring_jwk::Algorithm;

use super::Cause;
use super::incident::Incident;
use crate::{Remedy, Rule};

/// As many are named: the first is the one to try.
const NAMED: usize = 3;

/// A cause of a rejected algorithm, with a remedy that this server and this key have in common.
pub(super) fn advised(cause: Cause, incident: &Incident<'_>) -> Cause {
    let is_open = matches!(cause.remedy(), Remedy::SetAlgorithm { .. });
    if cause.rule() != Some(Rule::Algorithm) || !is_open {
        return cause;
    }
    let named = named(incident);
    let cause = match named.as_slice() {
        [] => cause,
        names => cause.wanted(names_of(names)),
    };
    let taken = match named.is_empty() {
        true => {
            let all = incident.gateway.assertion().algorithms().iter().copied();
            let working = incident.gateway.key().algorithms();
            let works = |each: &Algorithm| working.is_none_or(|working| working.contains(each));
            all.filter(works).collect()
        }
        false => named,
    };
    // The server rejects what the file says that it takes: another one is registered.
    if open(&taken, incident).next().is_none() {
        return cause.mended_by(Remedy::CompareAlgorithm);
    }
    let Some(key) = incident.own_key else {
        let algorithms: Vec<Algorithm> = open(&taken, incident).collect();
        return cause.mended_by(Remedy::SetAlgorithm { algorithms });
    };
    let of_key = key.key_type().algorithms();
    let fits = |algorithm: &Algorithm| of_key.contains(algorithm);
    let common: Vec<Algorithm> = open(&taken, incident).filter(fits).take(NAMED).collect();
    if !common.is_empty() {
        return cause.mended_by(Remedy::UseAlgorithm { algorithms: common });
    }
    let mut others: Vec<Algorithm> = open(&taken, incident)
        .filter(|other| !fits(other))
        .collect();
    others.truncate(NAMED);
    cause.mended_by(Remedy::MakeKeyFor { algorithms: others })
}

/// Those that a server takes, without the one that it rejected.
fn open<'t>(
    taken: &'t [Algorithm],
    incident: &Incident<'_>,
) -> impl Iterator<Item = Algorithm> + 't {
    let sent = incident.algorithm();
    // The newer name of the same signatures is known to fewer servers.
    let is_rejected = move |algorithm: Algorithm| {
        sent == Some(algorithm) || sent == Some(Algorithm::EdDsa) && algorithm == Algorithm::Ed25519
    };
    let taken = taken.iter().copied();
    taken.filter(move |algorithm| !is_rejected(*algorithm))
}

/// The algorithms that the server's words name, but for the one that was sent.
fn named(incident: &Incident<'_>) -> Vec<Algorithm> {
    let words = incident.response.description().unwrap_or_default();
    let words: Vec<&str> = words
        .split(|character: char| !character.is_alphanumeric())
        .collect();
    let all = Algorithm::ALL.iter().copied();
    let is_named = |algorithm: &Algorithm| {
        incident.algorithm() != Some(*algorithm) && words.contains(&algorithm.name())
    };
    all.filter(is_named).collect()
}

fn names_of(algorithms: &[Algorithm]) -> String {
    let names: Vec<&str> = algorithms.iter().map(|known| known.name()).collect();
    names.join(" or ")
}
