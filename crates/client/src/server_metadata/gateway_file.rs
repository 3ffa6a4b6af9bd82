use std::fmt::Write as _;

use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, KeyType};
use tokenring_oauth::TokenEndpoint;

use super::{ALGORITHMS, METHODS, ServerMetadata};
use crate::Error;
use crate::error::{Cause, Reason, chain};

/// Keys to generate, each with the type that it has; the first one that an algorithm fits is taken.
const KEYS: [(&str, KeyType); 5] = [
    ("RSA-3072", KeyType::Rsa),
    ("P-256", KeyType::P256),
    ("P-384", KeyType::P384),
    ("P-521", KeyType::P521),
    ("Ed25519", KeyType::Ed25519),
];
/// What a server takes that states nothing (RFC 7518 section 3.1, RFC 8725 section 3.1).
const USUAL: [Algorithm; 3] = [Algorithm::Rs256, Algorithm::Es256, Algorithm::Ps256];

impl ServerMetadata {
    /// A gateway file to start from: what the metadata states, and for the rest what most servers
    /// accept. Each choice says why, and what nobody could read there is under `unknown`.
    ///
    /// `name` is that of the gateway, `date` today's, such as `2026-11-29`.
    ///
    /// # Errors
    ///
    /// [`Error::UnusableMetadata`] if no file can be made of it: the token endpoint is no URL that
    /// an assertion may be sent to, or no algorithm of this crate is accepted.
    pub fn gateway_file(&self, name: &str, date: &str) -> Result<String, Error> {
        if let Err(error) = TokenEndpoint::new(self.token_endpoint().unwrap_or_default()) {
            return Err(self.unusable(&format!("its token_endpoint: {}", chain(&error))));
        }
        let stated = self.algorithms();
        let algorithms = stated.clone().unwrap_or_else(|| USUAL.to_vec());
        let has_type = |key_type| {
            let mut types = algorithms.iter().map(|algorithm| algorithm.key_type());
            types.any(|other| other == key_type)
        };
        let Some((generate, _)) = KEYS.iter().find(|(_, key_type)| has_type(*key_type)) else {
            let stated = self.list(ALGORITHMS).unwrap_or_default().join(", ");
            return Err(self.unusable(&format!(
                "the server accepts no algorithm that tokenring signs with, only {stated}"
            )));
        };
        let text = self.text_of(name, date, generate, &algorithms, stated.is_some());
        match Gateway::parse(&text, "the file that was made of it") {
            Ok(_) => Ok(text),
            Err(error) => Err(self.unusable(&chain(&error))),
        }
    }

    fn text_of(
        &self,
        name: &str,
        date: &str,
        generate: &str,
        algorithms: &[Algorithm],
        is_stated: bool,
    ) -> String {
        let source = quoted(&self.url);
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "# Begun with {}. Compare it with what the server's operator says.\n",
            self.url
        );
        let title = self.issuer().unwrap_or(&self.url);
        let _ = writeln!(text, "name = {}", quoted(name));
        let _ = writeln!(text, "title = {}", quoted(title));
        let _ = writeln!(text, "verified = {date}\n\n[environments.default]");
        if let Some(issuer) = self.issuer() {
            let _ = writeln!(text, "issuer = {}", quoted(issuer));
        }
        let _ = writeln!(text, "metadata = {source}");
        if let Some(url) = self.token_endpoint() {
            let _ = writeln!(text, "token-endpoint = {}", quoted(url));
        }
        text.push_str("\n[assertion]\n");
        if !is_stated {
            text.push_str("# The server states none: ask which it accepts.\n");
        }
        let listed: Vec<_> = algorithms.iter().map(|name| quoted(name.name())).collect();
        let _ = writeln!(text, "algorithms = [{}]", listed.join(", "));
        let audience = match self.issuer() {
            Some(_) => "issuer",
            None => "token-endpoint",
        };
        let _ = writeln!(text, "audience = {}", quoted(audience));
        text.push_str(if self.issuer().is_some() {
            "accepted-audiences = [\"issuer\", \"token-endpoint\"]\n"
        } else {
            ""
        });
        text.push_str("typ = \"JWT\"\nclaims = [\"iat\"]\nlifetime-seconds = 60\n");
        let _ = writeln!(
            text,
            "\n[key]\ngenerate = {}\nid-scheme = \"thumbprint\"\nregister-as = [\"jwk-set\", \"jwk-set-url\"]",
            quoted(generate)
        );
        if let Some(grant) = self.grant() {
            let _ = writeln!(text, "\n[request]\ngrant = {}", quoted(grant));
        }
        self.add_evidence(&mut text, is_stated);
        text
    }

    fn add_evidence(&self, text: &mut String, is_stated: bool) {
        let source = quoted(&self.url);
        let _ = writeln!(text, "\n[sources]\nenvironments = {source}");
        text.push_str("assertion = \"RFC 7523 section 3; what most servers accept\"\n");
        if is_stated {
            let _ = writeln!(text, "\"assertion.algorithms\" = {source}");
        }
        text.push_str("key = \"RFC 7638; NIST SP 800-57 part 1, table 2\"\n");
        if self.grant().is_some() {
            let _ = writeln!(text, "request = {source}");
        }
        let mut unknown = vec![
            (
                "assertion.maximum-lifetime-seconds",
                "Metadata does not state it. A minute is what the strictest servers accept.",
            ),
            (
                "assertion.audience",
                "Metadata does not state it. Some servers accept only the token endpoint.",
            ),
        ];
        let methods = self.authentication_methods();
        if !methods.is_some_and(|methods| methods.contains(&"private_key_jwt")) {
            let about = "The metadata does not name private_key_jwt: ask whether clients can \
                         authenticate with a signed JWT.";
            unknown.push((METHODS, about));
        }
        for (about, words) in unknown {
            let (about, words) = (quoted(about), quoted(words));
            let _ = writeln!(text, "\n[[unknown]]\nabout = {about}\ntext = {words}");
        }
    }

    /// The grant, where only the one without client authentication is supported.
    fn grant(&self) -> Option<&'static str> {
        let types = self.grant_types()?;
        let has = |name: &str| types.contains(&name);
        let is_bearer = has("urn:ietf:params:oauth:grant-type:jwt-bearer");
        (is_bearer && !has("client_credentials")).then_some("jwt-bearer")
    }

    fn unusable(&self, reason: &str) -> Error {
        Error::UnusableMetadata {
            url: self.url.clone(),
            status: 200,
            source: Cause::from(Box::from(Reason::new(reason))),
        }
    }
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    // Every escape of JSON is one of TOML.
    serde_json::Value::from(text).to_string()
}
