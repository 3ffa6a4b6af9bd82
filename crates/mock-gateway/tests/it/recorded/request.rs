use serde_json::{Map, Value};

use super::signing::{encode_json, sign};
use crate::http::{self, Answer};
use crate::preset::Preset;

/// A token request in parts, before it is signed.
#[derive(Clone)]
pub(super) struct TestRequest {
    pub(super) method: String,
    /// The path of the token endpoint, if none.
    pub(super) path: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) form: Vec<(String, String)>,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    pub(super) key: String,
    pub(super) algorithm: String,
    /// The claims of the DPoP proof, if there is one.
    pub(super) dpop: Option<Map<String, Value>>,
    pub(super) is_unsigned: bool,
    pub(super) is_multipart: bool,
    /// The body in place of the form.
    pub(super) body: Option<String>,
}

/// Stands for the assertion in a form parameter.
pub(super) const ASSERTION: &str = "${assertion}";

impl TestRequest {
    fn assertion(&self) -> String {
        let input = format!(
            "{}.{}",
            encode_json(&Value::Object(self.header.clone())),
            encode_json(&Value::Object(self.claims.clone()))
        );
        let signature = match self.is_unsigned {
            true => String::new(),
            false => sign(&self.key, &self.algorithm, &input),
        };
        format!("{input}.{signature}")
    }

    #[track_caller]
    pub(super) fn send(&self, preset: &Preset) -> Answer {
        let assertion = self.assertion();
        let form = self.form.iter();
        let form: Vec<(String, String)> = form
            .map(|(name, value)| (name.clone(), value.replace(ASSERTION, &assertion)))
            .collect();
        let (content_type, body) = match (&self.body, self.is_multipart) {
            (Some(body), _) => (None, body.clone()),
            (None, false) => {
                let mut text = form_urlencoded::Serializer::new(String::new());
                text.extend_pairs(&form);
                (None, text.finish())
            }
            (None, true) => {
                let mut text = String::new();
                for (name, value) in &form {
                    text += &format!(
                        "--limit\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n\
                         {value}\r\n"
                    );
                }
                text += "--limit--\r\n";
                let content_type = "multipart/form-data; boundary=limit".to_owned();
                (Some(content_type), text)
            }
        };
        let content_type = content_type.or_else(|| self.content_type.clone());
        let mut headers: Vec<(&str, &str)> = Vec::new();
        if let Some(content_type) = &content_type {
            headers.push(("Content-Type", content_type));
        }
        let proof = self.dpop.as_ref().map(super::dpop::proof);
        if let Some(proof) = &proof {
            headers.push(("DPoP", proof));
        }
        for (name, value) in &self.headers {
            headers.push((name, value));
        }
        let own_path = preset.path();
        http::send(
            preset.gateway.address(),
            &self.method,
            self.path.as_deref().unwrap_or(&own_path),
            &headers,
            body.as_bytes(),
        )
    }
}
