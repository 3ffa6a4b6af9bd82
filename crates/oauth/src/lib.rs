#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "ureq"))]
extern crate std;

mod access_token;
mod error;
mod error_response;
mod form;
mod header;
mod http_date;
mod http_request;
mod http_response;
mod secure_url;
mod server_text;
mod token_endpoint;
mod token_request;
mod token_response;
mod transport;
#[cfg(feature = "ureq")]
mod ureq_transport;

pub use access_token::AccessToken;
pub use error::{Error, ResponseDefect};
pub use error_response::{ErrorResponse, ErrorShape};
pub use http_request::HttpRequest;
pub use http_response::HttpResponse;
pub use secure_url::{SecureUrl, UrlDefect};
pub use server_text::printable;
pub use token_endpoint::TokenEndpoint;
pub use token_request::TokenRequest;
pub use token_response::TokenResponse;
pub use transport::{Transport, TransportError, TransportErrorKind};
#[cfg(feature = "ureq")]
pub use ureq_transport::{ApiBody, ApiRequest, ApiResponse, UreqTransport};
