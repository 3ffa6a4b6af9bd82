use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use integration_tests::scratch::Scratch;
use serde_json::{Value, json};

use crate::provider::Provider;

/// Where somebody works with `tokenring`: a folder of their own, an environment
/// that holds nothing else, and the keys that they made there.
pub(crate) struct Desk(Scratch);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(Scratch::new())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, contents: &str) -> String {
        self.0.write(name, contents.as_bytes())
    }

    /// The private key of this name.
    pub(crate) fn private_key(&self, name: &str) -> PathBuf {
        self.0.path().join(format!("{name}.pem"))
    }

    /// Makes a key pair and returns its JWK Set.
    ///
    /// RSA keys have 2048 bits, because larger ones take longer to find.
    #[track_caller]
    pub(crate) fn generate_keys(&self, name: &str, algorithm: &str) -> Value {
        let mut arguments = vec!["generate-keys", "--gateway", "generic", "--kid", name];
        arguments.extend(["--alg", algorithm]);
        if algorithm.starts_with(['R', 'P']) {
            arguments.extend(["--key-type", "rsa-2048"]);
        }
        self.tokenring(&arguments).succeeds();
        let jwk_set = std::fs::read(self.0.path().join(format!("{name}.json"))).unwrap();
        serde_json::from_slice(&jwk_set).unwrap()
    }

    /// Makes a key pair of the same name as the client that it is for, and
    /// returns the client as the provider wants to hear of it.
    #[track_caller]
    pub(crate) fn register(&self, client_id: &str, algorithm: &str) -> Value {
        let jwk_set = self.generate_keys(client_id, algorithm);
        json!({ "client_id": client_id, "alg": algorithm, "jwks": jwk_set })
    }

    /// Runs `get-token` for a client with the key of the same name; options that
    /// are given once more replace these.
    pub(crate) fn get_token(
        &self,
        provider: &Provider,
        client_id: &str,
        options: &[&str],
    ) -> Finished {
        self.run("get-token", provider, client_id, options)
    }

    /// Runs `call-api` in the same way.
    pub(crate) fn call_api(
        &self,
        provider: &Provider,
        client_id: &str,
        options: &[&str],
    ) -> Finished {
        self.run("call-api", provider, client_id, options)
    }

    fn run(
        &self,
        command: &str,
        provider: &Provider,
        client_id: &str,
        options: &[&str],
    ) -> Finished {
        let key = format!("{client_id}.pem");
        let defaults = [
            ("--token-url", provider.token_endpoint()),
            ("--client-id", client_id),
            ("--private-key", &key),
            ("--kid", client_id),
        ];
        let mut arguments = vec![command];
        for (name, value) in defaults {
            if !options.contains(&name) {
                arguments.extend([name, value]);
            }
        }
        arguments.extend(options);
        self.tokenring(&arguments)
    }

    /// Runs `tokenring` to its end.
    pub(crate) fn tokenring(&self, arguments: &[&str]) -> Finished {
        let output = Command::new(env!("CARGO_BIN_EXE_tokenring-under-test"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.0.path())
            // Each run is to ask the provider.
            .env("TOKENRING_NO_CACHE", "true")
            // What our own lint has to say, the provider is to say.
            .env("TOKENRING_NO_LINT", "true")
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// What a process left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// Returns what is on stdout.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// On stdout is a token and a newline; returns the token.
    #[track_caller]
    pub(crate) fn prints_token(self) -> String {
        let line = self.succeeds();
        let token = line.strip_suffix('\n').unwrap();
        assert!(token.len() > 20, "{token:?}");
        assert!(
            token.bytes().all(|byte| byte.is_ascii_graphic()),
            "{token:?}"
        );
        token.to_owned()
    }

    /// On stdout is what the API of the provider echoes.
    #[track_caller]
    pub(crate) fn prints_echo(self) -> Value {
        serde_json::from_str(&self.succeeds()).unwrap()
    }

    /// Nothing is on stdout, and on stderr one line behind warnings and before
    /// likely causes; returns the line without the command's name.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> String {
        let (line, _) = self.fails_with_causes(code);
        line
    }

    /// The same, with the lines below it.
    #[track_caller]
    pub(crate) fn fails_with_causes(self, code: i32) -> (String, Vec<String>) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "");
        let is_warning = |line: &&str| line.starts_with("warning: ");
        let mut lines = self.stderr.lines().skip_while(is_warning);
        let line = lines.next().unwrap();
        let causes = lines.map(|line| line.strip_prefix("  ").unwrap().to_owned());
        let line = line.strip_prefix("tokenring: ").unwrap().to_owned();
        (line, causes.collect())
    }
}
