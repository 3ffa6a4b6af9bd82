use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use core::net::Ipv6Addr;
use core::str::FromStr;

use crate::Error;

/// An `https` URL, or an `http` URL of this very machine.
///
/// The one kind of address that a secret may travel to. Plain `http` is
/// accepted only for `localhost` and the names below it (`app.localhost`), for
/// `127.0.0.1` and for `[::1]`. The text is kept as it was given: token endpoints are compared character
/// for character with the `aud` claim.
///
/// # Security
///
/// Who connects must not ask a resolver where `localhost` is: a hosts file or a
/// DNS server could name another machine
/// ([RFC 6761 section 6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3)).
/// `UreqTransport` connects plain `http` to 127.0.0.1 or ::1 only.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SecureUrl {
    text: String,
    host: String,
    port: u16,
    https: bool,
}

impl SecureUrl {
    /// Reads an absolute URL.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidUrl`] with the [`UrlDefect`]: another scheme than
    /// `https`, plain `http` beyond this machine, a user name or password, a
    /// fragment, a space, control or non-ASCII character, a zone.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::SecureUrl;
    ///
    /// assert!(SecureUrl::new("https://api.example.com/patients?name=a%20b").is_ok());
    /// assert!(SecureUrl::new("http://localhost:8080/").is_ok());
    /// assert!(SecureUrl::new("http://api.example.com/").is_err());
    /// ```
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::parse(url).map_err(Error::InvalidUrl)
    }

    /// The URL as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host as it was given, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, 443 or 80 where the URL names none.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether the scheme is `https`.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether the host is `localhost` or a name below it, `127.0.0.1` or `[::1]`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        ["127.0.0.1", "::1"].contains(&self.host()) || is_localhost(&self.host)
    }

    fn parse(url: &str) -> Result<Self, UrlDefect> {
        check_characters(url)?;
        let (scheme, rest) = url.split_once("://").ok_or(UrlDefect::Scheme)?;
        let https = scheme.eq_ignore_ascii_case("https");
        if !https && !scheme.eq_ignore_ascii_case("http") {
            return Err(UrlDefect::Scheme);
        }
        if rest.contains('#') {
            return Err(UrlDefect::Fragment);
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(UrlDefect::UserInfo);
        }
        let (host, port) = split_authority(authority).ok_or_else(|| {
            if authority.starts_with('[') && authority.contains('%') {
                UrlDefect::Zone
            } else {
                UrlDefect::Host
            }
        })?;
        let port = match port {
            Some(digits) => parse_port(digits).ok_or(UrlDefect::Port)?,
            None if https => 443,
            None => 80,
        };
        let url = Self {
            text: url.to_owned(),
            host: host.to_owned(),
            port,
            https,
        };
        if !https && !url.is_loopback() {
            return Err(UrlDefect::NotHttps);
        }
        Ok(url)
    }
}

impl fmt::Display for SecureUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AsRef<str> for SecureUrl {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl FromStr for SecureUrl {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        Self::new(url)
    }
}

/// What keeps a text from being a [`SecureUrl`].
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum UrlDefect {
    /// A control or non-ASCII character, or one of `"<>\^{}` and the backtick.
    Character,
    /// A space.
    Space,
    /// A host name beyond ASCII.
    InternationalHost {
        /// The host name, of letters, digits, `-` and `.`.
        host: String,
    },
    /// Not an absolute URL whose scheme is `https` or `http`.
    Scheme,
    /// Plain `http` to a host that is not this machine by name.
    NotHttps,
    /// A user name or password before the host.
    UserInfo,
    /// No host, or one that is neither a name nor an address.
    Host,
    /// An IPv6 address with a zone, such as `%eth0` (RFC 6874).
    Zone,
    /// A port that is not a number from 1 to 65535.
    Port,
    /// A part after `#`, which is never sent.
    Fragment,
}

impl fmt::Display for UrlDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Character => "it holds a character that a URL cannot hold: percent-encode it",
            Self::Space => "it holds a space: write %20 for it, or remove it",
            Self::InternationalHost { host } => {
                return write!(
                    f,
                    "its host name is not ASCII: write the xn-- form, which this prints: idn2 {host}"
                );
            }
            Self::Scheme => "write it in full, with https:// at the front",
            Self::NotHttps => {
                "plain http would send secrets in clear: use https, or a tunnel to the server on localhost (http is only for localhost, *.localhost, 127.0.0.1 and [::1])"
            }
            Self::UserInfo => "it holds a user name or password: remove the part before the @",
            Self::Host => "its host is missing or malformed: write a name or an address",
            Self::Zone => {
                "its IPv6 address has a zone, which is not supported: write the address without the part from the %, or a name"
            }
            Self::Port => "its port is not a number from 1 to 65535",
            Self::Fragment => "it holds a fragment, which is never sent: remove the part from the #",
        })
    }
}

/// Says which character a URL cannot hold, and what it would be in a host's name.
fn check_characters(url: &str) -> Result<(), UrlDefect> {
    if url.chars().all(is_url_character) {
        return Ok(());
    }
    let authority = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    if url.chars().all(|c| c == ' ' || is_url_character(c)) {
        return Err(UrlDefect::Space);
    }
    if !host.is_ascii() && host.chars().all(is_name) {
        // No name is longer (RFC 1035 section 2.3.4), and its form in ASCII is none the shorter.
        const LONGEST: usize = 253;
        if host.starts_with('-') || host.chars().count() > LONGEST {
            return Err(UrlDefect::Host);
        }
        let host = host.into();
        return Err(UrlDefect::InternationalHost { host });
    }
    Err(UrlDefect::Character)
}

/// Whether a name means this machine: `localhost` and every name below it, in any
/// case, with or without the root's dot
/// ([RFC 6761 section 6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3)).
pub(crate) fn is_localhost(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let top = name.rsplit('.').next().unwrap_or_default();
    top.eq_ignore_ascii_case("localhost")
}

/// RFC 3986 section 2, and `|`, which FHIR search values hold unencoded.
fn is_url_character(character: char) -> bool {
    character.is_ascii_graphic()
        && !matches!(character, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '}')
}

pub(crate) fn split_authority(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        return match after {
            "" => Some((host, None)),
            _ => Some((host, Some(after.strip_prefix(':')?))),
        };
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (!host.is_empty() && host.bytes().all(is_name_byte)).then_some((host, port))
}

pub(crate) fn parse_port(digits: &str) -> Option<u16> {
    // A sign is a number to `parse`, though not to RFC 3986.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|port| *port != 0)
}
