mod input;
mod keys;
mod report;
mod times;

use std::time::UNIX_EPOCH;

use tokenring_assertion::NumericDate;
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
use crate::endpoint::{Purpose, Target};
use crate::explanation::Explanation;
use crate::failure::{Failure, Reason, Result};
use crate::output;
use crate::setting::Setting;
use crate::settings::Settings;

/// Shows a JWT, verifies it if there are keys, and holds a gateway's rules against
/// it if one is named.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let input = Input::read(settings)?;
    let as_json = read_format(settings)?;
    let now = read_time(settings)?;
    // Without a gateway there are no rules; `generic` is one that nobody named.
    let target = match settings.noted_text("gateway")? {
        Some(_) => {
            let options = settings.gateway_options()?;
            let target = Target::read_needing(&options, Purpose::GetToken, is_of_assertion)?;
            settings.note_all(|effective| target.add_to(&options, effective));
            Some(target)
        }
        None => None,
    };
    let client_id = settings.noted_text("client-id")?.map(Setting::into_value);
    let keys = Keys::read(settings)?;
    if settings.flag("explain")? {
        return explain(settings, &input, keys.as_ref(), target.as_ref());
    }
    let text = input.text(console)?;
    let jwt = UnverifiedJwt::decode(&*text)
        .map_err(|error| Failure::from_error(ExitCode::Usage, &error))?;
    input.warn_of_arguments(&jwt, now, console);
    let key_id = jwt.header().text("kid");
    let keys = keys.map(|keys| keys.load(key_id, settings)).transpose()?;
    let verification = keys
        .as_ref()
        .map(|keys| Verification::new(&jwt, keys, &any::Verifier));
    let findings = target.as_ref().map(|target| {
        let mut lint = Lint::new(&target.gateway, &target.endpoint, now);
        if let Some(client_id) = &client_id {
            lint = lint.with_client_id(client_id);
        }
        if let Some(keys) = &keys {
            lint = lint.with_registered_keys(keys, &any::Verifier);
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
    output::print(&if as_json {
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

fn read_format(settings: &Settings<'_>) -> Result<bool> {
    let Some(name) = settings.noted_text("format")? else {
        return Ok(false);
    };
    let as_json = name.parse("format", |name| match name.as_str() {
        "text" => Ok(false),
        "json" => Ok(true),
        _ => Err(Reason::new(format!(
            "unknown format {name:?}; use text or json"
        ))),
    })?;
    Ok(as_json.into_value())
}

/// The time to judge by.
fn read_time(settings: &Settings<'_>) -> Result<NumericDate> {
    let Some(text) = settings.noted_text("at")? else {
        return clock::now();
    };
    let time = text.parse("at", |text| {
        if let Ok(seconds) = text.parse() {
            return Ok(NumericDate::from_seconds(seconds));
        }
        let time = humantime::parse_rfc3339_weak(text).ok();
        let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        since
            .map(|since| NumericDate::from_seconds(since.as_secs()))
            .ok_or_else(|| Reason::new("a time is 2026-01-31T12:00:00Z, or seconds since 1970"))
    })?;
    Ok(time.into_value())
}

fn explain(
    settings: &Settings<'_>,
    input: &Input,
    keys: Option<&Keys>,
    target: Option<&Target>,
) -> Result<ExitCode> {
    let mut explanation = Explanation::new(&settings.noted());
    let mut lines = vec![format!("decode the JWT {}", input.describe())];
    if let Some(keys) = keys {
        lines.push(format!("verify it with {}", keys.describe()));
    }
    if let Some(target) = target {
        lines.push(format!(
            "hold the rules of gateway {} against it",
            target.gateway.name()
        ));
    }
    explanation.section("Steps, not done", lines);
    explanation.print()?;
    Ok(ExitCode::Success)
}
