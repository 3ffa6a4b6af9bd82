use std::fmt;
use std::time::Duration;

use crate::{ClockSkew, Error, Parameter};

/// What to do about an [`Error`].
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Remedy {
    /// Give this value.
    Set(Parameter),
    /// Correct this value.
    Correct(Parameter),
    /// Leave one of these values out.
    LeaveOneOut([Parameter; 2]),
    /// Give these variables of the gateway.
    SetVariables(Vec<String>),
    /// Use this name, which is probably the one that was meant.
    UseName(String),
    /// Use one of these names.
    UseOneOf(Vec<String>),
    /// Generate a key that fits this gateway.
    GenerateKey {
        /// The gateway's name.
        gateway: String,
    },
    /// Build with this feature.
    EnableFeature(&'static str),
    /// Set the clock, or have the skew corrected.
    CorrectClock(ClockSkew),
    /// Set the clock of this machine.
    SetClock,
    /// Trust the authority that issued the server's certificate.
    TrustAuthority,
    /// Allow more time.
    AllowMoreTime,
    /// Wait this long.
    Wait(Duration),
    /// Skip the gateway's checks, if the assertion is right all the same.
    SkipLint,
}

impl Remedy {
    pub(crate) fn of(error: &Error) -> Option<Self> {
        use tokenring_gateway::Error as GatewayError;
        use tokenring_oauth::TransportErrorKind;

        Some(match error {
            Error::Invalid { parameter, source } => {
                match source.downcast_ref::<GatewayError>().and_then(of_gateway) {
                    Some(remedy) => remedy,
                    None => Self::Correct(*parameter),
                }
            }
            Error::Missing { parameter, .. } => Self::Set(*parameter),
            Error::Conflict { parameters } => Self::LeaveOneOut(*parameters),
            Error::ReservedClaim {
                parameter: Some(parameter),
                ..
            } => Self::Set(*parameter),
            Error::ReservedClaim { .. } => Self::Correct(Parameter::Claim),
            Error::Gateway {
                source,
                also_missing,
            } => match (&**source, of_gateway(source)?) {
                (GatewayError::MissingVariable { .. }, Self::SetVariables(mut names)) => {
                    names.extend(also_missing.iter().cloned());
                    Self::SetVariables(names)
                }
                (_, remedy) => remedy,
            },
            Error::GatewayFile { .. } => Self::Correct(Parameter::Gateway),
            Error::Key { source } => of_keystore(source)?,
            Error::KeyAlgorithm { gateway, .. } | Error::KeyType { gateway, .. } => {
                Self::GenerateKey {
                    gateway: gateway.clone(),
                }
            }
            Error::PublishedAlgorithm { .. } => Self::Correct(Parameter::Algorithm),
            Error::CertificateOfAnotherKey { .. } => Self::Correct(Parameter::Certificate),
            Error::PublicKeyOfAnotherKey { .. } => Self::Correct(Parameter::PublicKey),
            Error::PublicKeyUnknown { .. } => Self::Set(Parameter::PublicKey),
            Error::FeatureMissing { feature, .. } => Self::EnableFeature(feature),
            #[cfg(feature = "diagnosis")]
            Error::RuleBroken { .. } => Self::SkipLint,
            Error::Unreachable { source, .. }
            | Error::ApiUnreachable { source, .. }
            | Error::DocumentUnreachable { source, .. } => match source.kind() {
                TransportErrorKind::UntrustedAuthority => Self::TrustAuthority,
                TransportErrorKind::TimedOut => Self::AllowMoreTime,
                _ => return None,
            },
            Error::Rejected(rejection) => Self::CorrectClock(rejection.clock_skew()?),
            Error::RecentFailure(failure) => Self::Wait(failure.cool_down()),
            Error::TimedOut | Error::DeadlinePassed => Self::AllowMoreTime,
            Error::ClockBeforeEpoch => Self::SetClock,
            _ => return None,
        })
    }
}

fn of_keystore(error: &tokenring_keystore::Error) -> Option<Remedy> {
    use tokenring_jwk::{Error as JwkError, FoundInput};
    use tokenring_keystore::Error;

    if let Error::Passphrase { source, .. } = error {
        return Some(match source {
            tokenring_keystore::PassphraseError::Missing => Remedy::Set(Parameter::PassphraseFile),
            _ => Remedy::Correct(Parameter::PassphraseFile),
        });
    }
    let Error::Key { source, .. } = error else {
        return None;
    };
    if let Some(feature) = source.needed_feature() {
        return Some(Remedy::EnableFeature(feature));
    }
    Some(match source {
        JwkError::UnexpectedInput(FoundInput::EncryptedKey) => {
            Remedy::Set(Parameter::PassphraseFile)
        }
        JwkError::WrongPassphrase => Remedy::Correct(Parameter::PassphraseFile),
        JwkError::SeveralKeys(_) => Remedy::Set(Parameter::KeyId),
        JwkError::PrivateKeyNotFound(_) => Remedy::Correct(Parameter::KeyId),
        _ => Remedy::Correct(Parameter::PrivateKey),
    })
}

fn of_gateway(error: &tokenring_gateway::Error) -> Option<Remedy> {
    use tokenring_gateway::Error;

    let named = |nearest: &Option<String>, known: &[String]| match nearest {
        Some(nearest) => Remedy::UseName(nearest.clone()),
        None => Remedy::UseOneOf(known.to_vec()),
    };
    Some(match error {
        Error::UnknownGateway { known, nearest, .. }
        | Error::UnknownEnvironment { known, nearest, .. }
        | Error::UnknownFlow { known, nearest, .. }
        | Error::UnknownVariable { known, nearest, .. } => named(nearest, known),
        Error::NoEnvironment { known, .. } => Remedy::UseOneOf(known.clone()),
        Error::MissingVariable { name, .. } => Remedy::SetVariables(vec![name.clone()]),
        Error::NoTokenEndpoint { .. } => Remedy::Set(Parameter::TokenUrl),
        Error::NoIssuer { .. } | Error::InvalidIssuer => Remedy::Set(Parameter::Issuer),
        Error::TokenEndpoint { .. } => Remedy::Correct(Parameter::Variable),
        _ => return None,
    })
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(parameter) => write!(f, "set {parameter}"),
            Self::Correct(parameter) => write!(f, "correct {parameter}"),
            Self::LeaveOneOut([one, other]) => write!(f, "leave out {one} or {other}"),
            Self::SetVariables(names) => write!(f, "set {}", names.join(", ")),
            Self::UseName(name) => write!(f, "use `{name}`"),
            Self::UseOneOf(names) => write!(f, "use one of {}", names.join(", ")),
            Self::GenerateKey { gateway } => write!(f, "generate a key for gateway {gateway}"),
            Self::EnableFeature(feature) => write!(f, "build with the feature `{feature}`"),
            Self::CorrectClock(_) => f.write_str("set the clock, or have the skew corrected"),
            Self::SetClock => f.write_str("set this machine's clock"),
            Self::TrustAuthority => f.write_str("trust the authority's certificate"),
            Self::AllowMoreTime => f.write_str("allow more time"),
            Self::Wait(time) => write!(f, "wait {} s", time.as_secs()),
            Self::SkipLint => f.write_str("skip the gateway's checks if the assertion is right"),
        }
    }
}
