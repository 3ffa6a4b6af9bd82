use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::draft::{self, Draft};
use crate::http::{self, Answer};
use crate::key_ring::{KeyRing, TestKey};
use crate::recorded_row::RequestChanges;
use crate::site::{Facts, now, unique};

/// The request that gets a token, from which each row departs.
pub(crate) struct RightRequest<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) audience: &'a str,
    pub(crate) has_client_id: bool,
    pub(crate) scope: Option<&'static str>,
    /// Texts of the rows that stand for something of this server.
    pub(crate) placeholders: Vec<(&'static str, String)>,
    /// Texts of this server, and what stands for them in the files.
    pub(crate) recorded_as: Vec<(String, &'static str)>,
    /// The way of registering that a client in these words has.
    pub(crate) flow_of: fn(&Value) -> Option<&'static str>,
}

/// A request as it is sent, and what its sender knows.
pub(crate) struct Request {
    pub(crate) client_id: String,
    pub(crate) form: Vec<(String, String)>,
    pub(crate) key: Rc<TestKey>,
    pub(crate) published: Option<Value>,
    pub(crate) flow: Option<&'static str>,
    pub(crate) made_at: u64,
    pub(crate) jwt_id: Option<String>,
    method: String,
    url: String,
    pub(super) headers: Vec<(String, String)>,
    body: String,
}

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const FORM: &str = "application/x-www-form-urlencoded";

impl<'a> RightRequest<'a> {
    /// The request as most servers want it.
    pub(crate) fn of(facts: &'a Facts, audience: &'a str) -> Self {
        let elsewhere = facts.token_endpoint.replace("127.0.0.1", "localhost");
        Self {
            facts,
            audience,
            has_client_id: false,
            scope: None,
            placeholders: vec![("${localhost-token}", elsewhere)],
            recorded_as: Vec::new(),
            flow_of: |_| None,
        }
    }

    /// Makes a row's request.
    pub(crate) fn changed(
        &self,
        changes: &RequestChanges,
        client: &Value,
        client_id: &str,
        shared_jwt_id: &str,
        keys: &KeyRing,
    ) -> Request {
        let made_at = now();
        let key = keys.key(changes.key.as_deref().unwrap_or("rsa2048-a"));
        let algorithm = changes.algorithm.as_deref().unwrap_or("RS256");
        let mut texts = self.placeholders.clone();
        texts.extend([
            ("${client}", client_id.to_owned()),
            ("${CLIENT}", client_id.to_uppercase()),
            ("${issuer}", self.facts.issuer.clone()),
            ("${token}", self.facts.token_endpoint.clone()),
            ("${spki}", key.spki_hash()),
            ("${thumbprint}", key.thumbprint()),
            ("${shared-jti}", shared_jwt_id.to_owned()),
        ]);
        let header = json!({ "alg": algorithm, "kid": "k1", "typ": "JWT" });
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": self.audience, "jti": unique(),
            "iat": made_at, "exp": made_at + 50,
        });
        let mut draft = Draft::new(&header, &claims);
        for (name, value) in &changes.header {
            draft.set_header(name, expand(value, &texts, made_at));
        }
        for (name, value) in &changes.claims {
            draft.set_claim(name, expand(value, &texts, made_at));
        }
        let mut assertion = draft.sign(&key, algorithm);
        match changes.damage.as_deref() {
            None => {}
            Some("signature-absent") => {
                let end = assertion.rfind('.').unwrap();
                assertion.truncate(end + 1);
            }
            Some(damage) => panic!("no damage is called {damage}"),
        }
        texts.push(("${assertion}", assertion));
        let form = self.form(&changes.form, &texts, client_id);
        let mut request = Request {
            client_id: draft.claim("iss").unwrap_or(client_id).to_owned(),
            form,
            published: published(client, keys),
            flow: (self.flow_of)(client),
            made_at,
            jwt_id: draft.claim("jti").map(str::to_owned),
            method: "POST".to_owned(),
            url: self.facts.token_endpoint.clone(),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            body: String::new(),
            key,
        };
        request.body = http::form(&request.form);
        let mut content_type = FORM.to_owned();
        self.change_http(&mut request, &mut content_type, &changes.http, &texts);
        let content_type = ("content-type".to_owned(), content_type);
        request.headers.push(content_type);
        if let Some(changes) = &changes.dpop {
            let key = keys.key("p256-a");
            let proof = draft::dpop_proof(&key, &request.url, made_at, changes);
            request.headers.push(("dpop".to_owned(), proof));
        }
        request
    }

    fn form(
        &self,
        changes: &Map<String, Value>,
        texts: &[(&str, String)],
        client_id: &str,
    ) -> Vec<(String, String)> {
        let mut form = json!({
            "grant_type": "client_credentials",
            "client_assertion_type": TYPE,
            "client_assertion": "${assertion}",
        });
        if self.has_client_id {
            form["client_id"] = json!(client_id);
        }
        if let Some(scope) = self.scope {
            form["scope"] = json!(scope);
        }
        for (name, value) in changes {
            form[name] = value.clone();
        }
        let mut fields = Vec::new();
        for (name, value) in form.as_object().unwrap() {
            let values = match expand(value, texts, 0) {
                Value::Null => Vec::new(),
                Value::Array(values) => values,
                value => vec![value],
            };
            for value in values {
                fields.push((name.clone(), value.as_str().unwrap().to_owned()));
            }
        }
        fields
    }

    fn change_http(
        &self,
        request: &mut Request,
        content_type: &mut String,
        changes: &Map<String, Value>,
        texts: &[(&str, String)],
    ) {
        for (name, value) in changes {
            let value = expand(value, texts, 0);
            let text = value.as_str().unwrap_or_default();
            match name.as_str() {
                "method" => text.clone_into(&mut request.method),
                "path" => request.url = format!("{}{text}", self.origin()),
                "url" => text.clone_into(&mut request.url),
                "body" => text.clone_into(&mut request.body),
                "content-type" => text.clone_into(content_type),
                "headers" => {
                    for (name, value) in value.as_object().unwrap() {
                        let value = value.as_str().unwrap().to_owned();
                        request.headers.push((name.clone(), value));
                    }
                }
                "multipart" => {
                    "multipart/form-data; boundary=between".clone_into(content_type);
                    request.body = multipart(&request.form);
                }
                _ => panic!("no change of the request is called {name}"),
            }
        }
    }

    /// Scheme, host and port.
    fn origin(&self) -> &str {
        let url = &self.facts.token_endpoint;
        let host = url.find("://").unwrap() + 3;
        let end = url[host..].find('/').unwrap();
        &url[..host + end]
    }
}

impl Request {
    pub(crate) fn send(&self) -> Answer {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let body = (self.method != "GET").then_some(self.body.as_str());
        http::send(&self.method, &self.url, &headers, body).unwrap()
    }
}

fn multipart(form: &[(String, String)]) -> String {
    let mut body = String::new();
    for (name, value) in form {
        body.push_str("--between\r\nContent-Disposition: form-data; name=\"");
        body.push_str(&format!("{name}\"\r\n\r\n{value}\r\n"));
    }
    body + "--between--\r\n"
}

/// The JWK Set next to the private key, as far as the client has one.
fn published(client: &Value, keys: &KeyRing) -> Option<Value> {
    let other_ways = ["pem", "pem-text", "certificate", "url-of"];
    let is_elsewhere = other_ways.iter().any(|name| client.get(name).is_some());
    let has_none = client.get("jwks").is_some_and(Value::is_null);
    (!is_elsewhere && !has_none).then(|| key_set(client, keys))
}

/// The JWK Set of a row's registration, and the usual one where it names none.
pub(crate) fn key_set(client: &Value, keys: &KeyRing) -> Value {
    if let Some(set) = client.get("set") {
        return set.clone();
    }
    let usual = json!([{ "key": "rsa2048-a", "kid": "k1", "alg": "RS256", "use": "sig" }]);
    let entries = client.get("jwks").unwrap_or(&usual).as_array().unwrap();
    let set: Vec<Value> = entries.iter().map(|entry| jwk(entry, keys)).collect();
    json!({ "keys": set })
}

/// A JWK as a row writes it, with the name of a key in place of the key.
pub(crate) fn jwk(entry: &Value, keys: &KeyRing) -> Value {
    let mut members = entry.as_object().unwrap().clone();
    let name = members.remove("key").unwrap();
    keys.key(name.as_str().unwrap())
        .jwk(&Value::Object(members))
}

/// Fills in what a row leaves to the server, the client and the moment.
pub(crate) fn expand(value: &Value, texts: &[(&str, String)], now: u64) -> Value {
    match value {
        Value::String(text) => {
            let mut text = text.clone();
            for (name, value) in texts {
                text = text.replace(name, value);
            }
            assert!(!text.contains("${"), "{text}");
            Value::String(text)
        }
        Value::Array(values) => values
            .iter()
            .map(|value| expand(value, texts, now))
            .collect(),
        Value::Object(members) => match (members.get("now"), members.get("text")) {
            (Some(seconds), _) => json!(now.checked_add_signed(seconds.as_i64().unwrap()).unwrap()),
            (_, Some(length)) => {
                json!("x".repeat(usize::try_from(length.as_u64().unwrap()).unwrap()))
            }
            _ => members
                .iter()
                .map(|(name, value)| (name.clone(), expand(value, texts, now)))
                .collect(),
        },
        value => value.clone(),
    }
}
