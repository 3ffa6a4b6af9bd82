use std::net::SocketAddr;
use std::path::PathBuf;

use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::{AccessTokens, Faults};

use super::help::WHO;
use super::{Effective, GatewayChoice, Value, options};
use crate::failure::{Failure, Reason, Result, chain};
use crate::setting::{Origin, Setting};

options! {
    /// The gateway that is to be, where it listens and whom it knows.
    struct MockOptions {
        choice: GatewayChoice;
        /// Issuer of the authorization server [default: the gateway's]
        issuer: Option<Setting<String>> = "issuer" "URL" in WHO, by issuer;
        /// A client and its JWK Set; can be repeated
        clients: Vec<(String, Setting<String>)> = "client" "CLIENT_ID=FILE|URL";
        /// Clients with their registrations, in TOML or JSON
        client_file: Option<Setting<String>> = "clients" "FILE";
        /// Another gateway under a path, such as /okta=okta or /okta=okta@org; can be repeated
        mounts: Vec<(String, Setting<String>)> = "mount" "PATH=GATEWAY[@ENV]";
        /// Have every client send a DPoP proof, unless registered with bound-tokens = "none"
        requires_dpop: bool = "require-dpop";
        /// Whether DPoP proofs need a nonce: on or off [default: the gateway's]
        dpop_nonce: Option<Setting<NonceRule>> = "dpop-nonce" "on|off";
        /// What access tokens are: opaque or jwt [default: the gateway's]
        token_form: Option<Setting<TokenForm>> = "access-token" "FORM";
        /// Algorithm of access tokens that are JWTs: ES256 or RS256 [default: ES256]
        token_algorithm: Option<Setting<Algorithm>> = "access-token-alg" "ALG";
        /// Claims of access tokens, in TOML or JSON; they are JWTs then
        claims: Option<Setting<String>> = "claims" "FILE";
        /// Faults to simulate, by commas: 429=2, 500, 503, slow=3, drop, clock=+400, rate, jwks-down
        faults: Option<Setting<FaultList>> = "fault" "LIST";
        /// Where to listen; port 0 takes a free one [default: 127.0.0.1:0]
        listen: Setting<SocketAddr> = "listen" "ADDRESS:PORT", or
            SocketAddr::from(([127, 0, 0, 1], 0));
        /// Let clients, claims, faults and answers be set over HTTP: /-/clients, /-/claims, /-/faults, /-/requests
        has_control: bool = "control";
        /// Permit an address that other machines can reach
        allows_remote: bool = "allow-remote";
        /// Be an HTTP proxy that stands in for the gateway's real hosts over TLS, and for no other
        is_proxy: bool = "tls-proxy";
        /// Where to speak TLS as the real hosts, for clients that know no proxy
        https_listen: Option<Setting<SocketAddr>> = "https-listen" "ADDRESS:PORT";
        /// Write the certificate that clients have to trust to FILE, in PEM
        ca_file: Option<Setting<PathBuf>> = "ca-out" "FILE";
        /// URL that clients call, if a server in front of this one has another
        public_url: Option<Setting<String>> = "public-url" "URL";
        explanation: Option<Effective>;
    }
}

/// What goes wrong, and how that was written.
#[derive(Clone, Debug)]
pub(crate) struct FaultList {
    pub(crate) faults: Faults,
    text: String,
}

impl Value for FaultList {
    fn parse(text: &str) -> Result<Self, Reason> {
        let faults = text.parse::<Faults>();
        Ok(Self {
            faults: faults.map_err(|error| Reason::new(chain(&error)))?,
            text: text.to_owned(),
        })
    }

    fn shown(&self) -> String {
        self.text.clone()
    }
}

/// Whether DPoP proofs need a nonce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NonceRule {
    On,
    Off,
}

impl Value for NonceRule {
    fn parse(text: &str) -> Result<Self, Reason> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(Reason::new("expected on or off")),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::On => "on".to_owned(),
            Self::Off => "off".to_owned(),
        }
    }
}

/// What access tokens are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TokenForm {
    Opaque,
    Jwt,
}

impl Value for TokenForm {
    fn parse(text: &str) -> Result<Self, Reason> {
        match text {
            "opaque" => Ok(Self::Opaque),
            "jwt" => Ok(Self::Jwt),
            // Who has an access token in the variable of that name must not read it in a log.
            _ => Err(Reason::new(
                "unknown form of access tokens; write opaque or jwt",
            )),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Opaque => "opaque".to_owned(),
            Self::Jwt => "jwt".to_owned(),
        }
    }
}

impl Value for SocketAddr {
    fn parse(text: &str) -> Result<Self, Reason> {
        text.parse().map_err(|_| {
            Reason::new(format!(
                "{text:?} is no address and port; write it as 127.0.0.1:8080"
            ))
        })
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

fn issuer(issuer: &str) -> Result<String, Reason> {
    let authority = issuer.split_once("://").map(|(_, rest)| rest);
    let authority = authority.and_then(|rest| rest.split(['/', '?', '#']).next());
    match authority {
        Some(authority) if authority.contains('@') => Err(Reason::new(
            "a URL with a user name or password is not taken; leave that out",
        )),
        _ => Ok(issuer.to_owned()),
    }
}

impl MockOptions {
    /// The gateway that is to be.
    pub(crate) fn gateway(&self) -> Setting<String> {
        Setting::or(self.choice.gateway.clone(), "nhs".into())
    }

    /// What access tokens are to be.
    pub(crate) fn access_tokens(&self) -> Result<AccessTokens> {
        let tokens = match self.token_form.as_ref().map(|form| *form.value()) {
            None if self.token_algorithm.is_none() => AccessTokens::new(),
            None | Some(TokenForm::Jwt) => AccessTokens::jwt(),
            Some(TokenForm::Opaque) => {
                if let Some(claims) = &self.claims {
                    let reason = Reason::new(
                        "an opaque access token has no claims; leave --access-token opaque out",
                    );
                    return Err(Failure::invalid("claims", claims, &reason));
                }
                AccessTokens::opaque()
            }
        };
        match &self.token_algorithm {
            None => Ok(tokens),
            Some(algorithm) => tokens
                .with_algorithm(*algorithm.value())
                .map_err(|error| Failure::invalid("access-token-alg", algorithm, &error)),
        }
    }

    /// Adds what was not given.
    pub(crate) fn add_defaults(&self, gateway: &Gateway, effective: &mut Effective) {
        effective.add_given("gateway", Some(&self.gateway()));
        if let Some(flow) = gateway.flow() {
            effective.add_default("flow", flow, Origin::Gateway(gateway.name().into()));
        }
    }
}
