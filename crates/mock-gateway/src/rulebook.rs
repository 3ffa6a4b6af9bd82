//! Rules as data: what a gateway checks, in its order and with its words.
//!
//! A rulebook is a list of steps. Most are checks, each with the answer to a request that fails
//! it; the others are what the gateway does between its checks. Another gateway is another list.

mod case;
mod ecmascript;
mod nhs;

pub(crate) use case::{Case, KeyLookup};
pub(crate) use nhs::NHS;

use crate::refusal::Refusal;

/// How one gateway judges the requests at its token endpoint.
#[derive(Debug)]
pub(crate) struct Rulebook {
    pub(crate) token_path: &'static str,
    pub(crate) steps: &'static [Step],
    /// The answer where the gateway itself is at the end of its means.
    pub(crate) failure: Refusal,
    pub(crate) access_token_milliseconds: u64,
    /// The form parameter that can shorten an access token's life.
    pub(crate) shorter_expiry_parameter: &'static str,
    pub(crate) jwt_id_memory_seconds: u64,
    pub(crate) key_set_memory_seconds: u64,
}

/// One step in the judgement of a request.
#[derive(Debug)]
pub(crate) enum Step {
    /// Stop with this answer if the request breaks the rule.
    Refuse {
        with: Refusal,
        if_broken: fn(&Case<'_>) -> bool,
    },
    /// From here on the JWT ID is spent, whatever the later steps say.
    SpendJwtId,
    /// Get the client's keys, from memory or over the network.
    LoadKeys,
}
