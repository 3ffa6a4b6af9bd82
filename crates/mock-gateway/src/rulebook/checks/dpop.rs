//! The DPoP proof of a token request: RFC 9449, section 4.3.

use crate::client_registration::BoundTokens;
use crate::dpop::{Problem, Proof, Wanted};
use crate::expiring_set::Full;
use crate::rulebook::Case;

/// Whether a token without a proof would be one that the client must not have.
fn is_wanted(case: &Case<'_>) -> bool {
    match case.client.and_then(|client| client.registration.binding) {
        Some(BoundTokens::Dpop) => true,
        Some(BoundTokens::Nothing) => false,
        _ => case.dpop.is_required,
    }
}

/// Whether the rules about proofs are about this request.
pub(crate) fn is_involved(case: &Case<'_>) -> bool {
    let binding = case.client.and_then(|client| client.registration.binding);
    let is_ignored = binding == Some(BoundTokens::Nothing);
    is_wanted(case) || (case.proof.is_some() && !is_ignored)
}

pub(super) fn is_missing(case: &Case<'_>) -> bool {
    is_wanted(case) && case.proof.is_none()
}

/// The key that the token is to be bound to, in a request that breaks no rule.
pub(crate) fn bound_key<'a>(case: &'a Case<'_>) -> Option<&'a Proof> {
    let proof = case.proof.as_ref()?.as_ref().ok()?;
    is_involved(case).then_some(proof)
}

/// What is wrong with the proof, if there is one.
pub(crate) fn problem(case: &Case<'_>) -> Option<Problem> {
    match case.proof.as_ref()? {
        Err(problem) => Some(*problem),
        Ok(proof) => with_wanted(case, |wanted| proof.problem(wanted)),
    }
}

/// Remembers the proof, which serves once.
pub(crate) fn spend(case: &Case<'_>) -> Result<(), Full> {
    match bound_key(case) {
        Some(proof) => with_wanted(case, |wanted| proof.spend(wanted)),
        None => Ok(()),
    }
}

fn with_wanted<T>(case: &Case<'_>, use_it: impl FnOnce(&Wanted<'_>) -> T) -> T {
    let server = case.rulebook.gateway.server();
    let token_url = case.rulebook.site.token_url();
    let urls = [case.called_url.unwrap_or_default(), &token_url];
    use_it(&Wanted {
        dpop: case.dpop,
        method: case.head.method.as_str(),
        urls: &urls,
        now: case.now,
        age: server.dpop_proof_age(),
        leeway: server.dpop_proof_leeway(),
        spent: case.spent_jwt_ids,
        access_token: None,
    })
}
