//! Reads `[assertion]`, and refuses rules that the file's own assertions would break.

use tokenring_jwk::Algorithm;

use super::allowed::{read_allowed_claims, read_allowed_header_parameters};
use super::lifetimes::{lifetime, read_lifetime, read_lifetime_starts};
use super::{
    AssertionRules, ClientIdCase, DateForm, JwtIdForm, OmittedClaim, OptionalClaim, TypRule,
};
use crate::audience::FORMS;
use crate::own_claim::OwnClaim;
use crate::pattern;
use crate::reader::{Table, Value};
use crate::variable::Scope;
use crate::{AudienceRule, Error, IssuerRule, Leeway, Problem, SubjectRule};

pub(crate) const KEYS: [&str; 33] = [
    "algorithms",
    "advised-algorithms",
    "issuer",
    "subject",
    "audience",
    "accepted-audiences",
    "audience-form",
    "typ",
    "typ-rule",
    "crit-ignored",
    "accepted-types",
    "claims",
    "omitted-claims",
    "client-id-case",
    "own-claims",
    "required-claims",
    "allowed-claims",
    "allowed-header-parameters",
    "lifetime-seconds",
    "backdate-seconds",
    "maximum-lifetime-seconds",
    "unlimited-lifetime",
    "lifetime-counts-from",
    "maximum-lifetime-without-iat-seconds",
    "maximum-age-seconds",
    "dates",
    "jwt-id-form",
    "minimum-jwt-id-characters",
    "maximum-jwt-id-characters",
    "signature-part-of-form",
    "names-part-of-form",
    "expired-at-exp",
    "leeway-seconds",
];
const CLAIMS: [(&str, OptionalClaim); 2] = [
    ("iat", OptionalClaim::IssuedAt),
    ("nbf", OptionalClaim::NotBefore),
];
const OMITTED_CLAIMS: [(&str, OmittedClaim); 2] =
    [("exp", OmittedClaim::Expiry), ("jti", OmittedClaim::JwtId)];
const CLIENT_ID_CASES: [(&str, ClientIdCase); 2] = [
    ("as-given", ClientIdCase::AsGiven),
    ("upper", ClientIdCase::Upper),
];
const TYP_RULES: [(&str, TypRule); 4] = [
    ("required", TypRule::Required),
    ("checked", TypRule::Checked),
    ("advised", TypRule::Advised),
    ("ignored", TypRule::Ignored),
];
const JWT_ID_FORMS: [(&str, JwtIdForm); 2] = [("text", JwtIdForm::Text), ("any", JwtIdForm::Any)];
const DATE_FORMS: [(&str, DateForm); 4] = [
    ("integer", DateForm::Integer),
    ("number", DateForm::Number),
    ("number-or-text", DateForm::NumberOrText),
    ("number-else-absent", DateForm::NumberElseAbsent),
];
/// The names of a header and of claims that can be part of the form.
const NAMES: [&str; 4] = ["kid", "typ", "iss", "sub"];
const A_DAY: u64 = 24 * 3600;
/// How long the `jti` of every assertion is that this crate plans: a UUID.
const OWN_JWT_ID: u64 = 36;
/// Longer than any request.
const LONGEST_JWT_ID: u64 = 65_536;
/// A clock that is further off should be set.
const LONGEST_BACKDATE: u64 = 60;

impl AssertionRules {
    pub(crate) fn read(value: &Value<'_>, scope: &Scope) -> Result<Self, Box<Error>> {
        let table = value.table(&KEYS)?;
        let algorithms = table.required("algorithms")?.algorithms()?;
        let subject = match table.optional("subject") {
            Some(value) => SubjectRule::read(&value, scope)?,
            None => SubjectRule::default(),
        };
        let issuer = match table.optional("issuer") {
            Some(value) => IssuerRule::read(&value, scope)?,
            None => IssuerRule::default(),
        };
        let (audience, accepted_audiences) = read_audiences(&table, scope)?;
        let (typ_rule, accepted_types) = read_types(&table)?;
        let claims = table
            .distinct("claims", |item| item.one_of(&CLAIMS))?
            .unwrap_or_default();
        let omitted_claims = table
            .distinct("omitted-claims", |item| item.one_of(&OMITTED_CLAIMS))?
            .unwrap_or_default();
        let sent = always_sent(&audience, &subject, &omitted_claims);
        let own_claims = match table.optional("own-claims") {
            Some(value) => OwnClaim::read_all(&value, scope)?,
            None => Vec::new(),
        };
        let allowed_claims = read_allowed_claims(&table, &subject, &sent)?;
        let required_claims = read_required_claims(&table, &sent)?;
        let maximum_lifetime = lifetime(&table, "maximum-lifetime-seconds")?;
        let maximum_lifetime_without_issued_at =
            lifetime(&table, "maximum-lifetime-without-iat-seconds")?;
        let advised_algorithms = read_advised_algorithms(&table, &algorithms)?;
        let rules = Self {
            algorithms,
            advised_algorithms,
            issuer,
            subject,
            audience,
            accepted_audiences,
            audience_form: table.word("audience-form", &FORMS)?,
            typ: table.text("typ")?,
            typ_rule,
            accepted_types,
            claims,
            omitted_claims,
            client_id_case: table.word("client-id-case", &CLIENT_ID_CASES)?,
            own_claims,
            required_claims,
            allowed_claims,
            allowed_header_parameters: read_allowed_header_parameters(&table)?,
            lifetime: read_lifetime(&table.required("lifetime-seconds")?)?,
            backdate: table
                .seconds("backdate-seconds", 1, LONGEST_BACKDATE)?
                .unwrap_or_default(),
            maximum_lifetime,
            unlimited_lifetime: table.boolean("unlimited-lifetime", false)?,
            lifetime_counts_from: read_lifetime_starts(&table)?,
            maximum_lifetime_without_issued_at,
            maximum_age: table.seconds("maximum-age-seconds", 1, A_DAY)?,
            dates: table.word("dates", &DATE_FORMS)?,
            states_dates: table.optional("dates").is_some(),
            signature_is_part_of_form: table.boolean("signature-part-of-form", false)?,
            names_part_of_form: table
                .distinct("names-part-of-form", |item| {
                    item.one_of(&NAMES.map(|name| (name, name)))
                })?
                .unwrap_or_default(),
            crit_ignored: table.boolean("crit-ignored", false)?,
            ends_at_expiry: table.boolean("expired-at-exp", false)?,
            jwt_id_form: table.word("jwt-id-form", &JWT_ID_FORMS)?,
            minimum_jwt_id_characters: characters(
                &table,
                "minimum-jwt-id-characters",
                (1, OWN_JWT_ID),
            )?,
            maximum_jwt_id_characters: characters(
                &table,
                "maximum-jwt-id-characters",
                (OWN_JWT_ID, LONGEST_JWT_ID),
            )?,
            leeway: match table.optional("leeway-seconds") {
                Some(value) => Leeway::read(&value)?,
                None => Leeway::default(),
            },
        };
        rules.check_claims(&table)?;
        if let (Some(value), []) = (table.optional("backdate-seconds"), &*rules.claims) {
            return Err(table.contradiction(&value, "claims", "none"));
        }
        rules.check_lifetime(&table)?;
        Ok(rules)
    }

    /// Refuses to send what is not allowed, and to ask for what is not sent.
    fn check_claims(&self, table: &Table<'_>) -> Result<(), Box<Error>> {
        if let (Some(value), Some(allowed)) = (table.optional("claims"), &self.allowed_claims) {
            for item in value.list()? {
                check_among(&item, allowed, || table.path_of("allowed-claims"))?;
            }
        }
        if let (Some(value), Some(allowed)) = (table.optional("own-claims"), &self.allowed_claims) {
            for (name, item) in value.open_table()?.entries() {
                if !allowed.iter().any(|other| other == name) {
                    return Err(item.error(Problem::NotAmong {
                        found: name.to_owned(),
                        key: table.path_of("allowed-claims"),
                    }));
                }
            }
        }
        let Some(value) = table.optional("required-claims") else {
            return Ok(());
        };
        let sent = |name: &str| {
            CLAIMS
                .iter()
                .all(|(other, claim)| *other != name || self.claims.contains(claim))
        };
        for item in value.list()? {
            let name = item.text()?;
            if let Some(allowed) = &self.allowed_claims {
                check_among(&item, allowed, || table.path_of("allowed-claims"))?;
            }
            if !sent(name) {
                return Err(item.error(Problem::NotAmong {
                    found: name.to_owned(),
                    key: table.path_of("claims"),
                }));
            }
            let omits = |claim| self.omitted_claims.contains(claim);
            let omitted = OMITTED_CLAIMS.iter().find(|(other, _)| *other == name);
            if omitted.is_some_and(|(_, claim)| omits(claim)) {
                return Err(table.contradiction(&item, "omitted-claims", name));
            }
            if name == "aud" && matches!(self.audience, AudienceRule::Absent) {
                return Err(table.contradiction(&item, "audience", self.audience.as_str()));
            }
            if name == "sub" && !self.subject.is_always_sent() {
                return Err(table.contradiction(&item, "subject", self.subject.as_str()));
            }
        }
        Ok(())
    }
}

impl Value<'_> {
    /// A list of algorithms, in which there is one.
    pub(crate) fn algorithms(&self) -> Result<Vec<Algorithm>, Box<Error>> {
        let algorithms = self.distinct(|item| {
            let name = item.text()?;
            let names = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
            name.parse().map_err(|_| item.unknown_value(name, names))
        })?;
        if algorithms.is_empty() {
            return Err(self.error(Problem::Empty));
        }
        Ok(algorithms)
    }
}

/// Those among the algorithms that the gateway advises.
fn read_advised_algorithms(
    table: &Table<'_>,
    algorithms: &[Algorithm],
) -> Result<Vec<Algorithm>, Box<Error>> {
    let Some(value) = table.optional("advised-algorithms") else {
        return Ok(Vec::new());
    };
    let advised = value.algorithms()?;
    let mut items = advised.iter().zip(value.list()?);
    match items.find(|(algorithm, _)| !algorithms.contains(algorithm)) {
        None => Ok(advised),
        Some((algorithm, item)) => Err(item.error(Problem::NotAmong {
            found: algorithm.name().to_owned(),
            key: table.path_of("algorithms"),
        })),
    }
}

fn read_audiences(
    table: &Table<'_>,
    scope: &Scope,
) -> Result<(AudienceRule, Vec<AudienceRule>), Box<Error>> {
    let value = table.required("audience")?;
    let audience = AudienceRule::read(&value, scope)?;
    let mut accepted = Vec::new();
    let Some(list) = table.optional("accepted-audiences") else {
        accepted.push(audience.clone());
        return Ok((audience, accepted));
    };
    list.distinct(|item| item.text())?;
    for item in list.list()? {
        accepted.push(AudienceRule::read(&item, scope)?);
    }
    if !audience.is_within(&accepted) {
        return Err(value.error(Problem::NotAmong {
            found: audience.as_str().to_owned(),
            key: table.path_of("accepted-audiences"),
        }));
    }
    Ok((audience, accepted))
}

fn read_types(table: &Table<'_>) -> Result<(TypRule, Vec<String>), Box<Error>> {
    let rule = table.word("typ-rule", &TYP_RULES)?;
    let typ = table.optional("typ");
    let wants_one = matches!(rule, TypRule::Required | TypRule::Advised);
    if let (None, true, Some(value)) = (&typ, wants_one, table.optional("typ-rule")) {
        return Err(table.contradiction(&value, "typ", "not sent"));
    }
    let Some(list) = table.optional("accepted-types") else {
        let accepted = match (&typ, rule) {
            (None, _) | (_, TypRule::Ignored) => Vec::new(),
            (Some(typ), _) => vec![typ.text()?.to_owned()],
        };
        return Ok((rule, accepted));
    };
    if rule == TypRule::Ignored {
        return Err(table.contradiction(&list, "typ-rule", "ignored"));
    }
    let accepted = list.distinct(|item| Ok(item.text()?.to_owned()))?;
    if let Some(typ) = typ {
        let text = typ.text()?;
        if !accepted.iter().any(|other| pattern::fits(other, text)) {
            return Err(typ.error(Problem::NotAmong {
                found: text.to_owned(),
                key: table.path_of("accepted-types"),
            }));
        }
    }
    Ok((rule, accepted))
}

/// The claims that every assertion has.
fn always_sent(
    audience: &AudienceRule,
    subject: &SubjectRule,
    omitted: &[OmittedClaim],
) -> Vec<&'static str> {
    let has_audience = !matches!(audience, AudienceRule::Absent);
    let claims = [
        ("iss", true),
        ("aud", has_audience),
        ("exp", !omitted.contains(&OmittedClaim::Expiry)),
        ("jti", !omitted.contains(&OmittedClaim::JwtId)),
        ("sub", subject.is_always_sent()),
    ];
    let sent = claims.into_iter().filter(|(_, is_sent)| *is_sent);
    sent.map(|(name, _)| name).collect()
}

fn read_required_claims(table: &Table<'_>, sent: &[&str]) -> Result<Vec<String>, Box<Error>> {
    let stated = table.distinct("required-claims", |item| Ok(item.text()?.to_owned()))?;
    Ok(stated.unwrap_or_else(|| sent.iter().map(|name| (*name).to_owned()).collect()))
}

fn check_among(
    item: &Value<'_>,
    list: &[String],
    key: impl Fn() -> String,
) -> Result<(), Box<Error>> {
    let found = item.text()?;
    if list.iter().any(|other| other == found) {
        return Ok(());
    }
    Err(item.error(Problem::NotAmong {
        found: found.to_owned(),
        key: key(),
    }))
}

/// A number of characters, of a `jti` that is a text.
fn characters(
    table: &Table<'_>,
    key: &str,
    (least, most): (u64, u64),
) -> Result<Option<usize>, Box<Error>> {
    let Some(value) = table.optional(key) else {
        return Ok(None);
    };
    if table.word("jwt-id-form", &JWT_ID_FORMS)? == JwtIdForm::Any {
        return Err(table.contradiction(&value, "jwt-id-form", "any"));
    }
    Ok(value.integer(least, most)?.try_into().ok())
}
