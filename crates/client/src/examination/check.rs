use std::fmt;
use std::path::PathBuf;

use tokenring_gateway::Remedy as GatewayRemedy;
use tokenring_jwk::Algorithm;

use crate::Error;

/// What came of one step of an examination.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Check {
    /// Which step.
    pub step: CheckStep,
    /// Whether it is in order.
    pub status: CheckStatus,
    /// What was found, in one line; empty where [`error`](Self::error) says it.
    pub text: String,
    /// More of it, a line each.
    pub details: Vec<String>,
    /// What to do, where the step or its error doesn't say it.
    pub remedy: Option<CheckRemedy>,
    /// Why the step failed.
    pub error: Option<Error>,
}

/// A step between this machine and a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum CheckStep {
    /// The values that were given.
    Configuration,
    /// The gateway and its environment.
    Gateway,
    /// A TLS client certificate.
    Certificate,
    /// The client ID.
    ClientId,
    /// The private key's file.
    Key,
    /// An assertion that is made and not sent.
    Assertion,
    /// Whether the key's name is that of another environment.
    Environment,
    /// The JWK Set that is published.
    PublishedSet,
    /// What the web server says about copies of it.
    Copies,
    /// The key ID there.
    KeyId,
    /// What the published key may be used for.
    PublishedKey,
    /// The proxy.
    Proxy,
    /// The name of the token endpoint's host.
    Dns,
    /// The server's certificate.
    Tls,
    /// The connection to the token endpoint.
    Connection,
    /// This machine's clock.
    Clock,
    /// The network as a whole.
    Network,
    /// The metadata that the server publishes.
    Metadata,
    /// The token.
    Token,
    /// The scope that was granted.
    Scope,
    /// The API.
    Api,
}

impl CheckStep {
    /// A word for it, as in a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Gateway => "gateway",
            Self::Certificate => "certificate",
            Self::ClientId => "client",
            Self::Key => "key",
            Self::Assertion => "assertion",
            Self::Environment => "environment",
            Self::PublishedSet => "published",
            Self::Copies => "cache",
            Self::KeyId => "kid",
            Self::PublishedKey => "jwk",
            Self::Proxy => "proxy",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::Connection => "connection",
            Self::Clock => "clock",
            Self::Network => "network",
            Self::Metadata => "metadata",
            Self::Token => "token",
            Self::Scope => "scope",
            Self::Api => "api",
        }
    }
}

impl fmt::Display for CheckStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a step is in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum CheckStatus {
    /// It is.
    Ok,
    /// It may do harm, or could not be checked.
    Warning,
    /// It is not.
    Failure,
    /// There is nothing to check.
    Skipped,
}

/// What to do about a check.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CheckRemedy {
    /// Fix the problems above, and examine again.
    FixAbove,
    /// Fix this step first.
    FixFirst(CheckStep),
    /// Give the gateway, or the URL of its token endpoint.
    NameTokenEndpoint,
    /// Send through a proxy that presents the certificate.
    SendThroughProxy,
    /// Give the client ID, as it was registered.
    GiveClientId,
    /// Give the private key's file, or generate a key.
    NameKey,
    /// Give the key's file in the folder.
    NameKeyInFolder,
    /// Generate a key that fits.
    GenerateKey,
    /// Let only its owner read this file.
    RestrictFile(PathBuf),
    /// Let each user have a file of their own.
    OwnFileForEachUser,
    /// Replace the active key of this folder, which is old.
    RotateKeys(PathBuf),
    /// Give the private key's file, or its key ID.
    NameKeyOrKeyId,
    /// Use this environment, or the client and key of the one that is used.
    UseEnvironment {
        /// The environment of the key.
        other: String,
        /// The environment that is used.
        used: String,
    },
    /// Give the JWK Set that was registered.
    NameJwkSet,
    /// Give the JWK Set that was generated with the key.
    NameGeneratedJwkSet,
    /// Serve the JWK Set to everybody, without redirects.
    ServeToEverybody,
    /// Serve a JWK Set there.
    ServeJwkSet,
    /// Publish the key's JWK Set, or sign with the key that is published.
    PublishKey,
    /// Sign with this key ID.
    SignWithKeyId(String),
    /// Publish the key with its key ID.
    PublishKeyId,
    /// Publish the key with `"use": "sig"`.
    PublishUse,
    /// Sign with the first algorithm, or publish the key for the second.
    SignWithAlgorithm {
        /// What the key is published for.
        published: Algorithm,
        /// What is used.
        used: Algorithm,
    },
    /// Correct this variable or `NO_PROXY`.
    CorrectProxy(&'static str),
    /// Check the host's name, the network and its resolver.
    CheckHost,
    /// Set the clock, or have the skew corrected.
    CorrectClock,
    /// Check the values of the gateway's variables.
    CheckVariables,
    /// Check the gateway's file.
    CheckGatewayFile,
    /// Nothing: the metadata is not needed.
    MetadataNotNeeded,
    /// Check the variables; the token endpoint is not taken from the metadata.
    MetadataNotUsed,
    /// Find out whether the metadata or the values that are used are right.
    CompareMetadata,
    /// Leave the scope out.
    LeaveScopeOut,
    /// Have the client registered for the scopes that are missing.
    RegisterScopes,
    /// Give an API's URL.
    NameApi,
    /// What to do about an API's answer with this status.
    ApiStatus(u16),
    /// What a finding of the gateway's rules says.
    Gateway(GatewayRemedy),
}

impl Check {
    pub(super) fn ok(step: CheckStep, text: impl Into<String>) -> Self {
        Self::new(step, CheckStatus::Ok, text.into())
    }

    pub(super) fn warning(step: CheckStep, text: impl Into<String>, remedy: CheckRemedy) -> Self {
        Self::new(step, CheckStatus::Warning, text.into()).with_remedy(remedy)
    }

    pub(super) fn failure(step: CheckStep, text: impl Into<String>, remedy: CheckRemedy) -> Self {
        Self::new(step, CheckStatus::Failure, text.into()).with_remedy(remedy)
    }

    /// What could not be checked, because of something above.
    pub(super) fn blocked(step: CheckStep, why: &str) -> Self {
        Self::blocked_by(step, why, CheckRemedy::FixAbove)
    }

    pub(super) fn blocked_by(step: CheckStep, why: &str, remedy: CheckRemedy) -> Self {
        Self::warning(step, format!("not looked at: {why}"), remedy)
    }

    /// What went wrong in a step.
    pub(super) fn failed(step: CheckStep, error: Error) -> Self {
        Self {
            error: Some(error),
            ..Self::new(step, CheckStatus::Failure, String::new())
        }
    }

    pub(super) fn skipped(step: CheckStep, text: impl Into<String>) -> Self {
        Self::new(step, CheckStatus::Skipped, text.into())
    }

    pub(super) fn with_remedy(mut self, remedy: CheckRemedy) -> Self {
        self.remedy = Some(remedy);
        self
    }

    pub(super) fn with_details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    const fn new(step: CheckStep, status: CheckStatus, text: String) -> Self {
        Self {
            step,
            status,
            text,
            details: Vec::new(),
            remedy: None,
            error: None,
        }
    }
}
