use std::fmt;

use tokenring_gateway::Grant;
use tokenring_oauth::{SecureUrl, Transport};

use super::doubt::{CLIENT_CREDENTIALS, JWT_BEARER, PRIVATE_KEY_JWT};
use super::{ALGORITHMS, GRANT_TYPES, METHODS, ServerMetadata, shown};
use crate::error::names;
use crate::request_plan::shown_url;
use crate::{Error, Parameter, Target};

/// A fact that a gateway's file and its server's metadata state differently.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FactDifference {
    /// The key path of the fact in the gateway's file, such as `assertion.algorithms`.
    pub key: String,
    /// The member of the metadata that states it.
    pub member: &'static str,
    /// What the file says, or what was given in its place.
    pub ours: String,
    /// What the server says.
    pub theirs: String,
    /// Where it says that.
    pub url: String,
}

impl fmt::Display for FactDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            member,
            ours,
            theirs,
            url,
        } = self;
        write!(f, "{key}: ours {ours}; theirs {theirs} ({member} of {url})")
    }
}

impl Target {
    /// Fetches the public metadata of the server and compares it with what is known here.
    ///
    /// The document is the one that the gateway's file names, or else that of the issuer. Nothing
    /// is changed because of it.
    ///
    /// # Errors
    ///
    /// Those of [`ServerMetadata::find`]; [`Error::Gateway`] if a variable is missing that the
    /// document's URL needs; [`Error::Missing`] if there is neither document nor issuer.
    pub fn verify<T: Transport + ?Sized>(
        &self,
        transport: &T,
    ) -> Result<Vec<FactDifference>, Error> {
        let Some(url) = self.metadata_place()? else {
            return Err(Error::Missing {
                parameter: Parameter::Issuer,
                gateway: Some(self.gateway().name().to_owned()),
            });
        };
        Ok(ServerMetadata::find(&url, transport)?.differences_from(self))
    }

    /// The URL of the server's metadata, or else that of its issuer; none if neither is known.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] if a variable is missing that the document's URL needs;
    /// [`Error::Invalid`] for a URL that is none.
    pub fn metadata_place(&self) -> Result<Option<SecureUrl>, Error> {
        let endpoint = self.endpoint();
        let Some(place) = endpoint.metadata().or_else(|| endpoint.issuer()) else {
            return match endpoint.metadata_variable() {
                None => Ok(None),
                Some(name) => Err(self.missing_variable(name)),
            };
        };
        match SecureUrl::new(place) {
            Ok(url) => Ok(Some(url)),
            Err(error) => Err(Error::invalid(Parameter::Issuer, error)),
        }
    }
}

impl ServerMetadata {
    /// Compares with what is known of the server.
    ///
    /// What the metadata doesn't state is no difference, and what depends on a client's
    /// registration cannot be seen in it.
    #[must_use]
    pub fn differences_from(&self, target: &Target) -> Vec<FactDifference> {
        let mut differences = Vec::new();
        let (gateway, endpoint) = (target.gateway(), target.endpoint());
        let environment = format!("environments.{}", endpoint.environment());
        let token_endpoint = endpoint.token_endpoint().ok().map(|url| url.as_str());
        for (key, member, ours) in [
            ("issuer", "issuer", endpoint.issuer()),
            ("token-endpoint", "token_endpoint", token_endpoint),
        ] {
            if let (Some(ours), Some(theirs)) = (ours, self.text(member)) {
                if ours != theirs {
                    let key = format!("{environment}.{key}");
                    let (ours, theirs) = (shown_url(ours), shown(theirs));
                    differences.push(self.difference(key, member, ours, theirs));
                }
            }
        }
        let grant = match gateway.request().grant() {
            Grant::JwtBearer => JWT_BEARER,
            // There is no token endpoint to compare with.
            Grant::None => return differences,
            _ => CLIENT_CREDENTIALS,
        };
        let mut lacks = |key: &str, member, theirs: Option<Vec<&str>>, ours: &str| {
            if let Some(theirs) = theirs.filter(|theirs| !theirs.contains(&ours)) {
                let theirs = listed(&theirs);
                differences.push(self.difference(key.into(), member, ours.into(), theirs));
            }
        };
        lacks("request.grant", GRANT_TYPES, self.grant_types(), grant);
        if gateway.request().grant() == Grant::ClientCredentials {
            let methods = self.authentication_methods();
            lacks("assertion", METHODS, methods, PRIVATE_KEY_JWT);
            let ours = gateway.assertion().algorithms();
            if let Some(theirs) = self.algorithms() {
                let agrees = ours.iter().all(|algorithm| theirs.contains(algorithm))
                    && theirs.iter().all(|algorithm| ours.contains(algorithm));
                if !agrees {
                    let key = "assertion.algorithms".into();
                    let theirs = match theirs.is_empty() {
                        true => listed(&self.list(ALGORITHMS).unwrap_or_default()),
                        false => names(&theirs),
                    };
                    differences.push(self.difference(key, ALGORITHMS, names(ours), theirs));
                }
            }
        }
        differences
    }

    fn difference(
        &self,
        key: String,
        member: &'static str,
        ours: String,
        theirs: String,
    ) -> FactDifference {
        let url = self.url.clone();
        FactDifference {
            key,
            member,
            ours,
            theirs,
            url,
        }
    }
}

fn listed(values: &[&str]) -> String {
    match values {
        [] => "none".into(),
        values => shown(&values.join(", ")),
    }
}
