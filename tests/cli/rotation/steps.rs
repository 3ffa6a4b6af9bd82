use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::Value;

use super::{Keys, Page};
use crate::process::{mode, names_in};
use crate::transcript::Transcript;

/// Activates what is published, as it is said, at a gateway that looks each time.
const NOW: [&str; 4] = ["--cache-seconds", "0", "--published", "now"];

#[test]
fn from_one_key_to_the_next() {
    let keys = Keys::new();
    let finished = keys.run("begin", &["--private-key", "keys/int-1.pem"]);
    assert_eq!(finished.succeeds(), "keys/int-2.pem\nkeys/jwks.json\n");
    assert_eq!(
        names_in(&keys.path("")),
        [
            ".tokenring.lock",
            "int-1.pem",
            "int-2.pem",
            "jwks.json",
            "rotation.json"
        ]
    );
    assert_eq!(mode(&keys.path("int-2.pem")), 0o600);
    keys.check_stages(&[("int-1", "active"), ("int-2", "waiting")]);
    assert_eq!(keys.published("keys/jwks.json"), ["int-1", "int-2"]);
    // The new key is of the same kind.
    let shown = keys
        .machine
        .tokenring(["keys", "show", "keys/int-2.pem"])
        .finish();
    let shown = shown.succeeds();
    assert!(shown.lines().any(|line| line == "type    RSA, 2048 bits"));
    let nhs = ["--gateway", "nhs"];
    keys.run("activate", &nhs).fails(9);
    let options = ["--gateway", "nhs", "--published", "now"];
    keys.run("activate", &options).fails(9);
    keys.check_stages(&[("int-1", "active"), ("int-2", "waiting")]);
    let options = ["--cache-seconds", "0"];
    assert_eq!(keys.run("activate", &options).succeeds(), "int-2\n");
    keys.check_stages(&[("int-1", "superseded"), ("int-2", "active")]);
    keys.run("activate", &nhs).fails(3);
    keys.run("retire", &nhs).fails(9);
    let options = ["--drain-seconds", "0", "--delete-key"];
    assert_eq!(keys.run("retire", &options).succeeds(), "int-1\n");
    keys.check_stages(&[("int-1", "retired"), ("int-2", "active")]);
    assert_eq!(keys.published("keys/jwks.json"), ["int-2"]);
    assert!(!keys.path("int-1.pem").exists());
    keys.run("retire", &nhs).fails(3);
    // A name is used once.
    keys.run("begin", &[]).has_code(0);
    keys.check_stages(&[
        ("int-1", "retired"),
        ("int-2", "active"),
        ("int-3", "waiting"),
    ]);
    keys.run("begin", &[]).fails(3);
}

/// A gateway that keeps a copy of the keys goes on taking an old one: what ends it is said, by the
/// gateway's file.
#[test]
fn what_ends_the_old_key() {
    let mut texts = Transcript::new();
    for gateway in ["keycloak", "nhs"] {
        let keys = Keys::new();
        let options = ["--private-key", "keys/int-1.pem"];
        keys.run("begin", &options).has_code(0);
        keys.run("activate", &NOW).has_code(0);
        let options = ["--gateway", gateway, "--drain-seconds", "0", "--delete-key"];
        let finished = keys.run("retire", &options).shown_in(&mut texts);
        assert_eq!(finished.succeeds(), "int-1\n");
        // Nor does any other key get its name.
        keys.run("begin", &["--next-kid", "int-1"]).fails(2);
    }
    texts.check("rotation/end-of-the-old-key");
}

/// The folder's JWK Set says what its keys sign with.
#[test]
fn the_algorithm_of_the_folder() {
    let keys = Keys::new();
    let options = ["--private-key", "keys/int-1.pem", "--alg", "PS384"];
    keys.run("begin", &options).has_code(0);
    keys.run("activate", &NOW).has_code(0);
    let arguments = ["assertion", "--client-id", "me", "--private-key", "keys"];
    let url = ["--token-url", "https://as.example.com/token"];
    let run = |more: &[&str]| {
        let arguments = [&arguments[..], &url, more].concat();
        keys.machine.tokenring(arguments).finish()
    };
    let assertion = run(&[]).succeeds();
    let header = assertion.split('.').next().unwrap();
    let header = Base64UrlUnpadded::decode_vec(header).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header["alg"], "PS384");
    assert_eq!(header["kid"], "int-2");
    run(&["--alg", "RS256"]).fails(2);
}

/// The set that `generate-keys` wrote is the one that goes on, with what else is in it.
#[test]
fn a_set_that_is_there() {
    let keys = Keys::new();
    let add = [
        "jwks",
        "add",
        "keys/int-1.json",
        "keys/int-1.pem",
        "--alg",
        "PS256",
    ];
    keys.machine.tokenring(add).finish().has_code(0);
    keys.begin();
    assert_eq!(keys.published("keys/int-1.json"), ["int-1", "int-2"]);
    let set: Value = serde_json::from_str(&keys.machine.read("keys/int-1.json")).unwrap();
    assert_eq!(set["keys"][1]["alg"], "PS256");
    assert!(!keys.path("jwks.json").exists());
}

#[test]
fn names_of_new_keys() {
    let keys = Keys::of("p256");
    keys.run(
        "begin",
        &["--private-key", "keys/int-1.pem", "--next-kid", "spring"],
    )
    .has_code(0);
    keys.check_stages(&[("int-1", "active"), ("spring", "waiting")]);
    assert!(keys.path("spring.pem").exists());
    let keys = Keys::of("p256");
    let options = [
        "--private-key",
        "keys/int-1.pem",
        "--kid-scheme",
        "thumbprint",
    ];
    keys.run("begin", &options).has_code(0);
    let stages = keys.stages();
    let path = keys.run("status", &["--format", "json"]).succeeds();
    let status: Value = serde_json::from_str(&path).unwrap();
    let file = status["keys"][1]["file"].as_str().unwrap().to_owned();
    let ids = keys
        .machine
        .tokenring(["keys", "ids", &file])
        .finish()
        .succeeds();
    let line = ids.lines().find(|line| line.starts_with("thumbprint"));
    let thumbprint = line.unwrap().split_whitespace().nth(2);
    assert_eq!(thumbprint, Some(stages[1].0.as_str()));
    // What something has by chance is passed over.
    let keys = Keys::of("p256");
    keys.machine.write("keys/int-2.pem", "somebody else's");
    keys.begin();
    keys.check_stages(&[("int-1", "active"), ("int-3", "waiting")]);
    assert_eq!(keys.machine.read("keys/int-2.pem"), "somebody else's");
}

#[test]
fn another_kind_of_key() {
    let keys = Keys::of("p256");
    let options = ["--private-key", "keys/int-1.pem", "--key-type", "ed25519"];
    keys.run("begin", &options).has_code(0);
    let shown = keys
        .machine
        .tokenring(["keys", "show", "keys/int-2.pem"])
        .finish();
    let shown = shown.succeeds();
    assert!(
        shown
            .lines()
            .any(|line| line == "type    Ed25519, 255 bits"),
        "{shown}"
    );
    let keys = Keys::of("p256");
    let options = ["--private-key", "keys/int-1.pem", "--gateway", "nhs"];
    keys.run("begin", &options).fails(3);
}

/// The next key of an encrypted one is encrypted, too.
#[test]
fn encrypted_keys() {
    let keys = Keys::of("p256");
    let key = fixtures::bytes("encrypted/test-p256-default.pem");
    keys.machine.write("keys/int-1.pem", key);
    keys.machine.write("phrase", "test-password\n");
    let options = ["--private-key", "keys/int-1.pem"];
    keys.run("begin", &options).fails(3);
    let options = [&options[..], &["--passphrase-file", "phrase"]].concat();
    keys.run("begin", &options).has_code(0);
    let key = keys.machine.read("keys/int-2.pem");
    let start = Some("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    assert_eq!(key.lines().next(), start);
    let show = [
        "keys",
        "show",
        "keys/int-2.pem",
        "--passphrase-file",
        "phrase",
    ];
    keys.machine.tokenring(show).finish().succeeds();
}

#[test]
fn looks_at_what_is_published() {
    let keys = Keys::new();
    keys.begin();
    let page = Page::default();
    let server = page.serve();
    let url = server.url("/jwks.json");
    let options = ["--cache-seconds", "1", "--jwks-url", &url];
    page.publish("{\"keys\": []}");
    keys.run("activate", &options).fails(9);
    page.publish("no JSON");
    keys.run("activate", &options).fails(9);
    page.publish(&keys.machine.read("keys/jwks.json"));
    // The first look begins the time, and --wait sees it through.
    keys.run("activate", &options).fails(9);
    let waiting = [&options[..], &["--wait"]].concat();
    let finished = keys.run("activate", &waiting);
    // Nothing but the outcome where nobody looks.
    assert_eq!(finished.stderr.lines().count(), 1, "{}", finished.stderr);
    assert_eq!(finished.succeeds(), "int-2\n");
}

/// Another key under the new key's name is not the new key.
#[test]
fn a_published_key_that_is_another_one() {
    let keys = Keys::of("p256");
    keys.begin();
    let other = Keys::of("p256");
    other.begin();
    let page = Page::default();
    page.publish(&other.machine.read("keys/jwks.json"));
    let server = page.serve();
    let url = server.url("/");
    let options = ["--cache-seconds", "0", "--jwks-url", &url];
    keys.run("activate", &options).fails(9);
}

#[test]
fn force_says_what_it_costs() {
    let keys = Keys::of("rsa-4096");
    keys.begin();
    let finished = keys.run("activate", &["--gateway", "nhs", "--force"]);
    finished.succeeds();
    let finished = keys.run("retire", &["--gateway", "nhs", "--force"]);
    finished.succeeds();
}

/// A new key that is not to be used after all.
#[test]
fn a_rotation_that_is_called_off() {
    let keys = Keys::of("p256");
    keys.begin();
    keys.run("retire", &["--kid", "int-2", "--delete-key"])
        .succeeds();
    keys.check_stages(&[("int-1", "active"), ("int-2", "retired")]);
    assert_eq!(keys.published("keys/jwks.json"), ["int-1"]);
    keys.run("retire", &["--kid", "int-1"]).fails(3);
    keys.begin();
    keys.check_stages(&[
        ("int-1", "active"),
        ("int-2", "retired"),
        ("int-3", "waiting"),
    ]);
}

#[test]
fn warns_by_age() {
    let keys = Keys::of("p256");
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(400 * 86_400);
    let file = std::fs::File::options()
        .write(true)
        .open(keys.path("int-1.pem"))
        .unwrap();
    file.set_modified(old).unwrap();
    keys.begin();
    let mut texts = Transcript::new();
    keys.run("status", &[]).shown_in(&mut texts).succeeds();
    let run = ["doctor", "--private-key", "keys", "--client-id", "a"];
    texts.run(keys.machine.tokenring(run));
    texts.check("rotation/age");
}

#[test]
fn tells_when_the_key_can_sign() {
    let keys = Keys::of("p256");
    keys.begin();
    keys.run("status", &[]).succeeds();
    keys.run(
        "activate",
        &["--published", "now", "--cache-seconds", "3600"],
    )
    .fails(9);
    let text = keys
        .run("status", &["--cache-seconds", "3600", "--format", "json"])
        .succeeds();
    let status: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(status["can-activate"], false);
    assert!(status["can-activate-from"].is_string(), "{text}");
    let ready = ["--cache-seconds", "0", "--format", "json"];
    let text = keys.run("status", &ready).succeeds();
    let status: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(status["can-activate"], true);
}

/// A new key that could not sign is not activated.
#[test]
fn a_new_key_that_is_damaged() {
    let keys = Keys::of("p256");
    keys.begin();
    let now = ["--cache-seconds", "0", "--published", "now"];
    let good = keys.machine.read("keys/int-2.pem");
    keys.machine.write("keys/int-2.pem", "damaged");
    keys.run("activate", &now).fails(3);
    keys.machine.write(
        "keys/int-2.pem",
        fixtures::bytes("keys/test-p384-pkcs8.pem"),
    );
    keys.run("activate", &now).fails(3);
    keys.check_stages(&[("int-1", "active"), ("int-2", "waiting")]);
    keys.machine.write("keys/int-2.pem", good);
    keys.run("activate", &now).succeeds();
}
