use tokenring_oauth::{TransportError, TransportErrorKind};
use tokenring_token_store::FailureKind;

use super::Error;

/// What kind of trouble an [`Error`] is, for a program that ends with an exit code or answers with
/// a status of its own.
///
/// # Examples
///
/// ```
/// use tokenring::{Client, ErrorClass};
///
/// let error = Client::builder("nhs").build().unwrap_err(); // without a client ID
/// assert_eq!(error.class(), ErrorClass::Usage);
/// let error = Client::builder("nhs").client_id("a").key("no/key.pem").build().unwrap_err();
/// assert_eq!(error.class(), ErrorClass::Configuration);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ErrorClass {
    /// What was asked for is wrong or incomplete.
    Usage,
    /// A key, a file or the machine cannot be used as it is.
    Configuration,
    /// Signing failed.
    Signing,
    /// A server was not reached, or gave no answer that can be used.
    Unreachable,
    /// The gateway rejected the request, or gave no token.
    Rejected,
    /// What was looked at is not in order: an assertion that was not sent, or what a server
    /// publishes.
    NotInOrder,
    /// Something that should not happen did.
    Unexpected,
}

impl Error {
    /// What kind of trouble it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Invalid { .. }
            | Self::FormParameter { .. }
            | Self::NewKeyType { .. }
            | Self::PublishedAlgorithm { .. }
            | Self::Missing { .. }
            | Self::Conflict { .. }
            | Self::ReservedClaim { .. }
            | Self::MissingFormParameter { .. }
            | Self::MissingHeader { .. }
            | Self::NoTokenRequest { .. }
            | Self::UnboundJwt { .. }
            | Self::Gateway { .. }
            | Self::RequestBody { .. } => ErrorClass::Usage,
            Self::GatewayFile { .. }
            | Self::Key { .. }
            | Self::ExternalKey { .. }
            | Self::KeyAlgorithm { .. }
            | Self::KeyType { .. }
            | Self::CertificateOfAnotherKey { .. }
            | Self::PublicKeyOfAnotherKey { .. }
            | Self::PublicKeyUnknown { .. }
            | Self::FeatureMissing { .. }
            | Self::ClockBeforeEpoch => ErrorClass::Configuration,
            #[cfg(feature = "rotation")]
            Self::Rotation { .. } => ErrorClass::Configuration,
            Self::Signing { .. } => ErrorClass::Signing,
            Self::Unreachable { source, .. }
            | Self::ApiUnreachable { source, .. }
            | Self::DocumentUnreachable { source, .. } => of_transport(source),
            #[cfg(feature = "diagnosis")]
            Self::RuleBroken { .. } => ErrorClass::NotInOrder,
            Self::UnusableSet { status: 200, .. }
            | Self::UnsupportedMetadata { .. }
            | Self::UnusableMetadata { status: 200, .. } => ErrorClass::NotInOrder,
            Self::UnusableSet { .. }
            | Self::UnusableMetadata { .. }
            | Self::TooManyRedirects { .. }
            | Self::DeadlinePassed
            | Self::TimedOut => ErrorClass::Unreachable,
            Self::Rejected(_) | Self::UnusableAnswer { .. } => ErrorClass::Rejected,
            Self::RecentFailure(failure) => match failure.kind() {
                FailureKind::Unreachable => ErrorClass::Unreachable,
                FailureKind::Refused => ErrorClass::Rejected,
                _ => ErrorClass::Unexpected,
            },
            _ => ErrorClass::Unexpected,
        }
    }
}

/// A limit of this machine says nothing of the server.
fn of_transport(error: &TransportError) -> ErrorClass {
    match error.kind() {
        TransportErrorKind::ProcessLimit => ErrorClass::Unexpected,
        _ => ErrorClass::Unreachable,
    }
}
