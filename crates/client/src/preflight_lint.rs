//! The gateway's rules, held against an assertion before it is sent.

use std::sync::atomic::{AtomicBool, Ordering};

use tokenring_assertion::NumericDate;
use tokenring_gateway::{Finding, Lint, Rule, Severity, UnverifiedJwt};
use tokenring_jwk::any;

use crate::assertion_factory::AssertionFactory;
use crate::client_key::ClientKey;
use crate::event::Listener;
use crate::options::GatewayOptions;
use crate::{Error, Event};

pub(crate) struct PreflightLint {
    is_skipped: bool,
    /// What the caller chose in place of the gateway's.
    given_issuer: Option<String>,
    given_subject: Option<String>,
    /// Whether what is doubtful has been told: once is enough.
    is_told: AtomicBool,
}

impl PreflightLint {
    pub(crate) fn new(is_skipped: bool, options: &GatewayOptions) -> Self {
        Self {
            is_skipped,
            given_issuer: options.assertion_issuer.clone(),
            given_subject: options.subject.clone(),
            is_told: AtomicBool::new(false),
        }
    }

    /// Stops an assertion that the gateway will reject, and tells of what it may reject.
    pub(crate) fn check(
        &self,
        compact: &str,
        now: NumericDate,
        factory: &AssertionFactory,
        key: &ClientKey,
        listener: &Listener,
    ) -> Result<(), Error> {
        if self.is_skipped {
            return Ok(());
        }
        let findings = self.findings(compact, now, factory, key)?;
        let is_told = self.is_told.swap(true, Ordering::Relaxed);
        let gateway = factory.target.gateway().name();
        let chosen = || Box::new(factory.target.chosen().clone());
        let (rejected, doubtful): (Vec<_>, Vec<_>) = findings
            .into_iter()
            .partition(|finding| finding.severity() == Severity::Refused);
        if !is_told {
            // Advice is for whoever inspects an assertion, not for every request.
            // So is that of a key's size, which a new key is made with and `examine` looks at.
            let is_doubt =
                |it: &Finding| it.severity() == Severity::Doubtful && it.rule() != Rule::KeySize;
            for finding in doubtful.into_iter().filter(is_doubt) {
                listener.tell(|| Event::Doubtful {
                    gateway: gateway.to_owned(),
                    finding,
                    chosen: chosen(),
                });
            }
        }
        if rejected.is_empty() {
            return Ok(());
        }
        Err(Error::RuleBroken {
            gateway: gateway.to_owned(),
            findings: rejected,
            chosen: chosen(),
        })
    }

    fn findings(
        &self,
        compact: &str,
        now: NumericDate,
        factory: &AssertionFactory,
        key: &ClientKey,
    ) -> Result<Vec<Finding>, Error> {
        let jwt = UnverifiedJwt::decode(compact).map_err(|error| Error::Signing {
            source: std::sync::Arc::new(error),
        })?;
        let target = &factory.target;
        let lint = Lint::new(target.gateway(), target.endpoint(), now)
            .with_client_id(&factory.client_id)
            .with_given_issuer(self.given_issuer.as_deref())
            .with_given_subject(self.given_subject.as_deref())
            .with_public_key(key.public_key(), &any::Verifier);
        Ok(lint.check(&jwt))
    }
}
