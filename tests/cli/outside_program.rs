//! A program outside of the workspace with the lines of the library's README: it shares its token
//! with the command of the same user.

use std::path::{Path, PathBuf};
use std::process::Command;

use integration_tests::fixtures;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};
use tokenring_mock_gateway::MockGateway;

use crate::console_session::blocks;
use crate::process::{Machine, TOKENRING};

/// What the README's lines say.
const CLIENT_ID: &str = "my-api-key";
const KEY: &str = "keys/int-1.pem";

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

/// The README's lines as a program that prints the token. The token endpoint is a mock's; an error
/// becomes any error.
fn program() -> String {
    let readme = std::fs::read_to_string(root().join("crates/client/README.md")).unwrap();
    let lines = &blocks(&readme, "rust,no_run")[0];
    let lines: Vec<&str> = lines
        .lines()
        .filter(|line| !line.starts_with("# "))
        .collect();
    assert_eq!(lines.len(), 9, "{lines:?}");
    let lines = lines.join("\n");
    let with_url = ".token_url(std::env::var(\"TOKEN_URL\")?)\n    .build()?";
    assert_eq!(lines.matches(".build()?").count(), 1);
    format!(
        "fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{}\nprintln!(\"{{}}\", \
         token.secret());\nOk(())\n}}\n",
        lines.replace(".build()?", with_url)
    )
}

/// Builds a package whose only dependency is the library, without a network.
fn build(folder: &Path) -> PathBuf {
    let root = root();
    let manifest = format!(
        "[package]\nname = \"outside-program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ntokenring = {{ path = {:?} }}\n\n[workspace]\n",
        root.join("crates/client")
    );
    std::fs::create_dir(folder.join("src")).unwrap();
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.join("src/main.rs"), program()).unwrap();
    // The versions that are here.
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let profile = Path::new(TOKENRING).parent().unwrap();
    let target = profile.parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--quiet"])
        .env("CARGO_TARGET_DIR", target)
        .current_dir(folder)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    target.join("debug/outside-program")
}

#[test]
fn shares_its_token_with_the_command() {
    let machine = Machine::new();
    let program = machine.temporary().join("outside-program");
    std::fs::create_dir(&program).unwrap();
    let program = build(&program);

    std::fs::create_dir(machine.work().join("keys")).unwrap();
    machine.write(KEY, fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    let public = fixtures::text("keys/test-rsa-4096-public.pem");
    let jwk = Jwk::new(PublicKey::from_spki_pem(&public).unwrap());
    let set = JwkSet::from_iter([jwk.with_key_id(KeyId::new("int-1"))]);
    let gateway = MockGateway::builder().with_client(CLIENT_ID, set);
    let gateway = gateway.start().unwrap();

    let run = machine.program(program.to_str().unwrap());
    let run = run.with_variable("TOKEN_URL", gateway.token_url());
    let printed = run.finish().succeeds();
    assert_eq!(gateway.token_requests(), 1);
    let token = printed.lines().last().unwrap();
    assert!(printed.starts_with("valid until "), "{printed}");

    let token_url = gateway.token_url();
    let mut arguments = vec!["get-token", "--quiet", "--gateway", "nhs", "--env", "int"];
    arguments.extend(["--client-id", CLIENT_ID, "--private-key", KEY]);
    arguments.extend(["--token-url", &token_url]);
    let command = machine.tokenring(&arguments).finish().succeeds();
    assert_eq!(command.trim_end(), token);
    assert_eq!(gateway.token_requests(), 1);

    // The other way round, from what the command got.
    let arguments = [&arguments[..], &["--force-refresh"]].concat();
    let renewed = machine.tokenring(&arguments).finish().succeeds();
    assert_eq!(gateway.token_requests(), 2);
    let run = machine.program(program.to_str().unwrap());
    let run = run.with_variable("TOKEN_URL", token_url);
    let printed = run.finish().succeeds();
    assert_eq!(printed.lines().last(), Some(renewed.trim_end()));
    assert_ne!(renewed.trim_end(), token);
    assert_eq!(gateway.token_requests(), 2);
}
