use core::fmt;

/// One of the values that a [`Client`](crate::Client) is made of.
///
/// Errors and [`Remedy`](crate::Remedy) name a value by it. Its [`name`](Self::name) is the key of
/// a configuration file's profile and, with `TOKENRING_` in front, in capitals and with
/// underscores, the environment variable that [`Client::from_env`] reads. So does its
/// [`alias`](Self::alias).
///
/// The methods of [`ClientBuilder`] by these names:
///
/// | Name | Method |
/// |---|---|
/// | `gateway` | [`gateway`](crate::ClientBuilder::gateway) |
/// | `env` | [`environment`](crate::ClientBuilder::environment) |
/// | `flow` | [`flow`](crate::ClientBuilder::flow) |
/// | `var` | [`variable`](crate::ClientBuilder::variable) |
/// | `client-id` | [`client_id`](crate::ClientBuilder::client_id) |
/// | `private-key` | [`key`](crate::ClientBuilder::key) |
/// | `kid` | [`key_id`](crate::ClientBuilder::key_id) |
/// | `kid-scheme` | [`key_id_scheme`](crate::ClientBuilder::key_id_scheme) |
/// | `certificate` | [`certificate`](crate::ClientBuilder::certificate) |
/// | `alg` | [`algorithm`](crate::ClientBuilder::algorithm) |
/// | `public-key` | [`public_key`](crate::ClientBuilder::public_key) |
/// | `passphrase-file` | [`passphrase_source`](crate::ClientBuilder::passphrase_source) |
/// | `pin-file` | [`pin`](crate::ClientBuilder::pin) |
/// | `signer-command` | [`signer_command`](crate::ClientBuilder::signer_command) |
/// | `signer-timeout` | [`signer_timeout`](crate::ClientBuilder::signer_timeout) |
/// | `scope` | [`scope`](crate::ClientBuilder::scope) |
/// | `audience` | [`audience`](crate::ClientBuilder::audience) |
/// | `issuer` | [`issuer`](crate::ClientBuilder::issuer) |
/// | `assertion-issuer` | [`assertion_issuer`](crate::ClientBuilder::assertion_issuer) |
/// | `subject` | [`subject`](crate::ClientBuilder::subject) |
/// | `lifetime` | [`lifetime`](crate::ClientBuilder::lifetime) |
/// | `typ` | [`typ`](crate::ClientBuilder::typ) |
/// | `token-url` | [`token_url`](crate::ClientBuilder::token_url) |
/// | `send-client-id` | [`send_client_id`](crate::ClientBuilder::send_client_id) |
/// | `dpop` | [`dpop`](crate::ClientBuilder::dpop) |
/// | `dpop-key` | [`dpop_key`](crate::ClientBuilder::dpop_key) |
/// | `param` | [`parameter`](crate::ClientBuilder::parameter) |
/// | `claim` | [`claim`](crate::ClientBuilder::claim) |
/// | `token-header` | [`header`](crate::ClientBuilder::header) |
/// | `ca-cert` | [`ca_cert`](crate::ClientBuilder::ca_cert) |
/// | `ca-store` | [`ca_store`](crate::ClientBuilder::ca_store) |
/// | `proxy` | [`proxy`](crate::ClientBuilder::proxy) |
/// | `timeout` | [`timeout`](crate::ClientBuilder::timeout) |
/// | `clock-skew` | [`clock_skew`](crate::ClientBuilder::clock_skew) |
/// | `no-lint` | [`lint`](crate::ClientBuilder::lint) |
/// | `cache-dir` | [`cache_dir`](crate::ClientBuilder::cache_dir) |
/// | `no-cache` | [`no_store`](crate::ClientBuilder::no_store) |
/// | `force-refresh` | [`force_refresh`](crate::ClientBuilder::force_refresh) |
/// | `min-ttl` | [`min_ttl`](crate::ClientBuilder::min_ttl) |
///
/// A passphrase or PIN comes from anywhere by its method; by name from a file. `no-lint` is `lint`
/// the other way round. `url`, `method` and `jwks` belong to calls and examinations.
///
/// [`ClientBuilder`]: crate::ClientBuilder
/// [`Client::from_env`]: crate::Client::from_env
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Parameter {
    /// The gateway's name, or the path of a gateway file.
    Gateway,
    /// The environment of the gateway.
    Environment,
    /// How the key is registered, where the gateway has several ways.
    Flow,
    /// A variable that the gateway leaves open.
    Variable,
    /// The client ID, which some gateways call the API key.
    ClientId,
    /// The private key: a file, a folder of rotated keys, or a URI.
    PrivateKey,
    /// The key ID in the header of the assertion.
    #[doc(alias = "kid")]
    KeyId,
    /// How the key ID comes about.
    KeyIdScheme,
    /// The certificate of the key.
    Certificate,
    /// The algorithm of the signature.
    #[doc(alias = "alg")]
    Algorithm,
    /// The public key, where whoever signs cannot supply it.
    PublicKey,
    /// The passphrase of the private key, in a file.
    PassphraseFile,
    /// The PIN of a PKCS#11 token, in a file.
    PinFile,
    /// The program that signs.
    SignerCommand,
    /// How long the program that signs may take, in seconds.
    SignerTimeout,
    /// The scope that is requested.
    Scope,
    /// The audience of the assertion.
    #[doc(alias = "aud")]
    Audience,
    /// The issuer that identifies the authorization server.
    Issuer,
    /// The issuer of the assertion.
    #[doc(alias = "iss")]
    AssertionIssuer,
    /// The subject of the assertion.
    #[doc(alias = "sub")]
    Subject,
    /// The lifetime of the assertion, in seconds.
    Lifetime,
    /// The media type in the header of the assertion.
    Typ,
    /// The URL of the token endpoint.
    TokenUrl,
    /// Whether the form has the client ID, which the assertion names already.
    SendClientId,
    /// Whether tokens are bound to a key by DPoP: `off`, `optional` or `required`.
    Dpop,
    /// The key that they are bound to.
    DpopKey,
    /// A parameter of the token request's form.
    FormParameter,
    /// A further claim of the assertion.
    Claim,
    /// A further header of the token request.
    Header,
    /// Certificate authorities that are trusted in addition.
    CaCertificate,
    /// Which store of certificate authorities is trusted: `bundled`, `system` or `both`.
    CaStore,
    /// The proxy.
    Proxy,
    /// How long a token request may take, in seconds.
    Timeout,
    /// What happens when the clock is wrong: `report` or `auto`.
    ClockSkew,
    /// Whether the gateway's checks are skipped.
    NoLint,
    /// The folder of the token cache.
    CacheDirectory,
    /// Whether the cache is left alone.
    NoCache,
    /// Whether a new token is wanted although a valid one is cached.
    ForceRefresh,
    /// The URL of an API.
    Url,
    /// The JWK Set that is registered, a file or a URL.
    JwkSet,
    /// The method of a call.
    Method,
    /// How long a token must still be valid, in seconds.
    #[doc(alias = "min_ttl")]
    MinimumLifetime,
}

impl Parameter {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Gateway,
        Self::Environment,
        Self::Flow,
        Self::Variable,
        Self::ClientId,
        Self::PrivateKey,
        Self::KeyId,
        Self::KeyIdScheme,
        Self::Certificate,
        Self::Algorithm,
        Self::PublicKey,
        Self::PassphraseFile,
        Self::PinFile,
        Self::SignerCommand,
        Self::SignerTimeout,
        Self::Scope,
        Self::Audience,
        Self::Issuer,
        Self::AssertionIssuer,
        Self::Subject,
        Self::Lifetime,
        Self::Typ,
        Self::TokenUrl,
        Self::SendClientId,
        Self::Dpop,
        Self::DpopKey,
        Self::FormParameter,
        Self::Claim,
        Self::Header,
        Self::CaCertificate,
        Self::CaStore,
        Self::Proxy,
        Self::Timeout,
        Self::ClockSkew,
        Self::NoLint,
        Self::CacheDirectory,
        Self::NoCache,
        Self::ForceRefresh,
        Self::Url,
        Self::JwkSet,
        Self::Method,
        Self::MinimumLifetime,
    ];

    /// The name in configuration files and, in capitals, in environment variables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Environment => "env",
            Self::Flow => "flow",
            Self::Variable => "var",
            Self::ClientId => "client-id",
            Self::PrivateKey => "private-key",
            Self::KeyId => "kid",
            Self::KeyIdScheme => "kid-scheme",
            Self::Certificate => "certificate",
            Self::Algorithm => "alg",
            Self::PublicKey => "public-key",
            Self::PassphraseFile => "passphrase-file",
            Self::PinFile => "pin-file",
            Self::SignerCommand => "signer-command",
            Self::SignerTimeout => "signer-timeout",
            Self::Scope => "scope",
            Self::Audience => "audience",
            Self::Issuer => "issuer",
            Self::AssertionIssuer => "assertion-issuer",
            Self::Subject => "subject",
            Self::Lifetime => "lifetime",
            Self::Typ => "typ",
            Self::TokenUrl => "token-url",
            Self::SendClientId => "send-client-id",
            Self::Dpop => "dpop",
            Self::DpopKey => "dpop-key",
            Self::FormParameter => "param",
            Self::Claim => "claim",
            Self::Header => "token-header",
            Self::CaCertificate => "ca-cert",
            Self::CaStore => "ca-store",
            Self::Proxy => "proxy",
            Self::Timeout => "timeout",
            Self::ClockSkew => "clock-skew",
            Self::NoLint => "no-lint",
            Self::CacheDirectory => "cache-dir",
            Self::NoCache => "no-cache",
            Self::ForceRefresh => "force-refresh",
            Self::Url => "url",
            Self::JwkSet => "jwks",
            Self::Method => "method",
            Self::MinimumLifetime => "min-ttl",
        }
    }

    /// Another name that means the same: `api-key` for the client ID.
    #[must_use]
    pub const fn alias(self) -> Option<&'static str> {
        match self {
            Self::ClientId => Some("api-key"),
            _ => None,
        }
    }

    /// The parameter of this name or alias.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|it| it.name() == name || it.alias() == Some(name))
    }

    /// The environment variable, such as `TOKENRING_CLIENT_ID`.
    #[must_use]
    pub fn variable(self) -> String {
        variable_of(self.name())
    }

    /// The environment variable of the alias, if there is one.
    #[must_use]
    pub fn alias_variable(self) -> Option<String> {
        self.alias().map(variable_of)
    }

    /// What it is, in words: `the key ID`.
    const fn words(self) -> &'static str {
        match self {
            Self::Gateway => "the gateway",
            Self::Environment => "the environment",
            Self::Flow => "the flow",
            Self::Variable => "the gateway variable",
            Self::ClientId => "the client ID",
            Self::PrivateKey => "the private key",
            Self::KeyId => "the key ID",
            Self::KeyIdScheme => "the key ID scheme",
            Self::Certificate => "the certificate",
            Self::Algorithm => "the algorithm",
            Self::PublicKey => "the public key",
            Self::PassphraseFile => "the passphrase",
            Self::PinFile => "the PIN",
            Self::SignerCommand => "the signer command",
            Self::SignerTimeout => "the signer timeout",
            Self::Scope => "the scope",
            Self::Audience => "the audience",
            Self::Issuer => "the issuer",
            Self::AssertionIssuer => "the issuer of the assertion",
            Self::Subject => "the subject",
            Self::Lifetime => "the lifetime",
            Self::Typ => "the media type (typ)",
            Self::TokenUrl => "the token endpoint",
            Self::SendClientId => "the client ID in the form",
            Self::Dpop => "the DPoP setting",
            Self::DpopKey => "the DPoP key",
            Self::FormParameter => "the form parameter",
            Self::Claim => "the claim",
            Self::Header => "the header",
            Self::CaCertificate => "the CA certificates",
            Self::CaStore => "the store of certificate authorities",
            Self::Proxy => "the proxy",
            Self::Timeout => "the timeout",
            Self::ClockSkew => "the clock skew setting",
            Self::NoLint => "the preflight lint",
            Self::CacheDirectory => "the cache directory",
            Self::NoCache => "the cache",
            Self::ForceRefresh => "the forced refresh",
            Self::Url => "the URL",
            Self::JwkSet => "the JWK Set",
            Self::Method => "the method",
            Self::MinimumLifetime => "the minimum lifetime",
        }
    }
}

fn variable_of(name: &str) -> String {
    let name = name.to_ascii_uppercase().replace('-', "_");
    format!("TOKENRING_{name}")
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
