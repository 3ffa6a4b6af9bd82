use std::fmt;

use tokenring_gateway::Text;

use super::CheckRemedy;

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

impl CheckStep {
    /// What fixes most of what goes wrong in the step, in a sentence in which options and commands
    /// have their place.
    #[must_use]
    pub fn remedy(self) -> Text {
        let sentence = match self {
            Self::Configuration => {
                "Correct the configuration; {command:config-check} judges the file, \
                 {setting:config} names another."
            }
            Self::Gateway => {
                "Give what is named; {command:gateways-show gateway=NAME} tells what a gateway leaves open."
            }
            Self::ClientId => return CheckRemedy::GiveClientId.text(),
            Self::Key => return CheckRemedy::NameKey.text(),
            Self::Assertion => {
                "Correct the option that is named, or leave it out: the gateway has a value of its \
                 own."
            }
            Self::PublishedSet => {
                "Name the JWK Set that is registered with {option:jwks} FILE|URL."
            }
            Self::Tls => {
                "Trust the right authority with {setting:ca-cert} FILE or in the system's store, or \
                 have the server present a certificate for this host."
            }
            Self::Connection => {
                "Check the token endpoint's host and port, a proxy and the firewall between."
            }
            Self::Token => "Mend the likeliest cause, then run this again.",
            Self::Api => "Check {setting:url}, and whether this machine reaches that host.",
            _ => "Mend it, then run this again.",
        };
        Text::fill(sentence, &[])
    }
}

impl fmt::Display for CheckStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
