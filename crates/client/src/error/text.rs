//! What the error and its cause are, in words.

use std::error::Error as StdError;
use std::fmt;
use std::io;

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
            Self::Gateway {
                source,
                also_missing,
            } => {
                source.fmt(f)?;
                match also_missing.is_empty() {
                    true => Ok(()),
                    false => write!(f, "; missing too: {}", also_missing.join(", ")),
                }
            }
            Self::GatewayFile { file, source } if source.is::<io::Error>() => {
                write!(f, "cannot read the gateway file {file}")
            }
            Self::GatewayFile { source, .. } => source.fmt(f),
            Self::Profile { file, .. } => {
                write!(
                    f,
                    "the configuration file {} cannot be used",
                    file.display()
                )
            }
            Self::Key { source } => source.fmt(f),
            #[cfg(feature = "rotation")]
            Self::Rotation { folder, .. } => {
                write!(f, "the keys in {} cannot be used", folder.display())
            }
            Self::MissingFormParameter { name, gateway } => write!(
                f,
                "gateway {gateway} needs the form parameter {name:?}, and none is given"
            ),
            Self::MissingHeader { name, gateway } => write!(
                f,
                "gateway {gateway} needs the header {name:?} in the token request, and none is given"
            ),
            Self::NoTokenRequest { gateway } => write!(
                f,
                "gateway {gateway} has no token endpoint: the signed JWT is the token"
            ),
            Self::UnboundJwt { gateway } => write!(
                f,
                "a bound token is required, and at gateway {gateway} the signed JWT is the token: \
                 it cannot be bound to a key by DPoP"
            ),
            Self::FormParameter { name, .. } => {
                write!(f, "the form parameter {name:?} cannot be used")
            }
            Self::KeyAlgorithm {
                algorithm,
                jwk_set,
                gateway,
                accepted,
                ..
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
                ..
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
            Self::ExternalKey { key, .. } => match key.strip_prefix("of ") {
                Some(signer) => f.write_str(signer),
                None => write!(f, "private key {key}"),
            },
            Self::FeatureMissing { parameter, feature } => write!(
                f,
                "{parameter} needs the feature `{feature}`, which this build lacks"
            ),
            Self::Signing { source } => source.fmt(f),
            #[cfg(feature = "diagnosis")]
            Self::RuleBroken {
                gateway, findings, ..
            } => {
                write!(f, "the assertion breaks a rule of gateway {gateway}: ")?;
                for (index, finding) in findings.iter().enumerate() {
                    write!(f, "{}{finding}", if index == 0 { "" } else { "; " })?;
                }
                Ok(())
            }
            Self::Unreachable { url, .. } => write!(f, "token endpoint {url}"),
            Self::ApiUnreachable { url, .. } => write!(f, "API {url}"),
            Self::DocumentUnreachable { document, url, .. } => write!(f, "{document} {url}"),
            Self::UnusableSet { url, .. } => write!(f, "published JWK Set {url}"),
            Self::UnsupportedMetadata { url, .. } => write!(f, "the metadata at {url}"),
            Self::UnusableMetadata { url, .. } => write!(f, "no metadata for {url}"),
            Self::TooManyRedirects { url, followed } => {
                write!(f, "API {url}: more than {followed} redirects")
            }
            Self::RequestBody { .. } => f.write_str("cannot read the body of the request"),
            Self::DeadlinePassed => f.write_str("the call takes longer than its deadline allows"),
            Self::RequestPanicked => f.write_str("the token request panicked in another thread"),
            Self::Rejected(rejection) => rejection.fmt(f),
            Self::UnusableAnswer { url, .. } => write!(f, "token endpoint {url}"),
            Self::RecentFailure(failure) => failure.fmt(f),
            Self::TimedOut => f.write_str(
                "another process is asking for the same token and did not get it in time",
            ),
            Self::ClockBeforeEpoch => f.write_str("this machine's clock is before 1970"),
            Self::Randomness { .. } => f.write_str("no random numbers"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // These say it themselves, as they name the file or the gateway.
            Self::Gateway { source, .. } => source.source(),
            Self::GatewayFile { source, .. } if !source.is::<io::Error>() => source.source(),
            Self::Key { source } => source.source(),
            Self::Signing { source } => source.source(),
            Self::Invalid { source, .. }
            | Self::GatewayFile { source, .. }
            | Self::FormParameter { source, .. }
            | Self::Profile { source, .. }
            | Self::UnusableSet { source, .. }
            | Self::UnsupportedMetadata { source, .. }
            | Self::UnusableMetadata { source, .. }
            | Self::ExternalKey { source, .. }
            | Self::Randomness { source } => Some(&**source),
            #[cfg(feature = "rotation")]
            Self::Rotation { source, .. } => Some(&**source),
            Self::Unreachable { source, .. }
            | Self::ApiUnreachable { source, .. }
            | Self::DocumentUnreachable { source, .. } => Some(&**source),
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
