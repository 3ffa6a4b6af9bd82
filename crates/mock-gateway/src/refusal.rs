use core::fmt;

use tokenring_gateway::Rule;

/// A rule's answer to a request that breaks it.
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
///         println!("{}: {refusal}", refusal.rule());
///     }
/// }
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub(crate) rule: Rule,
    pub(crate) status: u16,
    pub(crate) error: String,
    pub(crate) description: Option<String>,
    pub(crate) has_known_words: bool,
    pub(crate) shape: Shape,
    /// Further members of the body.
    pub(crate) members: Vec<(String, String)>,
    /// The whole body, where its shape is that.
    pub(crate) body: String,
    pub(crate) content_type: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
}

/// The form that the body of a refusal has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// RFC 6749, section 5.2.
    OAuth,
    /// What Apigee answers where the gateway's own rules have nothing to say.
    Fault,
    /// An object with a `message`.
    Message,
    /// Nothing.
    Empty,
    /// A text of the file's.
    Body,
}

impl Refusal {
    /// The rule's name, such as `key-id-absent`. It never goes over the wire.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.rule.name()
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The OAuth error code, or the `errorcode` of a fault.
    #[must_use]
    pub fn error(&self) -> &str {
        &self.error
    }

    /// The `error_description`, the `faultstring` of a fault, or the `message`; empty if there is
    /// none.
    #[must_use]
    pub fn description(&self) -> &str {
        self.description.as_deref().unwrap_or_default()
    }

    /// Whether the words are the real gateway's own, as far as its file knows.
    ///
    /// Otherwise the answer has the header `X-Mock-Gateway-Words: unknown`.
    #[must_use]
    pub const fn has_known_words(&self) -> bool {
        self.has_known_words
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.description {
            Some(description) => f.write_str(description),
            None => write!(f, "{} ({})", self.error, self.rule),
        }
    }
}
