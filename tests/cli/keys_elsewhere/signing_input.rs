//! What is signed on a machine without network.

use integration_tests::{fixtures, peer};

use crate::process::{Machine, Run};

fn machine(name: &str) -> Machine {
    let machine = Machine::new();
    for form in ["pkcs8", "public"] {
        let key = fixtures::bytes(&format!("keys/test-{name}-{form}.pem"));
        machine.write(&format!("{form}.pem"), key);
    }
    machine
}

fn signing_input(machine: &Machine, gateway: &str) -> String {
    let options = [
        "assertion",
        "--gateway",
        gateway,
        "--client-id",
        "a",
        "--kid",
        "int-1",
    ];
    let more = [
        "--token-url",
        "https://auth.example/token",
        "--issuer",
        "https://auth.example",
    ];
    let last = [
        "--audience",
        "https://auth.example",
        "--public-key",
        "public.pem",
        "--signing-input",
    ];
    let run = machine.tokenring(options.iter().chain(&more).chain(&last));
    run.finish().succeeds()
}

fn openssl(machine: &Machine, arguments: &[&str]) {
    let run = arguments
        .iter()
        .fold(machine.program("openssl"), |run, argument| {
            run.with_argument(argument)
        });
    run.finish().has_code(0);
}

fn attach(machine: &Machine, input: &str, signature: &str, more: &[&str]) -> Run {
    let options = ["assertion", "--attach", signature];
    machine
        .tokenring(options.iter().chain(more))
        .with_input(input)
}

#[test]
fn there_and_back() {
    if peer::openssl().is_none() {
        return;
    }
    for (name, gateway, digest) in [
        ("rsa-4096", "nhs", "-sha512"),
        ("p256", "generic", "-sha256"),
    ] {
        let machine = machine(name);
        let input = signing_input(&machine, gateway);
        assert_eq!(input.split('.').count(), 2);
        assert!(!input.contains('\n'));
        machine.write("input", &input);
        let sign = [
            "dgst",
            digest,
            "-sign",
            "pkcs8.pem",
            "-out",
            "signature",
            "input",
        ];
        openssl(&machine, &sign);
        openssl(&machine, &["base64", "-in", "signature", "-out", "text"]);
        let mut made = Vec::new();
        for file in ["signature", "text"] {
            let run = attach(&machine, &input, file, &["--public-key", "public.pem"]);
            let assertion = run.finish().succeeds();
            assert!(assertion.starts_with(&format!("{input}.")));
            made.push(assertion);
        }
        assert_eq!(made[0], made[1]);
        let inspect = ["inspect", "--jwks", "public.pem"];
        let shown = machine
            .tokenring(inspect)
            .with_input(made.remove(0))
            .finish();
        shown.has_code(0);
    }
}
