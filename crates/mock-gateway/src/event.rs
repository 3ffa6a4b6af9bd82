use core::fmt;
use std::time::SystemTime;

use crate::judgement::Judgement;
use crate::refusal::Refusal;
use crate::rulebook::Difference;

/// One request that the gateway has answered.
///
/// `Display` makes one line for a log, without control characters. It holds no secret: of a token
/// request it keeps the URL with only the names in its query, the assertion's header and claims, with
/// long values cut, and an answer without its token; of any other request, neither query nor headers
/// nor body.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::{Event, MockGateway};
///
/// let gateway = MockGateway::builder()
///     .with_observer(|event: &Event| eprintln!("{event}"))
///     .start()?;
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) time: SystemTime,
    pub(crate) kind: EventKind,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) host: Option<String>,
    pub(crate) mount: Option<String>,
    pub(crate) status: u16,
    pub(crate) client_id: Option<String>,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) message_id: Option<String>,
    pub(crate) inspection: Inspection,
}

/// What was seen while a token request was judged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inspection {
    pub(crate) header: Option<String>,
    pub(crate) claims: Option<String>,
    /// With the values of its query cut.
    pub(crate) called_url: Option<String>,
    pub(crate) judgements: Vec<Judgement>,
    pub(crate) difference: Option<Difference>,
    pub(crate) answer: Option<String>,
    pub(crate) fault: Option<&'static str>,
    pub(crate) note: Option<String>,
}

/// What a request was for.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EventKind {
    /// The token endpoint, with any method.
    TokenRequest,
    /// The introspection endpoint, with any method.
    Introspection,
    /// The protected API, with or without the right credentials.
    ApiCall,
    /// The text about the gateway, or a path that is not there.
    Other,
    /// A request to the proxy, or over TLS, for a host that this gateway does not stand in for.
    ProxyRefusal,
    /// A TLS connection that its client left before it sent a request, most often for lack of trust
    /// in this gateway's certificate. It is told once of each client.
    TlsFailure,
}

impl Event {
    /// When the answer was ready, by the gateway's clock.
    #[must_use]
    pub const fn time(&self) -> SystemTime {
        self.time
    }

    /// What the request was for.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        self.kind
    }

    /// The request's method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The real gateway's host that the request was sent to, such as `https://oauth2.googleapis.com`,
    /// where this gateway stands in for it.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The path of the further gateway that answered, such as `/okta`, where it was one.
    #[must_use]
    pub fn mount(&self) -> Option<&str> {
        self.mount.as_deref()
    }

    /// The path that was asked for, without its query. Of a request that the proxy refused it is
    /// the whole target, of a TLS connection the host.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The HTTP status of the answer. A connection that was dropped on purpose had it too; one
    /// without a request has 0.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The registered client that the request names.
    ///
    /// It need not be the sender, unless the status says that the gateway was convinced.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The rule of the token endpoint that the request broke.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// The `message_id`, or whatever else the answer has that the client can quote.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.message_id.as_deref()
    }

    /// The assertion's JOSE header as JSON, with long values cut.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.inspection.header.as_deref()
    }

    /// The assertion's claims as JSON, with long values cut.
    #[must_use]
    pub fn claims(&self) -> Option<&str> {
        self.inspection.claims.as_deref()
    }

    /// Every rule that a token request was judged by, in order. Empty if none was looked at.
    #[must_use]
    pub fn judgements(&self) -> &[Judgement] {
        &self.inspection.judgements
    }

    /// The URL that a token request was sent to, with the names in its query and none of the values.
    ///
    /// Some gateways take nothing else as `aud`.
    #[must_use]
    pub fn called_url(&self) -> Option<&str> {
        self.inspection.called_url.as_deref()
    }

    /// What the request has where it breaks a rule, such as `"at+jwt"` as JSON, or `absent`.
    ///
    /// Rules that are about no single value have none.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        let difference = self.inspection.difference.as_ref()?;
        Some(&difference.found)
    }

    /// What the broken rule wants in place of [`found`](Self::found), such as `"JWT"`.
    #[must_use]
    pub fn wanted(&self) -> Option<&str> {
        let difference = self.inspection.difference.as_ref()?;
        Some(&difference.wanted)
    }

    /// The body of the token endpoint's answer, with the token cut.
    #[must_use]
    pub fn answer(&self) -> Option<&str> {
        self.inspection.answer.as_deref()
    }

    /// The fault on demand that the request met, such as `429` or `slow`, or `answer` for one that was
    /// planned.
    #[must_use]
    pub const fn fault(&self) -> Option<&str> {
        self.inspection.fault
    }

    /// Something about this gateway that its words to the client don't tell, such as an algorithm
    /// that this build cannot verify.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.inspection.note.as_deref()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.method)?;
        let host = self.host.as_deref().unwrap_or_default();
        for c in host.chars().chain(self.path.chars()).take(200) {
            let shown = if c.is_ascii_graphic() { c } else { '?' };
            write!(f, "{shown}")?;
        }
        if self.status > 0 {
            write!(f, " {}", self.status)?;
        }
        if let Some(refusal) = &self.refusal {
            f.write_str(" ")?;
            // A file's author may have written anything.
            for c in refusal.to_string().chars() {
                let shown = if matches!(c, ' '..='~') { c } else { '?' };
                write!(f, "{shown}")?;
            }
        }
        if let Some(fault) = self.inspection.fault {
            write!(f, " [fault: {fault}]")?;
        }
        if let Some(note) = &self.inspection.note {
            write!(f, " [{note}]")?;
        }
        Ok(())
    }
}
