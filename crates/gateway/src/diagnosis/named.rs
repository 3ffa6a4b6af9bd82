//! What the server's own words mean.

use super::classification::{Basis, Classification};
use super::incident::Incident;
use super::{
    Cause, Class, Likelihood, address, beside, conditions, dpop, failed_with_words, is_of_class,
    kept, keys, unread_form, unseen,
};
use crate::remedy::remedy;
use crate::{Refusal, RefusalCase, Remedy, Rule};

/// What the server's own words mean, joined with what is known here of the same matter.
pub(super) fn causes(
    classification: &Classification<'_>,
    local: &mut Vec<Cause>,
    incident: &Incident<'_>,
) -> Vec<Cause> {
    let mut named = Vec::new();
    match classification.basis() {
        Basis::Known(refusals) => {
            let refusals = meant(refusals, classification, incident);
            // What is certainly wrong here may be what the server means.
            let rivals: Vec<Rule> = local
                .iter()
                .filter(|cause| cause.likelihood() == Likelihood::Certain)
                .filter(|cause| !classification.is_other_than(cause))
                .filter_map(Cause::rule)
                .collect();
            let told = classification.also_told(incident);
            let mut all = Vec::new();
            for refusal in &refusals {
                let rule = refusal.rule();
                let case = conditions::case_of(refusal, incident);
                // The server speaks of what the file takes: its words are right, and not the file.
                let is_open = conditions::is_open(refusal, incident);
                let told_cause = match (rule, case.and_then(RefusalCase::cause)) {
                    (Some(rule), _) if !is_open => rule.cause().into(),
                    (_, Some(own)) => own.clone(),
                    (_, None) => refusal.cause(),
                };
                let told_remedy = case.and_then(RefusalCase::remedy);
                let has_rival = rivals.iter().any(|rival| Some(*rival) != rule);
                let meanings = refusals.len().saturating_add(usize::from(has_rival));
                let cause = match told_beside(refusal, classification, incident) {
                    // The address that was called says more than any file.
                    Some(cause) if rule == Some(Rule::Path) => cause,
                    Some(cause) => {
                        let remedy = told_remedy
                            .cloned()
                            .map_or_else(|| refusal.remedy(), Remedy::Stated);
                        cause.explained(told_cause).mended_by(remedy)
                    }
                    None => {
                        let remedy = match (told_remedy, rule) {
                            (_, Some(Rule::Algorithm)) if !is_open => Rule::Algorithm.remedy(),
                            (_, Some(rule)) if !is_open => mended(incident, rule),
                            (Some(told), _) => Remedy::Stated(told.clone()),
                            (None, Some(rule)) if refusal.own_remedy().is_none() => {
                                mended(incident, rule)
                            }
                            _ => refusal.remedy(),
                        };
                        known(refusal, meanings, classification, incident)
                            .explained(told_cause)
                            .mended_by(remedy)
                    }
                };
                let is_told = rule.is_some() && rule == told;
                all.push((is_told, refine(cause, local, classification, incident)));
            }
            // Of several meanings of the same words the one that can be seen here is it, then the
            // one of which the words tell; what is wrong with a whole set of keys is seldom.
            let is_of_set = |cause: &Cause| {
                matches!(
                    cause.rule(),
                    Some(Rule::KeysNotRegistered | Rule::KeysUnreachable | Rule::KeysUnreadable)
                )
            };
            all.sort_by_key(|(is_told, cause)| (cause.likelihood(), !is_told, is_of_set(cause)));
            named.extend(all.into_iter().map(|(_, cause)| cause));
        }
        Basis::Told(rule) => {
            let cause = Cause::new(Likelihood::Likely, *rule).mended_by(mended(incident, *rule));
            let cause = match *rule == Rule::ContentType && unread_form::was_sent(incident) {
                true => unread_form::explained(cause),
                false => cause,
            };
            named.push(refine(cause, local, classification, incident));
        }
        Basis::Form => {
            let class = classification.class();
            if let Some(cause) = beside::cause(incident, class) {
                named.push(cause);
            } else if class == Class::Assertion && dpop::is_unbound(incident) {
                named.extend(dpop::unbound());
            } else if class != Class::Assertion {
                named.push(Cause::of_class(likelihood_of(class, incident), class));
            }
        }
    }
    named
}

/// The entries of the file that the answer can mean here.
fn meant<'g>(
    refusals: &[&'g Refusal],
    classification: &Classification<'g>,
    incident: &Incident<'_>,
) -> Vec<&'g Refusal> {
    /// An answer for more reasons than these is one for every reason.
    const MOST: usize = 3;
    let is_malformed = |refusal: &Refusal| refusal.rule() == Some(Rule::Malformed);
    let mut meant = refusals.to_vec();
    if meant.len() > 1 && kept::is_well_formed(incident) {
        meant.retain(|refusal| !is_malformed(refusal));
    }
    // A rule can have several entries, one for each condition.
    let mut rules: Vec<Rule> = Vec::new();
    meant.retain(|refusal| match refusal.rule() {
        Some(rule) if rules.contains(&rule) => false,
        Some(rule) => {
            rules.push(rule);
            true
        }
        None => true,
    });
    if classification.is_opaque() && meant.len() > MOST {
        meant.clear();
    }
    meant
}

/// What an entry of the file is about that has no rule, or is about the address.
fn told_beside(
    refusal: &Refusal,
    classification: &Classification<'_>,
    incident: &Incident<'_>,
) -> Option<Cause> {
    let rule = refusal.rule();
    if classification.is_opaque() || !matches!(rule, None | Some(Rule::Path)) {
        return None;
    }
    beside::cause(incident, classification.class()).or_else(|| {
        let told = classification.also_told(incident)?;
        rule.is_none().then(|| Cause::new(Likelihood::Likely, told))
    })
}

fn known(
    refusal: &Refusal,
    meanings: usize,
    classification: &Classification<'_>,
    incident: &Incident<'_>,
) -> Cause {
    // Why a signature does not verify, no server tells.
    let is_sure = meanings == 1
        && classification.is_told()
        && refusal.rule() != Some(Rule::Signature)
        && !(failed_with_words(incident) && refusal.rule().is_none());
    let likelihood = match is_sure {
        true => Likelihood::Certain,
        false => Likelihood::Likely,
    };
    match refusal.rule() {
        Some(rule) => Cause::new(likelihood, rule),
        None => Cause::of_class(likelihood, classification.class()),
    }
}

/// How sure it is that a class is what its code or status says.
fn likelihood_of(class: Class, incident: &Incident<'_>) -> Likelihood {
    let status = incident.response.status();
    match class {
        // A page can be the token endpoint's own, and a text its refusal; other statuses are those
        // of a proxy in front of it as well.
        Class::Intermediary if status >= 400 => Likelihood::Likely,
        Class::NotOAuth if !matches!(status, 404 | 405) => Likelihood::Likely,
        Class::ServerTrouble if failed_with_words(incident) => Likelihood::Likely,
        Class::ServerTrouble if address::is_own_page(incident.response) => Likelihood::Likely,
        Class::Grant => Likelihood::Likely,
        _ if is_of_class(class) => Likelihood::Certain,
        _ => Likelihood::Possible,
    }
}

/// What fixes a broken rule at this gateway.
fn mended(incident: &Incident<'_>, rule: Rule) -> Remedy {
    // A kid that nobody gave is the first to be looked at.
    if rule == Rule::UnknownKeyId && incident.has_default_key_id && incident.published.is_none() {
        return Remedy::SetKeyId { wanted: None };
    }
    remedy(incident.gateway, incident.endpoint, rule)
}

fn refine(
    cause: Cause,
    local: &mut Vec<Cause>,
    classification: &Classification<'_>,
    incident: &Incident<'_>,
) -> Cause {
    let Some(rule) = cause.rule() else {
        return cause;
    };
    let place_of = |rule: Rule| {
        let mut places = local.iter();
        places.position(|found| found.rule() == Some(rule))
    };
    let other = keys::in_another_flow(incident).filter(|_| rule == Rule::UnknownKeyId);
    let (cause, is_of_flow) = match other {
        Some((sentence, remedy)) => {
            let cause = cause.adding(&sentence.into());
            let is_of_flow = remedy.is_some();
            (remedy.into_iter().fold(cause, Cause::mended_by), is_of_flow)
        }
        None => (cause, false),
    };
    let place = place_of(rule).or_else(|| {
        let details = details_of(rule).iter();
        let places = details.filter_map(|detail| place_of(*detail));
        places.min_by_key(|place| local.get(*place).map(Cause::likelihood))
    });
    // A rule of the file for which the server has other words is not what it means, unless it
    // comes to notice at the end only.
    let is_meant = |place: &usize| {
        let detail = local.get(*place);
        rule == Rule::Signature
            || detail.is_some_and(|detail| {
                detail.source().is_none() || !classification.was_passed(detail)
            })
    };
    // Which algorithm a client is registered for is told in other words, where there are some; a
    // JWK for another one is a wrong signature to some, and never an unknown key.
    let is_open = |place: &usize| {
        let departure = |detail: &Cause| matches!(detail.remedy(), Remedy::SetAlgorithm { .. });
        let detail = local.get(*place);
        let is_told_otherwise = |it: &Cause| departure(it) && classification.is_other_than(it);
        rule != Rule::UnknownKeyId || !detail.is_some_and(is_told_otherwise)
    };
    // A kid that counts in another flow is closer than what the JWK Set of that flow says.
    let place = place.filter(|place| !is_of_flow && is_meant(place) && is_open(place));
    if let Some(place) = place {
        let detail = local.remove(place);
        let likelihood = cause.likelihood().min(detail.likelihood());
        // What is found here is closer than the server's word for it.
        let is_other = |found: Rule| found.subject() != rule.subject();
        let is_closer =
            detail.rule().is_some_and(is_other) && detail.likelihood() != Likelihood::Possible;
        return if is_closer {
            detail.at(likelihood)
        } else {
            cause.refined_by(detail).at(likelihood)
        };
    }
    match unseen::hint(rule, incident) {
        _ if is_of_flow => cause,
        None => cause,
        Some((sentence, None)) => cause.adding(&sentence),
        Some((sentence, Some(remedy))) => cause.adding(&sentence).mended_by(remedy),
    }
}

/// What a server may mean that speaks of a rule: what is found here in more detail.
const fn details_of(rule: Rule) -> &'static [Rule] {
    match rule {
        Rule::Audience => &[Rule::AudienceAbsent, Rule::AudienceList],
        Rule::IssuerNotSubject => &[Rule::IssuerAbsent, Rule::SubjectAbsent],
        Rule::UnknownClient => &[Rule::ClientId, Rule::IssuerNotSubject],
        // A JWK for another algorithm, or for another use, is passed over.
        Rule::UnknownKeyId => &[Rule::Algorithm, Rule::KeysNotRegistered, Rule::KeyType],
        Rule::Signature => &[
            Rule::Malformed,
            Rule::UnknownKeyId,
            Rule::Algorithm,
            Rule::KeySize,
            Rule::KeyType,
        ],
        Rule::Expired => &[Rule::TooOld],
        Rule::JwtIdAbsent => &[Rule::JwtIdForm],
        Rule::JwtIdForm => &[Rule::JwtIdLength],
        Rule::ExpiryTooLate => &[Rule::ExpiryTooLateWithoutIssuedAt],
        _ => &[],
    }
}
