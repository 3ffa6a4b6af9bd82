//! What header parameters and claims may be set to, most of it for the worse.

use serde_json::{Value, json};
use tokenring_jwk::Algorithm;

use super::draft::Change;
use crate::key::{self, Key};
use crate::stage::NOW;

/// Every number of seconds that any gateway has for a limit or a leeway, and sums of the two.
const LIMITS: [i64; 19] = [
    0, 2, 10, 15, 30, 60, 75, 90, 120, 130, 150, 165, 180, 190, 300, 310, 315, 3600, 3610,
];

const TYPES: [&str; 10] = [
    "JWT",
    "jwt",
    "Jwt",
    "client-authentication+jwt",
    "CLIENT-authentication+JWT",
    "application/client-authentication+jwt",
    "application/jwt",
    "at+jwt",
    "JOSE",
    "JWT ",
];

/// Names of algorithms that are none of ours, or not spelt like one.
const OTHER_ALGORITHMS: [&str; 9] = [
    "none", "HS256", "HS512", "rs256", "RS-256", "ES256K", "eddsa", "RSA-OAEP", "RS512 ",
];

/// Dates that are texts, and how they miss being a number.
const DATE_TEXTS: [&str; 8] = [
    " 1800000060",
    "1800000060 ",
    "+1800000060",
    "18e8",
    "0x6B49D23C",
    "١٨٠٠٠٠٠٠٦٠",
    "999999999999999",
    "1000000000000000",
];

/// Numbers at the ends of what number types hold.
const EXTREMES: [&str; 7] = [
    "18446744073709551616",
    "18446744073709551615",
    "-9223372036854775808",
    "-9223372036854775809",
    "1e300",
    "-1e300",
    "-0",
];

/// Something of an assertion, with what it may be.
pub(super) struct Place {
    set: fn(&'static str, Option<Value>) -> Change,
    name: &'static str,
    /// How often it is chosen among the others.
    pub(super) weight: usize,
    values: Vec<Value>,
}

impl Place {
    /// All places, with these texts for the audience.
    pub(super) fn all(accepted: &[String], other_audiences: &[String]) -> Vec<Self> {
        let header = |name, weight, values| Self::new(Change::Header, name, weight, values);
        let claim = |name, weight, values| Self::new(Change::Claim, name, weight, values);
        let audiences = audiences(accepted, other_audiences);
        vec![
            header("alg", 8, algorithms()),
            header("typ", 8, texts(&TYPES)),
            header("kid", 8, key_ids()),
            header("crit", 2, vec![json!(["b64"]), json!(["exp", "b64"])]),
            header("x5t#S256", 3, hashes()),
            header("x5c", 2, chains()),
            header("x5t", 1, texts(&["Kh9e7BvLm-1Ld_eLm5GGEA0BhY8"])),
            header("jku", 1, texts(&["https://client.example.com/jwks.json"])),
            header("b64", 1, vec![]),
            claim("iss", 5, names()),
            claim("sub", 5, names()),
            claim("aud", 12, audiences),
            claim("exp", 12, dates()),
            claim("iat", 9, dates()),
            claim("nbf", 5, dates()),
            claim("jti", 3, texts(&["a", "é", "1-2"])),
            claim("scope", 3, texts(&["a", "a b", "\t\n", "\u{a0}"])),
            claim("resource", 2, vec![json!(["https://api.example.com/"])]),
            claim("jit", 1, vec![]),
            claim("Iss", 1, vec![]),
            claim("client_id", 1, vec![]),
        ]
    }

    fn new(
        set: fn(&'static str, Option<Value>) -> Change,
        name: &'static str,
        weight: usize,
        mut values: Vec<Value>,
    ) -> Self {
        values.extend(oddities());
        Self {
            set,
            name,
            weight,
            values,
        }
    }

    /// Each value by itself, and none.
    pub(super) fn changes(&self) -> Vec<Change> {
        let values = self.values.iter().cloned().map(Some);
        let changes = values.chain([None]);
        changes.map(|value| (self.set)(self.name, value)).collect()
    }
}

/// Values of a type that does not belong there, or that say nothing.
fn oddities() -> Vec<Value> {
    vec![
        Value::Null,
        json!(""),
        json!(" "),
        json!("0"),
        json!("x"),
        json!(0),
        json!(0.0),
        json!(5),
        json!(-1),
        json!(1.5),
        json!(true),
        json!(false),
        json!([]),
        json!([""]),
        json!(["x"]),
        json!([null]),
        json!({}),
        json!({"a": 1}),
    ]
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| json!(text)).collect()
}

fn algorithms() -> Vec<Value> {
    let known = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
    known.chain(OTHER_ALGORITHMS).map(Value::from).collect()
}

fn key_ids() -> Vec<Value> {
    let mut ids = vec!["A".repeat(43)];
    for key in [Key::RSA_2048, Key::RSA_3072, Key::P256, Key::ED25519] {
        ids.push(key.thumbprint());
        ids.push(format!("{} ", key.thumbprint()));
        ids.push(key.thumbprint().to_lowercase());
        ids.push(key.spki_hash());
        ids.push(key.name().to_owned());
        ids.push(format!("test-{}", key.name()));
    }
    ids.into_iter().map(Value::from).collect()
}

fn hashes() -> Vec<Value> {
    let hash = key::certificate_hash();
    let padded = format!("{hash}=");
    let foreign = "é".repeat(43);
    let (short, long) = ("A".repeat(42), "A".repeat(44));
    let standard = format!("{}+/", "A".repeat(41));
    vec![hash, padded, foreign, short, long, standard]
        .into_iter()
        .map(Value::from)
        .collect()
}

fn chains() -> Vec<Value> {
    vec![
        json!(["MIIB"]),
        json!(["MIIB", "MIIC"]),
        json!(["MIIB", ""]),
        json!(["MIIB", 5]),
        json!("MIIB"),
    ]
}

fn names() -> Vec<Value> {
    texts(&["nobody", "client-1 ", "CLIENT-1", "integration@example.com"])
}

fn audiences(accepted: &[String], others: &[String]) -> Vec<Value> {
    let mut audiences: Vec<Value> = others.iter().map(|other| json!(other)).collect();
    for good in accepted {
        audiences.extend([
            json!(good),
            json!(format!("{good}/")),
            json!(good.trim_end_matches('/')),
            json!(good.to_uppercase()),
            json!(format!(" {good}")),
            json!([good]),
            json!([good, good]),
            json!([good, others[0]]),
            json!([others[0], good]),
            json!([others[0], others[1]]),
            json!([good, 5]),
            json!([[good]]),
            json!({ "0": good }),
        ]);
    }
    audiences
}

/// On both sides of each limit, and in each form that a date may have.
fn dates() -> Vec<Value> {
    let now = i64::try_from(NOW).unwrap();
    let mut dates = Vec::new();
    for limit in LIMITS {
        for seconds in [now - limit, now + limit] {
            dates.extend([seconds - 1, seconds, seconds + 1].map(Value::from));
        }
        let seconds = now + limit;
        let half = [format!("{seconds}.5"), format!("{}.5", now - limit - 1)];
        dates.extend(half.iter().map(|text| number(text)));
    }
    for seconds in [now - 60, now + 5] {
        dates.push(json!(seconds.to_string()));
        dates.push(json!(seconds * 1000));
        dates.push(number(&format!("{seconds}.0")));
        dates.push(number(&format!("{seconds}e0")));
    }
    dates.extend(texts(&DATE_TEXTS));
    dates.extend(EXTREMES.map(number));
    dates
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
