//! What is set up on this machine: gateway, client ID, environment.

use std::path::Path;

use tokenring_gateway::Environment;
use tokenring_jwk::KeyId;
use tokenring_text::{shortened_id, unset_value};

use super::{Check, CheckRemedy, CheckStep, Steps};
use crate::Target;
use crate::request_plan::shown_url;

impl Steps<'_> {
    /// The gateway and its addresses, if they are known.
    pub(super) fn gateway(&mut self) -> Option<Target> {
        const STEP: CheckStep = CheckStep::Gateway;
        let target = match self.builder.target() {
            Ok(target) => target,
            Err(error) => {
                self.checks.push(Check::failed(STEP, error));
                return None;
            }
        };
        let (gateway, endpoint) = (target.gateway(), target.endpoint());
        let mut text = format!("{}, environment {}", gateway.name(), endpoint.environment());
        if let Some(flow) = gateway.flow() {
            text.push_str(&format!(", flow {flow}"));
        }
        self.checks.push(match endpoint.token_endpoint() {
            Ok(url) => Check::ok(STEP, format!("{text}: {}", shown_url(url.as_str()))),
            Err(_) if gateway.request().jwt_is_token() => {
                Check::ok(STEP, format!("{text}: the signed JWT is the token"))
            }
            Err(_) => Check::failure(
                STEP,
                format!("{text}: no token endpoint is known"),
                CheckRemedy::NameTokenEndpoint,
            ),
        });
        if gateway.needs_mutual_tls() {
            self.checks.push(Check::warning(
                CheckStep::Certificate,
                "this gateway wants a TLS client certificate too, and tokenring has none",
                CheckRemedy::SendThroughProxy,
            ));
        }
        Some(target)
    }

    pub(super) fn client_id(&mut self) {
        const STEP: CheckStep = CheckStep::ClientId;
        let id = self.builder.assertion.client_id.as_deref();
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            let text = "no client identifier is given";
            let check = Check::failure(STEP, text, CheckRemedy::GiveClientId);
            self.checks.push(check);
            return;
        };
        let is_odd = |character: char| {
            character.is_whitespace()
                || character.is_control()
                || !character.is_ascii()
                || matches!(character, '"' | '\'' | '`' | '<' | '>')
        };
        let mut shown = shortened_id(id);
        if let Some(source) = &self.examination.client_id_source {
            shown.push_str(&format!(" (from {source})"));
        }
        self.checks
            .push(match (unset_value(id), id.contains(is_odd)) {
                (Some(writer), _) => Check::failure(
                    STEP,
                    format!("{id:?} is how {writer} writes a value that is not set"),
                    CheckRemedy::GiveClientId,
                ),
                (None, false) => Check::ok(STEP, shown),
                (None, true) => Check::warning(
                    STEP,
                    format!(
                        "{shown} has white space, quotes or letters in it that are seldom meant"
                    ),
                    CheckRemedy::GiveClientId,
                ),
            });
    }
}

/// Whether the key's name is that of another environment.
pub(super) fn environment(target: &Target, key_id: Option<&str>, path: Option<&Path>) -> Check {
    const STEP: CheckStep = CheckStep::Environment;
    let stem = path.and_then(|path| path.file_stem()?.to_str());
    let (gateway, endpoint) = (target.gateway(), target.endpoint());
    let used = endpoint.environment();
    let Some(name) = key_id.or(stem) else {
        let why = "there is no key whose name could tell";
        return Check::blocked_by(STEP, why, CheckRemedy::NameKeyOrKeyId);
    };
    if endpoint.default_key_id().map(KeyId::as_str) == Some(name) {
        return Check::ok(STEP, format!("the key's name {name:?} is one for {used}"));
    }
    let is_of = |environment: &&Environment| {
        let mut builder = gateway.endpoint(environment);
        for (name, value) in endpoint.variables() {
            builder = builder.with_variable(name.as_str(), value.as_str());
        }
        environment.name() != used
            && builder.build().is_ok_and(|endpoint| {
                let default = endpoint.default_key_id();
                default.is_some_and(|default| default.as_str() == name)
            })
    };
    match gateway.environments().iter().find(is_of) {
        None => Check::ok(
            STEP,
            format!("{used}; the key's name {name:?} tells of no other"),
        ),
        Some(other) => Check::warning(
            STEP,
            format!(
                "the key's name {name:?} is one for {}, and the requests go to {used}",
                other.name()
            ),
            CheckRemedy::UseEnvironment {
                other: other.name().to_owned(),
                used: used.to_owned(),
            },
        ),
    }
}
