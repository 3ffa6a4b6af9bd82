use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use integration_tests::scratch::Scratch;

/// Somebody who works with `tokenring` in a folder of their own, with nothing else in the
/// environment.
pub(crate) struct User(Scratch);

impl User {
    pub(crate) fn new() -> Self {
        Self(Scratch::new())
    }

    pub(crate) fn write(&self, name: &str, contents: &str) -> String {
        let path = self.0.write(name, contents.as_bytes());
        let owner_alone = Permissions::from_mode(0o600);
        std::fs::set_permissions(&path, owner_alone).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// Runs the command to its end and returns what it printed, or what it said of its failure.
    pub(crate) fn tokenring(&self, arguments: &[impl AsRef<str>]) -> Result<Finished, String> {
        let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokenring-under-test"));
        command.args(&arguments);
        self.run(command)
    }

    /// Runs a line that the command printed as the next one, in a shell, with words of it replaced.
    pub(crate) fn printed_line(
        &self,
        line: &str,
        words: &[(&str, &str)],
    ) -> Result<Finished, String> {
        let mut command = Command::new("sh");
        let replaced: Vec<&str> = line
            .split(' ')
            .map(|word| {
                let found = words.iter().find(|(name, _)| *name == word);
                found.map_or(word, |(_, value)| value)
            })
            .collect();
        let line = replaced.join(" ");
        let Some(rest) = line.strip_prefix("tokenring ") else {
            return Err(format!("not a line for tokenring: {line}"));
        };
        command
            .args(["-c", &format!("\"$0\" {rest}")])
            .arg(env!("CARGO_BIN_EXE_tokenring-under-test"));
        self.run(command)
    }

    fn run(&self, mut command: Command) -> Result<Finished, String> {
        let output = command
            .env_clear()
            .env("HOME", self.0.path())
            // Each run is to ask the server.
            .env("TOKENRING_NO_CACHE", "true")
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        if !output.status.success() {
            return Err(format!("{}: {stderr}", output.status));
        }
        Ok(Finished {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr,
        })
    }
}

/// What a successful run printed.
pub(crate) struct Finished {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// On stdout is a token and a newline.
    pub(crate) fn is_token(&self) -> Result<(), String> {
        match self.stdout.strip_suffix('\n') {
            Some(token)
                if token.len() > 20 && token.bytes().all(|byte| byte.is_ascii_graphic()) =>
            {
                Ok(())
            }
            _ => Err("stdout is no token".to_owned()),
        }
    }
}
