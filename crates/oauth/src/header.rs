use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::Error;

/// One header line of a request, checked. The value may be a secret.
#[derive(Clone)]
pub(crate) struct Header {
    name: String,
    value: Zeroizing<String>,
}

impl Header {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn secret_value(&self) -> &str {
        &self.value
    }
}

/// The header lines of a request, each name once.
#[derive(Clone, Default)]
pub(crate) struct Headers(Vec<Header>);

impl Headers {
    /// Sets a header whose name and value are part of this crate.
    pub(crate) fn set_known(&mut self, name: &str, value: &str) {
        self.0
            .retain(|header| !header.name.eq_ignore_ascii_case(name));
        self.0.push(Header {
            name: name.into(),
            value: Zeroizing::new(value.into()),
        });
    }

    /// Sets a header that came from the caller.
    ///
    /// The headers that frame the message and manage the connection belong to
    /// whoever writes the message on the wire.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        const OF_THE_CONNECTION: [&str; 9] = [
            "Connection",
            "Content-Length",
            "Expect",
            "Keep-Alive",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
        ];
        if name.is_empty() || !name.bytes().all(is_token_byte) {
            return Err(Error::InvalidHeaderName);
        }
        if !value.bytes().all(is_value_byte) {
            return Err(Error::InvalidHeaderValue);
        }
        if contains_name(&OF_THE_CONNECTION, name) {
            return Err(Error::ReservedHeader);
        }
        self.set_known(name, value.trim_matches([' ', '\t']));
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Header> {
        self.0.iter()
    }
}

pub(crate) fn contains_name(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A `tchar` of RFC 9110 section 5.6.2.
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// RFC 9110 section 5.5 without the obsolete bytes beyond ASCII, which
/// servers read in different ways.
pub(crate) fn is_value_byte(byte: u8) -> bool {
    byte == b'\t' || byte == b' ' || byte.is_ascii_graphic()
}
