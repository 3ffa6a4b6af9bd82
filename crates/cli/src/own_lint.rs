//! The gateway's rules, held against an assertion of our own before it is sent.

use std::cell::Cell;

use tokenring_assertion::NumericDate;
use tokenring_gateway::{Finding, Lint, Severity, UnverifiedJwt};
use tokenring_jwk::{PublicKey, any};

use crate::ExitCode;
use crate::console::Console;
use crate::endpoint::Target;
use crate::failure::{Failure, Result};
use crate::remedy_words;
use crate::setting::Origin;
use crate::settings::Settings;

pub(crate) struct OwnLint {
    is_on: bool,
    /// Whether a person was told what is doubtful: once is enough.
    is_told: Cell<bool>,
}

/// Who signs what for whom.
pub(crate) struct Subject<'s> {
    pub(crate) target: &'s Target,
    pub(crate) client_id: &'s str,
    pub(crate) public_key: &'s PublicKey,
}

impl OwnLint {
    pub(crate) fn read(settings: &Settings<'_>) -> Result<Self> {
        let switch = settings.switch("no-lint")?;
        if let Some(switch) = &switch {
            settings.note("no-lint", switch.value(), switch.origin().clone());
        } else {
            settings.note("no-lint", "false", Origin::Default("default".into()));
        }
        Ok(Self {
            is_on: !switch.is_some_and(|switch| *switch.value()),
            is_told: Cell::new(false),
        })
    }

    /// Stops an assertion that the gateway will refuse, and warns of what it may.
    pub(crate) fn check(
        &self,
        compact: &str,
        now: NumericDate,
        subject: &Subject<'_>,
        console: &Console,
    ) -> Result<()> {
        if !self.is_on {
            return Ok(());
        }
        let findings = subject.findings(compact, now)?;
        let told = self.is_told.replace(true);
        let gateway = subject.target.gateway.name();
        let (refused, doubtful): (Vec<_>, Vec<_>) = findings
            .iter()
            .partition(|finding| finding.severity() == Severity::Refused);
        if !told {
            for finding in &doubtful {
                console.warning(format_args!(
                    "gateway {gateway} may mind the assertion: {}",
                    describe(finding)
                ));
            }
        }
        if refused.is_empty() {
            return Ok(());
        }
        let texts: Vec<_> = refused.iter().map(|finding| describe(finding)).collect();
        let text = format!(
            "the assertion breaks a rule of gateway {gateway}: {}",
            texts.join("; ")
        );
        Err(Failure::new(ExitCode::RuleBroken, text).with_advice("--no-lint sends it all the same"))
    }
}

impl Subject<'_> {
    fn findings(&self, compact: &str, now: NumericDate) -> Result<Vec<Finding>> {
        let jwt = UnverifiedJwt::decode(compact)
            .map_err(|error| Failure::from_error(ExitCode::Unexpected, &error))?;
        let lint = Lint::new(&self.target.gateway, &self.target.endpoint, now)
            .with_client_id(self.client_id)
            .with_public_key(self.public_key, &any::Verifier);
        Ok(lint.check(&jwt))
    }
}

/// A finding, what mends it and where the rule is from.
fn describe(finding: &Finding) -> String {
    let remedy = remedy_words::words(finding.remedy());
    format!("{finding}; {remedy} [{}]", finding.source())
}
