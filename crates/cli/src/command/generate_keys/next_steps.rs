//! What a person does with a new key.

use tokenring_gateway::{KeyIdScheme, Registration, ScopeRule, Topic};
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
        #[cfg(feature = "aws-lc-rs")]
        lines.extend(files.certificate().map(|path| {
            let mark = self.mark(&[Registration::Certificate]);
            format!("  {}  certificate{mark}", path.display())
        }));
        lines.push("What to do next:".into());
        let mut steps: Vec<_> = gateway
            .notes_on(Topic::Registration)
            .chain(gateway.notes_on(Topic::Propagation))
            .map(|note| option_words::words(note.text()))
            .collect();
        if gateway.key().registrations() == [Registration::Certificate] && !self.certifies() {
            steps.insert(0, certificate_command(files));
        }
        if steps.is_empty() {
            steps.push(format!(
                "Register {} with the authorization server, or serve it at a URL that it knows.",
                files.jwk_set().display()
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

    const fn certifies(&self) -> bool {
        #[cfg(feature = "aws-lc-rs")]
        return self.certifies;
        #[cfg(not(feature = "aws-lc-rs"))]
        false
    }

    fn get_token_command(&self, files: &KeyFiles, key_id: &KeyId) -> String {
        let gateway = self.target.gateway();
        let mut command = format!(
            "tokenring get-token --gateway {}",
            shell_word(&self.gateway)
        );
        if gateway.environments().len() > 1 {
            command.push_str(&format!(" --env {}", self.target.endpoint().environment()));
        }
        if let Some(flow) = gateway.flow() {
            command.push_str(&format!(" --flow {flow}"));
        }
        self.push_variables(&mut command);
        if self.target.endpoint().token_endpoint().is_err() {
            command.push_str(" --token-url URL");
        }
        if let Err(tokenring_gateway::Error::NoIssuer { .. }) = self.target.endpoint().audience() {
            command.push_str(" --issuer ISSUER");
        }
        let scope = gateway.request().scope();
        if matches!(scope, ScopeRule::Required | ScopeRule::InAssertion) {
            command.push_str(" --scope SCOPE");
        }
        self.push_key_id(&mut command, key_id);
        let private_key = files.private_key().display().to_string();
        command.push_str(&format!(
            " --client-id ID --private-key {}",
            shell_word(&private_key)
        ));
        if let Some(file) = &self.passphrase_file {
            let file = file.display().to_string();
            command.push_str(&format!(" --passphrase-file {}", shell_word(&file)));
        }
        let is_of_certificate = matches!(
            self.plan.scheme(),
            KeyIdScheme::CertificateThumbprint
                | KeyIdScheme::CertificateSha1Thumbprint
                | KeyIdScheme::CertificateChain
        );
        if is_of_certificate {
            let certificate = certificate_file(files);
            command.push_str(&format!(" --certificate {}", shell_word(&certificate)));
        }
        command
    }

    fn push_variables(&self, command: &mut String) {
        for variable in self.target.gateway().variables() {
            if self
                .open_variables
                .iter()
                .any(|open| open == variable.name())
            {
                let place = variable.name().to_ascii_uppercase();
                command.push_str(&format!(" --var {}={place}", variable.name()));
                continue;
            }
            let mut given = self.target.endpoint().variables().iter();
            let value = given.find(|(name, _)| name == variable.name());
            let value = value.map(|(_, value)| value.as_str());
            if let Some(value) = value.filter(|value| Some(*value) != variable.default_value()) {
                let pair = format!("{}={value}", variable.name());
                command.push_str(&format!(" --var {}", shell_word(&pair)));
            }
        }
    }

    fn push_key_id(&self, command: &mut String, key_id: &KeyId) {
        let rules = self.target.gateway().key();
        let is_of_key = matches!(
            self.plan.scheme(),
            KeyIdScheme::Thumbprint | KeyIdScheme::SpkiSha256 | KeyIdScheme::FreeText
        );
        if self.plan.scheme() == KeyIdScheme::FreeText && !rules.registers_jwk_set() {
            // Whoever takes a bare key gives it a name that nobody knows before.
            if rules.id_required() {
                command.push_str(" --kid KID");
            }
        } else if self.plan.is_named() && is_of_key {
            // Without the JWK Set next to it get-token would take what the scheme makes of the key.
            command.push_str(&format!(" --kid={}", shell_word(key_id.as_str())));
        }
    }
}

/// How a certificate comes about, for gateways that take nothing else.
fn certificate_command(files: &KeyFiles) -> String {
    let private_key = files.private_key().display().to_string();
    format!(
        "Make a certificate to register: openssl req -x509 -key {} -subj /CN=NAME -days 365 -out {}",
        shell_word(&private_key),
        shell_word(&certificate_file(files))
    )
}

/// The file of the key's certificate, whoever makes it.
fn certificate_file(files: &KeyFiles) -> String {
    let certificate = files.private_key().with_extension("crt");
    certificate.display().to_string()
}
