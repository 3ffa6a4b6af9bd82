use serde_json::{Map, Value};

/// What was sent, as the sentences speak of it.
pub(super) struct Sent<'s> {
    pub(super) header: &'s Map<String, Value>,
    pub(super) claims: &'s Map<String, Value>,
    pub(super) form: &'s [(String, String)],
}

impl Sent<'_> {
    pub(super) fn alg(&self) -> &str {
        self.header
            .get("alg")
            .map_or("", |alg| alg.as_str().unwrap())
    }

    fn form(&self, name: &str) -> Option<&str> {
        let mut form = self.form.iter();
        let found = form.find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    fn date(&self, name: &str) -> Option<f64> {
        self.claims.get(name)?.as_f64()
    }
}

pub(super) type Holds = fn(&Sent<'_>) -> bool;

/// What a sentence can say of a request, and when it is so.
pub(super) const STATEMENTS: &[(&str, Holds)] = &[
    ("alg is none", |sent| sent.alg() == "none"),
    ("symmetric", |sent| sent.alg().starts_with("HS")),
    ("is Ed25519", |sent| sent.alg() == "Ed25519"),
    ("header has no alg", |sent| !sent.header.contains_key("alg")),
    ("PS256, PS384 and PS512", |sent| {
        sent.alg().starts_with("PS")
    }),
    ("signed with another algorithm than RS512", |sent| {
        sent.alg() != "RS512"
    }),
    ("no kid", |sent| !sent.header.contains_key("kid")),
    ("kid differs", |sent| sent.header.contains_key("kid")),
    ("no typ", |sent| !sent.header.contains_key("typ")),
    ("typ of the assertion's header is not JWT", |sent| {
        sent.header.get("typ").is_some_and(|typ| typ != "JWT")
    }),
    ("header has crit", |sent| sent.header.contains_key("crit")),
    ("no iss", |sent| !sent.claims.contains_key("iss")),
    ("iss of the assertion is", |sent| {
        sent.claims.contains_key("iss")
    }),
    ("no sub", |sent| !sent.claims.contains_key("sub")),
    ("has a sub", |sent| sent.claims.contains_key("sub")),
    ("iss and sub of the assertion differ", |sent| {
        let (iss, sub) = (sent.claims.get("iss"), sent.claims.get("sub"));
        iss.is_some() && sub.is_some() && iss != sub
    }),
    ("no aud", |sent| !sent.claims.contains_key("aud")),
    ("aud is a list", |sent| {
        sent.claims.get("aud").is_some_and(Value::is_array)
    }),
    ("aud holds several", |sent| {
        sent.claims.get("aud").is_some_and(Value::is_array)
    }),
    ("it has a slash at its end", |sent| {
        sent.claims
            .get("aud")
            .and_then(Value::as_str)
            .is_some_and(|aud| aud.ends_with('/'))
    }),
    ("no exp", |sent| !sent.claims.contains_key("exp")),
    ("exp is a text", |sent| {
        sent.claims.get("exp").is_some_and(Value::is_string)
    }),
    ("has a fraction", |sent| {
        sent.date("exp").is_some_and(|exp| exp.fract() != 0.0)
    }),
    ("exp is not a", |sent| {
        sent.claims.get("exp").is_some_and(|exp| !exp.is_u64())
    }),
    ("exp is past or nbf is ahead", |sent| {
        sent.claims.contains_key("nbf")
    }),
    ("no iat", |sent| !sent.claims.contains_key("iat")),
    ("iat is not a", |sent| {
        sent.claims.get("iat").is_some_and(|iat| !iat.is_u64())
    }),
    ("iat is in milliseconds", |sent| {
        sent.date("iat").is_some_and(|iat| iat > 1e11)
    }),
    ("in milliseconds", |sent| {
        ["exp", "iat", "nbf"]
            .iter()
            .any(|name| sent.date(name).is_some_and(|date| date > 1e11))
    }),
    ("no nbf", |sent| !sent.claims.contains_key("nbf")),
    ("nbf is ahead", |sent| sent.claims.contains_key("nbf")),
    ("nbf is in the future", |sent| {
        sent.claims.contains_key("nbf")
    }),
    ("no jti", |sent| !sent.claims.contains_key("jti")),
    ("jti is not a text", |sent| {
        sent.claims.get("jti").is_some_and(|jti| !jti.is_string())
    }),
    ("no client_id", |sent| {
        sent.form("client_id").is_none_or(str::is_empty)
    }),
    ("client_id twice", |sent| {
        sent.form
            .iter()
            .filter(|(name, _)| name == "client_id")
            .count()
            > 1
    }),
    ("client_id is empty", |sent| {
        sent.form("client_id") == Some("")
    }),
    ("client_id is no client", |sent| {
        sent.form("client_id").is_some_and(|id| !id.is_empty())
    }),
    ("client_id that is no client", |sent| {
        sent.form("client_id").is_some()
    }),
    ("no grant_type", |sent| sent.form("grant_type").is_none()),
    ("no client_assertion_type", |sent| {
        sent.form("client_assertion_type").is_none()
    }),
    ("client_assertion_type is missing", |sent| {
        sent.form("client_assertion_type").is_none()
    }),
    ("has a client_secret", |sent| {
        sent.form("client_secret").is_some()
    }),
    ("requested scope", |sent| {
        sent.form("scope").is_some() || sent.claims.contains_key("scope")
    }),
    ("two spaces", |sent| {
        sent.form("scope").is_some_and(|scope| scope.contains("  "))
    }),
    ("is for a user", |sent| {
        sent.form("scope")
            .is_some_and(|scope| scope.contains("user/"))
    }),
    ("is for a patient", |sent| {
        sent.form("scope")
            .is_some_and(|scope| scope.contains("patient/"))
    }),
    ("no scope that SMART", |sent| sent.form("scope").is_some()),
];
