use std::process::Command;

use tokenring_jwk::Algorithm;
use tokenring_signer_command::SignerCommand;

use crate::script::{Script, complaint};

/// Our own variables stay with us; others are handed on. A test cannot change its
/// own environment, so this one runs itself again.
#[test]
fn environment() {
    const TASK: &str = "SIGNER_COMMAND_TEST_TASK";
    if std::env::var_os(TASK).is_some() {
        let script =
            Script::new("env >&2; echo \"$TOKENRING_TEST|$TOKENRING_|$OTHER\" >&2; exit 1");
        assert_eq!(
            script.complaint(),
            "it ended with exit code 1 and wrote: ||handed on"
        );
        let script = Script::new("env | grep -c TOKENRING >&2; exit 1");
        assert_eq!(script.complaint(), "it ended with exit code 1 and wrote: 0");
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "secrecy::environment", "--nocapture"])
        .env(TASK, "1")
        .env("TOKENRING_TEST", "marker-7f3a")
        .env("TOKENRING_", "marker-7f3a")
        .env("OTHER", "handed on")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("1 passed"), "{stdout}");
    assert!(output.status.success());
}

/// Arguments, input and answer stay out of errors and `Debug`.
#[test]
fn nothing_is_shown() {
    const MARKER: &str = "marker-7f3a";
    let command = SignerCommand::new("sh", ["-c", "echo marker-7f3a; cat", MARKER])
        .with_algorithm(Algorithm::Es256);
    assert!(!format!("{command:?}{command:#?}").contains(MARKER));
    let signer = command.clone().into_signer().unwrap();
    assert!(!format!("{signer:?}{signer:#?}").contains(MARKER));
    let line = complaint(command);
    assert!(!line.contains(MARKER), "{line}");
    assert!(!line.contains("signing_input"), "{line}");
}
