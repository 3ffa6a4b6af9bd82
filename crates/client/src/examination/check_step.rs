use std::fmt;

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
