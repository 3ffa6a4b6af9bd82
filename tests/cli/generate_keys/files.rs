use integration_tests::peer;
use serde_json::Value;

use crate::process::{Machine, mode};
use crate::transcript::Transcript;

/// Files of this type, for this algorithm, that openssl and a JSON parser read.
#[track_caller]
fn check(arguments: &[&str], key_type: &str, bits: &str, algorithm: &str) {
    let machine = Machine::new();
    let run = ["generate-keys", "--kid", "test-1", "--quiet"];
    let finished = machine.tokenring(run.iter().chain(arguments)).finish();
    assert_eq!(
        finished.text(),
        "./test-1.pem\n./test-1.pem.pub\n./test-1.json\n"
    );
    assert_eq!(finished.stderr, "");
    finished.succeeds();
    assert_eq!(
        machine.names(),
        ["test-1.json", "test-1.pem", "test-1.pem.pub"]
    );

    let private = machine.read("test-1.pem");
    assert!(private.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert!(private.ends_with("\n-----END PRIVATE KEY-----\n"));
    let set: Value = serde_json::from_str(&machine.read("test-1.json")).unwrap();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0]["kty"], key_type);
    assert_eq!(keys[0]["alg"], algorithm);
    assert_eq!(keys[0]["kid"], "test-1");
    assert_eq!(keys[0]["use"], "sig");
    for private_member in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        assert_eq!(keys[0].get(private_member), None);
    }

    let Some(openssl) = peer::openssl() else {
        return;
    };
    openssl.check(&private);
    assert_eq!(openssl.public_pem(&private), machine.read("test-1.pem.pub"));
    let arguments = ["pkey", "-noout", "-text"];
    let text = openssl.program().expect(&arguments, private.as_bytes());
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(bits), "{text}");
}

#[test]
fn every_key_type() {
    for (name, key_type, bits, algorithm) in [
        ("rsa-2048", "RSA", "2048 bit", "RS256"),
        ("rsa-3072", "RSA", "3072 bit", "RS256"),
        ("p-256", "EC", "P-256", "ES256"),
        ("p-384", "EC", "P-384", "ES384"),
        ("p-521", "EC", "P-521", "ES512"),
        ("ed25519", "OKP", "ED25519", "EdDSA"),
    ] {
        check(&["--key-type", name], key_type, bits, algorithm);
    }
}

#[test]
fn every_algorithm() {
    for (algorithm, key_type, bits) in [
        ("ES256", "EC", "P-256"),
        ("ES384", "EC", "P-384"),
        ("ES512", "EC", "P-521"),
        ("EdDSA", "OKP", "ED25519"),
        ("Ed25519", "OKP", "ED25519"),
    ] {
        check(&["--alg", algorithm], key_type, bits, algorithm);
    }
    for algorithm in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
        let arguments = ["--alg", algorithm, "--key-type", "rsa-2048"];
        check(&arguments, "RSA", "2048 bit", algorithm);
    }
}

/// What the older scripts make: RSA with 4096 bits for RS512.
#[test]
fn defaults_of_nhs() {
    let arguments = ["--gateway", "nhs", "--api-key", "ignored"];
    check(&arguments, "RSA", "4096 bit", "RS512");
}

/// The layout that the older scripts wrote, member by member.
#[test]
fn jwk_set_text() {
    let machine = Machine::new();
    let arguments = ["generate-keys", "--alg", "RS512", "--key-type", "rsa-2048"];
    machine.tokenring(arguments).finish().succeeds();
    let text = machine.read("key-1.json");
    let set: Value = serde_json::from_str(&text).unwrap();
    let modulus = set["keys"][0]["n"].as_str().unwrap();
    assert_eq!(modulus.len(), 342);
    let expected = format!(
        "{{\n  \"keys\": [\n    {{\n      \"kty\": \"RSA\",\n      \"n\": \"{modulus}\",\n      \
         \"e\": \"AQAB\",\n      \"alg\": \"RS512\",\n      \"kid\": \"key-1\",\n      \
         \"use\": \"sig\"\n    }}\n  ]\n}}"
    );
    assert_eq!(text.trim_end(), expected);
    if let Some(openssl) = peer::openssl() {
        let arguments = ["rsa", "-noout", "-modulus"];
        let private = machine.read("key-1.pem");
        let hex = openssl.program().expect(&arguments, private.as_bytes());
        let hex = String::from_utf8(hex).unwrap().trim().to_lowercase();
        assert_eq!(hex, format!("modulus={}", hex_of_base64url(modulus)));
    }
}

fn hex_of_base64url(text: &str) -> String {
    use base64ct::{Base64UrlUnpadded, Encoding};

    let bytes = Base64UrlUnpadded::decode_vec(text).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn modes_whatever_the_umask() {
    for umask in ["000", "022", "027", "077", "277", "777"] {
        let machine = Machine::new();
        let arguments = ["generate-keys", "--alg", "ES256"];
        let run = machine.shell(&format!("umask {umask}"), &arguments);
        run.finish().succeeds();
        for (name, expected) in [
            ("key-1.pem", 0o600),
            ("key-1.pem.pub", 0o644),
            ("key-1.json", 0o644),
        ] {
            let found = mode(&machine.work().join(name));
            assert_eq!(found, expected, "{name} under umask {umask}: {found:o}");
        }
    }
}

#[test]
fn replaced_files_get_the_same_modes() {
    let machine = Machine::new();
    for name in ["key-1.pem", "key-1.pem.pub", "key-1.json"] {
        machine.write(name, "old");
        crate::process::set_mode(&machine.work().join(name), 0o666);
    }
    let arguments = ["generate-keys", "--alg", "ES256", "--force"];
    machine.tokenring(arguments).finish().succeeds();
    assert_eq!(mode(&machine.work().join("key-1.pem")), 0o600);
    assert_eq!(mode(&machine.work().join("key-1.json")), 0o644);
    for (name, start) in [
        ("key-1.pem", "-----BEGIN PRIVATE KEY-----"),
        ("key-1.pem.pub", "-----BEGIN PUBLIC KEY-----"),
    ] {
        assert_eq!(machine.read(name).lines().next(), Some(start));
    }
    let set: Value = serde_json::from_str(&machine.read("key-1.json")).unwrap();
    assert_eq!(set["keys"][0]["alg"], "ES256");
    assert_eq!(
        machine.names(),
        [
            ".tokenring.lock",
            "key-1.json",
            "key-1.pem",
            "key-1.pem.pub"
        ]
    );
}

/// A link is replaced and not followed.
#[test]
fn a_link_in_the_place_of_a_file() {
    let mut texts = Transcript::new();
    let machine = Machine::new();
    machine.write("elsewhere", "precious");
    let link = machine.work().join("key-1.pem");
    std::os::unix::fs::symlink("elsewhere", &link).unwrap();
    let arguments = ["generate-keys", "--alg", "ES256"];
    texts.run(machine.tokenring(arguments)).fails(8);
    let forced = ["generate-keys", "--alg", "ES256", "--force"];
    machine.tokenring(forced).finish().succeeds();
    assert_eq!(machine.read("elsewhere"), "precious");
    assert!(!link.is_symlink());
    texts.check("generate-keys/link");
}

#[test]
fn next_steps_on_stderr() {
    let mut texts = Transcript::new();
    texts.hide_random();
    let machine = Machine::new();
    let arguments = ["generate-keys", "--alg", "ES256", "--output-dir", "my keys"];
    let finished = machine.tokenring(arguments).finish();
    assert_eq!(
        finished.text(),
        "my keys/key-1.pem\nmy keys/key-1.pem.pub\nmy keys/key-1.json\n"
    );
    texts.show(&finished);

    let nhs = [
        "generate-keys",
        "--gateway",
        "nhs",
        "--key-type",
        "rsa-2048",
    ];
    let finished = machine.tokenring(nhs).finish();
    assert_eq!(
        finished.text(),
        "./int-1.pem\n./int-1.pem.pub\n./int-1.json\n"
    );
    texts.show(&finished);
    texts.check("generate-keys/next-steps");
}

/// `--explain` tells the same and leaves nothing.
#[test]
fn explanation() {
    let mut texts = Transcript::new();
    let machine = Machine::new();
    let arguments = ["generate-keys", "--explain", "--output-dir", "new"];
    let finished = machine.tokenring(arguments).finish();
    assert_eq!(finished.stderr, "");
    finished.shown_in(&mut texts).succeeds();
    assert!(machine.names().is_empty());
    texts.check("generate-keys/explanation");
}
