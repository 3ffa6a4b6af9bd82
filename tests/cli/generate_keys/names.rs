use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::peer;

use crate::process::{Machine, names_in};
use crate::transcript::Transcript;

#[track_caller]
fn accepted(key_id: &str) {
    let machine = Machine::new();
    let option = format!("--kid={key_id}");
    let arguments = ["generate-keys", "--alg", "EdDSA", "-q", &option];
    machine.tokenring(arguments).finish().succeeds();
    let mut names = vec![
        format!("{key_id}.json"),
        format!("{key_id}.pem"),
        format!("{key_id}.pem.pub"),
    ];
    names.sort();
    assert_eq!(machine.names(), names);
    let set: serde_json::Value =
        serde_json::from_str(&machine.read(&format!("{key_id}.json"))).unwrap();
    assert_eq!(set["keys"][0]["kid"], key_id);
}

#[track_caller]
fn refused(texts: &mut Transcript, key_id: &str) {
    let machine = Machine::new();
    let option = format!("--kid={key_id}");
    let arguments = ["generate-keys", "--alg", "EdDSA", "--force", &option];
    texts.run(machine.tokenring(arguments)).fails(2);
    assert!(machine.names().is_empty());
    assert_eq!(names_in(machine.work().parent().unwrap()).len(), 3);
}

#[test]
fn key_identifiers_that_are_file_names() {
    for key_id in [
        "int-1",
        "2026-11_a.b",
        "caf\u{e9}",
        "\u{9375}",
        "with space",
        "a@example.test",
        "a~b+c=d",
    ] {
        accepted(key_id);
    }
}

#[test]
fn key_identifiers_that_are_not() {
    let mut texts = Transcript::new();
    for key_id in [
        "",
        "a/b",
        "/tmp/a",
        "a\\b",
        "a\"b",
        "a'b",
        "a\nb",
        "a\u{1b}[2Jb",
        "a\u{202e}b",
        "a:b",
        "$(id)",
        "*",
        "..",
        "../a",
        ".a",
        "-a",
        " a",
        "a ",
        "a.",
        "a..b",
        &"a".repeat(201),
    ] {
        refused(&mut texts, key_id);
    }
    texts.check("generate-keys/key-ids");
}

/// An argument cannot hold a NUL; the configuration file can.
#[test]
fn a_key_identifier_with_a_nul() {
    let mut texts = Transcript::new();
    let machine = Machine::new();
    machine.write("a.toml", "kid = \"a\\u0000b\"\nalg = \"EdDSA\"\n");
    let arguments = ["generate-keys", "--config", "a.toml"];
    texts.run(machine.tokenring(arguments)).fails(3);
    assert_eq!(machine.names(), ["a.toml"]);
    texts.check("generate-keys/nul");
}

/// Of bytes that are no UTF-8, no file name is made.
#[test]
fn a_key_identifier_that_is_not_utf_8() {
    let mut texts = Transcript::new();
    use std::os::unix::ffi::OsStrExt;

    let machine = Machine::new();
    let run = machine.tokenring(["generate-keys", "--alg", "EdDSA", "--kid"]);
    let run = run.with_argument(std::ffi::OsStr::from_bytes(b"a\xffb"));
    texts.run(run).fails(2);
    assert!(machine.names().is_empty());
    texts.check("generate-keys/no-utf-8");
}

#[test]
fn folders_are_made() {
    for folder in [
        "new",
        "new/and/deeper",
        "with space",
        "caf\u{e9} \u{9375}",
        "it's",
    ] {
        let machine = Machine::new();
        let arguments = [
            "generate-keys",
            "--alg",
            "ES256",
            "-q",
            "--output-dir",
            folder,
        ];
        let paths = machine.tokenring(arguments).finish().succeeds();
        let expected = ["pem", "pem.pub", "json"].map(|end| format!("{folder}/key-1.{end}\n"));
        assert_eq!(paths, expected.concat());
        assert_eq!(names_in(&machine.work().join(folder)).len(), 3);
    }
}

/// A folder need not have a name in UTF-8.
#[test]
fn a_folder_of_any_bytes() {
    use std::os::unix::ffi::OsStrExt;

    let machine = Machine::new();
    let name = std::ffi::OsStr::from_bytes(b"a\xffb");
    let run = machine.tokenring(["generate-keys", "--alg", "ES256", "-q", "--output-dir"]);
    run.with_argument(name).finish().has_code(0);
    assert_eq!(names_in(&machine.work().join(name)).len(), 3);
}

/// A gateway that names a key by the hash of its SubjectPublicKeyInfo: openssl
/// tells the same name.
#[test]
fn the_hash_of_the_public_key() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    let machine = Machine::new();
    let run = machine.tokenring(["gateways", "show", "generic", "--format", "toml"]);
    let file = run.finish().succeeds();
    let file = file.replacen("\"free-text\"", "\"spki-sha256\"", 1);
    machine.write("own.toml", file.replacen("default-id", "#", 1));
    let arguments = [
        "generate-keys",
        "-q",
        "--gateway",
        "./own.toml",
        "--alg",
        "EdDSA",
    ];
    let files = machine.tokenring(arguments).finish().succeeds();
    let jwk_set = files.lines().find(|line| line.ends_with(".json")).unwrap();
    let set: serde_json::Value = serde_json::from_str(&machine.read(jwk_set)).unwrap();
    let public_key = files.lines().find(|line| line.ends_with(".pub")).unwrap();
    let public_key = machine.read(public_key);
    let program = openssl.program();
    let der = program.expect(
        &["pkey", "-pubin", "-outform", "DER"],
        public_key.as_bytes(),
    );
    let hash = program.expect(&["dgst", "-sha256", "-binary"], &der);
    let expected = Base64UrlUnpadded::encode_string(&hash);
    assert_eq!(set["keys"][0]["kid"], expected.as_str());
    assert_eq!(jwk_set, format!("./{expected}.json"));

    // A name of one's own goes before it.
    let more = ["--kid", "own-name"];
    let run = machine.tokenring(arguments.iter().chain(&more));
    run.finish().succeeds();
    let set: serde_json::Value = serde_json::from_str(&machine.read("own-name.json")).unwrap();
    assert_eq!(set["keys"][0]["kid"], "own-name");
}

/// Where the gateway takes nothing but a certificate, how to make one is said.
#[test]
fn a_certificate() {
    let mut texts = Transcript::new();
    texts.hide_random();
    let machine = Machine::new();
    let arguments = [
        "generate-keys",
        "--gateway",
        "salesforce",
        "--key-type",
        "rsa-2048",
    ];
    let more = ["--var", "username=somebody"];
    let finished = machine.tokenring(arguments.iter().chain(&more)).finish();
    texts.show(&finished);
    finished.succeeds();
    texts.check("generate-keys/certificate");
}

/// The command that comes next is complete but for what nobody can know yet.
#[test]
fn the_command_that_comes_next() {
    #[track_caller]
    fn check(texts: &mut Transcript, arguments: &[&str]) {
        let machine = Machine::new();
        let base = ["generate-keys", "--gateway"];
        let run = machine.tokenring([&base[..], arguments].concat());
        texts.run(run).succeeds();
    }
    let mut texts = Transcript::new();
    texts.hide_random();
    check(
        &mut texts,
        &[
            "keycloak",
            "--key-type=p-256",
            "--var",
            "realm=a'b",
            "--var",
            "server=https://sso.test",
        ],
    );
    check(
        &mut texts,
        &["okta", "--key-type=p-256", "--var", "domain=a.okta.com"],
    );
    // Without it the key would go by its thumbprint, which is not what the JWK Set says.
    check(&mut texts, &["smart", "--key-type=p-384", "--kid", "mine"]);
    texts.check("generate-keys/next-command");
}

/// What the gateway would never take is not made: BC Gov's Keycloak verifies no stored EC key.
#[test]
fn a_key_that_does_not_work_registered_so() {
    let mut texts = Transcript::new();
    let machine = Machine::new();
    let bcgov = ["generate-keys", "--gateway", "bcgov"];
    for more in [["--key-type", "p-256"], ["--alg", "ES384"]] {
        let run = machine.tokenring(bcgov.iter().chain(&more));
        texts.run(run).fails(2);
    }
    assert!(machine.names().is_empty());
    let more = ["--key-type", "p-256", "--flow", "jwks-url"];
    let made = machine.tokenring(bcgov.iter().chain(&more)).finish();
    made.has_code(0);
    texts.check("generate-keys/registered-so");
}

/// A variable that a token needs and a key does not is asked for when it is needed.
#[test]
fn variables_of_a_token() {
    let mut texts = Transcript::new();
    texts.hide_random();
    for gateway in ["auth0", "entra", "okta", "keycloak", "salesforce"] {
        let machine = Machine::new();
        let arguments = ["generate-keys", "--gateway", gateway];
        let finished = machine.tokenring(arguments).finish().has_code(0);
        texts.show(&finished);
    }
    let machine = Machine::new();
    let arguments = [
        "generate-keys",
        "--gateway",
        "auth0",
        "--var",
        "tenant=example.eu",
    ];
    let finished = machine.tokenring(arguments).finish().has_code(0);
    texts.show(&finished);
    texts.check("generate-keys/variables");
}
