use serde_json::Value;
use tokenring_assertion::Lifetime;

use super::Effective;
use crate::failure::{Reason, Result, chain};
use crate::setting::Setting;
use crate::settings::Settings;

/// What an assertion says, as far as the gateway's rules leave it open.
#[derive(Clone, Debug, Default)]
pub(crate) struct AssertionOptions {
    pub(crate) client_id: Option<Setting<String>>,
    pub(crate) lifetime: Option<Setting<Lifetime>>,
    /// Header parameter `typ`; empty for none.
    pub(crate) typ: Option<Setting<String>>,
    /// In the assertion or in the form, as the gateway wants it.
    pub(crate) scope: Option<Setting<String>>,
    pub(crate) claims: Vec<Claim>,
    /// Whether the gateway's rules don't hold.
    pub(crate) no_lint: Option<Setting<bool>>,
}

/// One more claim.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) name: String,
    pub(crate) value: Setting<Value>,
    /// The value as it was written.
    text: String,
}

impl Settings<'_> {
    pub(crate) fn assertion_options(&self) -> Result<AssertionOptions> {
        Ok(AssertionOptions {
            client_id: self.text("client-id")?,
            lifetime: self.parsed("lifetime", lifetime)?,
            typ: self.text("typ")?,
            scope: self.text("scope")?,
            claims: self.claims()?,
            no_lint: self.switch("no-lint")?,
        })
    }

    fn claims(&self) -> Result<Vec<Claim>> {
        let claims = self.pairs("claim")?.into_iter();
        let claims = claims.map(|(name, text)| {
            Ok(Claim {
                name,
                value: text.parse("claim", |text| claim_value(text))?,
                text: text.into_value(),
            })
        });
        claims.collect()
    }
}

fn lifetime(text: &str) -> Result<Lifetime, Reason> {
    match text.parse() {
        Ok(seconds) => Lifetime::from_seconds(seconds).map_err(|error| Reason::new(chain(&error))),
        Err(_) => Err(Reason::new("a lifetime is a whole number of seconds")),
    }
}

/// Reads a claim's value: JSON, since a claim has a type.
pub(crate) fn claim_value(text: &str) -> Result<Value, Reason> {
    serde_json::from_str(text).map_err(|_| {
        Reason::new("a claim's value is JSON: write a text in double quotes, as in NAME='\"text\"'")
    })
}

impl AssertionOptions {
    /// Whether the gateway's rules hold for what is asked for.
    pub(crate) fn holds_rules(&self) -> bool {
        !self.no_lint.as_ref().is_some_and(|lifted| *lifted.value())
    }

    pub(crate) fn add_to(&self, effective: &mut Effective) {
        effective.add_given("client-id", self.client_id.as_ref());
        if let Some(lifetime) = &self.lifetime {
            let seconds = lifetime.value().as_seconds();
            effective.add("lifetime", &seconds, lifetime.origin().clone());
        }
        effective.add_given("typ", self.typ.as_ref());
        effective.add_given("scope", self.scope.as_ref());
        for claim in &self.claims {
            let text = format!("{}={}", claim.name, claim.text);
            effective.add("claim", &text, claim.value.origin().clone());
        }
        effective.add_given("no-lint", self.no_lint.as_ref());
    }
}
