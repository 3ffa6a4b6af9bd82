//! The gateway's rules, held against an assertion before it is sent.

use std::sync::atomic::{AtomicBool, Ordering};

use tokenring_assertion::NumericDate;
use tokenring_gateway::{Finding, Lint, Severity, UnverifiedJwt};
use tokenring_jwk::any;

use crate::assertion_factory::AssertionFactory;
use crate::client_key::ClientKey;
use crate::event::Listener;
use crate::{Error, Event};

pub(crate) struct PreflightLint {
    is_skipped: bool,
    /// Whether what is doubtful has been told: once is enough.
    is_told: AtomicBool,
}

impl PreflightLint {
    pub(crate) const fn new(is_skipped: bool) -> Self {
        Self {
            is_skipped,
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
        let findings = findings(compact, now, factory, key)?;
        let is_told = self.is_told.swap(true, Ordering::Relaxed);
        let gateway = factory.target.gateway().name();
        let (rejected, doubtful): (Vec<_>, Vec<_>) = findings
            .into_iter()
            .partition(|finding| finding.severity() == Severity::Refused);
        if !is_told {
            for finding in doubtful {
                listener.tell(|| Event::Doubtful {
                    gateway: gateway.to_owned(),
                    finding,
                });
            }
        }
        if rejected.is_empty() {
            return Ok(());
        }
        Err(Error::RuleBroken {
            gateway: gateway.to_owned(),
            findings: rejected,
        })
    }
}

fn findings(
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
        .with_public_key(key.public_key(), &any::Verifier);
    Ok(lint.check(&jwt))
}
