use tokenring_oauth::{ErrorResponse, ErrorShape, Retry, Retryable};

use super::{Class, beside, words};
use crate::{Gateway, Refusal, RefusalForm, RefusalRetry, Remedy, Rule};

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
        let refusals = gateway.map_or(&[][..], Gateway::refusals);
        let known: Vec<&Refusal> = known_words(response, refusals);
        let basis = match (known.is_empty(), words_of(response).and_then(words::rule)) {
            (false, _) => Basis::Known(known),
            (true, Some(rule)) => Basis::Told(rule),
            (true, None) => Basis::Form,
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
        match &self.basis {
            Basis::Known(refusals) => refusals.iter().any(has_words),
            Basis::Told(_) => true,
            Basis::Form => false,
        }
    }

    pub(super) const fn basis(&self) -> &Basis<'g> {
        &self.basis
    }
}

/// The entries of the file that have these words.
fn known_words<'g>(response: &ErrorResponse, refusals: &'g [Refusal]) -> Vec<&'g Refusal> {
    let code = response.error().unwrap_or_default();
    let words = response.description().unwrap_or_default();
    let has_words = |refusal: &&Refusal| {
        let same_code = refusal.error().is_none_or(|error| error == code);
        match (refusal.description(), refusal.contains()) {
            (Some(whole), _) => same_code && whole.trim() == words,
            (None, Some(part)) => {
                same_code && (words.contains(part.trim()) || code.contains(part.trim()))
            }
            // Of a fault the code says it all, and its words may hold values.
            (None, None) if refusal.form() == RefusalForm::Fault => refusal.error() == Some(code),
            // Any other entry without words stands for an answer without words.
            (None, None) => {
                refusal.error() == Some(code)
                    && words.is_empty()
                    && refusal
                        .status()
                        .is_none_or(|status| status == response.status())
            }
        }
    };
    let found: Vec<&Refusal> = refusals.iter().filter(has_words).collect();
    // Where several have the same words, the status may tell them apart.
    let same_status: Vec<&Refusal> = found
        .iter()
        .copied()
        .filter(|refusal| refusal.status() == Some(response.status()))
        .collect();
    if same_status.is_empty() {
        found
    } else {
        same_status
    }
}

/// Words that may tell of a rule of the assertion.
fn words_of(response: &ErrorResponse) -> Option<&str> {
    // Those proofs have claims of the same names, and an address has none.
    if beside::is_of_dpop(response) || beside::has_address_words(response) {
        return None;
    }
    response.description()
}

fn retry(response: &ErrorResponse, basis: &Basis<'_>, class: Class) -> Retry {
    let by_status = response.retry();
    if by_status != Retry::Never {
        return by_status;
    }
    let later = match basis {
        Basis::Known(refusals) => refusals
            .iter()
            .any(|known| known.retry() == RefusalRetry::Later),
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
        _ if beside::has_address_words(response) => Class::NotOAuth,
        (ErrorShape::Message, _) if response.policy().is_some() => Class::RateLimit,
        (ErrorShape::OAuth | ErrorShape::ErrorSummary, _) => class_of_code(code, status),
        (ErrorShape::ApigeeFault, 404 | 405) => Class::NotOAuth,
        (ErrorShape::ApigeeFault, _) => class_of_fault(code, status),
        (ErrorShape::Html, 502..=504) => Class::ServerTrouble,
        (ErrorShape::Html, _) => Class::Intermediary,
        (_, 500..=599) => Class::ServerTrouble,
        (_, 413 | 415 | 431) => Class::Request,
        (_, 404 | 405) => Class::NotOAuth,
        (ErrorShape::OperationOutcome | ErrorShape::JsonApi | ErrorShape::Message, 400..=499) => {
            Class::Other
        }
        _ => Class::NotOAuth,
    }
}

/// The codes of RFC 6749 section 5.2, of its extensions, and of servers that have more.
fn class_of_code(code: &str, status: u16) -> Class {
    match code {
        "invalid_client" | "invalid_client_metadata" => Class::Assertion,
        "invalid_request" | "bad_request" | "use_dpop_nonce" | "invalid_dpop_proof" => {
            Class::Request
        }
        // RFC 7523 section 3.1 has this for an assertion that is the grant.
        "invalid_grant" => Class::Assertion,
        "unauthorized_client" | "unsupported_grant_type" | "access_denied" => Class::Grant,
        // RFC 8707 section 2.
        "invalid_scope" | "insufficient_scope" | "invalid_target" => Class::Scope,
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
