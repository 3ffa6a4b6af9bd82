use alloc::boxed::Box;
use core::fmt;

use crate::{AccessTokenFault, ErrorResponse, ResponseDefect, TransportError, UrlDefect};

/// What can go wrong between a request and its access token.
///
/// No variant and no text holds a secret or a response body.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error {
    /// The URL is malformed or would send secrets in clear.
    InvalidUrl(UrlDefect),
    /// A form parameter of this name is part of the protocol and set by its own method.
    ReservedParameter,
    /// A form parameter of this name is there already (RFC 6749 section 3.2).
    RepeatedParameter,
    /// A form parameter has an empty name.
    EmptyParameterName,
    /// A header name is empty or not a token (RFC 9110 section 5.6.2).
    InvalidHeaderName,
    /// A header value holds a line break, control or non-ASCII character.
    InvalidHeaderValue,
    /// The header is set by the protocol or by the transport.
    ReservedHeader,
    /// The method is empty or not a token (RFC 9110 section 9.1).
    InvalidMethod,
    /// The file of certificates holds none, or one that cannot be read.
    InvalidCertificate(tokenring_jwk::Error),
    /// The proxy's address cannot be used.
    InvalidProxy,
    /// The access token is no text of visible ASCII characters (RFC 6749 appendix A.12).
    MalformedAccessToken(AccessTokenFault),
    /// The caller's own code could not make the token request: it found no
    /// key, or could not sign.
    Preparation(Box<dyn core::error::Error + Send + Sync>),
    /// No whole response came back.
    Transport(TransportError),
    /// The server answered with an error.
    Refused(Box<ErrorResponse>),
    /// The server answered with a successful status and something that is no access token response.
    UnusableResponse(ResponseDefect),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUrl(defect) => write!(f, "the URL cannot be used: {defect}"),
            Self::ReservedParameter => f.write_str(
                "the form parameter is part of the protocol: set grant, client id, scope and assertion by their own options",
            ),
            Self::RepeatedParameter => {
                f.write_str("the form parameter is given twice: leave one of them out")
            }
            Self::EmptyParameterName => {
                f.write_str("the form parameter has no name: write it as NAME=VALUE")
            }
            Self::InvalidHeaderName => f.write_str(
                "the header name is not valid: use letters, digits and hyphens, without spaces",
            ),
            Self::InvalidHeaderValue => f.write_str(
                "the header value holds a line break, control or non-ASCII character: remove it",
            ),
            Self::ReservedHeader => f.write_str(
                "the header is set by the protocol itself: leave it out",
            ),
            Self::InvalidMethod => {
                f.write_str("the method is not valid: use a word such as GET or POST")
            }
            Self::InvalidCertificate(_) => f.write_str("the certificates to trust cannot be used"),
            Self::InvalidProxy => f.write_str(
                "the proxy address cannot be used: write it as http://HOST:PORT or https://HOST:PORT, with a port from 1 to 65535",
            ),
            Self::MalformedAccessToken(fault) => {
                write!(
                    f,
                    "the token endpoint's answer cannot be used: {fault}; tell the gateway's operator"
                )
            }
            Self::Preparation(_) => f.write_str("the token request could not be made"),
            Self::Transport(_) => f.write_str("the token request failed"),
            Self::Refused(_) => f.write_str("the token endpoint refused the request"),
            Self::UnusableResponse(defect) => {
                write!(f, "the token endpoint's answer cannot be used: {defect}")
            }
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Preparation(error) => Some(error.as_ref()),
            Self::InvalidCertificate(error) => Some(error),
            Self::Transport(error) => Some(error),
            Self::Refused(response) => Some(response.as_ref()),
            _ => None,
        }
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}
