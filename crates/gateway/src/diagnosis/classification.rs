use tokenring_oauth::{ErrorResponse, ErrorShape, Retry, Retryable};

use super::incident::Incident;
use super::known_words::known_words;
use super::words::Said;
use super::{Cause, Class, address, beside, conditions, kept, unread_form, words};
use crate::{Gateway, Refusal, RefusalRetry, Remedy, Rule};

/// What an error response says by itself, before anything else is known.
///
/// # Examples
///
/// ```
/// use tokenring_gateway::Rule;
/// use tokenring_gateway::diagnosis::{Class, Classification};
/// use tokenring_oauth::{ErrorResponse, HttpResponse};
///
/// let body = br#"{"error":"invalid_client","error_description":"The token is expired"}"#;
/// let response = ErrorResponse::parse(&HttpResponse::new(400, vec![], body.to_vec()));
/// let classification = Classification::of(&response, None);
/// assert_eq!(classification.class(), Class::Assertion);
/// assert_eq!(classification.rule(), Some(Rule::Expired));
/// ```
#[derive(Clone, Debug)]
pub struct Classification<'g> {
    class: Class,
    basis: Basis<'g>,
    refusals: &'g [Refusal],
    is_opaque: bool,
    retry: Retry,
}

/// What the classification rests on.
#[derive(Clone, Debug)]
pub(super) enum Basis<'g> {
    /// Words that are in the gateway's file; several where they mean several things.
    Known(Vec<&'g Refusal>),
    /// Words that tell of a rule wherever they are from.
    Told(Rule),
    /// The code, the status or the form of the answer alone.
    Form,
}

impl<'g> Classification<'g> {
    /// Classifies an answer, with the gateway's file where one is known.
    #[must_use]
    pub fn of(response: &ErrorResponse, gateway: Option<&'g Gateway>) -> Self {
        Self::among(response, gateway, None)
    }

    /// The same, of what the request that is known here can have broken.
    pub(super) fn of_incident(incident: &Incident<'g>) -> Self {
        Self::among(incident.response, Some(incident.gateway), Some(incident))
    }

    fn among(
        response: &ErrorResponse,
        gateway: Option<&'g Gateway>,
        incident: Option<&Incident<'_>>,
    ) -> Self {
        let is_open = |rule| incident.is_none_or(|incident| !kept::keeps(incident, rule));
        let refusals = gateway.map_or(&[][..], Gateway::refusals);
        let mut known: Vec<&Refusal> = known_words(response, refusals);
        let is_unread = incident.is_some_and(|incident| unread_form::is_told(incident, &known));
        match incident {
            Some(_) if is_unread => known.retain(|it| it.rule() == Some(Rule::ContentType)),
            Some(incident) => {
                known.retain(|refusal| refusal.rule().is_none_or(&is_open));
                known = conditions::possible(known, incident);
            }
            None => {}
        }
        let basis = if is_unread && known.is_empty() {
            Basis::Told(Rule::ContentType)
        } else if known.is_empty() {
            let is_well_formed = incident.is_some_and(kept::is_well_formed);
            let is_open = |rule| is_open(rule) && !(is_well_formed && rule == Rule::Malformed);
            let sent = incident.map(Incident::sent_names).unwrap_or_default();
            told(response, &sent, &is_open).map_or(Basis::Form, Basis::Told)
        } else {
            Basis::Known(known)
        };
        let of_form = class_of_form(response);
        let class = match &basis {
            Basis::Known(refusals) => match refusals.first().and_then(|known| known.rule()) {
                Some(rule) => Class::of_rule(rule),
                None => of_form,
            },
            Basis::Told(rule) => Class::of_rule(*rule),
            Basis::Form => of_form,
        };
        Self {
            class,
            retry: retry(response, &basis, class),
            basis,
            refusals,
            is_opaque: is_opaque(response),
        }
    }

    /// The kind of refusal.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// The rule that the words tell of, if they tell of one.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        match &self.basis {
            Basis::Known(refusals) => refusals.iter().find_map(|known| known.rule()),
            Basis::Told(rule) => Some(*rule),
            Basis::Form => None,
        }
    }

    /// Whether the gateway's file has these words.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        matches!(self.basis, Basis::Known(_))
    }

    /// Whether the same request, with a new assertion, may succeed without any change.
    #[must_use]
    pub const fn retry(&self) -> Retry {
        self.retry
    }

    /// What to do first.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match &self.basis {
            Basis::Known(refusals) => match refusals.first() {
                Some(known) => known.remedy(),
                None => self.class.remedy(),
            },
            Basis::Told(rule) => rule.remedy(),
            Basis::Form => self.class.remedy(),
        }
    }

    /// Whether the server's words say what is wrong.
    pub(super) fn is_told(&self) -> bool {
        let has_words =
            |known: &&Refusal| known.description().is_some() || known.contains().is_some();
        // The codes of RFC 9449 mean one thing each.
        let has_code = |known: &&Refusal| {
            let is_code = |code| matches!(code, "invalid_dpop_proof" | "use_dpop_nonce");
            known.error().is_some_and(is_code)
        };
        match &self.basis {
            Basis::Known(refusals) => {
                let mut refusals = refusals.iter();
                !self.is_opaque && refusals.any(|known| has_words(known) || has_code(known))
            }
            Basis::Told(_) => true,
            Basis::Form => false,
        }
    }

    /// Whether the server's words, if it has any, are the same whatever is wrong.
    pub(super) const fn is_opaque(&self) -> bool {
        self.is_opaque
    }

    /// The rule that words tell of which the file has without a rule.
    pub(super) fn also_told(&self, incident: &Incident<'_>) -> Option<Rule> {
        told(incident.response, &incident.sent_names(), &|rule| {
            !kept::keeps(incident, rule)
        })
    }

    /// Whether the server has words for this cause, and said others.
    pub(super) fn is_other_than(&self, cause: &Cause) -> bool {
        let Basis::Known(said) = &self.basis else {
            return false;
        };
        let mut rules = said.iter().map(|known| known.rule());
        let has_words = |refusal: &Refusal| {
            refusal.rule() == cause.rule()
                && (refusal.description().or(refusal.contains())).is_some()
        };
        // With another client's ID in the form a server looks at that client's keys.
        cause.rule().is_some_and(|rule| rule != Rule::ClientId)
            && rules.all(|rule| rule != cause.rule())
            && self.refusals.iter().any(has_words)
    }

    /// Whether the server looked at this before what it says, and had other words for it.
    pub(super) fn was_passed(&self, cause: &Cause) -> bool {
        let place = |rule: Option<Rule>| {
            let mut refusals = self.refusals.iter();
            refusals.position(|refusal| rule.is_some() && refusal.rule() == rule)
        };
        let Basis::Known(said) = &self.basis else {
            return false;
        };
        let said = said.iter().filter_map(|known| place(known.rule())).min();
        self.is_other_than(cause) && place(cause.rule()) < said
    }

    pub(super) const fn basis(&self) -> &Basis<'g> {
        &self.basis
    }
}

/// Whether an answer has a code for many reasons, and no words that tell of one.
fn is_opaque(response: &ErrorResponse) -> bool {
    let words = response.description().unwrap_or_default();
    let code = response.error().unwrap_or_default();
    let is_general = matches!(
        code,
        "" | "error" | "invalid_client" | "invalid_request" | "invalid_grant" | "unauthorized"
    );
    is_general && Said::new(words, &[]).is_empty()
}

/// The rule that the server's words tell of, within what its code can mean.
fn told(response: &ErrorResponse, sent: &[&str], is_open: &dyn Fn(Rule) -> bool) -> Option<Rule> {
    // What is beside the assertion has words of the same names.
    if beside::is_told(response, sent) {
        return None;
    }
    let code = response.error().unwrap_or_default();
    // A code in more than one word is a sentence.
    let sentence = code.contains(' ').then_some(code);
    // A URL for people often names the matter.
    let uri = response.uri().map(|uri| uri.replace("%3A", " "));
    let words = response.description().or(sentence).or(uri.as_deref())?;
    let said = Said::new(words, sent);
    let mut rules = said.rules().filter_map(|rules| {
        let mut rules = rules.iter().copied();
        rules.find(|rule| may_mean(response, *rule) && is_open(*rule))
    });
    rules.next()
}

/// Whether a code leaves open that a rule is meant: the words behind it have less weight.
fn may_mean(response: &ErrorResponse, rule: Rule) -> bool {
    let (code, status) = (response.error().unwrap_or_default(), response.status());
    if response.shape() != ErrorShape::OAuth {
        return true;
    }
    let is_of_scope = || {
        matches!(
            rule,
            Rule::ScopeAbsent | Rule::NoApplicationScope | Rule::ProductMissing
        )
    };
    let is_of_client = || matches!(Class::of_rule(rule), Class::Client | Class::Grant);
    match code {
        _ if status == 429 => rule == Rule::RateLimited,
        "invalid_scope" | "scope_invalid" | "insufficient_scope" => is_of_scope(),
        "invalid_target" | "invalid_resource" | "invalid_authorization_details" => false,
        "unsupported_grant_type" => matches!(rule, Rule::GrantType | Rule::GrantTypeAbsent),
        "unauthorized_client" => is_of_client(),
        "temporarily_unavailable" => rule == Rule::RateLimited,
        _ if status >= 500 => matches!(
            rule,
            Rule::KeysUnreachable | Rule::KeysUnreadable | Rule::KeysNotRegistered
        ),
        _ => true,
    }
}

fn retry(response: &ErrorResponse, basis: &Basis<'_>, class: Class) -> Retry {
    let by_status = response.retry();
    // What failed is worth another try unless its words, or the gateway's file, say why.
    let is_passing = matches!(class, Class::ServerTrouble | Class::RateLimit);
    let is_told = matches!(basis, Basis::Known(_)) || !is_passing;
    if by_status != Retry::Never && !(response.status() == 500 && is_told) {
        return by_status;
    }
    let later = match basis {
        Basis::Known(known) => known.iter().any(|it| it.retry() == RefusalRetry::Later),
        _ => class == Class::RateLimit,
    };
    match (later, response.retry_after()) {
        (false, _) => Retry::Never,
        (true, Some(wait)) => Retry::After(wait),
        (true, None) => Retry::AfterPause,
    }
}

fn class_of_form(response: &ErrorResponse) -> Class {
    let status = response.status();
    let code = response.error().unwrap_or_default();
    match (response.shape(), status) {
        (_, 429) => Class::RateLimit,
        (_, 407 | 511) => Class::Intermediary,
        _ if response.wants_other_authentication() => Class::Request,
        _ if address::has_address_words(response) => Class::NotOAuth,
        (ErrorShape::Empty | ErrorShape::Html | ErrorShape::OAuth, 413 | 414 | 415 | 431) => {
            Class::Request
        }
        (ErrorShape::Message, _) if response.policy().is_some() => Class::RateLimit,
        // The code for a request that is not in order serves some for every failed authentication.
        (ErrorShape::OAuth | ErrorShape::ErrorSummary, 400..=499)
            if response
                .description()
                .is_some_and(words::says_authentication_failed) =>
        {
            Class::Assertion
        }
        (ErrorShape::OAuth | ErrorShape::ErrorSummary, _) => class_of_code(code, status),
        // Servers that say nothing at all say that of every failed authentication.
        (ErrorShape::Empty, 401 | 403) => Class::Assertion,
        (ErrorShape::Empty, 400 | 422) => Class::Request,
        (ErrorShape::ApigeeFault, 404 | 405) => Class::NotOAuth,
        (ErrorShape::ApigeeFault, _) => class_of_fault(code, status),
        // Servers and the containers that they run in have pages of their own for these.
        (ErrorShape::Html, 405) => Class::NotOAuth,
        (ErrorShape::Html, 500 | 502..=504) => Class::ServerTrouble,
        (ErrorShape::Html, _) => Class::Intermediary,
        (_, 500..=599) => Class::ServerTrouble,
        (_, 413 | 414 | 415 | 431) => Class::Request,
        (_, 404 | 405) => Class::NotOAuth,
        (
            ErrorShape::OperationOutcome
            | ErrorShape::JsonApi
            | ErrorShape::Message
            | ErrorShape::Xml,
            200..=299 | 400..=499,
        )
        | (ErrorShape::Other | ErrorShape::OtherJson, 401 | 403) => Class::Other,
        _ => Class::NotOAuth,
    }
}

/// The codes of RFC 6749 section 5.2, of its extensions, and of servers that have more.
fn class_of_code(code: &str, status: u16) -> Class {
    match code {
        _ if matches!(status, 404 | 405) && !code.contains('_') => Class::NotOAuth,
        "invalid_client" | "invalid_client_metadata" | "unauthorized" => Class::Assertion,
        "invalid_request" | "bad_request" | "use_dpop_nonce" | "invalid_dpop_proof" => {
            Class::Request
        }
        // RFC 7523 section 3.1 has this for an assertion that is the grant.
        "invalid_grant" => Class::Assertion,
        "unauthorized_client" | "unsupported_grant_type" | "access_denied" => Class::Grant,
        "invalid_scope" | "scope_invalid" | "insufficient_scope" => Class::Scope,
        // RFC 8707 section 2, RFC 9396 section 5.
        "invalid_target" | "invalid_resource" | "invalid_authorization_details" => Class::Scope,
        "slow_down" | "too_many_requests" | "rate_limit_exceeded" => Class::RateLimit,
        "server_error" | "temporarily_unavailable" => Class::ServerTrouble,
        _ if code.to_lowercase().contains("key") => Class::Key,
        _ if status >= 500 => Class::ServerTrouble,
        _ if matches!(status, 404 | 405) => Class::NotOAuth,
        _ => Class::Other,
    }
}

/// The codes of Apigee's faults, which name the policy that failed.
fn class_of_fault(code: &str, status: u16) -> Class {
    let lower = code.to_lowercase();
    let has = |part: &str| lower.contains(part);
    if has("ratelimit") || has("spikearrest") || has("quota") {
        Class::RateLimit
    } else if has("invalidclientidentifier") || has("apikey") || has("approved") {
        Class::Client
    } else if has("scope") {
        Class::Scope
    } else if has("granttype") {
        Class::Grant
    } else if has("jwt") || has("jws") || has("invalidclient") {
        Class::Assertion
    } else if has("messaging") || has("protocol") || status >= 500 {
        Class::ServerTrouble
    } else {
        Class::Other
    }
}
