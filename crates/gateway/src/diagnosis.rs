//! Why a gateway refused, and what fixes it.
//!
//! Some gateways say what is wrong; their words are in the gateway's file. Most say the same
//! whatever is wrong. Then the cause has to be found on this side: [`Diagnosis::of`] compares what
//! was sent with the gateway's rules, the key with the published keys, the clock with the server's.
//!
//! # Examples
//!
//! ```
//! use tokenring_gateway::diagnosis::{Diagnosis, Incident, Likelihood};
//! use tokenring_gateway::{Gateway, Rule};
//! use tokenring_oauth::{ErrorResponse, HttpResponse};
//!
//! let nhs = Gateway::builtin("nhs")?;
//! let endpoint = nhs.endpoint(nhs.environment(Some("prod"))?).build()?;
//! let body = br#"{"error":"invalid_request",
//!     "error_description":"Invalid 'iss'/'sub' claims in client_assertion JWT"}"#;
//! let response = ErrorResponse::parse(&HttpResponse::new(401, vec![], body.to_vec()));
//!
//! let diagnosis = Diagnosis::of(&Incident::new(&nhs, &endpoint, &response));
//! let cause = diagnosis.first();
//! assert_eq!(cause.rule(), Some(Rule::UnknownClient));
//! assert_eq!(cause.likelihood(), Likelihood::Certain);
//! # Ok::<(), tokenring_gateway::Error>(())
//! ```

mod address;
mod algorithms;
mod beside;
mod cause;
mod class;
mod classification;
mod clients;
mod conditions;
mod departures;
mod dpop;
mod fetch;
mod findings;
mod general;
mod grants;
mod incident;
mod kept;
mod keys;
mod known_words;
mod named;
mod overridden;
mod sent_already;
mod signatures;
mod unread_form;
mod unseen;
mod words;

use tokenring_oauth::{ErrorShape, Retry};

pub use self::cause::{Cause, Likelihood};
pub use self::class::Class;
pub use self::classification::Classification;
pub use self::incident::{Incident, PublishedKeys};
use crate::{Gateway, Rule};

/// Why a gateway refused a token request, as far as can be told from this side.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    class: Class,
    retry: Retry,
    is_known: bool,
    first: Cause,
    others: Vec<Cause>,
}

impl Diagnosis {
    /// Finds the causes of a refusal.
    #[must_use]
    pub fn of(incident: &Incident<'_>) -> Self {
        let classification = Classification::of_incident(incident);
        let mut local = local_causes(incident);
        let mut named = named::causes(&classification, &mut local, incident);
        let class = classification.class();
        let is_certain = |cause: &Cause| cause.likelihood() == Likelihood::Certain;
        let is_stated = |cause: &Cause| {
            let is_general = matches!(cause.class(), Class::Assertion | Class::Other);
            cause.rule().is_none() && cause.likelihood() != Likelihood::Possible && !is_general
        };
        let mut all: Vec<Cause> = if failed_with_words(incident) && !classification.is_told() {
            local = findings::behind_failure(local);
            if named.iter().all(|cause| cause.rule().is_none()) {
                local.extend(unseen::clock_after_failure(incident));
            } else {
                named.push(Cause::of_class(Likelihood::Possible, Class::ServerTrouble));
            }
            local.into_iter().chain(named).collect()
        } else if classification.is_told() || is_of_class(class) || named.iter().any(is_stated) {
            // The server said what it is; what it would have found next is worth knowing, if it
            // was the server that looked.
            local.retain(|cause| is_certain(cause) && !is_of_another_server(class, incident));
            // A server that wants another authentication most likely looked at no assertion.
            let is_unread = incident.response.wants_other_authentication();
            let next = local.into_iter().map(|cause| {
                match is_unread || classification.is_other_than(&cause) {
                    true => cause.at(Likelihood::Likely),
                    false => cause,
                }
            });
            named.into_iter().chain(next).collect()
        } else {
            opaque(named, local, &classification, incident)
        };
        all.sort_by_key(Cause::likelihood);
        let all = sent_already::without_impossible_dates(without_repetition(all), incident);
        let all = all.into_iter();
        let all = all.map(|cause| algorithms::advised(cause, incident));
        let all = all.map(|cause| general::narrowed(cause, incident));
        let all = all.map(|cause| general::of_one_environment(cause, incident));
        let all = all.map(|cause| grants::fitted(cause, incident));
        let all = all.map(|cause| fetch::described(cause, incident));
        let all = all.map(|cause| dpop::fitted(cause, incident));
        let mut causes = all.map(|cause| sent_already::reconsidered(cause, incident));
        let first = causes
            .next()
            .unwrap_or_else(|| Cause::of_class(Likelihood::Possible, class));
        Self {
            class,
            retry: classification.retry(),
            is_known: classification.is_known(),
            first,
            others: causes.collect(),
        }
    }

    /// Why an API rejected a call, by its `WWW-Authenticate` header; nothing where that is not about
    /// tokens that are bound by DPoP (RFC 9449 section 7.1).
    #[must_use]
    pub fn of_call(challenge: &str, token_is_bound: bool) -> Option<Cause> {
        dpop::of_call(challenge, token_is_bound)
    }

    /// What kind of refusal it is.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// Whether the same request, with a new assertion, may succeed without any change.
    #[must_use]
    pub const fn retry(&self) -> Retry {
        self.retry
    }

    /// Whether the gateway's file has the server's words.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.is_known
    }

    /// The cause that is most likely.
    #[must_use]
    pub const fn first(&self) -> &Cause {
        &self.first
    }

    /// Every cause, the most likely first.
    pub fn causes(&self) -> impl Iterator<Item = &Cause> {
        core::iter::once(&self.first).chain(&self.others)
    }
}

/// The causes of an answer that does not say what is wrong.
fn opaque(
    named: Vec<Cause>,
    local: Vec<Cause>,
    classification: &Classification<'_>,
    incident: &Incident<'_>,
) -> Vec<Cause> {
    let class = classification.class();
    // The server has words for some of it, and these are others.
    let (otherwise_told, local): (Vec<Cause>, Vec<Cause>) = local
        .into_iter()
        .partition(|cause| classification.is_other_than(cause));
    let otherwise_told = otherwise_told
        .into_iter()
        .map(|cause| match cause.likelihood() {
            Likelihood::Certain => cause.at(Likelihood::Likely),
            _ => cause,
        });
    // What is merely unusual comes behind what cannot be seen.
    let is_possible = |cause: &Cause| cause.likelihood() == Likelihood::Possible;
    let (unusual, telling): (Vec<Cause>, Vec<Cause>) = local.into_iter().partition(is_possible);
    // What is certain leaves nothing to be guessed.
    let is_certain = |cause: &Cause| cause.likelihood() == Likelihood::Certain;
    // A status that says what it is leaves little of a form to be guessed.
    let is_of_form = |cause: &Cause| {
        cause.class() == Class::Request && cause.likelihood() != Likelihood::Possible
    };
    let unseen = if telling.iter().any(is_certain) || named.iter().any(is_of_form) {
        Vec::new()
    } else if class == Class::Request {
        unseen::of_request(incident)
    } else if class == Class::Other && incident.response.shape() != ErrorShape::OAuth {
        // Whatever answered, its words are not those of a token endpoint.
        Vec::new()
    } else {
        let is_of_key =
            |cause: &Cause| cause.class() == Class::Key || cause.rule() == Some(Rule::Algorithm);
        let keys_fit = !telling.iter().any(is_of_key);
        unseen::causes(incident, keys_fit)
    };
    // That the assertion was not taken is no cause as long as there are others.
    let is_general = |cause: &Cause| {
        cause.rule().is_none() && matches!(cause.class(), Class::Assertion | Class::Request)
    };
    let (general, named): (Vec<Cause>, Vec<Cause>) = named.into_iter().partition(is_general);
    let general = general
        .into_iter()
        .map(|cause| cause.at(Likelihood::Possible));
    let causes = telling.into_iter().chain(named).chain(otherwise_told);
    causes.chain(unseen).chain(unusual).chain(general).collect()
}

/// Whether a server failed that speaks OAuth: then the request itself may have made it fail.
fn failed_with_words(incident: &Incident<'_>) -> bool {
    let response = incident.response;
    response.shape() == ErrorShape::OAuth && matches!(response.status(), 500..=599)
}

/// Classes that say by themselves what is the matter, with the assertion or without.
const fn is_of_class(class: Class) -> bool {
    matches!(
        class,
        Class::RateLimit
            | Class::ServerTrouble
            | Class::Intermediary
            | Class::NotOAuth
            | Class::Grant
            | Class::Scope
    )
}

/// Whether something else answered, which looked at no assertion.
fn is_of_another_server(class: Class, incident: &Incident<'_>) -> bool {
    let is_own = address::is_own_page(incident.response) && !address::is_elsewhere(incident);
    matches!(class, Class::NotOAuth | Class::Intermediary) && !is_own
}

/// All that is found on this side, most likely first.
fn local_causes(incident: &Incident<'_>) -> Vec<Cause> {
    let mut causes = findings::causes(incident);
    // What a JWK Set says of an algorithm or a kid is more than that it is unusual.
    causes.extend(keys::causes(incident));
    causes.extend(departures::causes(incident));
    causes.extend(clients::causes(incident));
    causes.extend(overridden::causes(incident));
    sort(&mut causes, incident.gateway);
    causes
}

/// Puts the most likely first, and of equals the one that the gateway looks at first.
fn sort(causes: &mut [Cause], gateway: &Gateway) {
    let place = |rule: Rule| {
        let mut refusals = gateway.refusals().iter();
        let row = refusals.position(|refusal| refusal.rule() == Some(rule));
        (row.unwrap_or(usize::MAX), rule)
    };
    // Sorting is stable: what has no rule stays behind what was found before it.
    causes.sort_by_key(|cause| {
        (
            cause.likelihood(),
            cause.rule().is_none(),
            cause.rule().map(place),
        )
    });
}

/// Leaves of several causes about one rule the first.
fn without_repetition(causes: Vec<Cause>) -> Vec<Cause> {
    let mut kept: Vec<Cause> = Vec::new();
    for cause in causes {
        // Two rules of a file can share their words, too.
        let same = |other: &Cause| {
            other.explanation() == cause.explanation()
                || cause.rule().is_some() && other.rule() == cause.rule()
        };
        if !kept.iter().any(same) {
            kept.push(cause);
        }
    }
    kept
}
