use core::fmt;

/// An option of a program, as texts name it: what a caller can set, whatever it is called there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum NamedOption {
    /// The signing algorithm.
    Algorithm,
    /// The client ID, by the name that gateways with API keys have for it.
    ApiKey,
    /// The issuer of the assertion.
    AssertionIssuer,
    /// The audience.
    Audience,
    /// A claim to add.
    Claim,
    /// The client ID.
    ClientId,
    /// What is done about a clock that is wrong.
    ClockSkew,
    /// Whether tokens are bound by DPoP.
    Dpop,
    /// The key that DPoP proofs are made with.
    DpopKey,
    /// The environment.
    Environment,
    /// The way of registering.
    Flow,
    /// The gateway.
    Gateway,
    /// The issuer identifier of the server.
    Issuer,
    /// The JWK Set to compare with.
    JwkSet,
    /// The private key.
    Key,
    /// The key ID.
    KeyId,
    /// The folder of keys that are rotated.
    KeyFolder,
    /// How long the assertion is valid.
    Lifetime,
    /// A form parameter to add.
    Parameter,
    /// The scope.
    Scope,
    /// The subject.
    Subject,
    /// The token endpoint's URL.
    TokenUrl,
    /// The `typ` of the header.
    Type,
    /// A variable of the gateway's file.
    Variable,
}

/// Something that a program does for its user, as texts name it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum NamedCommand {
    /// Makes and signs an assertion.
    Assertion,
    /// Checks the configuration file.
    ConfigCheck,
    /// Checks every step from this machine to a token.
    Doctor,
    /// Makes a gateway file of what a server publishes.
    GatewaysDiscover,
    /// Shows what is known of a gateway.
    GatewaysShow,
    /// Makes a key, and the JWK Set to register.
    GenerateKeys,
    /// Gets an access token.
    GetToken,
    /// Checks an assertion by the gateway's rules.
    Inspect,
    /// Makes a key for the gateway in use, which [`GenerateKeys`](Self::GenerateKeys) also speaks
    /// of where it was made already.
    NewKey,
    /// Shows the token request that would be sent.
    Preview,
    /// Publishes the next key of a folder.
    RotateBegin,
}

impl NamedOption {
    /// Every option that a text can name.
    pub const ALL: &'static [Self] = &[
        Self::Algorithm,
        Self::ApiKey,
        Self::AssertionIssuer,
        Self::Audience,
        Self::Claim,
        Self::ClientId,
        Self::ClockSkew,
        Self::Dpop,
        Self::DpopKey,
        Self::Environment,
        Self::Flow,
        Self::Gateway,
        Self::Issuer,
        Self::JwkSet,
        Self::Key,
        Self::KeyId,
        Self::KeyFolder,
        Self::Lifetime,
        Self::Parameter,
        Self::Scope,
        Self::Subject,
        Self::TokenUrl,
        Self::Type,
        Self::Variable,
    ];

    /// Its name in `{option:NAME}`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.names().0
    }

    /// Its name in a file, and for a person.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Algorithm => ("algorithm", "algorithm"),
            Self::ApiKey => ("api-key", "client ID"),
            Self::AssertionIssuer => ("assertion-issuer", "issuer of the assertion"),
            Self::Audience => ("audience", "audience"),
            Self::Claim => ("claim", "claim"),
            Self::ClientId => ("client-id", "client ID"),
            Self::ClockSkew => ("clock-skew", "clock skew"),
            Self::Dpop => ("dpop", "DPoP"),
            Self::DpopKey => ("dpop-key", "DPoP key"),
            Self::Environment => ("environment", "environment"),
            Self::Flow => ("flow", "flow"),
            Self::Gateway => ("gateway", "gateway"),
            Self::Issuer => ("issuer", "issuer"),
            Self::JwkSet => ("jwks", "JWK Set"),
            Self::Key => ("key", "private key"),
            Self::KeyId => ("key-id", "key ID"),
            Self::KeyFolder => ("keys", "key folder"),
            Self::Lifetime => ("lifetime", "lifetime"),
            Self::Parameter => ("parameter", "form parameter"),
            Self::Scope => ("scope", "scope"),
            Self::Subject => ("subject", "subject"),
            Self::TokenUrl => ("token-url", "token URL"),
            Self::Type => ("typ", "typ"),
            Self::Variable => ("variable", "variable"),
        }
    }
}

impl NamedCommand {
    /// Every command that a text can name.
    pub const ALL: &'static [Self] = &[
        Self::Assertion,
        Self::ConfigCheck,
        Self::Doctor,
        Self::GatewaysDiscover,
        Self::GatewaysShow,
        Self::GenerateKeys,
        Self::GetToken,
        Self::Inspect,
        Self::NewKey,
        Self::Preview,
        Self::RotateBegin,
    ];

    /// Its name in `{command:NAME}`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.names().0
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Assertion => ("assertion", "the assertion builder"),
            Self::ConfigCheck => ("config-check", "the check of the configuration"),
            Self::Doctor => ("doctor", "the setup check"),
            Self::GatewaysDiscover => ("gateways-discover", "the discovery of a server's facts"),
            Self::GatewaysShow => ("gateways-show", "the gateway's file"),
            Self::GenerateKeys => ("generate-keys", "key generation"),
            Self::GetToken => ("get-token", "tokenring"),
            Self::Inspect => ("inspect", "the assertion check"),
            Self::NewKey => ("new-key", "key generation"),
            Self::Preview => ("preview", "the prepared request"),
            Self::RotateBegin => ("rotate-begin", "the beginning of a rotation"),
        }
    }
}

/// Its name for a person, such as "key ID".
impl fmt::Display for NamedOption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.names().1)
    }
}

/// What does it, for a person.
impl fmt::Display for NamedCommand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.names().1)
    }
}
