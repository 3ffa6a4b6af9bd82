//! SoftHSM with tokens of its own.
//!
//! Where a module finds its tokens stands in its process's environment, which a
//! test cannot change for itself. So a test prepares the tokens, and runs itself
//! again in a process that finds them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use integration_tests::peer;
use integration_tests::scratch::Scratch;
use tokenring_pkcs11::{Error, Pin, PinSource, Pkcs11Key};

/// The PIN of every token here.
pub(crate) const PIN: &str = "qx7vkz93wjhb";

/// Where the tokens are, for the process that uses them.
const FOLDER: &str = "TOKENRING_TEST_TOKENS";
const CONFIGURATION: &str = "SOFTHSM2_CONF";

/// A folder with tokens.
pub(crate) struct SoftHsm {
    folder: PathBuf,
    module: PathBuf,
}

/// Runs a test with tokens: `prepare` makes them, `body` uses them. The name is
/// the test's own, with its module.
#[track_caller]
pub(crate) fn with_tokens(name: &str, prepare: impl FnOnce(&SoftHsm), body: impl FnOnce(&SoftHsm)) {
    with_environment(name, |_| Vec::new(), prepare, body);
}

/// As [`with_tokens`], with more in the environment of the process.
#[track_caller]
pub(crate) fn with_environment(
    name: &str,
    environment: impl FnOnce(&SoftHsm) -> Vec<(&'static str, PathBuf)>,
    prepare: impl FnOnce(&SoftHsm),
    body: impl FnOnce(&SoftHsm),
) {
    let Some(module) = module() else {
        return;
    };
    if let Some(folder) = env::var_os(FOLDER) {
        let folder = PathBuf::from(folder);
        return body(&SoftHsm { folder, module });
    }
    let scratch = Scratch::new();
    let folder = scratch.path().to_owned();
    let tokens = SoftHsm { folder, module };
    tokens.configure("");
    prepare(&tokens);
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads", "1"])
        .env(FOLDER, &tokens.folder)
        .env(CONFIGURATION, tokens.configuration())
        .envs(environment(&tokens))
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && stdout.contains("1 passed"),
        "{name} in its process:\n{stdout}\n{stderr}"
    );
}

/// Where Debian and others install SoftHSM.
fn module() -> Option<PathBuf> {
    const PATHS: [&str; 3] = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
        "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    ];
    peer::find("softhsm2-util", "--version", "install softhsm2")?;
    // It comes with `pkcs11-tool`, which succeeds with a module only.
    peer::find("opensc-tool", "--version", "install opensc")?;
    let found = PATHS.iter().map(PathBuf::from).find(|path| path.exists());
    if found.is_none() {
        peer::not_run("the module libsofthsm2.so is missing; install softhsm2");
    }
    found
}

impl SoftHsm {
    /// Makes a token with [`PIN`].
    #[track_caller]
    pub(crate) fn make_token(&self, label: &str) {
        let mut command = Command::new("softhsm2-util");
        command.args(["--init-token", "--free", "--label", label]);
        command.args(["--pin", PIN, "--so-pin", "security-officer"]);
        self.run(&mut command);
    }

    /// Makes a key pair on a token, by `--key-type` and what else there is.
    #[track_caller]
    pub(crate) fn make_key(&self, token: &str, key_type: &str, label: &str, options: &[&str]) {
        let mut command = self.tool(token);
        command.args(["--keypairgen", "--key-type", key_type, "--label", label]);
        self.run(command.args(options));
    }

    /// Runs `pkcs11-tool`, logged in to a token, and returns what it writes.
    #[track_caller]
    pub(crate) fn ask(&self, token: &str, arguments: &[&str]) -> Vec<u8> {
        self.run(self.tool(token).args(arguments))
    }

    fn tool(&self, token: &str) -> Command {
        let mut command = Command::new("pkcs11-tool");
        command.arg("--module").arg(&self.module);
        command.args(["--token-label", token, "--login", "--pin", PIN]);
        command
    }

    #[track_caller]
    fn run(&self, command: &mut Command) -> Vec<u8> {
        command.env(CONFIGURATION, self.configuration());
        let output = command.output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {stderr}");
        output.stdout
    }

    /// Writes the module's configuration, with lines of the test's own.
    pub(crate) fn configure(&self, lines: &str) {
        let tokens = self.folder.join("tokens");
        fs::create_dir_all(&tokens).unwrap();
        let configuration = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n{lines}\n",
            tokens.display()
        );
        fs::write(self.configuration(), configuration).unwrap();
    }

    fn configuration(&self) -> PathBuf {
        self.folder.join("softhsm2.conf")
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn module(&self) -> &Path {
        &self.module
    }

    /// Completes a URI with the module.
    pub(crate) fn uri(&self, attributes: &str) -> String {
        format!("pkcs11:{attributes}?module-path={}", self.module.display())
    }

    /// Opens a key with the right PIN.
    pub(crate) fn open(&self, attributes: &str) -> Result<Pkcs11Key, Error> {
        let pin = PinSource::from_pin(Pin::new(PIN));
        Pkcs11Key::open(&self.uri(attributes).parse()?, pin)
    }

    /// Why a key cannot be opened with the right PIN, in one line.
    #[track_caller]
    pub(crate) fn refusal(&self, attributes: &str) -> String {
        line(&self.open(attributes).unwrap_err())
    }
}

/// An error as the command line shows it: one line, and no PIN in it.
#[track_caller]
pub(crate) fn line(error: &(dyn std::error::Error + 'static)) -> String {
    let line = integration_tests::secrecy::chain(error);
    assert!(!line.contains(char::is_control), "{line:?}");
    integration_tests::secrecy::Marker::new(PIN.as_bytes()).must_not_be_told(error);
    line
}
