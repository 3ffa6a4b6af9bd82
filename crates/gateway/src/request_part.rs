use core::fmt;

use crate::Problem;

/// Something of a token request, or of the client that sent it, as a gateway file names it.
///
/// A server's answer can quote it, and an answer can depend on it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RequestPart {
    /// A parameter of the form: `form.scope`.
    Form(String),
    /// A member of the assertion's header: `header.kid`.
    Header(String),
    /// A claim of the assertion: `claims.aud`.
    Claim(String),
    /// A header of the HTTP request: `http.origin`.
    Http(String),
    /// A member of the client's registration: `client.authenticator`.
    Client(String),
    /// The registered client that the form's `client_id` names: `client-in-form`.
    ClientInForm,
    /// What is wrong with the DPoP proof: `dpop.problem`, which is `proof` (not signed as it should
    /// be), `claims` (one is missing), `htm`, `htu`, `nonce`, `iat` or `jti`.
    DpopProblem,
    /// The first parameter that the form has twice: `repeated-parameter`.
    RepeatedParameter,
    /// The first requested scope that the client may not have: `unknown-scope`.
    UnknownScope,
    /// The requested scopes in the order of the alphabet.
    RequestedScopes,
    /// The status with which the client's JWK Set URL answered, if that was not 200: `jwks.status`.
    JwksStatus,
    /// The URL's path: `path`.
    Path,
    /// The method: `method`.
    Method,
    /// The gateway's token endpoint: `token-endpoint`.
    TokenEndpoint,
    /// The gateway's issuer identifier: `issuer`.
    Issuer,
    /// The gateway's own URL without a path: `base-url`.
    BaseUrl,
}

/// What is known of a client's registration under [`RequestPart::Client`].
const OF_CLIENT: [&str; 11] = [
    "id",
    "authenticator",
    "algorithm",
    "disabled",
    "grants",
    "keys",
    "key-count",
    "jwks-url",
    "jwks-authority",
    "jwks-host",
    "scopes",
];

impl RequestPart {
    /// Reads the name of one.
    ///
    /// # Errors
    ///
    /// [`Problem::UnknownValue`], which lists the names that exist.
    pub(crate) fn parse(name: &str) -> Result<Self, Problem> {
        let unknown = |allowed: &[&str]| Problem::UnknownValue {
            found: name.to_owned(),
            allowed: allowed.iter().map(|&name| name.to_owned()).collect(),
            nearest: None,
        };
        let has_name =
            |(kind, rest): &(&str, &str)| !matches!(*kind, "dpop" | "jwks") && !rest.is_empty();
        let Some((kind, rest)) = name.split_once('.').filter(has_name) else {
            return match name {
                "client-in-form" => Ok(Self::ClientInForm),
                "dpop.problem" => Ok(Self::DpopProblem),
                "repeated-parameter" => Ok(Self::RepeatedParameter),
                "unknown-scope" => Ok(Self::UnknownScope),
                "requested-scopes" => Ok(Self::RequestedScopes),
                "jwks.status" => Ok(Self::JwksStatus),
                "path" => Ok(Self::Path),
                "method" => Ok(Self::Method),
                "token-endpoint" => Ok(Self::TokenEndpoint),
                "issuer" => Ok(Self::Issuer),
                "base-url" => Ok(Self::BaseUrl),
                _ => Err(unknown(&[
                    "form.NAME",
                    "header.NAME",
                    "claims.NAME",
                    "http.NAME",
                    "client.NAME",
                    "client-in-form",
                    "dpop.problem",
                    "repeated-parameter",
                    "unknown-scope",
                    "requested-scopes",
                    "jwks.status",
                    "path",
                    "method",
                    "token-endpoint",
                    "issuer",
                    "base-url",
                ])),
            };
        };
        let rest = rest.to_owned();
        match kind {
            "form" => Ok(Self::Form(rest)),
            "header" => Ok(Self::Header(rest)),
            "claims" => Ok(Self::Claim(rest)),
            "http" => Ok(Self::Http(rest.to_ascii_lowercase())),
            "client" if OF_CLIENT.contains(&rest.as_str()) => Ok(Self::Client(rest)),
            "client" => Err(unknown(&OF_CLIENT)),
            _ => Err(unknown(&["form", "header", "claims", "http", "client"])),
        }
    }
}

impl fmt::Display for RequestPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(name) => write!(f, "form.{name}"),
            Self::Header(name) => write!(f, "header.{name}"),
            Self::Claim(name) => write!(f, "claims.{name}"),
            Self::Http(name) => write!(f, "http.{name}"),
            Self::Client(name) => write!(f, "client.{name}"),
            Self::ClientInForm => f.write_str("client-in-form"),
            Self::DpopProblem => f.write_str("dpop.problem"),
            Self::RepeatedParameter => f.write_str("repeated-parameter"),
            Self::UnknownScope => f.write_str("unknown-scope"),
            Self::RequestedScopes => f.write_str("requested-scopes"),
            Self::JwksStatus => f.write_str("jwks.status"),
            Self::Path => f.write_str("path"),
            Self::Method => f.write_str("method"),
            Self::TokenEndpoint => f.write_str("token-endpoint"),
            Self::Issuer => f.write_str("issuer"),
            Self::BaseUrl => f.write_str("base-url"),
        }
    }
}
