//! A value for each option of `get-token` that is about the token, and what shows its effect.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use integration_tests::fixtures;
use integration_tests::observation::{Answer, observe};
use integration_tests::scratch::Scratch;
use tokenring::{Client, ClientBuilder, ClockSkewPolicy, DpopRule, Parameter};
use tokenring_keystore::PassphraseSource;

/// Beside what a client has to have.
pub(crate) type Values = &'static [(&'static str, &'static str)];

/// An option with a value, and the method that stands for it.
pub(crate) struct Sample {
    pub(crate) option: &'static str,
    pub(crate) method: &'static str,
    pub(crate) text: &'static str,
    /// What else is given, so that the value makes a difference.
    pub(crate) with: Values,
    pub(crate) apply: fn(ClientBuilder, &str) -> ClientBuilder,
    pub(crate) answer: Answer,
}

/// A sample whose method has the name that it is called by.
macro_rules! sample {
    ($option:literal = $text:literal, $with:expr, $value:ident => $method:ident($($argument:expr),*)) => {
        Sample {
            option: $option,
            method: stringify!($method),
            text: $text,
            with: $with,
            apply: |builder, $value| builder.$method($($argument),*),
            answer: Answer::Token,
        }
    };
}

fn seconds(text: &str) -> Duration {
    Duration::from_secs(text.parse().unwrap())
}

fn name(pair: &str) -> &str {
    pair.split_once('=').unwrap().0
}

fn value(pair: &str) -> &str {
    pair.split_once('=').unwrap().1
}

/// The name and the value of a header.
fn of_header(line: &str) -> (&str, &str) {
    line.split_once(": ").unwrap()
}

fn json(pair: &str) -> serde_json::Value {
    serde_json::from_str(value(pair)).unwrap()
}

const RSA: &str = "KEYS/test-rsa-2048-pkcs8.pem";
const PUBLIC: (&str, &str) = ("public-key", "KEYS/test-rsa-2048-public.pem");
const CACHED: Values = &[("cache-dir", "FOLDER/cache")];
const SALESFORCE: Values = &[("gateway", "salesforce")];
const ENCRYPTED: &str = "KEYS/../encrypted/test-rsa-2048-default.pem";
/// A program that signs, and one that signs nothing.
const BARE: Values = &[("signer-command", "false"), ("alg", "RS256")];
const KNOWN: Values = &[PUBLIC, ("alg", "RS256")];

/// One for each option.
pub(crate) fn all() -> Vec<Sample> {
    let signer: Values = &[PUBLIC, ("signer-command", "cat"), ("alg", "RS256")];
    let unread: Values = &[("private-key", ENCRYPTED)];
    let late: Values = &[("gateway", "nhs"), ("lifetime", "900")];
    let mut samples = vec![
        sample!("gateway" = "nhs", &[], text => gateway(text)),
        sample!("env" = "prod", &[("gateway", "nhs")], text => environment(text)),
        sample!("flow" = "jwks-url", &[("gateway", "bcgov")], text => flow(text)),
        sample!("var" = "username=a@b", SALESFORCE, text => variable(name(text), value(text))),
        sample!("client-id" = "client-2", &[], text => client_id(text)),
        sample!("private-key" = "KEYS/test-p256-pkcs8.pem", &[], text => key(text)),
        sample!("kid" = "key-7", &[], text => key_id(text)),
        sample!("kid-scheme" = "thumbprint", &[], text => key_id_scheme(text)),
        sample!("certificate" = "KEYS/test-rsa-2048-certificate.pem", &[], text => certificate(text)),
        sample!("alg" = "PS256", &[], text => algorithm(text)),
        sample!("public-key" = "KEYS/test-rsa-2048-public.pem", BARE, text => public_key(text)),
        sample!("signer-command" = "false", KNOWN, text => signer_command(text)),
        sample!("signer-timeout" = "0", signer, text => signer_timeout(seconds(text))),
        sample!("passphrase-file" = "FOLDER/passphrase.txt", unread,
            path => passphrase_source(PassphraseSource::from_file(path))),
        sample!("scope" = "a b", &[], text => scope(text)),
        sample!("audience" = "https://a.example", &[], text => audience(text)),
        sample!("issuer" = "https://i.example", &[], text => issuer(text)),
        sample!("assertion-issuer" = "somebody", &[("no-lint", "true")], text => assertion_issuer(text)),
        sample!("subject" = "somebody", &[("no-lint", "true")], text => subject(text)),
        sample!("lifetime" = "30", &[], text => lifetime(seconds(text))),
        sample!("typ" = "at+jwt", &[], text => typ(text)),
        sample!("claim" = "roles=[\"a\"]", &[], text => claim(name(text), json(text))),
        sample!("token-url" = "https://b.example/token", &[], text => token_url(text)),
        sample!("param" = "resource=r", &[], text => parameter(name(text), value(text))),
        sample!("token-header" = "x-key: k", &[], text => header(of_header(text).0, of_header(text).1)),
        sample!("send-client-id" = "true", &[], _text => send_client_id()),
        sample!("dpop" = "optional", &[("dpop-key", "client")],
            text => dpop(DpopRule::by_name(text).unwrap())),
        sample!("dpop-key" = "KEYS/absent.pem", &[("dpop", "optional")], text => dpop_key(text)),
        sample!("ca-cert" = "FOLDER/missing.pem", &[], text => ca_cert(text)),
        sample!("proxy" = "ftp://p.example", &[], text => proxy(text)),
        sample!("timeout" = "7", &[], text => timeout(seconds(text))),
        sample!("no-lint" = "true", late, _text => lint(false)),
        sample!("cache-dir" = "FOLDER/cache", &[], text => cache_dir(text)),
        sample!("no-cache" = "true", CACHED, _text => no_store()),
        sample!("force-refresh" = "true", CACHED, _text => force_refresh(true)),
        sample!("min-ttl" = "400", &[], text => min_ttl(seconds(text))),
    ];
    samples.push(Sample {
        answer: Answer::OtherClock,
        ..sample!("clock-skew" = "report", &[], _text => clock_skew(ClockSkewPolicy::Report))
    });
    samples
}

/// A value that a client has to have, unless the sample has another one.
const NEEDED: Values = &[
    ("gateway", "generic"),
    ("client-id", "client-1"),
    ("private-key", RSA),
    ("token-url", "https://as.example.com/token"),
    ("no-cache", "true"),
];

/// One observation, in a folder of its own.
pub(crate) struct Stage {
    folder: Scratch,
    answer: Answer,
}

impl Stage {
    pub(crate) fn new(answer: Answer) -> Self {
        let folder = Scratch::new();
        let _ = folder.write("passphrase.txt", b"test-password\n");
        Self { folder, answer }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn fill(&self, text: &str) -> String {
        let keys = fixtures::path("keys").display().to_string();
        let folder = self.folder.path().display().to_string();
        text.replace("KEYS", &keys).replace("FOLDER", &folder)
    }

    /// The texts of a client that needs these, by name.
    pub(crate) fn texts(
        &self,
        values: &[(&'static str, &'static str)],
    ) -> BTreeMap<&'static str, String> {
        let is_cached = values.iter().any(|(name, _)| *name == "cache-dir");
        let needed = NEEDED
            .iter()
            .filter(|(name, _)| !(is_cached && *name == "no-cache"));
        let all = needed.chain(values);
        all.map(|(name, text)| (*name, self.fill(text))).collect()
    }

    pub(crate) fn observe(&self, builder: ClientBuilder) -> Vec<String> {
        observe(builder, self.answer, self.folder())
    }

    /// Gives texts to a builder one by one.
    pub(crate) fn set(texts: &BTreeMap<&'static str, String>) -> ClientBuilder {
        let builder = Client::builder("generic");
        texts.iter().fold(builder, |builder, (name, text)| {
            builder.set(Parameter::from_name(name).unwrap(), text)
        })
    }

    /// The same by a profile of a configuration file.
    pub(crate) fn profile(&self, texts: &BTreeMap<&'static str, String>) -> ClientBuilder {
        let mut lines = vec!["[profiles.p]".to_owned()];
        lines.extend(
            texts
                .iter()
                .map(|(name, text)| format!("{name} = {text:?}")),
        );
        let file = self
            .folder
            .write("tokenring.toml", lines.join("\n").as_bytes());
        Client::from_profile(file, "p")
    }

    /// The same by the environment.
    pub(crate) fn environment(&self, texts: &BTreeMap<&'static str, String>) -> Vec<String> {
        let variables = texts.iter().map(|(name, text)| {
            let parameter = Parameter::from_name(name).unwrap();
            (parameter.variable(), text.as_str())
        });
        self.run(variables)
    }

    /// What the environment makes of a client in a process of its own.
    pub(crate) fn run<'t>(
        &self,
        variables: impl IntoIterator<Item = (String, &'t str)>,
    ) -> Vec<String> {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_client-from-environment"));
        command.env_clear().env("FOLDER", self.folder());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        if self.answer == Answer::OtherClock {
            command.env("ANSWER", "other clock");
        }
        let output = command.envs(variables).output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && words.is_empty(), "{words}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}
