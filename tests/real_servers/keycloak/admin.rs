use integration_tests::fixtures;
use serde_json::{Value, json};

use crate::http::{self, Answer};
use crate::key_ring::KeyRing;
use crate::mistakes;

pub(super) const REALM: &str = "measured";
pub(super) const NAME: &str = "test-administrator";
pub(super) const PASSWORD: &str = "test-password";

/// The administration of a running Keycloak.
pub(super) struct Admin {
    base: String,
}

impl Admin {
    /// Makes the realm.
    pub(super) fn new(base: String) -> Self {
        let admin = Self { base };
        let realm = json!({ "realm": REALM, "enabled": true });
        let answer = admin.call("POST", "/admin/realms", Some(&realm));
        assert_eq!(answer.status, 201, "{}", answer.text());
        admin
    }

    /// The version that the running program says it is.
    pub(super) fn version(&self) -> String {
        let answer = self.call("GET", "/admin/serverinfo", None).json();
        answer["systemInfo"]["version"].as_str().unwrap().to_owned()
    }

    /// Makes a client that is registered as a row of the recorded answers says.
    pub(super) fn register(&self, client_id: &str, registration: &Value, keys: &KeyRing) {
        let row = |name: &str| registration.get(name).cloned();
        let flag = |name: &str, default| row(name).map_or(default, |value| value == json!(true));
        let text = |value: Value| value.as_str().unwrap().to_owned();
        let mut attributes = json!({});
        let mut set = |name: &str, value: String| attributes[name] = json!(value);
        if let Some(key) = row("pem-file") {
            set("jwt.credential.public.key", text(key));
        } else if let Some(name) = row("pem") {
            let key = keys.key(&text(name));
            set("jwt.credential.public.key", key.pem());
        } else if row("pem-text").is_some() {
            let key = fixtures::text("keys/test-rsa-2048-pkcs1-public.pem");
            set("jwt.credential.public.key", key);
        } else if let Some(name) = row("certificate") {
            set("jwt.credential.certificate", certificate(&text(name)));
        } else if let Some(url) = row("url-of") {
            set("use.jwks.url", "true".to_owned());
            set("jwks.url", text(url));
        } else if row("jwks") != Some(Value::Null) {
            set("use.jwks.string", "true".to_owned());
            set(
                "jwks.string",
                mistakes::key_set(registration, keys).to_string(),
            );
        }
        if let Some(algorithm) = row("pinned") {
            set("token.endpoint.auth.signing.alg", text(algorithm));
        }
        if let Some(seconds) = row("maximum-expiration") {
            set("token.endpoint.auth.signing.max.exp", seconds.to_string());
        }
        if flag("dpop", false) {
            set("dpop.bound.access.tokens", "true".to_owned());
        }
        let authenticator = row("authenticator").unwrap_or_else(|| json!("client-jwt"));
        let client = json!({
            "clientId": client_id,
            "enabled": flag("enabled", true),
            "publicClient": flag("public", false),
            "directAccessGrantsEnabled": true,
            "serviceAccountsEnabled": flag("service-account", true) && !flag("public", false),
            "clientAuthenticatorType": authenticator,
            "secret": row("secret"),
            "attributes": attributes,
        });
        self.add(&client);
    }

    /// Makes a client with these attributes alone.
    pub(super) fn add_client(&self, client_id: &str, attributes: &Value) {
        self.add(&json!({
            "clientId": client_id,
            "serviceAccountsEnabled": true,
            "clientAuthenticatorType": "client-jwt",
            "attributes": attributes,
        }));
    }

    fn add(&self, client: &Value) {
        let path = format!("/admin/realms/{REALM}/clients");
        let answer = self.call("POST", &path, Some(client));
        assert_eq!(answer.status, 201, "{}", answer.text());
    }

    /// With a token of its own, because they live for a minute.
    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let url = format!("{}/realms/master/protocol/openid-connect/token", self.base);
        let form = [
            ("grant_type", "password"),
            ("client_id", "admin-cli"),
            ("username", NAME),
            ("password", PASSWORD),
        ];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let content_type = [("content-type", "application/x-www-form-urlencoded")];
        let answer = http::send("POST", &url, &content_type, Some(&http::form(&form))).unwrap();
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let authorization = format!("Bearer {token}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
        ];
        let body = body.map(Value::to_string);
        let url = format!("{}{path}", self.base);
        http::send(method, &url, &headers, body.as_deref()).unwrap()
    }
}

/// The stored certificate of a key, as Keycloak keeps it: without the lines around it.
fn certificate(key: &str) -> String {
    assert_eq!(key, "rsa2048-a");
    bare(&fixtures::text("keys/test-rsa-2048-certificate.pem"))
}

/// A PEM's base64 alone.
pub(super) fn bare(pem: &str) -> String {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    lines.collect()
}
