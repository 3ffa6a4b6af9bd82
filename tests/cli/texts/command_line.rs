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
    session.check("errors/command-line");
}
