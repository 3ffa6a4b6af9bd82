use core::fmt;
use std::error::Error as StdError;

use tokenring_assertion::JwtId;
use tokenring_gateway::{Gateway, HeaderRole};
use zeroize::Zeroizing;

/// The headers of an API request, none of them twice, under the names that a gateway has for them.
///
/// # Examples
///
/// ```
/// use tokenring::{ApiHeaders, ApiRequest, GatewayFile, HeaderRole};
///
/// let nhs = GatewayFile::find("nhs")?.into_gateway();
/// let mut headers = ApiHeaders::new(&nhs);
/// headers.add_line("Accept: application/fhir+json")?;
/// headers.set_role(HeaderRole::NhsNumber, "9000000009")?;
/// headers.set_request_id(None)?;
/// assert_eq!(headers.get("accept"), Some("application/fhir+json"));
/// assert_eq!(headers.role(HeaderRole::RequestId).map(str::len), Some(36));
///
/// let request = ApiRequest::get("https://api.example.com/Patient")?.with_headers(&headers);
/// # let _ = request;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ApiHeaders<'g> {
    gateway: &'g Gateway,
    list: Vec<(String, Zeroizing<String>)>,
}

/// Why a header cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderFault {
    /// A line is not a name, a colon and a value.
    Malformed,
    /// The value of the header of this name holds a control character.
    ControlCharacter(String),
    /// The header of this name was added before.
    Repeated(String),
    /// The APIs of the gateway have no header for this.
    NoHeader {
        /// The gateway's name.
        gateway: String,
        /// What the header would stand for.
        role: HeaderRole,
    },
    /// An identifier of a request is not a UUID.
    NotUuid,
    /// The operating system gave no randomness for an identifier.
    NoRandomness,
}

impl<'g> ApiHeaders<'g> {
    /// Begins without a header.
    #[must_use]
    pub const fn new(gateway: &'g Gateway) -> Self {
        Self {
            gateway,
            list: Vec::new(),
        }
    }

    /// Adds a header written as `Name: Value`.
    ///
    /// # Errors
    ///
    /// [`HeaderFault::Malformed`], [`HeaderFault::ControlCharacter`] and [`HeaderFault::Repeated`].
    pub fn add_line(&mut self, line: &str) -> Result<(), HeaderFault> {
        let (name, value) = line.split_once(':').ok_or(HeaderFault::Malformed)?;
        if name.is_empty() || !name.bytes().all(is_of_token) {
            return Err(HeaderFault::Malformed);
        }
        let value = value.trim_matches([' ', '\t']);
        let is_control = |character: char| character.is_control() && character != '\t';
        if value.chars().any(is_control) {
            return Err(HeaderFault::ControlCharacter(name.to_owned()));
        }
        if self.get(name).is_some() {
            return Err(HeaderFault::Repeated(name.to_owned()));
        }
        self.set_default(name, value);
        Ok(())
    }

    /// Sets a header, unless there is one of that name.
    pub fn set_default(&mut self, name: &str, value: &str) {
        if self.get(name).is_none() {
            let value = Zeroizing::new(value.to_owned());
            self.list.push((name.to_owned(), value));
        }
    }

    /// Sets what the gateway has a header for, unless that header is there.
    ///
    /// Identifiers have a customary name where the gateway has none.
    ///
    /// # Errors
    ///
    /// [`HeaderFault::NoHeader`].
    pub fn set_role(&mut self, role: HeaderRole, value: &str) -> Result<(), HeaderFault> {
        let name = self.name_of(role).ok_or_else(|| HeaderFault::NoHeader {
            gateway: self.gateway.name().to_owned(),
            role,
        })?;
        self.set_default(name, value);
        Ok(())
    }

    /// Sets the identifier of the request: this UUID, or else a new one.
    ///
    /// # Errors
    ///
    /// [`HeaderFault::NotUuid`] and [`HeaderFault::NoRandomness`].
    pub fn set_request_id(&mut self, id: Option<&str>) -> Result<(), HeaderFault> {
        match id {
            Some(id) if is_uuid(id) => self.set_role(HeaderRole::RequestId, id),
            Some(_) => Err(HeaderFault::NotUuid),
            None => {
                let id = JwtId::random().map_err(|_| HeaderFault::NoRandomness)?;
                self.set_role(HeaderRole::RequestId, id.as_str())
            }
        }
    }

    /// The value of a header, its name in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut headers = self.iter();
        let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    /// The value of the header that stands for this.
    #[must_use]
    pub fn role(&self, role: HeaderRole) -> Option<&str> {
        self.get(self.name_of(role)?)
    }

    /// Every header, name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.list.iter();
        headers.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn name_of(&self, role: HeaderRole) -> Option<&'g str> {
        let customary = match role {
            HeaderRole::RequestId => Some("X-Request-ID"),
            HeaderRole::CorrelationId => Some("X-Correlation-ID"),
            _ => None,
        };
        self.gateway.api().header(role).or(customary)
    }
}

/// Shows the names alone: values may be secret.
impl fmt::Debug for ApiHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

impl fmt::Display for HeaderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The value is not repeated: it may be a secret.
            Self::Malformed => f.write_str("write a header as \"Name: Value\""),
            Self::ControlCharacter(name) => write!(
                f,
                "the value of {name} holds a line break or control character; remove it"
            ),
            Self::Repeated(name) => write!(f, "{name} is given twice; give it once"),
            Self::NoHeader { gateway, role } => {
                write!(f, "gateway {gateway} has no header for {}", role.name())
            }
            Self::NotUuid => {
                f.write_str("a request identifier is a UUID; leave it out to have one made")
            }
            Self::NoRandomness => f.write_str("the operating system gives no randomness"),
        }
    }
}

impl StdError for HeaderFault {}

/// A byte of a token (RFC 9110 section 5.6.2).
const fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~'
        )
}

/// Whether this is a UUID in its usual form (RFC 9562 section 4).
fn is_uuid(text: &str) -> bool {
    let groups = || text.split('-');
    groups().map(str::len).eq([8, 4, 4, 4, 12])
        && groups().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
