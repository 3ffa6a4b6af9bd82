mod input;
mod keys;
mod report;
mod times;

use tokenring_gateway::{
    AudienceRule, Gateway, Lint, SubjectRule, Template, UnverifiedJwt, Verification,
};
use tokenring_jwk::any;

use self::input::Input;
use self::keys::Keys;
use self::report::Report;
use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::endpoint;
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::options::{Effective, InspectionOptions};
use crate::output;
use crate::setting::Setting;

/// Shows a JWT, verifies it if there are keys, and holds a gateway's rules against
/// it if one is named.
pub(crate) fn run(options: &InspectionOptions, console: &Console) -> Result<ExitCode> {
    let input = Input::new(options.jwt.as_ref());
    let gateway = options.gateway.as_ref();
    let target = gateway.map(|gateway| endpoint::target(gateway, is_of_assertion));
    let target = target.transpose()?;
    let client_id = options.client.client_id.as_ref().map(Setting::value);
    let keys = options.jwks.as_ref().map(Keys::read).transpose()?;
    if let Some(effective) = &options.explanation {
        return explain(
            effective.clone(),
            options,
            &input,
            keys.as_ref(),
            target.as_ref(),
        );
    }
    let now = match &options.at {
        Some(now) => *now.value(),
        None => clock::now()?,
    };
    let text = input.text(console)?;
    let jwt = UnverifiedJwt::decode(&*text)
        .map_err(|error| Failure::from_error(ExitCode::Usage, &error))?;
    input.warn_of_arguments(&jwt, now, console);
    let key_id = jwt.header().text("kid");
    let is_at_url = keys.as_ref().is_some_and(Keys::is_at_url);
    let keys = keys
        .map(|keys| keys.load(key_id, &options.connection))
        .transpose()?;
    let verification = keys
        .as_ref()
        .map(|keys| Verification::new(&jwt, keys, &any::Verifier));
    let findings = target.as_ref().map(|target| {
        let mut lint = Lint::new(target.gateway(), target.endpoint(), now);
        if let Some(client_id) = client_id {
            lint = lint.with_client_id(client_id);
        }
        if let Some(keys) = &keys {
            lint = lint
                .with_registered_keys(keys, &any::Verifier)
                .with_registered_keys_at_url(is_at_url);
        }
        lint.check(&jwt)
    });
    let report = Report {
        jwt: &jwt,
        now,
        verification: verification.as_ref(),
        target: target.as_ref(),
        findings: findings.as_deref(),
    };
    output::print(&if options.report.is_json() {
        report.json()
    } else {
        report.text()
    })?;
    Ok(if report.is_clean() {
        ExitCode::Success
    } else {
        ExitCode::RuleBroken
    })
}

/// Whether an assertion depends on a variable, rather than the form or the name of a key.
fn is_of_assertion(gateway: &Gateway, variable: &str) -> bool {
    let uses = |template: &Template| template.variables().any(|name| name == variable);
    let rules = gateway.assertion();
    let of_rule = |rule: &AudienceRule| matches!(rule, AudienceRule::Fixed(text) if uses(text));
    let mut environments = gateway.environments().iter();
    of_rule(rules.audience())
        || matches!(rules.subject_rule(), SubjectRule::Fixed(text) if uses(text))
        || environments.any(|environment| {
            environment.token_endpoint().is_some_and(uses) || environment.issuer().is_some_and(uses)
        })
}

fn explain(
    mut effective: Effective,
    options: &InspectionOptions,
    input: &Input,
    keys: Option<&Keys>,
    target: Option<&tokenring::Target>,
) -> Result<ExitCode> {
    if let (Some(target), Some(gateway)) = (target, &options.gateway) {
        endpoint::add_to(target, gateway, &mut effective);
    }
    effective.add_given("client-id", options.client.client_id.as_ref());
    effective.add_given("jwks", options.jwks.as_ref());
    let mut explanation = Explanation::new(&effective);
    let mut lines = vec![format!("decode the JWT {}", input.describe())];
    if let Some(keys) = keys {
        lines.push(format!("verify it with {}", keys.describe()));
    }
    if let Some(target) = target {
        lines.push(format!(
            "hold the rules of gateway {} against it",
            target.gateway().name()
        ));
    }
    explanation.section("Steps, not done", lines);
    explanation.print()?;
    Ok(ExitCode::Success)
}
