//! A rule's answer as the gateway's file has it, before anything that was sent is put in.

use tokenring_gateway::{
    AnswerText, Condition, Gateway, Refusal as Row, RefusalForm, RequestPart, Rule,
};

use crate::dpop::Problem;
use crate::refusal::{Refusal, Shape};
use crate::rulebook::is_jwt_bearer;

/// The answer to whoever breaks a rule.
#[derive(Clone, Debug)]
pub(crate) struct RefusalPlan {
    rule: Rule,
    /// None for a rule of which the file says nothing.
    row: Option<Row>,
    status: u16,
    error: String,
}

impl RefusalPlan {
    /// The gateway's own answer, or what a standard suggests.
    pub(crate) fn new(gateway: &Gateway, rule: Rule, row: Option<&Row>) -> Self {
        let (status, error) = match rule {
            Rule::GatewayFailed => (500, "server_error"),
            Rule::ClientAssertionAbsent if gateway.request().jwt_is_token() => {
                (401, "invalid_request")
            }
            // RFC 6749, section 5.2: the request is at fault, not the client.
            Rule::ContentType
            | Rule::GrantTypeAbsent
            | Rule::ClientAssertionType
            | Rule::ClientAssertionAbsent
            | Rule::ClientIdAbsent
            | Rule::ParameterTooLong
            | Rule::DuplicateParameter
            | Rule::ClientCertificateAbsent => (400, "invalid_request"),
            Rule::GrantType => (400, "unsupported_grant_type"),
            // RFC 9449, sections 5 and 8.
            Rule::DpopProofAbsent | Rule::DpopProof => (400, "invalid_dpop_proof"),
            Rule::DpopNonce => (400, "use_dpop_nonce"),
            Rule::Scope => (400, "invalid_scope"),
            // RFC 8707, section 2.
            Rule::Target => (400, "invalid_target"),
            Rule::GrantNotAllowed => (400, "unauthorized_client"),
            Rule::RateLimited => (429, "temporarily_unavailable"),
            // RFC 6750, section 3.1.
            _ if gateway.request().jwt_is_token() => (401, "invalid_token"),
            // RFC 7521, section 4.1.
            _ if is_jwt_bearer(gateway) => (400, "invalid_grant"),
            // RFC 6749, section 5.2.
            _ => (401, "invalid_client"),
        };
        Self {
            rule,
            status: row.and_then(Row::status).unwrap_or(status),
            error: row.and_then(Row::error).unwrap_or(error).to_owned(),
            row: row.cloned(),
        }
    }

    /// What else has to be so for this to be the answer.
    pub(crate) fn when(&self) -> &[Condition] {
        self.row.as_ref().map(Row::when).unwrap_or_default()
    }

    /// Puts in what was sent.
    pub(crate) fn fill(&self, value_of: impl Fn(&RequestPart) -> String) -> Refusal {
        let row = self.row.as_ref();
        let filled = |text: &AnswerText| text.fill(&value_of);
        let all_filled = |texts: &[(String, AnswerText)]| {
            let texts = texts.iter();
            texts
                .map(|(name, text)| (name.clone(), filled(text)))
                .collect()
        };
        let form = row.map(Row::form).unwrap_or_default();
        Refusal {
            rule: self.rule,
            status: self.status,
            error: self.error.clone(),
            description: row
                .and_then(|row| match row.description_text() {
                    Some(description) => Some(filled(description)),
                    None => row.contains().map(completed),
                })
                .or_else(|| own_words(self.rule, &value_of)),
            has_known_words: row.is_some_and(has_known_words),
            shape: match form {
                RefusalForm::Fault => Shape::Fault,
                RefusalForm::Message => Shape::Message,
                RefusalForm::Empty => Shape::Empty,
                RefusalForm::Body => Shape::Body,
                _ => Shape::OAuth,
            },
            members: row.map(|row| all_filled(row.members())).unwrap_or_default(),
            body: row.and_then(Row::body).map(filled).unwrap_or_default(),
            content_type: row.and_then(Row::content_type).map(str::to_owned),
            headers: row.map(|row| all_filled(row.headers())).unwrap_or_default(),
        }
    }
}

/// What is said of a DPoP proof by a gateway whose own words are not known: its client has to tell
/// the mistakes apart.
fn own_words(rule: Rule, value_of: &impl Fn(&RequestPart) -> String) -> Option<String> {
    match rule {
        Rule::DpopProofAbsent => Some("DPoP proof is missing".to_owned()),
        Rule::DpopProof | Rule::DpopNonce => {
            let problem = value_of(&RequestPart::DpopProblem);
            Problem::of_name(&problem).map(|problem| problem.words().to_owned())
        }
        _ => None,
    }
}

/// Whether the file has the whole answer.
fn has_known_words(row: &Row) -> bool {
    let is_whole = matches!(
        row.form(),
        RefusalForm::Error | RefusalForm::Empty | RefusalForm::Body
    );
    is_whole || row.description().is_some()
}

/// A part of a text that goes on, as a text that a client can trim without losing the part.
fn completed(part: &str) -> String {
    if part.ends_with(char::is_whitespace) {
        return format!("{part}...");
    }
    part.to_owned()
}
