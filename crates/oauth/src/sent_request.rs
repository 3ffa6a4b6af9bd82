use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::header::Headers;
use crate::normal_form::percent_decoded;
use crate::secret_detector::{Builder, SecretDetector};
use crate::{ClientIdMask, SecureUrl};

/// A request as it was sent, kept until its answer is read: a server's words are compared with it.
///
/// Nothing is computed before a refusal is read.
#[derive(Clone)]
pub(crate) struct SentRequest {
    pub(crate) url: SecureUrl,
    pub(crate) headers: Headers,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// Whether the client ID opens APIs by itself.
    pub(crate) has_secret_client_id: bool,
}

/// Words in the name of a parameter or header that speak of a secret.
const SECRET: [&str; 11] = [
    "secret",
    "passw",
    "passphrase",
    "pwd",
    "token",
    "assertion",
    "authorization",
    "cookie",
    "key",
    "credential",
    "dpop",
];
/// How the names begin of what a server may repeat.
const HARMLESS: [&str; 18] = [
    "grant_type",
    "client_id",
    "scope",
    "resource",
    "audience",
    "accept",
    "content-",
    "user-agent",
    "host",
    "cache-control",
    "prefer",
    "range",
    "if-",
    "origin",
    "x-request-id",
    "x-correlation-id",
    "traceparent",
    "tracestate",
];
/// A value whose name says nothing is likely to be a word of everyday if it is shorter.
const SHORTEST_UNNAMED: usize = 8;
/// So long a value is found by any part of it.
const LONG: usize = 64;
/// Claims that a server may repeat. RFC 7519 section 4.1, RFC 8693 section 4.2.
const HARMLESS_CLAIMS: [&str; 7] = ["aud", "iss", "iat", "nbf", "exp", "scope", "scp"];
/// Claims that name the client.
const CLIENT_CLAIMS: [&str; 4] = ["iss", "client_id", "azp", "appid"];

/// A name and its value.
type Pair = (String, Zeroizing<String>);

impl SentRequest {
    /// What finds the secrets of this request in a text, and those of its answer; what hides its
    /// client ID where that is a secret as well; and the values that may be repeated.
    pub(crate) fn recognition<'s>(
        &self,
        received: impl Iterator<Item = &'s str>,
    ) -> (SecretDetector, Vec<ClientIdMask>, Vec<String>) {
        let values = self.values();
        let jwts: Vec<Jwt> = values
            .iter()
            .filter_map(|(_, value)| Jwt::decode(value))
            .collect();
        let client_ids = client_ids(&values, &jwts);
        let mut harmless = client_ids.clone();
        harmless.push(without_query(self.url.as_str()).to_owned());
        for (name, value) in &values {
            if sensitivity(name) == Sensitivity::Harmless {
                harmless.push(value.to_string());
            }
        }
        for jwt in &jwts {
            jwt.collect_harmless(&client_ids, &mut harmless);
        }
        let known = harmless;
        let harmless: Vec<&str> = known.iter().map(String::as_str).collect();
        let body = core::str::from_utf8(&self.body).unwrap_or_default();
        let mut secrets = Builder::new(&harmless);
        for (name, value) in &values {
            let is_secret = match sensitivity(name) {
                Sensitivity::Secret => true,
                Sensitivity::Unknown => value.len() >= SHORTEST_UNNAMED,
                Sensitivity::Harmless => false,
            };
            // What stands in the body as it is gets its encodings with it.
            let is_in_body = value.len() > LONG && body.contains(value.as_str());
            if is_secret && is_in_body {
                secrets.add_text(value);
            } else if is_secret {
                secrets.add(value);
            }
        }
        for jwt in &jwts {
            jwt.collect_secrets(&harmless, &mut secrets);
        }
        secrets.add_encodings(&self.body);
        received.for_each(|token| secrets.add(token));
        let masks = match self.has_secret_client_id {
            // A shorter one is more likely a word of the server's than a secret.
            true => client_ids
                .iter()
                .filter(|id| id.len() >= SHORTEST_UNNAMED)
                .map(|id| ClientIdMask::new(id))
                .collect(),
            false => Vec::new(),
        };
        (secrets.build(), masks, known)
    }

    /// Whether the form asks for every part of a scope.
    pub(crate) fn asks_for(&self, scope: &str) -> bool {
        let body = core::str::from_utf8(&self.body).unwrap_or_default();
        let mut fields = body.split('&');
        let asked = fields.find(|field| field.starts_with("scope="));
        let asked = asked.map(pairs).unwrap_or_default();
        let is_asked = |part| {
            let mut values = asked.iter().map(|(_, value)| value);
            values.any(|value| value.split_whitespace().any(|known| known == part))
        };
        scope.split_whitespace().all(is_asked)
    }

    /// Parameters of URL and form, and headers.
    fn values(&self) -> Vec<Pair> {
        let (_, query) = self.url.as_str().split_once('?').unwrap_or_default();
        let mut values = pairs(query);
        values.extend(pairs(core::str::from_utf8(&self.body).unwrap_or_default()));
        for header in self.headers.iter() {
            let name = header.name().to_ascii_lowercase();
            let value = header.secret_value();
            match (name.as_str(), value.split_once(' ')) {
                ("authorization", Some((scheme, credentials))) => {
                    if scheme.eq_ignore_ascii_case("Basic") {
                        values
                            .extend(password(credentials).map(|password| (name.clone(), password)));
                    }
                    values.push((name, Zeroizing::new(credentials.trim().to_owned())));
                }
                ("cookie", _) => {
                    for cookie in value.split(';') {
                        let (_, value) = cookie.split_once('=').unwrap_or(("", cookie));
                        values.push((name.clone(), Zeroizing::new(value.to_owned())));
                    }
                }
                _ => values.push((name, Zeroizing::new(value.to_owned()))),
            }
        }
        values
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sensitivity {
    Secret,
    Harmless,
    Unknown,
}

fn sensitivity(name: &str) -> Sensitivity {
    let name = name.to_ascii_lowercase();
    // Such as `client_assertion_type`.
    if name.ends_with("_type") {
        Sensitivity::Harmless
    } else if SECRET.iter().any(|word| name.contains(word)) {
        Sensitivity::Secret
    } else if HARMLESS.iter().any(|start| name.starts_with(start)) {
        Sensitivity::Harmless
    } else {
        Sensitivity::Unknown
    }
}

/// The fields of a form or a query.
fn pairs(text: &str) -> Vec<Pair> {
    let decoded = |text: &str| {
        let text = Zeroizing::new(text.replace('+', " "));
        Zeroizing::new(percent_decoded(&text))
    };
    let fields = text.split('&').filter_map(|field| field.split_once('='));
    fields
        .map(|(name, value)| (decoded(name).to_string(), decoded(value)))
        .collect()
}

fn password(credentials: &str) -> Option<Zeroizing<String>> {
    let bytes = Zeroizing::new(Base64::decode_vec(credentials.trim()).ok()?);
    let (_, password) = core::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some(Zeroizing::new(password.to_owned()))
}

/// The client, as form and assertion name it.
fn client_ids(values: &[Pair], jwts: &[Jwt]) -> Vec<String> {
    let fields = values.iter().filter(|(name, _)| name == "client_id");
    let mut ids: Vec<String> = fields.map(|(_, value)| value.to_string()).collect();
    for jwt in jwts {
        let claims = CLIENT_CLAIMS.iter();
        ids.extend(claims.filter_map(|name| Some(jwt.claims.get(name)?.as_str()?.to_owned())));
    }
    ids
}

fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

/// An assertion, a proof, or an access token that is a JWT.
struct Jwt {
    header: Value,
    claims: Value,
    text: Zeroizing<String>,
    signature: Zeroizing<Vec<u8>>,
}

impl Jwt {
    fn decode(compact: &str) -> Option<Self> {
        let part = |text: &str| Base64UrlUnpadded::decode_vec(text).map(Zeroizing::new).ok();
        let mut parts = compact.split('.').map(part);
        let header = parts.next()??;
        let text = parts.next()??;
        let signature = parts.next().flatten().unwrap_or_default();
        Some(Self {
            header: serde_json::from_slice(&header).ok()?,
            claims: serde_json::from_slice(&text).ok()?,
            text: Zeroizing::new(core::str::from_utf8(&text).ok()?.to_owned()),
            signature,
        })
    }

    fn collect_harmless(&self, client_ids: &[String], harmless: &mut Vec<String>) {
        for name in HARMLESS_CLAIMS {
            match self.claims.get(name) {
                Some(number @ Value::Number(_)) => harmless.push(number.to_string()),
                Some(claim) => each_text(claim, &mut |text| {
                    harmless.push(without_query(text).to_owned());
                }),
                None => {}
            }
        }
        for name in ["alg", "kid", "typ"] {
            let member = self.header.get(name).and_then(Value::as_str);
            harmless.extend(member.map(ToOwned::to_owned));
        }
        let subject = self.claims.get("sub").and_then(Value::as_str);
        harmless.extend(
            client_ids
                .iter()
                .find(|id| Some(id.as_str()) == subject)
                .cloned(),
        );
    }

    fn collect_secrets(&self, harmless: &[&str], secrets: &mut Builder) {
        secrets.add_json(&self.text);
        secrets.add_encodings(&self.signature);
        for (name, claim) in self.claims.as_object().into_iter().flatten() {
            if HARMLESS_CLAIMS.contains(&name.as_str()) {
                continue;
            }
            each_text(claim, &mut |text| {
                // A shorter value is more likely a word of everyday than a secret.
                if text.len() >= crate::common_runs::WINDOW && !harmless.contains(&text) {
                    secrets.add(text);
                }
            });
        }
    }
}

/// Every text in a JSON value.
fn each_text(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, visit)),
        Value::Object(members) => members.values().for_each(|member| each_text(member, visit)),
        _ => {}
    }
}
