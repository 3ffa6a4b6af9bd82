//! One request at the token endpoint, of which a test can spoil every part.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use base64ct::{Base64UrlUnpadded, Encoding};
use tokenring_jwk::aws_lc_rs::SigningKey;
use tokenring_jwk::{Algorithm, PrivateKey, Signer};

use crate::bench::{CLIENT, KEY_ID, other_private_key, private_key};
use crate::http::{self, Answer};

#[derive(Clone)]
pub(crate) struct Attempt {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) content_types: Vec<&'static str>,
    pub(crate) host: Option<String>,
    pub(crate) form: Vec<(&'static str, String)>,
    /// Names and JSON texts of the header parameters.
    pub(crate) header: Vec<(&'static str, String)>,
    /// Names and JSON texts of the claims.
    pub(crate) claims: Vec<(&'static str, String)>,
    pub(crate) signed_by: SignedBy,
    /// Stands in place of the assertion that the other members make.
    pub(crate) assertion: Option<String>,
}

#[derive(Clone, Copy)]
pub(crate) enum SignedBy {
    RegisteredKey,
    OtherKey,
    /// The signature has this text.
    Text(&'static str),
}

impl Attempt {
    pub(crate) fn new(token_url: String, now: u64) -> Self {
        static JWT_IDS: AtomicU64 = AtomicU64::new(0);
        let jwt_id = JWT_IDS.fetch_add(1, Ordering::SeqCst);
        Self {
            method: "POST",
            target: "/oauth2/token".to_owned(),
            content_types: vec!["application/x-www-form-urlencoded"],
            host: None,
            form: vec![
                ("grant_type", "client_credentials".to_owned()),
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
                ),
            ],
            header: vec![
                ("alg", quoted("RS512")),
                ("kid", quoted(KEY_ID)),
                ("typ", quoted("JWT")),
            ],
            claims: vec![
                ("iss", quoted(CLIENT)),
                ("sub", quoted(CLIENT)),
                ("jti", quoted(&format!("test-jwt-id-{jwt_id}"))),
                ("aud", quoted(&token_url)),
                ("exp", (now + 240).to_string()),
            ],
            signed_by: SignedBy::RegisteredKey,
            assertion: None,
        }
    }

    pub(crate) fn set_parameter(&mut self, name: &'static str, value: &str) {
        self.remove_parameter(name);
        self.form.push((name, value.to_owned()));
    }

    pub(crate) fn remove_parameter(&mut self, name: &str) {
        self.form.retain(|(each, _)| *each != name);
    }

    pub(crate) fn set_header(&mut self, name: &'static str, json: &str) {
        self.header.retain(|(each, _)| *each != name);
        self.header.push((name, json.to_owned()));
    }

    pub(crate) fn remove_header(&mut self, name: &str) {
        self.header.retain(|(each, _)| *each != name);
    }

    pub(crate) fn set_claim(&mut self, name: &'static str, json: &str) {
        self.claims.retain(|(each, _)| *each != name);
        self.claims.push((name, json.to_owned()));
    }

    pub(crate) fn remove_claim(&mut self, name: &str) {
        self.claims.retain(|(each, _)| *each != name);
    }

    pub(crate) fn set_client(&mut self, client_id: &str) {
        self.set_claim("iss", &quoted(client_id));
        self.set_claim("sub", &quoted(client_id));
    }

    pub(crate) fn with_header(mut self, name: &'static str, json: &str) -> Self {
        self.set_header(name, json);
        self
    }

    pub(crate) fn with_claim(mut self, name: &'static str, json: &str) -> Self {
        self.set_claim(name, json);
        self
    }

    pub(crate) fn with_client(mut self, client_id: &str) -> Self {
        self.set_client(client_id);
        self
    }

    pub(crate) fn with_parameter(mut self, name: &'static str, value: &str) -> Self {
        self.form.push((name, value.to_owned()));
        self
    }

    pub(crate) fn assertion(&self) -> String {
        if let Some(assertion) = &self.assertion {
            return assertion.clone();
        }
        let header = encode(object(&self.header).as_bytes());
        let claims = encode(object(&self.claims).as_bytes());
        let signing_input = format!("{header}.{claims}");
        let signature = match self.signed_by {
            SignedBy::RegisteredKey => sign(private_key(), &signing_input),
            SignedBy::OtherKey => sign(other_private_key(), &signing_input),
            SignedBy::Text(text) => text.to_owned(),
        };
        format!("{signing_input}.{signature}")
    }

    pub(crate) fn body(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&self.form);
        if !self
            .form
            .iter()
            .any(|(name, _)| *name == "client_assertion")
        {
            form.append_pair("client_assertion", &self.assertion());
        }
        form.finish()
    }

    #[track_caller]
    pub(crate) fn send(&self, address: SocketAddr) -> Answer {
        self.send_with(address, &[])
    }

    /// Sends the request with further headers.
    #[track_caller]
    pub(crate) fn send_with(&self, address: SocketAddr, further: &[(&str, &str)]) -> Answer {
        let mut headers: Vec<(&str, &str)> = self
            .content_types
            .iter()
            .map(|value| ("Content-Type", *value))
            .collect();
        if let Some(host) = &self.host {
            headers.push(("Host", host));
        }
        headers.extend(further);
        let body = self.body();
        http::send(
            address,
            self.method,
            &self.target,
            &headers,
            body.as_bytes(),
        )
    }
}

pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn object(members: &[(&str, String)]) -> String {
    let members: Vec<_> = members
        .iter()
        .map(|(name, json)| format!("{}:{json}", quoted(name)))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn sign(key: &PrivateKey, signing_input: &str) -> String {
    let signer = SigningKey::new(key, Algorithm::Rs512).unwrap();
    let signature = signer.sign(signing_input.as_bytes()).unwrap();
    encode(signature.as_bytes())
}
