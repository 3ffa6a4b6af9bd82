use std::fmt::Write as _;

use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, KeyType};
use tokenring_oauth::TokenEndpoint;
use tokenring_text::printable;

use super::doubt::{CLIENT_CREDENTIALS, JWT_BEARER};
use super::{ALGORITHMS, ISSUER, METHODS, ServerMetadata, TOKEN_ENDPOINT, shown};
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
    /// [`Error::UnsupportedMetadata`] if no file can be made of it: it is another issuer's document
    /// ([`foreign_to`](Self::foreign_to)), the token endpoint is no URL that an assertion may be sent
    /// to, or no algorithm of this crate is accepted.
    pub fn gateway_file(&self, name: &str, date: &str) -> Result<String, Error> {
        if let (Some(expected), Some(stated)) = (self.foreign_to(), self.issuer()) {
            let (expected, stated) = (shown(expected), shown(stated));
            let reason = format!("its issuer is {stated}, not {expected}");
            return Err(self.unsupported(Some(ISSUER), &reason));
        }
        if let Err(error) = TokenEndpoint::new(self.token_endpoint().unwrap_or_default()) {
            let reason = format!("its token_endpoint: {}", chain(&error));
            return Err(self.unsupported(Some(TOKEN_ENDPOINT), &reason));
        }
        let stated = self.algorithms();
        let algorithms = stated.clone().unwrap_or_else(|| USUAL.to_vec());
        let has_type = |key_type| {
            let mut types = algorithms.iter().map(|algorithm| algorithm.key_type());
            types.any(|other| other == key_type)
        };
        let Some((generate, _)) = KEYS.iter().find(|(_, key_type)| has_type(*key_type)) else {
            let stated = self.list(ALGORITHMS).unwrap_or_default();
            let reason = match stated.as_slice() {
                [] => format!("its {ALGORITHMS} is an empty list"),
                stated => format!(
                    "the server accepts no algorithm that tokenring signs with, only {}",
                    stated.join(", ")
                ),
            };
            return Err(self.unsupported(Some(ALGORITHMS), &reason));
        };
        let text = self.text_of(name, date, generate, &algorithms, stated.is_some());
        match Gateway::parse(&text, "the file that was made of it") {
            Ok(_) => Ok(text),
            Err(error) => Err(self.unsupported(None, &chain(&error))),
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
            "# Begun with {}. Compare it with what the server's operator says.",
            self.url
        );
        for doubt in self.doubts() {
            let doubt = doubt.to_string();
            let doubt = printable(&doubt);
            let _ = writeln!(text, "# Check: {doubt}.");
        }
        let title = self.issuer().unwrap_or(&self.url);
        // A name begins with a letter or a digit, and the host of an address need not.
        let name = name.trim_start_matches(['-', '_', '.']);
        let _ = writeln!(text, "\nname = {}", quoted(name));
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
        text.push_str(
            "# For servers without leeway whose clock is a little slow.\nbackdate-seconds = 5\n",
        );
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
        if methods.is_none() {
            let about = "The metadata does not state it. Ask whether clients can authenticate with \
                         a signed JWT.";
            unknown.push((METHODS, about));
        }
        for (about, words) in unknown {
            let (about, words) = (quoted(about), quoted(words));
            let _ = writeln!(text, "\n[[unknown]]\nabout = {about}\ntext = {words}");
        }
    }

    /// The grant, where only the one without client authentication is supported.
    pub(super) fn grant(&self) -> Option<&'static str> {
        let types = self.grant_types()?;
        let has = |name: &str| types.contains(&name);
        (has(JWT_BEARER) && !has(CLIENT_CREDENTIALS)).then_some("jwt-bearer")
    }

    fn unsupported(&self, member: Option<&'static str>, reason: &str) -> Error {
        Error::UnsupportedMetadata {
            url: self.url.clone(),
            member,
            source: Cause::from(Box::from(Reason::new(reason))),
        }
    }
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    // Every escape of JSON is one of TOML.
    serde_json::Value::from(text).to_string()
}
