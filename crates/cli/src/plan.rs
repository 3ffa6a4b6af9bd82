//! What goes into an assertion, from the settings.

use tokenring_assertion::{JwtId, Lifetime, NumericDate};
use tokenring_gateway::{AssertionPlan, ScopeRule, SubjectRule};

use crate::ExitCode;
use crate::endpoint::Target;
use crate::failure::{Failure, Reason, Result, chain};
use crate::options::claim_value;
use crate::setting::Setting;
use crate::settings::Settings;

/// Plans by the gateway's rules and what the settings replace of them.
pub(crate) fn read(
    target: &Target,
    client_id: &str,
    audience: &str,
    settings: &Settings<'_>,
) -> Result<AssertionPlan> {
    let rules = target.gateway.assertion();
    let mut plan = AssertionPlan::new(rules, client_id, audience);
    if let Some(lifetime) = read_lifetime(target, settings)? {
        plan = plan.with_lifetime(lifetime);
    }
    plan = match settings.noted_text("typ")? {
        Some(token_type) if token_type.value().is_empty() => plan.without_token_type(),
        Some(token_type) => plan.with_token_type(token_type.into_value()),
        None => {
            let token_type = rules.typ().unwrap_or("(none)");
            settings.note("typ", token_type, target.origin.clone());
            plan
        }
    };
    plan = match read_subject(target, client_id, settings)? {
        Some(subject) => plan.with_subject(subject),
        None => plan.without_subject(),
    };
    if let Some(scope) = Scope::read(target, settings)?.of_claim() {
        plan = plan.with_claim("scope", scope);
    }
    for (name, text) in settings.noted_pairs("claim")? {
        let value = text.parse("claim", |text| claim_value(text))?;
        plan = plan.with_claim(name, value.into_value());
    }
    // Claims that have a place of their own are found here, before any key is read.
    let jwt_id =
        JwtId::random().map_err(|error| Failure::from_error(ExitCode::Unexpected, &error))?;
    plan.claims(NumericDate::from_seconds(0), jwt_id)
        .map_err(|error| unusable(&error))?;
    Ok(plan)
}

pub(crate) fn unusable(error: &tokenring_assertion::Error) -> Failure {
    let failure = match error {
        tokenring_assertion::Error::ReservedClaim(name) => Failure::usage(reserved(name)),
        error => Failure::from_error(ExitCode::Usage, error),
    };
    failure.while_doing("--claim")
}

/// Why a claim cannot be given, and what can.
fn reserved(name: &str) -> String {
    let option = match name {
        "iss" => "client-id",
        "sub" => "subject",
        "aud" => "audience",
        "exp" => "lifetime",
        name => {
            return format!(
                "tokenring makes the claim {name:?} anew for each assertion, and it cannot be \
                 set; leave it out"
            );
        }
    };
    format!("the claim {name:?} has an option of its own: --{option}")
}

/// The lifetime that was asked for, where one was.
fn read_lifetime(target: &Target, settings: &Settings<'_>) -> Result<Option<Lifetime>> {
    let rules = target.gateway.assertion();
    let Some(text) = settings.noted_text("lifetime")? else {
        let seconds = rules.lifetime().as_seconds();
        settings.note("lifetime", &seconds, target.origin.clone());
        return Ok(None);
    };
    let lifetime = text.parse("lifetime", |text| match text.parse() {
        Ok(seconds) => Lifetime::from_seconds(seconds).map_err(|error| Reason::new(chain(&error))),
        Err(_) => Err(Reason::new("a lifetime is a whole number of seconds")),
    })?;
    let maximum = rules.maximum_lifetime();
    if let (Some(maximum), true) = (maximum, settings.holds_rules()?) {
        if *lifetime.value() > maximum {
            let name = target.gateway.name();
            let reason = Reason::new(format!("gateway {name} takes {maximum} at most"));
            return Err(Failure::invalid("lifetime", &lifetime, &reason));
        }
    }
    Ok(Some(lifetime.into_value()))
}

/// Whom the assertion is about: as asked for, else by the gateway's rule.
fn read_subject(
    target: &Target,
    client_id: &str,
    settings: &Settings<'_>,
) -> Result<Option<String>> {
    if let Some(subject) = settings.noted_text("subject")? {
        return Ok(Some(subject.into_value()).filter(|subject| !subject.is_empty()));
    }
    let subject = match target.gateway.assertion().subject_rule() {
        SubjectRule::ClientId => Some(client_id),
        SubjectRule::Fixed(_) => target.endpoint.subject(),
        _ => None,
    };
    let shown = subject.unwrap_or("(none)");
    settings.note("subject", shown, target.origin.clone());
    Ok(subject.map(str::to_owned))
}

/// The scope that is asked for, and where the gateway wants it.
pub(crate) struct Scope {
    asked: Option<String>,
    rule: ScopeRule,
}

impl Scope {
    pub(crate) fn read(target: &Target, settings: &Settings<'_>) -> Result<Self> {
        let rule = target.gateway.request().scope();
        let asked = settings.noted_text("scope")?.map(Setting::into_value);
        let asked = asked.filter(|scope| !scope.trim().is_empty());
        let is_required = matches!(rule, ScopeRule::Required | ScopeRule::InAssertion);
        if asked.is_none() && is_required {
            return Err(Failure::usage(format!(
                "gateway {} gives no token without a scope; ask for one with --scope SCOPE",
                target.gateway.name()
            )));
        }
        Ok(Self { asked, rule })
    }

    pub(crate) fn asked(&self) -> Option<&str> {
        self.asked.as_deref()
    }

    /// The scope that stands in the form of the token request.
    pub(crate) fn of_form(&self) -> Option<&str> {
        self.asked().filter(|_| !self.is_claim())
    }

    /// Whether the gateway takes no notice of it.
    pub(crate) fn is_ignored(&self) -> bool {
        self.rule == ScopeRule::Ignored
    }

    /// The scope that stands in the assertion.
    fn of_claim(&self) -> Option<&str> {
        self.asked().filter(|_| self.is_claim())
    }

    const fn is_claim(&self) -> bool {
        matches!(
            self.rule,
            ScopeRule::InAssertion | ScopeRule::InAssertionOptional
        )
    }
}
