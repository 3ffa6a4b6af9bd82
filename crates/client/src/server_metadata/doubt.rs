use std::fmt;

use serde_json::Value;
use tokenring_jwk::Algorithm;
use tokenring_oauth::SecureUrl;

use super::{ALGORITHMS, GRANT_TYPES, METHODS, ServerMetadata, shown};

pub(super) const CLIENT_CREDENTIALS: &str = "client_credentials";
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub(super) const PRIVATE_KEY_JWT: &str = "private_key_jwt";

/// Why a server may give no token to a client that signs JWTs, by what it publishes.
///
/// The text of one is a sentence for a person.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum MetadataDoubt {
    /// It states no issuer.
    NoIssuer,
    /// Its issuer is not an `https` URL without query and fragment (RFC 8414 section 2).
    IssuerForm {
        /// The issuer.
        issuer: String,
    },
    /// It states an issuer of another host, and its own place does not say whose it is.
    IssuerElsewhere {
        /// The issuer's host.
        host: String,
        /// The document's host.
        expected: String,
    },
    /// Its grants are others than the two that take an assertion.
    Grants {
        /// What it states.
        stated: Vec<String>,
    },
    /// Its ways of client authentication are others than a signed JWT.
    Methods {
        /// What it states.
        stated: Vec<String>,
    },
    /// Its token endpoint has another host than its issuer.
    TokenEndpointElsewhere {
        /// The token endpoint's host.
        host: String,
        /// The issuer's host, or that of the document.
        expected: String,
    },
    /// It takes algorithms that no key of this crate signs with.
    Algorithms {
        /// Their names.
        stated: Vec<String>,
    },
    /// A member has another type than RFC 8414 gives it, and is not looked at.
    WrongType {
        /// The member's name.
        member: &'static str,
        /// The type that it should have.
        expected: &'static str,
    },
}

impl ServerMetadata {
    /// What in the document speaks against a token by a signed JWT, or is not what RFC 8414 wants.
    #[must_use]
    pub fn doubts(&self) -> Vec<MetadataDoubt> {
        let mut doubts = Vec::new();
        self.add_types(&mut doubts);
        match self.issuer() {
            None => doubts.push(MetadataDoubt::NoIssuer),
            Some(issuer) if !is_issuer(issuer) => doubts.push(MetadataDoubt::IssuerForm {
                issuer: shown(issuer),
            }),
            Some(_) => {}
        }
        let host = |url: &str| Some(SecureUrl::new(url).ok()?.host().to_owned());
        let (own, of_issuer) = (host(&self.url), self.issuer().and_then(host));
        match (&own, &of_issuer) {
            (Some(own), Some(issuer)) if self.expected_issuer.is_none() && own != issuer => {
                doubts.push(MetadataDoubt::IssuerElsewhere {
                    host: issuer.clone(),
                    expected: own.clone(),
                });
            }
            _ => {}
        }
        let grants = self.grant_types();
        let takes_assertions = |grants: &Vec<&str>| {
            grants.contains(&CLIENT_CREDENTIALS) || grants.contains(&JWT_BEARER)
        };
        if let Some(stated) = grants.filter(|grants| !takes_assertions(grants)) {
            doubts.push(MetadataDoubt::Grants {
                stated: texts(&stated),
            });
        }
        let methods = self.authentication_methods();
        let is_grant_itself = self.grant().is_some();
        if let Some(stated) = methods.filter(|methods| !methods.contains(&PRIVATE_KEY_JWT)) {
            if !is_grant_itself {
                doubts.push(MetadataDoubt::Methods {
                    stated: texts(&stated),
                });
            }
        }
        let endpoint = self.token_endpoint().and_then(host);
        if let (Some(host), Some(expected)) = (endpoint, of_issuer.or(own)) {
            if host != expected {
                doubts.push(MetadataDoubt::TokenEndpointElsewhere { host, expected });
            }
        }
        let stated = self.unusable_algorithms();
        if !stated.is_empty() {
            doubts.push(MetadataDoubt::Algorithms {
                stated: texts(&stated),
            });
        }
        doubts
    }

    fn add_types(&self, doubts: &mut Vec<MetadataDoubt>) {
        let is_list_of_texts = |value: &Value| {
            value
                .as_array()
                .is_some_and(|it| it.iter().all(Value::is_string))
        };
        if self.members.get("issuer").is_some_and(|it| !it.is_string()) {
            doubts.push(MetadataDoubt::WrongType {
                member: "issuer",
                expected: "a text",
            });
        }
        for member in [GRANT_TYPES, METHODS, ALGORITHMS] {
            let value = self.members.get(member);
            if value.is_some_and(|value| !is_list_of_texts(value)) {
                doubts.push(MetadataDoubt::WrongType {
                    member,
                    expected: "a list of texts",
                });
            }
        }
    }

    /// The algorithms for client assertions that no key of this crate signs with. Those with a
    /// shared secret are for another method, where the server has that.
    fn unusable_algorithms(&self) -> Vec<&str> {
        let methods = self.authentication_methods().unwrap_or_default();
        let has_secrets = methods.contains(&"client_secret_jwt");
        let stated = self.list(ALGORITHMS).unwrap_or_default().into_iter();
        let unusable = stated.filter(|name| name.parse::<Algorithm>().is_err());
        unusable
            .filter(|name| !(has_secrets && name.starts_with("HS")))
            .collect()
    }
}

/// Whether this is an issuer identifier, or that of a server on this machine.
fn is_issuer(text: &str) -> bool {
    !text.contains(['?', '#']) && SecureUrl::new(text).is_ok()
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| shown(name)).collect()
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        names => names.join(", "),
    }
}

impl fmt::Display for MetadataDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoIssuer => f.write_str(
                "the server states no issuer, so the token endpoint is the audience: ask whether \
                 that is right",
            ),
            Self::IssuerForm { issuer } => write!(
                f,
                "the issuer {issuer} is not an https URL without query and fragment: ask for the \
                 right one"
            ),
            Self::IssuerElsewhere { host, expected } => write!(
                f,
                "the document is on {expected}, and its issuer on {host}: ask whether both are the \
                 operator's"
            ),
            Self::Grants { stated } => write!(
                f,
                "{GRANT_TYPES} has neither {CLIENT_CREDENTIALS} nor {JWT_BEARER}, only {}: ask \
                 whether a client gets a token without a user",
                listed(stated)
            ),
            Self::Methods { stated } => write!(
                f,
                "{METHODS} does not have {PRIVATE_KEY_JWT}, only {}: ask whether clients can \
                 authenticate with a signed JWT",
                listed(stated)
            ),
            Self::TokenEndpointElsewhere { host, expected } => write!(
                f,
                "the token endpoint is on {host}, and the issuer on {expected}: ask whether both \
                 are the operator's"
            ),
            Self::Algorithms { stated } => write!(
                f,
                "tokenring does not sign with {}: left out",
                listed(stated)
            ),
            Self::WrongType { member, expected } => {
                write!(f, "{member} is not {expected}, and was ignored")
            }
        }
    }
}
