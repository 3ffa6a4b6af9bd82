use core::time::Duration;

use tokenring_jwk::{Algorithm, KeyOperations, KeySpec};

use crate::Template;

mod reading;

pub(crate) use reading::KEYS;

/// What a gateway wants of keys and their names: table `[key]`.
#[derive(Clone, Debug)]
pub struct KeyRules {
    generate: KeySpec,
    id_scheme: KeyIdScheme,
    id_required: bool,
    empty_id_ignored: bool,
    id_alternatives: Vec<KeyIdScheme>,
    algorithms_without_id: Option<Vec<Algorithm>>,
    default_id: Option<Template>,
    minimum_rsa_bits: Option<usize>,
    use_required: bool,
    registrations: Vec<Registration>,
    jwk_set_cache: Option<Duration>,
    refetches_on_unknown_id: bool,
    choice_without_id: KeyChoice,
    use_required_at_url: bool,
    operations_ignored: bool,
    use_ignored: bool,
    algorithm_required: bool,
    algorithm_ignored: bool,
    keeps_known_ids: bool,
    algorithms: Option<Vec<Algorithm>>,
}

/// Which of a client's keys a gateway tries for an assertion that names none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum KeyChoice {
    /// Each one that fits the algorithm.
    #[default]
    Every,
    /// The first one that fits the algorithm.
    First,
    /// The only one that fits the algorithm; with several it rejects the assertion.
    Single,
}

/// How a gateway's key IDs come about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum KeyIdScheme {
    /// The private key file's name without its extension `.pem`.
    FileStem,
    /// Whatever the gateway or its portal hands out; only the caller knows it.
    FreeText,
    /// The thumbprint of RFC 7638 with SHA-256.
    Thumbprint,
    /// The SHA-256 digest of the public key's SubjectPublicKeyInfo in DER, as base64url: what
    /// Keycloak calls a key that was registered as PEM.
    SpkiSha256,
    /// No `kid` but `x5t#S256`, the SHA-256 digest of the certificate, as base64url.
    CertificateThumbprint,
    /// No `kid` but `x5t`, the SHA-1 digest of the certificate, as base64url.
    CertificateSha1Thumbprint,
    /// No `kid` but `x5c`, the chain of certificates.
    CertificateChain,
    /// No `kid` but `jwk`, the public key itself.
    PublicKey,
    /// No `kid` is sent.
    None,
}

/// As what a gateway takes a public key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Registration {
    /// A JWK Set that is handed over.
    JwkSet,
    /// The URL of a JWK Set, which the gateway fetches.
    JwkSetUrl,
    /// The bare public key, as PEM.
    PublicKey,
    /// An X.509 certificate.
    Certificate,
}

impl KeyIdScheme {
    /// The scheme's name in a gateway file, such as `file-stem`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let mut named = reading::ID_SCHEMES.iter();
        let named = named.find(|(_, scheme)| *scheme == self);
        named.map_or("", |(name, _)| name)
    }

    /// Whether the header has a `kid`.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn sends_key_id(self) -> bool {
        !matches!(
            self,
            Self::CertificateThumbprint
                | Self::CertificateSha1Thumbprint
                | Self::CertificateChain
                | Self::PublicKey
                | Self::None
        )
    }
}

impl Registration {
    /// The name in a gateway file, such as `jwk-set-url`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let mut named = reading::REGISTRATIONS.iter();
        let named = named.find(|(_, registration)| *registration == self);
        named.map_or("", |(name, _)| name)
    }
}

impl KeyRules {
    /// The kind of key to generate for this gateway.
    #[must_use]
    pub const fn generate(&self) -> KeySpec {
        self.generate
    }

    /// The name of that kind in a gateway file.
    pub(crate) fn generate_name(&self) -> &'static str {
        reading::generated_name(self.generate)
    }

    /// How the key ID comes about.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn id_scheme(&self) -> KeyIdScheme {
        self.id_scheme
    }

    /// Whether the gateway refuses an assertion without `kid`.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn id_required(&self) -> bool {
        self.id_required
    }

    /// Whether a `kid` without any characters counts as none. Defaults to no.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn empty_id_ignored(&self) -> bool {
        self.empty_id_ignored
    }

    /// Other schemes that the gateway takes too.
    #[must_use]
    pub fn id_alternatives(&self) -> &[KeyIdScheme] {
        &self.id_alternatives
    }

    /// Whether the gateway finds keys by a `kid`, in one of its ways.
    #[doc(alias = "kid")]
    #[must_use]
    pub fn finds_by_key_id(&self) -> bool {
        let mut alternatives = self.id_alternatives.iter();
        self.id_scheme.sends_key_id() || alternatives.any(|scheme| scheme.sends_key_id())
    }

    /// The algorithms that are taken without `kid`. Defaults to all.
    #[must_use]
    pub fn algorithms_without_id(&self) -> Option<&[Algorithm]> {
        self.algorithms_without_id.as_deref()
    }

    /// The key ID of a new key, or of one whose file name says nothing.
    ///
    /// [`Endpoint::default_key_id`](crate::Endpoint::default_key_id) has it with its variables
    /// put in.
    #[must_use]
    pub const fn default_id(&self) -> Option<&Template> {
        self.default_id.as_ref()
    }

    /// The least size of an RSA key, in bits, if it is known.
    #[must_use]
    pub const fn minimum_rsa_bits(&self) -> Option<usize> {
        self.minimum_rsa_bits
    }

    /// Whether published JWKs need the member `use`.
    #[doc(alias = "use")]
    #[must_use]
    pub const fn use_required(&self) -> bool {
        self.use_required
    }

    /// As what the gateway takes a public key. Defaults to a JWK Set.
    #[must_use]
    pub fn registrations(&self) -> &[Registration] {
        &self.registrations
    }

    /// Whether the gateway takes a JWK Set, and with it what that says of a key: its ID and its
    /// algorithm.
    #[must_use]
    pub fn registers_jwk_set(&self) -> bool {
        let is_set =
            |form: &Registration| matches!(form, Registration::JwkSet | Registration::JwkSetUrl);
        self.registrations.iter().any(is_set)
    }

    /// How long the gateway goes on using its copy of the JWK Set, if it is known.
    #[must_use]
    pub const fn jwk_set_cache(&self) -> Option<Duration> {
        self.jwk_set_cache
    }

    /// Whether the gateway fetches the JWK Set anew for a key ID that its copy does not have.
    /// Defaults to yes.
    #[must_use]
    pub const fn refetches_on_unknown_id(&self) -> bool {
        self.refetches_on_unknown_id
    }

    /// Which of a client's keys the gateway tries for an assertion that names none. Defaults to
    /// each one that fits.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn choice_without_id(&self) -> KeyChoice {
        self.choice_without_id
    }

    /// Whether JWKs at a URL need the member `use` as well, where published JWKs need it. Defaults
    /// to yes.
    #[doc(alias = "use")]
    #[must_use]
    pub const fn use_required_at_url(&self) -> bool {
        self.use_required_at_url
    }

    /// Whether a JWK needs the member `use`, at a URL or handed over.
    #[doc(alias = "use")]
    #[must_use]
    pub const fn needs_use(&self, is_at_url: bool) -> bool {
        self.use_required && (self.use_required_at_url || !is_at_url)
    }

    /// Whether a published JWK is used whatever its `key_ops` says. Defaults to no.
    #[must_use]
    pub const fn operations_ignored(&self) -> bool {
        self.operations_ignored
    }

    /// Whether the gateway verifies with a key whose `key_ops` say this.
    #[doc(alias = "key_ops")]
    #[must_use]
    pub fn takes_operations(&self, operations: KeyOperations) -> bool {
        self.operations_ignored || operations == KeyOperations::Verify
    }

    /// Whether published JWKs need the member `alg`: the gateway finds a key by it. Defaults to no.
    #[doc(alias = "alg")]
    #[must_use]
    pub const fn algorithm_required(&self) -> bool {
        self.algorithm_required
    }

    /// Whether a published JWK is used whatever its `use` says. Defaults to no.
    #[must_use]
    pub const fn use_ignored(&self) -> bool {
        self.use_ignored
    }

    /// Whether a published JWK works with every algorithm of its type, whatever its `alg` says.
    /// Defaults to no.
    #[doc(alias = "alg")]
    #[must_use]
    pub const fn algorithm_ignored(&self) -> bool {
        self.algorithm_ignored
    }

    /// The algorithms that a key works with which is registered so. Defaults to all that the
    /// gateway takes.
    #[must_use]
    pub fn algorithms(&self) -> Option<&[Algorithm]> {
        self.algorithms.as_deref()
    }

    /// Whether the gateway's copy of a JWK Set serves as long as it has the key ID that is sent, and
    /// is fetched again for another one or none only, once it is as old as the cache says. Defaults
    /// to no.
    #[must_use]
    pub const fn keeps_known_ids(&self) -> bool {
        self.keeps_known_ids
    }
}
