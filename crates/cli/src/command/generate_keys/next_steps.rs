//! What a person does with a new key.

use tokenring::{NeededValue, Parameter};
use tokenring_gateway::{Registration, Topic};
use tokenring_jwk::KeyId;
use tokenring_keystore::KeyFiles;
use tokenring_text::shell_word;

use super::Request;
use crate::option_words;

impl Request {
    pub(super) fn next_steps(&self, files: &KeyFiles, key_id: &KeyId) -> Vec<String> {
        let gateway = self.target.gateway();
        let (spec, algorithm) = (self.plan.spec(), self.plan.algorithm());
        let mut lines = vec![
            format!("Made {spec} key {key_id} for {algorithm}:"),
            format!(
                "  {}  private key: keep it secret, and out of version control",
                files.private_key().display()
            ),
            format!(
                "  {}  public key{}",
                files.public_key().display(),
                self.mark(&[Registration::PublicKey])
            ),
            format!(
                "  {}  JWK Set{}",
                files.jwk_set().display(),
                self.mark(&[Registration::JwkSet, Registration::JwkSetUrl])
            ),
        ];
        lines.extend(files.certificate().map(|path| {
            let mark = self.mark(&[Registration::Certificate]);
            format!("  {}  certificate{mark}", path.display())
        }));
        if self.is_unnamed {
            lines.push(format!(
                "No gateway was named, so the key is for `{}`; --gateway NAME names one \
                 (`tokenring gateways` lists them).",
                gateway.name()
            ));
        }
        lines.push("What to do next:".into());
        let mut steps: Vec<_> = gateway
            .notes_on(Topic::Registration)
            .chain(gateway.notes_on(Topic::Propagation))
            .map(|note| option_words::words(note.text()))
            .collect();
        if gateway.key().registrations() == [Registration::Certificate] && !self.certifies {
            steps.insert(0, certificate_command(files));
        }
        if steps.is_empty() {
            steps.push(format!(
                "Register {} with the authorization server, or serve it at a URL that it knows.",
                files.jwk_set().display()
            ));
        }
        let stated = gateway.server().client_algorithm();
        if let Some(other) = stated.filter(|stated| *stated != algorithm) {
            steps.push(format!(
                "Register the client for {algorithm} (token_endpoint_auth_signing_alg): without \
                 that the gateway accepts only {other}."
            ));
        }
        steps.push(format!(
            "Get a token: {}",
            self.get_token_command(files, key_id)
        ));
        let steps = steps.iter().enumerate();
        lines.extend(steps.map(|(index, step)| format!("  {}. {step}", index + 1)));
        lines
    }

    /// What a file is marked with that the gateway takes.
    fn mark(&self, forms: &[Registration]) -> &'static str {
        let registrations = self.target.gateway().key().registrations();
        match registrations.iter().any(|form| forms.contains(form)) {
            true => ": this is what the gateway gets",
            false => "",
        }
    }

    fn get_token_command(&self, files: &KeyFiles, key_id: &KeyId) -> String {
        let gateway = shell_word(&self.gateway);
        let mut command = format!("tokenring get-token --gateway {gateway}");
        let values = self.plan.client_parameters(&self.target, files, key_id);
        for (parameter, value) in values {
            let name = parameter.name();
            command.push_str(&match (parameter, value) {
                // One may begin with a hyphen.
                (Parameter::KeyId, NeededValue::Known(text)) => {
                    format!(" --{name}={}", shell_word(&text))
                }
                (_, NeededValue::Known(text)) => format!(" --{name} {}", shell_word(&text)),
                (_, NeededValue::Open(word)) => format!(" --{name} {word}"),
                _ => String::new(),
            });
        }
        if let Some(file) = &self.passphrase_file {
            let file = file.display().to_string();
            command.push_str(&format!(" --passphrase-file {}", shell_word(&file)));
        }
        command
    }
}

/// How a certificate comes about, for gateways that take nothing else.
fn certificate_command(files: &KeyFiles) -> String {
    let (private_key, certificate) = (
        files.private_key(),
        files.private_key().with_extension("crt"),
    );
    format!(
        "Make a certificate to register: openssl req -x509 -key {} -subj /CN=NAME -days 365 -out {}",
        shell_word(&private_key.display().to_string()),
        shell_word(&certificate.display().to_string())
    )
}
