//! The root README does what it says: its shell session word for word, and its
//! configuration file.

use std::path::Path;

use integration_tests::fixtures;

use crate::console_session::{blocks, run, steps};
use crate::process::Machine;
use crate::transcript::Transcript;

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn shell_session() {
    let readme = readme();
    let steps: Vec<_> = blocks(&readme, "console")
        .into_iter()
        .flat_map(steps)
        .collect();
    assert!(steps.len() > 5, "the session has {} steps", steps.len());
    let mut transcript = Transcript::new();
    transcript.hide_random();
    transcript.text(&run(&Machine::new(), &steps));
    transcript.check("readme/session");
}

/// The first profile of the example, with the key where it says.
#[test]
fn configuration_file() {
    let readme = readme();
    let files = blocks(&readme, "toml");
    let machine = Machine::new();
    let path = machine.write_configuration(files[0]);
    let keys = machine.home().join("keys");
    std::fs::create_dir(&keys).unwrap();
    let key = fixtures::bytes("keys/test-rsa-2048-pkcs8.pem");
    std::fs::write(keys.join("int-1.pem"), key).unwrap();
    let (_, profile) = files[0].split_once("[profiles.").unwrap();
    let (profile, _) = profile.split_once(']').unwrap();
    let command = format!("tokenring get-token --profile {profile}");
    assert!(readme.contains(&command), "{command}");

    let run = machine.tokenring(["get-token", "--explain", "--profile", profile]);
    let text = run.finish().succeeds();
    let origin = format!("profile {profile} in {}", path.display());
    let endpoint = "POST https://int.api.service.nhs.uk/oauth2/token";
    assert!(text.lines().any(|line| line.trim() == endpoint), "{text}");
    assert!(text.contains(&origin), "{text}");
}
