use core::time::Duration;

use tokenring_jwk::KeySpec;

use crate::reader::Table;
use crate::variable::Scope;
use crate::{AssertionRules, Error, Problem, Template};

/// What a gateway wants of keys and their names: table `[key]`.
#[derive(Clone, Debug)]
pub struct KeyRules {
    generate: KeySpec,
    id_scheme: KeyIdScheme,
    id_required: bool,
    default_id: Option<Template>,
    jwk_set_cache: Option<Duration>,
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
    /// No `kid` is sent.
    None,
}

const KEYS: [&str; 5] = [
    "generate",
    "id-scheme",
    "id-required",
    "default-id",
    "jwk-set-cache-seconds",
];
const GENERATE: [(&str, KeySpec); 7] = [
    ("RSA-2048", KeySpec::Rsa2048),
    ("RSA-3072", KeySpec::Rsa3072),
    ("RSA-4096", KeySpec::Rsa4096),
    ("P-256", KeySpec::P256),
    ("P-384", KeySpec::P384),
    ("P-521", KeySpec::P521),
    ("Ed25519", KeySpec::Ed25519),
];
const ID_SCHEMES: [(&str, KeyIdScheme); 4] = [
    ("file-stem", KeyIdScheme::FileStem),
    ("free-text", KeyIdScheme::FreeText),
    ("thumbprint", KeyIdScheme::Thumbprint),
    ("none", KeyIdScheme::None),
];
const A_WEEK: u64 = 7 * 24 * 3600;

impl KeyRules {
    /// The kind of key to generate for this gateway.
    #[must_use]
    pub const fn generate(&self) -> KeySpec {
        self.generate
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

    /// The key ID of a new key, or of one whose file name says nothing.
    ///
    /// [`Endpoint::default_key_id`](crate::Endpoint::default_key_id) has it with its variables
    /// put in.
    #[must_use]
    pub const fn default_id(&self) -> Option<&Template> {
        self.default_id.as_ref()
    }

    /// How long the gateway goes on using its copy of the JWK Set, if it is known.
    #[must_use]
    pub const fn jwk_set_cache(&self) -> Option<Duration> {
        self.jwk_set_cache
    }

    pub(crate) fn read(
        root: &Table<'_>,
        scope: &Scope,
        assertion: &AssertionRules,
    ) -> Result<Self, Error> {
        let table = root.required("key")?.table(&KEYS)?;
        let generate_value = table.required("generate")?;
        let generate = generate_value.one_of(&GENERATE)?;
        if assertion.default_algorithm(generate.key_type()).is_none() {
            return Err(generate_value.error(Problem::KeyFitsNoAlgorithm));
        }
        let id_scheme = table.required("id-scheme")?.one_of(&ID_SCHEMES)?;
        let id_required = match table.optional("id-required") {
            Some(value) => {
                let required = value.boolean()?;
                if required && id_scheme == KeyIdScheme::None {
                    return Err(value.error(contradiction(id_scheme)));
                }
                required
            }
            None => false,
        };
        let default_id = match table.optional("default-id") {
            Some(value) => {
                if !matches!(id_scheme, KeyIdScheme::FileStem | KeyIdScheme::FreeText) {
                    return Err(value.error(contradiction(id_scheme)));
                }
                Some(value.template(scope)?)
            }
            None => None,
        };
        let jwk_set_cache = match table.optional("jwk-set-cache-seconds") {
            Some(value) => Some(Duration::from_secs(value.integer(0, A_WEEK)?)),
            None => None,
        };
        Ok(Self {
            generate,
            id_scheme,
            id_required,
            default_id,
            jwk_set_cache,
        })
    }
}

fn contradiction(id_scheme: KeyIdScheme) -> Problem {
    let name = ID_SCHEMES.iter().find(|(_, scheme)| *scheme == id_scheme);
    Problem::KeyIdScheme {
        scheme: name.map_or("", |(name, _)| name),
    }
}
