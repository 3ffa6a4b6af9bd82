use integration_tests::fixtures;

use crate::process::{names_in, set_mode};
use crate::transcript::Session;

/// Files that are not the private key that a command needs.
#[test]
fn missing_or_unreadable() {
    let mut session = Session::new().with_files(&[
        ("int-1.pem", "keys/test-rsa-4096-pkcs8.pem"),
        ("private.json", "keys/test-p256-private.jwk.json"),
    ]);
    session.machine.write("large.pem", "a".repeat(3_000_000));
    let command = "get-token --client-id a --token-url https://a.test/ --private-key";
    session.run_with(
        command,
        &["no-such-file.pem", ".", "/dev/zero", "''", "large.pem"],
    );
    session.run_with_input(&format!("{command} -"), "");
    session.run_with_input(&format!("{command} -"), "no key");
    session.title("The contents where the name belongs");
    session.run(
        "get-token --client-id a --token-url https://a.test/ --private-key '{\"kty\":\"EC\"}'",
    );
    let pem = "'-----BEGIN PRIVATE KEY-----'";
    session.run(&format!("{command} {pem}"));
    session.run(&format!("get-token --client-id={pem}"));
    session.run(&format!(
        "TOKENRING_CLIENT_ID={pem} get-token --token-url https://a.test/"
    ));
    session.title("Modes");
    set_mode(&session.machine.work().join("int-1.pem"), 0o644);
    set_mode(&session.machine.work().join("private.json"), 0o660);
    session.run("assertion --client-id a --token-url https://a.test/ --private-key int-1.pem");
    session.run("keys show private.json --format json");
    session.check("errors/key-files");
}

/// Folders of stored files, each with a snapshot.
pub(crate) const FOLDERS: [&str; 5] = ["certificates", "encrypted", "foreign", "keys", "weak"];

/// What is said of every stored file that is not good as it is.
#[test]
fn stored_files() {
    for folder in FOLDERS {
        let mut session = Session::new();
        session.machine.write("phrase", "test-password\n");
        for name in names_in(&fixtures::path(folder)) {
            session
                .machine
                .write(&name, fixtures::bytes(&format!("{folder}/{name}")));
            let line = format!("keys show {name} --passphrase-file phrase");
            let run = session.prepare(&line);
            let finished = run.finish();
            if finished.code() != Some(0) {
                session
                    .transcript
                    .row(&format!("tokenring {line}"), &finished);
            }
        }
        session.check(&format!("stored-files/{folder}"));
    }
}

#[test]
fn jwks_and_text() {
    let mut session = Session::new();
    for (what, contents) in jwks() {
        session.machine.write("key.json", contents);
        session
            .transcript
            .text(&format!("== key.json: {what} ==\n"));
        session.run("keys show key.json");
    }
    session.title("For an assertion");
    for (what, contents) in jwks() {
        session.machine.write("key.json", contents);
        session
            .transcript
            .text(&format!("== key.json: {what} ==\n"));
        session
            .run("assertion -q --client-id a --token-url https://a.test/ --private-key key.json");
    }
    let jwk = fixtures::text("keys/test-rsa-2048-private.jwk.json");
    let jwk = jwk.replacen("{", "{\"alg\":\"PS512\",", 1);
    session.file("key.json", "(for PS512)");
    session.machine.write("key.json", jwk);
    session.run(
        "assertion -q --client-id a --token-url https://a.test/ --private-key key.json --alg PS256",
    );
    session.check("errors/jwk-files");
}

/// What is odd about each, and the file.
fn jwks() -> Vec<(&'static str, String)> {
    let jwk = |name: &str, more: &str| {
        let key = fixtures::text(&format!("keys/test-{name}-private.jwk.json"));
        let key = key.trim_end().trim_end_matches('}').trim_end().to_owned();
        format!("{key}{more}}}")
    };
    let set = |keys: &[String]| format!("{{\"keys\":[{}]}}", keys.join(","));
    let a = jwk("p256", ",\"kid\":\"a\"");
    let b = jwk("p384", ",\"kid\":\"b\"");
    let also_b = jwk("p521", ",\"kid\":\"b\"");
    let long = format!(",\"kid\":\"{}\"", "k".repeat(1001));
    let pem = fixtures::text("keys/test-p256-pkcs8.pem");
    vec![
        ("two private keys", set(&[a.clone(), b.clone()])),
        ("without key IDs", set(&[jwk("p256", ""), jwk("p384", "")])),
        ("of one key ID", set(&[b.clone(), also_b.clone()])),
        ("some of one key ID", set(&[a, b, also_b])),
        ("a long key ID", jwk("p256", &long)),
        ("no keys", set(&[])),
        (
            "a public key alone",
            set(&[fixtures::text("keys/test-p256-public.jwk.json")]),
        ),
        ("for encryption", jwk("p256", ",\"use\":\"enc\"")),
        ("for ES512", jwk("p521", ",\"alg\":\"ES512\"")),
        ("for PS512", jwk("rsa-2048", ",\"alg\":\"PS512\"")),
        ("for ECDH", jwk("p256", ",\"alg\":\"ECDH-ES\"")),
        ("no JWK", "{}".into()),
        ("a list", "[]".into()),
        ("a symmetric key", r#"{"kty":"oct","k":"AAAA"}"#.into()),
        (
            "another curve",
            r#"{"kty":"EC","crv":"P-999","x":"AA","y":"AA"}"#.into(),
        ),
        ("broken off", "{\"kty\":".into()),
        ("a member twice", r#"{"kty":"EC","kty":"EC"}"#.into()),
        ("written out line breaks", pem.replace('\n', "\\n")),
        ("no END", pem.replace("-----END PRIVATE KEY-----", "")),
        ("another character", pem.replacen('M', "!", 1)),
        ("two keys", pem.repeat(2)),
    ]
}

/// Certificates that do not go with the key, and gateways that want one.
#[test]
fn certificates() {
    let mut session = Session::new().with_files(&[
        ("own.pem", "keys/test-rsa-2048-pkcs8.pem"),
        ("own.crt", "keys/test-rsa-2048-certificate.pem"),
        ("public.pem", "keys/test-rsa-2048-public.pem"),
        ("p256.crt", "certificates/test-p256.pem"),
        ("chain.crt", "certificates/test-chain.pem"),
    ]);
    session.machine.write("empty.crt", "");
    session.machine.write("text.crt", "no certificate");
    session
        .machine
        .write("half.crt", "-----BEGIN CERTIFICATE-----\nAAAA");
    session.machine.write(
        "damaged.crt",
        "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
    );
    session
        .machine
        .write("der.crt", [0x30, 0x82, 0xff, 0xff, 0x30]);
    let command =
        "assertion -q --client-id a --private-key own.pem --gateway entra --var tenant=t --scope a";
    session.run(command);
    session.run_with(
        &format!("{command} --certificate"),
        &[
            "absent.crt",
            "empty.crt",
            "text.crt",
            "half.crt",
            "damaged.crt",
            "der.crt",
            "public.pem",
            "own.pem",
            "p256.crt",
            "chain.crt",
            "own.crt",
            "own.crt --kid-scheme x5t",
            "own.crt --kid-scheme x5c",
            "own.crt --kid-scheme thumbprint",
        ],
    );
    session.check("errors/certificates");
}
