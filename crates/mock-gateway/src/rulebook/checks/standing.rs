//! How the client stands with the gateway.

use tokenring_gateway::Rule;

use crate::client::ClientState;
use crate::rulebook::Case;

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
