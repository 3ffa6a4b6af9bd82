//! What the error and its cause are, in words.

use std::error::Error as StdError;
use std::fmt;

use super::{Error, names};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { parameter, .. } => write!(f, "{parameter} cannot be used"),
            Self::Missing {
                parameter,
                gateway: Some(gateway),
            } => write!(f, "gateway {gateway} needs {parameter}, and none is given"),
            Self::Missing { parameter, .. } => write!(f, "{parameter} is missing"),
            Self::Conflict {
                parameters: [one, other],
            } => write!(f, "{one} and {other} exclude each other"),
            Self::ReservedClaim {
                name,
                parameter: Some(parameter),
            } => write!(f, "the claim {name:?} is set as {parameter}"),
            Self::ReservedClaim { name, .. } => {
                write!(
                    f,
                    "the claim {name:?} is set for each assertion and cannot be given"
                )
            }
            Self::Gateway { also_missing, .. } if !also_missing.is_empty() => write!(
                f,
                "the gateway cannot be used (missing too: {})",
                also_missing.join(", ")
            ),
            Self::Gateway { .. } => f.write_str("the gateway cannot be used"),
            Self::GatewayFile { file, .. } => write!(f, "cannot read the gateway file {file}"),
            Self::Profile { file, .. } => {
                write!(
                    f,
                    "the configuration file {} cannot be used",
                    file.display()
                )
            }
            Self::Key { .. } => f.write_str("the private key cannot be used"),
            #[cfg(feature = "rotation")]
            Self::Rotation { folder, .. } => {
                write!(f, "the keys in {} cannot be used", folder.display())
            }
            Self::MissingFormParameter { name, gateway } => write!(
                f,
                "gateway {gateway} needs the form parameter {name:?}, and none is given"
            ),
            Self::FormParameter { name, .. } => {
                write!(f, "the form parameter {name:?} cannot be used")
            }
            Self::KeyAlgorithm {
                algorithm,
                jwk_set,
                gateway,
                accepted,
            } => {
                match jwk_set {
                    Some(path) => write!(
                        f,
                        "{} publishes the private key for {algorithm}",
                        path.display()
                    )?,
                    None => write!(f, "the private key is for {algorithm}")?,
                }
                write!(f, ", and gateway {gateway} accepts {}", names(accepted))
            }
            Self::PublishedAlgorithm {
                algorithm,
                published,
                jwk_set,
            } => write!(
                f,
                "{} publishes the private key for {published}, not for {algorithm}",
                jwk_set.display()
            ),
            Self::NewKeyType {
                gateway,
                accepted,
                flow,
                ..
            } => {
                write!(f, "gateway {gateway} takes only {}", names(accepted))?;
                of_flow(f, flow.as_deref())
            }
            Self::KeyType {
                key_type,
                gateway,
                accepted,
                flow,
            } => {
                write!(
                    f,
                    "the private key has type {key_type}, and gateway {gateway} accepts only {}",
                    names(accepted)
                )?;
                of_flow(f, flow.as_deref())
            }
            Self::CertificateOfAnotherKey { certificate, key } => write!(
                f,
                "the certificate {certificate} belongs to another key than the private key {key}"
            ),
            Self::PublicKeyOfAnotherKey { key } => {
                write!(f, "the public key does not belong to the private key {key}")
            }
            Self::PublicKeyUnknown { key } => {
                write!(f, "the private key {key} does not supply its public key")
            }
            Self::ExternalKey { key, .. } => write!(f, "private key {key}"),
            Self::FeatureMissing { parameter, feature } => write!(
                f,
                "{parameter} needs the feature `{feature}`, which this build lacks"
            ),
            Self::Signing { .. } => f.write_str("cannot sign"),
            #[cfg(feature = "diagnosis")]
            Self::RuleBroken { gateway, findings } => {
                write!(f, "the assertion breaks a rule of gateway {gateway}: ")?;
                for (index, finding) in findings.iter().enumerate() {
                    write!(f, "{}{finding}", if index == 0 { "" } else { "; " })?;
                }
                Ok(())
            }
            Self::Unreachable { url, .. } => write!(f, "cannot reach {url}"),
            Self::ApiUnreachable { url, .. } => write!(f, "cannot reach the API {url}"),
            Self::UnusableSet { url, .. } => write!(f, "published JWK Set {url}"),
            Self::UnusableMetadata { url, .. } => write!(f, "metadata {url}"),
            Self::TooManyRedirects { url, followed } => {
                write!(f, "API {url}: more than {followed} redirects")
            }
            Self::RequestBody { .. } => f.write_str("cannot read the body of the request"),
            Self::DeadlinePassed => f.write_str("the call takes longer than its deadline allows"),
            Self::RequestPanicked => f.write_str("the token request panicked in another thread"),
            Self::Rejected(rejection) => rejection.fmt(f),
            Self::UnusableAnswer { url, .. } => write!(f, "token endpoint {url}"),
            Self::RecentFailure(failure) => failure.fmt(f),
            Self::TimedOut => f.write_str("no access token in time"),
            Self::ClockBeforeEpoch => f.write_str("this machine's clock is before 1970"),
            Self::Randomness { .. } => f.write_str("no random numbers"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Invalid { source, .. }
            | Self::GatewayFile { source, .. }
            | Self::FormParameter { source, .. }
            | Self::Profile { source, .. }
            | Self::UnusableSet { source, .. }
            | Self::UnusableMetadata { source, .. }
            | Self::ExternalKey { source, .. }
            | Self::Signing { source }
            | Self::Randomness { source } => Some(&**source),
            Self::Gateway { source, .. } => Some(&**source),
            Self::Key { source } => Some(&**source),
            #[cfg(feature = "rotation")]
            Self::Rotation { source, .. } => Some(&**source),
            Self::Unreachable { source, .. } | Self::ApiUnreachable { source, .. } => {
                Some(&**source)
            }
            Self::RequestBody { source } => Some(&**source),
            Self::UnusableAnswer { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

fn of_flow(f: &mut fmt::Formatter<'_>, flow: Option<&str>) -> fmt::Result {
    match flow {
        Some(flow) => write!(f, "; its flow {flow} accepts it"),
        None => Ok(()),
    }
}
