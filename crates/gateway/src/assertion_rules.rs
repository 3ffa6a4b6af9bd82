use tokenring_assertion::Lifetime;
use tokenring_jwk::{Algorithm, KeyType};

use crate::reader::{Table, Value};
use crate::variable::Scope;
use crate::{AudienceRule, Error, Problem};

/// What a gateway wants of the client assertion: table `[assertion]`.
#[derive(Clone, Debug)]
pub struct AssertionRules {
    algorithms: Vec<Algorithm>,
    audience: AudienceRule,
    typ: Option<String>,
    claims: Vec<OptionalClaim>,
    lifetime: Lifetime,
    maximum_lifetime: Option<Lifetime>,
}

/// A registered claim that an assertion can do without.
///
/// `iss`, `sub`, `aud`, `exp` and `jti` are in every assertion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum OptionalClaim {
    /// When the assertion was made.
    #[doc(alias = "iat")]
    IssuedAt,
    /// From when on the assertion is valid.
    #[doc(alias = "nbf")]
    NotBefore,
}

const KEYS: [&str; 6] = [
    "algorithms",
    "audience",
    "typ",
    "claims",
    "lifetime-seconds",
    "maximum-lifetime-seconds",
];
const CLAIMS: [(&str, OptionalClaim); 2] = [
    ("iat", OptionalClaim::IssuedAt),
    ("nbf", OptionalClaim::NotBefore),
];

impl AssertionRules {
    /// The algorithms that the gateway takes, the preferred one first.
    #[must_use]
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// The algorithm to sign with, given a key: the first one that fits its type.
    #[must_use]
    pub fn default_algorithm(&self, key_type: KeyType) -> Option<Algorithm> {
        let mut algorithms = self.algorithms.iter().copied();
        algorithms.find(|algorithm| algorithm.key_type() == key_type)
    }

    /// The rule for the `aud` claim.
    #[doc(alias = "aud")]
    #[must_use]
    pub const fn audience(&self) -> &AudienceRule {
        &self.audience
    }

    /// The `typ` of the JOSE header; none is sent if the gateway has none.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// Which of the optional claims are sent.
    #[must_use]
    pub fn claims(&self) -> &[OptionalClaim] {
        &self.claims
    }

    /// Whether `iat` is sent.
    #[doc(alias = "iat")]
    #[must_use]
    pub fn sends_issued_at(&self) -> bool {
        self.claims.contains(&OptionalClaim::IssuedAt)
    }

    /// Whether `nbf` is sent.
    #[doc(alias = "nbf")]
    #[must_use]
    pub fn sends_not_before(&self) -> bool {
        self.claims.contains(&OptionalClaim::NotBefore)
    }

    /// How far `exp` is ahead of the client's clock.
    #[doc(alias = "exp")]
    #[must_use]
    pub const fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// The longest lifetime that the gateway takes, if it is known.
    #[must_use]
    pub const fn maximum_lifetime(&self) -> Option<Lifetime> {
        self.maximum_lifetime
    }

    pub(crate) fn read(root: &Table<'_>, scope: &Scope) -> Result<Self, Error> {
        let table = root.required("assertion")?.table(&KEYS)?;
        let typ = match table.optional("typ") {
            Some(value) => Some(value.text()?.to_owned()),
            None => None,
        };
        let claims = match table.optional("claims") {
            Some(value) => distinct(&value, |item| item.one_of(&CLAIMS))?,
            None => Vec::new(),
        };
        let maximum_lifetime = match table.optional("maximum-lifetime-seconds") {
            Some(value) => Some(read_lifetime(&value)?),
            None => None,
        };
        let lifetime_value = table.required("lifetime-seconds")?;
        let lifetime = read_lifetime(&lifetime_value)?;
        if let Some(maximum) = maximum_lifetime.filter(|maximum| lifetime > *maximum) {
            let maximum = maximum.as_seconds();
            return Err(lifetime_value.error(Problem::LifetimeOverMaximum { maximum }));
        }
        let algorithms = table.required("algorithms")?;
        Ok(Self {
            algorithms: read_algorithms(&algorithms)?,
            audience: AudienceRule::read(&table.required("audience")?, scope)?,
            typ,
            claims,
            lifetime,
            maximum_lifetime,
        })
    }
}

fn read_algorithms(value: &Value<'_>) -> Result<Vec<Algorithm>, Error> {
    let algorithms = distinct(value, |item| {
        let name = item.text()?;
        let names = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
        name.parse().map_err(|_| item.unknown_value(name, names))
    })?;
    if algorithms.is_empty() {
        return Err(value.error(Problem::Empty));
    }
    Ok(algorithms)
}

fn read_lifetime(value: &Value<'_>) -> Result<Lifetime, Error> {
    let (minimum, maximum) = (1, Lifetime::MAX_SECONDS);
    let seconds = value.integer(minimum, maximum)?;
    Lifetime::from_seconds(seconds)
        .map_err(|_| value.error(Problem::OutOfRange { minimum, maximum }))
}

/// Reads a list in which nothing stands twice.
fn distinct<T: PartialEq>(
    value: &Value<'_>,
    read: impl Fn(&Value<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    for item in value.list()? {
        let read = read(&item)?;
        if let Some(first) = items.iter().position(|other| *other == read) {
            let other = format!("{}[{first}]", value.path());
            return Err(item.error(Problem::Duplicate { other }));
        }
        items.push(read);
    }
    Ok(items)
}
