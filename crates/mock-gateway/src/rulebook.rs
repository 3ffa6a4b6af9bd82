//! A gateway's file as a list of steps: what it checks, in its order and with its words.
//!
//! Most steps are rules, each with the answer to a request that breaks it; the others are what
//! the gateway does between its checks.

mod case;
mod checks;
mod difference;
mod ecmascript;
mod key_choice;
mod order;
mod relevance;
mod sent;

pub(crate) use case::{Case, KeyLookup};
pub(crate) use checks::{
    bound_key, dpop_problem, first_unknown_scope, granted_scope, has_key_to_verify_with,
    involves_dpop, is_broken, left_until_expiry, requested_scope, spend_dpop_proof,
};
pub(crate) use difference::{Difference, difference};
pub(crate) use key_choice::{may_verify, names_no_known_key};
pub(crate) use relevance::is_jwt_bearer;

use tokenring_gateway::{Gateway, Rule, SubjectRule};

use crate::refusal_plan::RefusalPlan;
use crate::site::Site;

/// How one gateway judges the requests at its token endpoint.
#[derive(Debug)]
pub(crate) struct Rulebook {
    pub(crate) gateway: Gateway,
    pub(crate) site: Site,
    pub(crate) steps: Vec<Step>,
    /// The answer where the gateway itself is at the end of its means.
    pub(crate) failure: Box<RefusalPlan>,
}

/// One step in the judgement of a request.
#[derive(Debug)]
pub(crate) enum Step {
    /// Stop with this answer if the request breaks the rule, or one that it stands for.
    Judge {
        rule: Rule,
        stands_for: Vec<Rule>,
        refusal: Box<RefusalPlan>,
    },
    /// From here on the JWT ID is spent, whatever the later steps say.
    SpendJwtId,
    /// Get the client's keys, from memory or over the network.
    LoadKeys,
}

impl Rulebook {
    pub(crate) fn new(gateway: Gateway, site: Site) -> Self {
        Self {
            steps: order::steps(&gateway),
            failure: order::refusal(&gateway, Rule::GatewayFailed),
            gateway,
            site,
        }
    }

    /// Whether requests are checked by the rule.
    pub(crate) fn judges(&self, wanted: Rule) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| matches!(step, Step::Judge { rule, .. } if *rule == wanted))
    }

    /// The claim that names the client.
    pub(crate) fn client_claim(&self) -> &'static str {
        match self.gateway.assertion().subject_rule() {
            SubjectRule::ClientId => "sub",
            _ => "iss",
        }
    }

    /// The form parameter that holds the assertion.
    pub(crate) fn assertion_parameter(&self) -> &'static str {
        if is_jwt_bearer(&self.gateway) || self.takes_jwts() {
            "assertion"
        } else {
            "client_assertion"
        }
    }

    /// Whether the APIs take a signed JWT itself, and no token is handed out.
    pub(crate) fn takes_jwts(&self) -> bool {
        self.gateway.request().jwt_is_token()
    }

    /// What refuses a JWT ID that another request was faster with.
    pub(crate) fn spent(&self) -> Box<RefusalPlan> {
        order::refusal(&self.gateway, Rule::JwtIdSpent)
    }
}
