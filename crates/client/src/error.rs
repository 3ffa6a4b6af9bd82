mod advice;
mod class;
mod key_text;
mod text;

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "diagnosis")]
use tokenring_gateway::Finding;
use tokenring_jwk::{Algorithm, KeySpec, KeyType};
use tokenring_oauth::{TransportError, TransportErrorKind};
pub(crate) use tokenring_text::{Reason, error_chain as chain};

pub use self::advice::{key_advice, passphrase_advice};
pub use self::class::ErrorClass;
pub use self::key_text::key_error_text;
use crate::remedy::Remedy;
use crate::{ChosenGateway, Parameter, RecentFailure, Rejection, stated_pause};

/// Why there is no client, no token or no answer.
///
/// The text is one line of what failed; [`remedy`](Self::remedy) says as a value what to do, and
/// the cause is in [`source`](StdError::source). No variant and no text holds a secret.
///
/// Errors can be cloned, as callers that wait for one request share its outcome.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// A value cannot be used.
    Invalid {
        /// Which one.
        parameter: Parameter,
        /// Why not.
        source: Cause,
    },
    /// A value is missing.
    Missing {
        /// Which one.
        parameter: Parameter,
        /// The gateway that needs it, where others do without.
        gateway: Option<String>,
    },
    /// Two values exclude each other.
    Conflict {
        /// Both of them.
        parameters: [Parameter; 2],
    },
    /// A claim has a method of its own, or is set for each assertion and cannot be given.
    ReservedClaim {
        /// The name of the claim.
        name: String,
        /// The parameter that sets it, if one does.
        parameter: Option<Parameter>,
    },
    /// The gateway, or what was given for it, is incomplete or contradictory.
    Gateway {
        /// What it says.
        source: Arc<tokenring_gateway::Error>,
        /// Variables that are missing in addition to the one that `source` names.
        also_missing: Vec<String>,
    },
    /// A gateway file cannot be used.
    GatewayFile {
        /// Its path, as it was given.
        file: String,
        /// Why not.
        source: Cause,
    },
    /// The configuration file, or the profile in it, cannot be used.
    Profile {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: Cause,
    },
    /// The private key's file cannot be used.
    Key {
        /// Why not, with the place of the key.
        source: Arc<tokenring_keystore::Error>,
    },
    /// The keys of a folder cannot be used.
    #[cfg(feature = "rotation")]
    Rotation {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        source: Cause,
    },
    /// The gateway needs a parameter of the token request whose value no file should hold.
    MissingFormParameter {
        /// Its name.
        name: String,
        /// The gateway's name.
        gateway: String,
    },
    /// The gateway needs a header of the token request whose value no file should hold.
    MissingHeader {
        /// Its name.
        name: String,
        /// The gateway's name.
        gateway: String,
    },
    /// The gateway gives no tokens: the signed JWT is the token, and nothing is requested.
    NoTokenRequest {
        /// The gateway's name.
        gateway: String,
    },
    /// A bound token is required of a gateway that gives none: the signed JWT is the token.
    UnboundJwt {
        /// The gateway's name.
        gateway: String,
    },
    /// A parameter of the token request cannot be used.
    FormParameter {
        /// Its name.
        name: String,
        /// Why not.
        source: Cause,
    },
    /// The gateway takes no keys of the kind that is to be made.
    NewKeyType {
        /// The kind of key.
        spec: KeySpec,
        /// The gateway's name.
        gateway: String,
        /// What the gateway accepts.
        accepted: Vec<Algorithm>,
        /// Another of its flows that takes such keys.
        flow: Option<String>,
    },
    /// The private key is for an algorithm that the gateway does not accept.
    KeyAlgorithm {
        /// What the key states, or the JWK Set next to it.
        algorithm: Algorithm,
        /// The JWK Set, if it is what states the algorithm.
        jwk_set: Option<PathBuf>,
        /// The gateway's name.
        gateway: String,
        /// How it was chosen.
        chosen: Box<ChosenGateway>,
        /// What the gateway accepts.
        accepted: Vec<Algorithm>,
    },
    /// The JWK Set next to the private key publishes it for another algorithm.
    PublishedAlgorithm {
        /// The algorithm that was given, or that the key states.
        algorithm: Algorithm,
        /// The algorithm that the JWK Set states.
        published: Algorithm,
        /// The JWK Set.
        jwk_set: PathBuf,
    },
    /// The private key has a type that no algorithm of the gateway signs with.
    KeyType {
        /// The type of the key.
        key_type: KeyType,
        /// The gateway's name.
        gateway: String,
        /// How it was chosen.
        chosen: Box<ChosenGateway>,
        /// What the gateway accepts.
        accepted: Vec<Algorithm>,
        /// Another of its flows that takes such keys.
        flow: Option<String>,
    },
    /// The certificate belongs to another key.
    CertificateOfAnotherKey {
        /// The certificate's file.
        certificate: String,
        /// What people call the private key.
        key: String,
    },
    /// The public key that was given is not the one that belongs to the private key.
    PublicKeyOfAnotherKey {
        /// What people call the private key.
        key: String,
    },
    /// Whoever has the private key cannot supply its public half.
    PublicKeyUnknown {
        /// What people call the private key.
        key: String,
    },
    /// The signer command or the PKCS#11 token failed before anything was signed.
    ExternalKey {
        /// What people call the key.
        key: String,
        /// Why.
        source: Cause,
    },
    /// This build lacks the feature that the value needs.
    FeatureMissing {
        /// The value.
        parameter: Parameter,
        /// The feature of this crate.
        feature: &'static str,
    },
    /// Signing failed.
    Signing {
        /// Why.
        source: Cause,
    },
    /// The assertion breaks a rule of the gateway, and was not sent.
    #[cfg(feature = "diagnosis")]
    RuleBroken {
        /// The gateway's name.
        gateway: String,
        /// The rules that it breaks.
        findings: Vec<Finding>,
        /// How it was chosen.
        chosen: Box<ChosenGateway>,
    },
    /// No whole answer came back.
    Unreachable {
        /// What was asked: the token endpoint or the API.
        url: String,
        /// Why.
        source: Arc<TransportError>,
    },
    /// The API did not answer.
    ApiUnreachable {
        /// What was called.
        url: String,
        /// Why.
        source: Arc<TransportError>,
    },
    /// The server of a published document did not answer.
    DocumentUnreachable {
        /// What is published there, in words.
        document: &'static str,
        /// Where it is published.
        url: String,
        /// Why.
        source: Arc<TransportError>,
    },
    /// What is published is no JWK Set.
    UnusableSet {
        /// Where it is published.
        url: String,
        /// The status of the answer.
        status: u16,
        /// Why it cannot be used.
        source: Cause,
    },
    /// What a server publishes about itself says that its token endpoint cannot be used from here.
    UnsupportedMetadata {
        /// Where it is published.
        url: String,
        /// The member that says so, such as `token_endpoint`, if it is a single one.
        member: Option<&'static str>,
        /// What it says.
        source: Cause,
    },
    /// What a server publishes about itself is no metadata of an authorization server.
    UnusableMetadata {
        /// Where it is published.
        url: String,
        /// The status of the answer.
        status: u16,
        /// Why it cannot be used.
        source: Cause,
    },
    /// The API redirects more often than is followed.
    TooManyRedirects {
        /// What was called first.
        url: String,
        /// How many were followed.
        followed: u32,
    },
    /// The body of a request to an API cannot be read.
    RequestBody {
        /// Why not.
        source: Arc<std::io::Error>,
    },
    /// The call of an API takes longer than its deadline allows.
    DeadlinePassed,
    /// The request panicked in another thread, mostly in a transport or signer of the caller's.
    RequestPanicked,
    /// The gateway rejected the request.
    Rejected(Arc<Rejection>),
    /// The answer is neither a token nor an error response.
    UnusableAnswer {
        /// The token endpoint.
        url: String,
        /// Why.
        source: Arc<tokenring_oauth::Error>,
    },
    /// Another process got this error a moment ago, and the request is not repeated yet.
    RecentFailure(RecentFailure),
    /// The time was over before there was a token.
    TimedOut,
    /// The clock of this machine is before 1970.
    ClockBeforeEpoch,
    /// The operating system gives no random numbers.
    Randomness {
        /// Why.
        source: Cause,
    },
}

/// The cause of an [`Error`], which may be of any type.
pub type Cause = Arc<dyn StdError + Send + Sync>;

impl Error {
    pub(crate) fn invalid(
        parameter: Parameter,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let source = Cause::from(source.into());
        Self::Invalid { parameter, source }
    }

    pub(crate) fn missing(parameter: Parameter) -> Self {
        Self::Missing {
            parameter,
            gateway: None,
        }
    }

    pub(crate) fn key(source: tokenring_keystore::Error) -> Self {
        Self::Key {
            source: Arc::new(source),
        }
    }

    #[cfg(feature = "rotation")]
    pub(crate) fn rotation(
        folder: impl Into<PathBuf>,
        source: tokenring_key_rotation::Error,
    ) -> Self {
        Self::Rotation {
            folder: folder.into(),
            source: Cause::from(Box::from(source)),
        }
    }

    /// The value at fault, if one is.
    #[must_use]
    pub const fn parameter(&self) -> Option<Parameter> {
        match self {
            Self::Invalid { parameter, .. }
            | Self::Missing { parameter, .. }
            | Self::FeatureMissing { parameter, .. } => Some(*parameter),
            Self::Conflict {
                parameters: [parameter, _],
            } => Some(*parameter),
            Self::PublishedAlgorithm { .. } => Some(Parameter::Algorithm),
            _ => None,
        }
    }

    /// What to do about it, where that can be said.
    #[must_use]
    pub fn remedy(&self) -> Option<Remedy> {
        Remedy::of(self)
    }

    /// How long to wait before another try, where one may succeed: the gateway is busy, broken or
    /// cannot be reached, or another process has just failed.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unreachable { .. } | Self::TimedOut | Self::RequestPanicked => {
                Some(Duration::ZERO)
            }
            Self::Rejected(rejection) => rejection.retry_after(),
            Self::RecentFailure(failure) => Some(stated_pause::remaining(failure)),
            _ => None,
        }
    }

    /// Whether the request may have met an outage that every process meets.
    pub(crate) fn is_of_network(&self) -> bool {
        matches!(self, Self::Unreachable { source, .. }
            if source.kind() != TransportErrorKind::ProcessLimit)
    }
}

pub(crate) fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<_> = algorithms.iter().map(|it| it.name()).collect();
    names.join(", ")
}
