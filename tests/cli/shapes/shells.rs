//! Lines for a shell's `eval`.

use integration_tests::peer;

use crate::process::TOKENRING;
use crate::registered_client::RegisteredClient;

const SHOW: &str = "printenv TOKENRING_ACCESS_TOKEN";

#[track_caller]
fn check(shell: &str, name: &str, lines: &str) {
    let client = RegisteredClient::new();
    let command = format!("{TOKENRING} get-token --format env --shell {name}");
    let script = lines.replace("COMMAND", &command);
    let run = client.machine.program(shell);
    let run = client.environment(run.with_argument("-c").with_argument(script));
    let shown = run.finish().succeeds();
    assert_eq!(shown.trim_end(), client.token());
    assert_eq!(client.gateway.issued_tokens(), 1);
}

#[test]
fn sh() {
    for name in ["sh", "dash", "bash", "zsh", "ksh"] {
        check("sh", name, &format!("eval \"$(COMMAND)\"; {SHOW}"));
    }
}

#[test]
fn bash() {
    check("bash", "bash", &format!("eval \"$(COMMAND)\"; {SHOW}"));
    check("bash", "bash", &format!("source <(COMMAND); {SHOW}"));
}

#[test]
fn fish() {
    if peer::find_optional("fish", "--version").is_some() {
        check("fish", "fish", &format!("COMMAND | source; {SHOW}"));
        check("fish", "fish", &format!("eval (COMMAND); {SHOW}"));
    }
}

#[test]
fn csh() {
    for shell in ["csh", "tcsh"] {
        if peer::find_optional(shell, "-fcexit").is_some() {
            check(shell, shell, &format!("eval `COMMAND`; {SHOW}"));
        }
    }
}

#[test]
fn powershell() {
    if peer::find_optional("pwsh", "-Version").is_some() {
        check(
            "pwsh",
            "pwsh",
            "COMMAND | Invoke-Expression; $env:TOKENRING_ACCESS_TOKEN",
        );
    }
}
