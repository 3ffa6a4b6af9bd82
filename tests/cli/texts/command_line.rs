use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;

use crate::transcript::Session;

/// What the parser finds wrong.
#[test]
fn command_line() {
    let mut session = Session::new();
    session.title("Commands");
    session.run_each(&[
        "",
        "generate-key",
        "moon",
        "--quiet",
        "keys",
        "keys sho",
        "jwks",
        "rotate",
        "cache",
        "cache drop",
        "config",
        "config edit",
        "gateways shw",
        "completions",
        "completions csh",
    ]);
    session.title("Arguments");
    session.run_each(&[
        "generate-keys --key-typ p-256",
        "generate-keys --kid",
        "generate-keys --kid -a",
        "generate-keys stray",
        "generate-keys --quiet=true",
        "generate-keys --kid a --kid b",
        "get-token -k",
        "get-token --moon",
        "get-token --client-id a --api-key b",
        "call-api https://api.test/",
        "inspect a.b.c d.e.f",
        "keys show",
        "jwks add set.json",
        "watch --moon",
        "run true",
        "run",
    ]);
    session.title("One value of several kinds");
    session.run_each(&[
        "get-token --quiet --verbose",
        "TOKENRING_QUIET=true TOKENRING_VERBOSE=true get-token",
        "TOKENRING_QUIET=maybe get-token",
    ]);
    session.title("What is no text");
    for line in [
        "gateways show",
        "inspect",
        "jwks remove set.json",
        "get-token --client-id",
    ] {
        let run = session
            .prepare(line)
            .with_argument(OsStr::from_bytes(b"\xff"));
        session.transcript.run(run);
    }
    session.title("A standard output that takes nothing");
    for line in ["--help", "gateways", "completions bash"] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let run = session.prepare(line).with_output(full);
        session.transcript.run(run);
    }
    session.check("errors/command-line");
}
