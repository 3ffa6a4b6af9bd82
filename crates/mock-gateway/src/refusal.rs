use core::fmt;

/// A rule's answer to a request that breaks it.
///
/// The names of the rules, in their order: `content-type`, `grant-type-absent`, `grant-type`,
/// `client-assertion-type`, `client-assertion-absent`, `malformed`, `algorithm`, `expired`,
/// `key-id-absent`, `type`, `expiry-absent`, `expiry-no-integer`, `issuer-not-subject`,
/// `jwt-id-absent`, `jwt-id-no-string`, `jwt-id-spent`, `expiry-too-late`; from here on the JWT ID
/// is spent: `unknown-client`, `app-revoked`, `product-missing`, `developer-inactive`,
/// `company-inactive`, `keys-not-registered`, `keys-unreachable`, `keys-unreadable`, `audience`,
/// `unknown-key-id`, `signature`, `critical-extension`, `not-yet-valid`, `client-id`,
/// `no-application-scope`, `not-active`. Beside them stands `gateway-failed`.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::MockGateway;
///
/// let gateway = MockGateway::builder().start()?;
/// // … the code under test sends an assertion …
/// for event in gateway.events() {
///     if let Some(refusal) = event.refusal() {
///         println!("{}: {}", refusal.rule(), refusal.description());
///     }
/// }
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub(crate) rule: &'static str,
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
    pub(crate) shape: Shape,
}

/// The form that the body of a refusal has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// RFC 6749, section 5.2, and a `message_id`.
    OAuth,
    /// What Apigee answers where the gateway's own rules have nothing to say.
    ApigeeFault,
}

impl Refusal {
    pub(crate) const fn oauth(
        rule: &'static str,
        status: u16,
        error: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            rule,
            status,
            error,
            description,
            shape: Shape::OAuth,
        }
    }

    pub(crate) const fn fault(
        rule: &'static str,
        status: u16,
        error_code: &'static str,
        fault: &'static str,
    ) -> Self {
        Self {
            rule,
            status,
            error: error_code,
            description: fault,
            shape: Shape::ApigeeFault,
        }
    }

    /// The rule's name, such as `key-id-absent`. It never goes over the wire.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.rule
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The OAuth error code, or the `errorcode` of a fault.
    #[must_use]
    pub const fn error(&self) -> &'static str {
        self.error
    }

    /// The `error_description`, or the `faultstring` of a fault.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description)
    }
}
