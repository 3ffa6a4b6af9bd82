#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

mod access_token;
mod answer_fault;
mod answer_members;
mod answer_times;
#[cfg(feature = "ureq")]
mod ca_store;
mod challenge;
mod client_id_mask;
mod clock;
mod common_runs;
#[cfg(feature = "ureq")]
mod content_coding;
mod dpop_nonce;
mod error;
mod error_body;
mod error_markup;
mod error_members;
mod error_response;
mod error_text;
mod expected_token;
mod form;

mod header;
mod http_date;
mod http_request;
mod http_response;
mod location;
mod normal_form;
mod response_defect;
mod retry_policy;
mod retryable;
mod secret_detector;
mod secure_url;
mod sent_assertion;
mod sent_request;
mod server_text;
mod server_words;
#[cfg(feature = "std")]
mod system_clock;
mod tls_port;
mod token_endpoint;
mod token_request;
mod token_response;
mod transport;
#[cfg(feature = "ureq")]
mod ureq_transport;
mod url_reference;

pub use access_token::{AccessToken, AccessTokenFault};
pub use answer_fault::AnswerFault;
pub use answer_members::AnswerMembers;
#[cfg(feature = "ureq")]
pub use ca_store::{CaStore, UnknownCaStore};
pub use client_id_mask::ClientIdMask;
pub use clock::Clock;
pub use dpop_nonce::DpopNonce;
pub use error::Error;
pub use error_response::{ErrorResponse, ErrorShape};
pub use http_request::HttpRequest;
pub use http_response::HttpResponse;
pub use response_defect::ResponseDefect;
pub use retry_policy::{Attempt, RetryPolicy};
pub use retryable::{Retry, Retryable};
pub use secret_detector::SecretDetector;
pub use secure_url::{SecureUrl, UrlDefect};
#[cfg(feature = "std")]
pub use system_clock::SystemClock;
pub use token_endpoint::TokenEndpoint;
pub use token_request::TokenRequest;
pub use token_response::TokenResponse;
pub use tokenring_text::printable;
pub use transport::{Transport, TransportError, TransportErrorKind};
#[cfg(feature = "ureq")]
pub use ureq_transport::{
    ApiBody, ApiRequest, ApiResponse, BodyTooLarge, ProxyLogin, UreqTransport,
};
