//! Reads `[key]`, and refuses rules that the file's own keys and assertions would break.

use tokenring_jwk::{Algorithm, KeySpec};

use super::{KeyChoice, KeyIdScheme, KeyRules, Registration};
use crate::reader::{Table, Value};
use crate::variable::Scope;
use crate::{AssertionRules, Error, Problem};

pub(crate) const KEYS: [&str; 20] = [
    "generate",
    "id-scheme",
    "id-required",
    "empty-id-ignored",
    "id-alternatives",
    "algorithms-without-id",
    "default-id",
    "minimum-rsa-bits",
    "use-required",
    "register-as",
    "jwk-set-cache-seconds",
    "refetches-on-unknown-id",
    "choice-without-id",
    "use-required-at-url",
    "operations-ignored",
    "use-ignored",
    "alg-required",
    "alg-ignored",
    "keeps-known-ids",
    "algorithms",
];
const CHOICES: [(&str, KeyChoice); 3] = [
    ("every", KeyChoice::Every),
    ("first", KeyChoice::First),
    ("single", KeyChoice::Single),
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
pub(super) const ID_SCHEMES: [(&str, KeyIdScheme); 9] = [
    ("file-stem", KeyIdScheme::FileStem),
    ("free-text", KeyIdScheme::FreeText),
    ("thumbprint", KeyIdScheme::Thumbprint),
    ("spki-sha256", KeyIdScheme::SpkiSha256),
    ("x5t-s256", KeyIdScheme::CertificateThumbprint),
    ("x5t", KeyIdScheme::CertificateSha1Thumbprint),
    ("x5c", KeyIdScheme::CertificateChain),
    ("jwk", KeyIdScheme::PublicKey),
    ("none", KeyIdScheme::None),
];
pub(super) const REGISTRATIONS: [(&str, Registration); 4] = [
    ("jwk-set", Registration::JwkSet),
    ("jwk-set-url", Registration::JwkSetUrl),
    ("public-key", Registration::PublicKey),
    ("certificate", Registration::Certificate),
];
const A_WEEK: u64 = 7 * 24 * 3600;
const RSA_BITS: (u64, u64) = (2048, 4096);

impl KeyRules {
    pub(crate) fn read(
        value: &Value<'_>,
        scope: &Scope,
        assertion: &AssertionRules,
    ) -> Result<Self, Box<Error>> {
        let table = value.table(&KEYS)?;
        let generate = read_generate(&table, assertion)?;
        let id_scheme = table.required("id-scheme")?.one_of(&ID_SCHEMES)?;
        let id_required = read_id_required(&table, id_scheme)?;
        for (ignored, required) in [
            ("use-ignored", "use-required"),
            ("alg-ignored", "alg-required"),
        ] {
            if table.boolean(ignored, false)? && table.boolean(required, false)? {
                return Err(table.contradiction(&table.required(ignored)?, required, "true"));
            }
        }
        Ok(Self {
            generate,
            id_scheme,
            id_required,
            empty_id_ignored: table.boolean("empty-id-ignored", false)?,
            id_alternatives: read_id_alternatives(&table, id_scheme, id_required)?,
            algorithms_without_id: read_algorithms_without_id(&table, id_scheme, assertion)?,
            default_id: match table.optional("default-id") {
                Some(value)
                    if !matches!(id_scheme, KeyIdScheme::FileStem | KeyIdScheme::FreeText) =>
                {
                    return Err(table.contradiction(&value, "id-scheme", id_scheme.name()));
                }
                Some(value) => Some(value.template(scope)?),
                None => None,
            },
            minimum_rsa_bits: read_minimum_rsa_bits(&table, generate)?,
            use_required: table.boolean("use-required", false)?,
            registrations: read_registrations(&table)?,
            jwk_set_cache: table.seconds("jwk-set-cache-seconds", 0, A_WEEK)?,
            refetches_on_unknown_id: table.boolean("refetches-on-unknown-id", true)?,
            choice_without_id: table.word("choice-without-id", &CHOICES)?,
            keeps_known_ids: table.boolean("keeps-known-ids", false)?,
            use_required_at_url: table.boolean("use-required-at-url", true)?,
            operations_ignored: table.boolean("operations-ignored", false)?,
            use_ignored: table.boolean("use-ignored", false)?,
            algorithm_required: table.boolean("alg-required", false)?,
            algorithm_ignored: table.boolean("alg-ignored", false)?,
            algorithms: read_algorithms(&table, generate, assertion)?,
        })
    }
}

fn read_generate(table: &Table<'_>, assertion: &AssertionRules) -> Result<KeySpec, Box<Error>> {
    let value = table.required("generate")?;
    let generate = value.one_of(&GENERATE)?;
    match assertion.default_algorithm(generate.key_type()) {
        Some(_) => Ok(generate),
        None => Err(value.error(Problem::KeyFitsNoAlgorithm)),
    }
}

fn read_id_required(table: &Table<'_>, scheme: KeyIdScheme) -> Result<bool, Box<Error>> {
    let Some(value) = table.optional("id-required") else {
        return Ok(false);
    };
    let required = value.boolean()?;
    if required && scheme == KeyIdScheme::None {
        return Err(table.contradiction(&value, "id-scheme", scheme.name()));
    }
    Ok(required)
}

fn read_id_alternatives(
    table: &Table<'_>,
    scheme: KeyIdScheme,
    id_required: bool,
) -> Result<Vec<KeyIdScheme>, Box<Error>> {
    let Some(value) = table.optional("id-alternatives") else {
        return Ok(Vec::new());
    };
    for item in value.list()? {
        let alternative = item.one_of(&ID_SCHEMES)?;
        if alternative == scheme {
            let other = table.path_of("id-scheme");
            return Err(item.error(Problem::Duplicate { other }));
        }
        if alternative == KeyIdScheme::None && id_required {
            return Err(table.contradiction(&item, "id-required", "true"));
        }
    }
    value.distinct(|item| item.one_of(&ID_SCHEMES))
}

fn read_algorithms_without_id(
    table: &Table<'_>,
    scheme: KeyIdScheme,
    assertion: &AssertionRules,
) -> Result<Option<Vec<Algorithm>>, Box<Error>> {
    let Some(value) = table.optional("algorithms-without-id") else {
        return Ok(None);
    };
    let algorithms = value.algorithms()?;
    if table.boolean("id-required", false)? {
        return Err(table.contradiction(&value, "id-required", "true"));
    }
    for (item, algorithm) in value.list()?.iter().zip(&algorithms) {
        if !assertion.algorithms().contains(algorithm) {
            return Err(item.error(Problem::NotAmong {
                found: algorithm.name().to_owned(),
                key: "assertion.algorithms".to_owned(),
            }));
        }
    }
    let own = assertion.algorithms().first();
    match own.filter(|own| scheme == KeyIdScheme::None && !algorithms.contains(own)) {
        Some(own) => Err(value.error(Problem::OwnAssertion {
            needed: own.name().to_owned(),
        })),
        None => Ok(Some(algorithms)),
    }
}

/// The key that is generated has to work.
fn read_algorithms(
    table: &Table<'_>,
    generate: KeySpec,
    assertion: &AssertionRules,
) -> Result<Option<Vec<Algorithm>>, Box<Error>> {
    let Some(value) = table.optional("algorithms") else {
        return Ok(None);
    };
    let algorithms = value.algorithms()?;
    for (item, algorithm) in value.list()?.iter().zip(&algorithms) {
        if !assertion.algorithms().contains(algorithm) {
            return Err(item.error(Problem::NotAmong {
                found: algorithm.name().to_owned(),
                key: "assertion.algorithms".to_owned(),
            }));
        }
    }
    let own = assertion.default_algorithm(generate.key_type());
    match own.filter(|own| !algorithms.contains(own)) {
        Some(own) => Err(value.error(Problem::OwnAssertion {
            needed: own.name().to_owned(),
        })),
        None => Ok(Some(algorithms)),
    }
}

/// The name of a kind of key in a gateway file.
pub(super) fn generated_name(generate: KeySpec) -> &'static str {
    let named = GENERATE.iter().find(|(_, spec)| *spec == generate);
    named.map_or("", |(name, _)| name)
}

fn read_minimum_rsa_bits(
    table: &Table<'_>,
    generate: KeySpec,
) -> Result<Option<usize>, Box<Error>> {
    let Some(value) = table.optional("minimum-rsa-bits") else {
        return Ok(None);
    };
    let bits = value.integer(RSA_BITS.0, RSA_BITS.1)?;
    let generated = match generate {
        KeySpec::Rsa2048 => 2048,
        KeySpec::Rsa3072 => 3072,
        _ => RSA_BITS.1,
    };
    if bits > generated {
        return Err(table.contradiction(&value, "generate", generated_name(generate)));
    }
    Ok(usize::try_from(bits).ok())
}

fn read_registrations(table: &Table<'_>) -> Result<Vec<Registration>, Box<Error>> {
    let Some(value) = table.optional("register-as") else {
        return Ok(vec![Registration::JwkSet]);
    };
    let registrations = value.distinct(|item| item.one_of(&REGISTRATIONS))?;
    if registrations.is_empty() {
        return Err(value.error(Problem::Empty));
    }
    Ok(registrations)
}
