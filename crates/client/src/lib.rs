#![doc = include_str!("../README.md")]

mod algorithm_choice;
mod api_call;
mod api_client;
mod api_course;
mod api_headers;
mod api_request;
mod assertion_clock;
mod assertion_factory;
mod assertion_plan;
#[cfg(feature = "async")]
mod async_api_call;
#[cfg(feature = "async")]
mod async_client;
#[cfg(feature = "async")]
mod async_transport;
mod client;
mod client_builder;
mod client_core;
mod client_key;
mod clock;
mod clock_skew;
mod connection;
mod error;
mod event;
#[cfg(feature = "diagnosis")]
mod examination;
mod file_body;
mod gateway_file;
mod jwk_set_check;
mod key_file_credentials;
mod key_id_scheme;
mod key_naming;
mod key_source;
mod located_key;
mod new_key;
mod options;
mod parameter;
#[cfg(feature = "pkcs11")]
mod pkcs11_key;
#[cfg(feature = "diagnosis")]
mod preflight_lint;
mod prepared_request;
mod publication_fault;
mod published_set;
mod purpose;
mod rejection;
mod remedy;
mod request_failure;
mod request_plan;
mod requested_scope;
#[cfg(feature = "reqwest")]
mod reqwest_failure;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
mod server_metadata;
mod sibling_entry;
#[cfg(feature = "signer-command")]
mod signer_command_key;
mod stopwatch;
mod target;
mod text_values;
mod token_keeper;
mod token_provider;
#[cfg(feature = "tokio")]
mod tokio_runtime;
mod value_source;

pub use api_client::ApiClient;
pub use api_headers::{ApiHeaders, HeaderFault};
pub use api_request::{ApiRequest, RequestBody};
#[cfg(feature = "async")]
pub use async_client::AsyncClient;
#[cfg(feature = "async")]
pub use async_transport::{AsyncAnswer, AsyncTransport};
pub use client::Client;
pub use client_builder::ClientBuilder;
pub use clock_skew::{ClockSkew, ClockSkewPolicy};
pub use error::{Cause, Error};
pub use event::{Event, UnsharedReason};
#[cfg(feature = "diagnosis")]
pub use examination::{Check, CheckRemedy, CheckStatus, CheckStep, Examination};
pub use file_body::FileBody;
pub use gateway_file::GatewayFile;
pub use jwk_set_check::{SetFinding, SetFindingKind, check_jwk_set, group_findings};
pub use key_id_scheme::KeyIdScheme;
pub use key_source::{ExternalKey, KeySource};
pub use new_key::{DescribedKey, KeyPlan, NewKey};
pub use parameter::Parameter;
pub use prepared_request::{PreparedRequest, RedactedRequest};
pub use publication_fault::PublicationFault;
pub use published_set::PublishedSet;
pub use purpose::Purpose;
pub use rejection::Rejection;
pub use remedy::Remedy;
#[cfg(feature = "reqwest")]
pub use reqwest_transport::ReqwestTransport;
pub use server_metadata::{FactDifference, ServerMetadata};
pub use target::Target;
pub use token_keeper::{OldToken, TokenKeeper, Upkeep};
pub use tokenring_gateway::HeaderRole;
pub use tokenring_oauth::{ApiBody, ApiResponse, BodyTooLarge, CaStore};
#[cfg(feature = "async")]
pub use tokenring_oauth::{HttpRequest, HttpResponse, TransportError, TransportErrorKind};
#[cfg(feature = "async")]
pub use tokenring_token_store::Runtime;
pub use tokenring_token_store::{PastFailure as RecentFailure, Store, Token};
#[cfg(feature = "tokio")]
pub use tokio_runtime::TokioRuntime;
pub use value_source::{EffectiveValue, ValueSource};

/// The names of the built-in gateways, in alphabetical order.
pub fn gateway_names() -> impl Iterator<Item = &'static str> {
    tokenring_gateway::Gateway::names()
}
