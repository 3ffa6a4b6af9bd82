//! How the client stands with the gateway.

use serde_json::Value;
use tokenring_gateway::Rule;

use crate::client::ClientState;
use crate::rulebook::Case;
use crate::rulebook::relevance::requires;

/// Where nobody is named, another rule says that somebody has to be.
pub(super) fn is_unknown(case: &Case<'_>) -> bool {
    let claim = case.rulebook.client_claim();
    let is_named = match case.claim(claim) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    };
    case.client.is_none() && (is_named || !requires(&case.rulebook.gateway, claim))
}

pub(super) fn is_against(case: &Case<'_>, rule: Rule) -> bool {
    let Some(client) = case.client else {
        return false;
    };
    match rule {
        Rule::AppRevoked => client.state == ClientState::AppRevoked,
        Rule::ProductMissing => client.state == ClientState::ProductMissing,
        Rule::DeveloperInactive => client.state == ClientState::DeveloperInactive,
        Rule::CompanyInactive => client.state == ClientState::CompanyInactive,
        Rule::NoApplicationScope => client.state == ClientState::NoApplicationScope,
        // A state that has no rule of its own is no reason to hand out a token.
        _ => client.state != ClientState::Active,
    }
}
