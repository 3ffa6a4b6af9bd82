#![doc = include_str!("../README.md")]

mod algorithm_choice;
mod api_call;
mod api_client;
mod api_course;
mod api_headers;
#[cfg(feature = "diagnosis")]
mod api_rejection;
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
mod body_target;
mod chosen_gateway;
mod client;
mod client_builder;
mod client_core;
mod client_key;
mod clock;
mod clock_skew;
mod connection;
mod dpop_key;
mod error;
mod event;
#[cfg(feature = "diagnosis")]
mod examination;
mod file_body;
mod gateway_file;
#[cfg(feature = "diagnosis")]
mod inspection;
mod jwk_set_check;
mod key_facts;
mod key_file_credentials;
mod key_id_scheme;
mod key_naming;
mod key_source;
mod key_use;
mod located_key;
mod new_key;
mod options;
mod parameter;
#[cfg(unix)]
mod pipe;
#[cfg(feature = "pkcs11")]
mod pkcs11_key;
#[cfg(feature = "diagnosis")]
mod preflight_lint;
mod prepared_request;
mod profile_file;
#[cfg(feature = "diagnosis")]
mod proof_inspection;
mod proof_request;
mod publication;
mod publication_fault;
mod published_set;
mod purpose;
mod redactor;
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
mod set_finding;
mod sibling_entry;
#[cfg(feature = "signer-command")]
mod signer_command_key;
mod stated_pause;
mod stopwatch;
mod target;
mod text_values;
mod token_binding;
mod token_format;
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
pub use body_target::{BodyTarget, CopyError, DeadlineWriter, copy_body};
pub use chosen_gateway::ChosenGateway;
pub use client::Client;
pub use client_builder::ClientBuilder;
pub use clock_skew::{ClockSkew, ClockSkewPolicy};
pub use dpop_key::DpopKey;
pub use error::{Cause, Error, ErrorClass, key_advice, key_error_text, passphrase_advice};
pub use event::{Event, Importance, UnsharedReason};
#[cfg(feature = "diagnosis")]
pub use examination::{Check, CheckLine, CheckRemedy, CheckStatus, CheckStep, Examination};
pub use file_body::FileBody;
pub use gateway_file::GatewayFile;
#[cfg(feature = "diagnosis")]
pub use inspection::{Inspection, Inspector, Verified};
pub use jwk_set_check::{check_jwk_set, group_findings};
pub use key_facts::{KeyFacts, NamingGateways};
pub use key_id_scheme::KeyIdScheme;
pub use key_source::{ExternalKey, KeySource};
pub use key_use::NeededValue;
pub use new_key::{DescribedKey, KeyPlan, NewKey};
pub use parameter::Parameter;
pub use prepared_request::{PreparedRequest, RedactedRequest};
pub use profile_file::{
    ProfileEntry, ProfileFault, ProfileFaultKind, ProfileFile, ProfileValue, WantedProfiles,
};
#[cfg(feature = "diagnosis")]
pub use proof_inspection::{ProofFinding, ProofInspection, ProofInspector};
pub use proof_request::ProofRequest;
pub use publication::Publication;
pub use publication_fault::PublicationFault;
pub use published_set::PublishedSet;
pub use purpose::Purpose;
pub use redactor::Redactor;
pub use rejection::Rejection;
pub use remedy::Remedy;
#[cfg(feature = "reqwest")]
pub use reqwest_transport::ReqwestTransport;
pub use server_metadata::{
    EnvironmentMetadata, FactDifference, MetadataComparison, MetadataDoubt, ServerMetadata,
};
pub use set_finding::{SetFinding, SetFindingKind};
pub use target::Target;
pub use token_format::{ExecInfoFault, ExecVersion, Shell, TokenFormat};
pub use token_keeper::{OldToken, TokenKeeper, Upkeep};
pub use tokenring_gateway::{DpopRule, HeaderRole};
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
