use tokenring_jwk::Algorithm;
use tokenring_signer_command::SignerCommand;

use crate::script::{Script, alone, complaint};

/// Our own variables stay with us; others are handed on.
#[test]
fn environment() {
    let environment = [
        ("TOKENRING_TEST", "marker-7f3a"),
        ("TOKENRING_", "marker-7f3a"),
        ("OTHER", "handed on"),
    ];
    alone("secrecy::environment", &environment, || {
        let script = Script::new("echo \"$TOKENRING_TEST|$TOKENRING_|$OTHER\" >&2; exit 1");
        let ended = "it ended with exit code 1 and wrote: ";
        assert_eq!(script.complaint(), format!("{ended}||handed on"));
        let script = Script::new("env | grep -c TOKENRING >&2; exit 1");
        assert_eq!(script.complaint(), format!("{ended}0"));
    });
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
