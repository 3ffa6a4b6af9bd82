use integration_tests::fixtures;

use crate::registered_client::RegisteredClient;
use crate::transcript::Session;

/// Encrypted keys and their passphrases.
#[test]
fn passphrases() {
    let mut session = Session::new().with_files(&[
        ("int-1.pem", "encrypted/test-rsa-4096-default.pem"),
        ("plain.pem", "keys/test-p256-pkcs8.pem"),
    ]);
    session.machine.write("phrase", "test-password\n");
    session.machine.write("wrong", "another one\n");
    session.machine.write("empty", "");
    session.machine.write("long", "a".repeat(100_000));
    session.machine.write("lines", "a\nb\n");
    session.run_with(
        "keys show int-1.pem",
        &[
            "",
            "--passphrase-file phrase",
            "--passphrase-file wrong",
            "--passphrase-file empty",
            "--passphrase-file absent",
            "--passphrase-file .",
            "--passphrase-file long",
            "--passphrase-file lines",
            "--passphrase-fd 77",
            "--passphrase-fd x",
            "--passphrase-fd=-1",
            "--passphrase-file phrase --passphrase-fd 3",
        ],
    );
    session.run("TOKENRING_PASSPHRASE=wrong keys show int-1.pem");
    session.run("TOKENRING_PASSPHRASE=test-password keys show int-1.pem");
    session.run("TOKENRING_PASSPHRASE=test-password keys show plain.pem");
    session.run("keys show int-1.pem --passphrase secret");
    session.title("New ones");
    session.run_with(
        "generate-keys --key-type p-256 --kid new --encrypt",
        &[
            "",
            "--passphrase-file empty",
            "--passphrase-file phrase --format pkcs1",
        ],
    );
    session.check("errors/passphrases");
}

/// `keys show`, `ids` and `convert`.
#[test]
fn keys() {
    let mut session = Session::new().with_fixtures().with_files(&[
        ("rsa-2048.pem", "keys/test-rsa-2048-pkcs8.pem"),
        ("p256.pem", "keys/test-p256-pkcs8.pem"),
        ("ed25519.pem", "keys/test-ed25519-pkcs8.pem"),
        ("public.pem", "keys/test-p256-public.pem"),
        ("certificate.pem", "keys/test-rsa-2048-certificate.pem"),
        ("private.json", "keys/test-p256-private.jwk.json"),
    ]);
    session.machine.write("there", "precious");
    session.title("keys show");
    session.run_with(
        "keys show",
        &[
            "rsa-2048.pem",
            "p256.pem",
            "ed25519.pem",
            "public.pem",
            "certificate.pem",
            "private.json",
            "p256.pem --format json",
            "p256.pem --format yaml",
            "p256.pem --kid a",
            "absent.pem",
            "p256.pem --explain",
        ],
    );
    session.title("keys ids");
    session.run_with(
        "keys ids",
        &[
            "rsa-2048.pem",
            "p256.pem",
            "certificate.pem",
            "public.pem --format json",
            "p256.pem --gateway nhs",
            "p256.pem --format yaml",
            "absent.pem",
            "p256.pem --explain",
        ],
    );
    session.title("keys convert");
    session.run_with(
        "keys convert",
        &[
            "p256.pem",
            "p256.pem --to pem",
            "p256.pem --to pkcs8",
            "p256.pem --to pkcs1 --output o",
            "public.pem --to pkcs8 --output o",
            "public.pem --to private-jwk --output o",
            "public.pem --to x509 --output o",
            "absent.pem --to spki",
            "p256.pem --to jwk --kid-scheme x5t",
            "p256.pem --to jwk --kid-scheme moon",
            "p256.pem --to jwk --kid a --kid-scheme thumbprint",
            "p256.pem --to jwk --alg RS256",
            "p256.pem --to jwk --alg HS256",
            "p256.pem --to encrypted-pkcs8 --output o",
            "p256.pem --to pkcs8 --output there",
            "p256.pem --to pkcs8 --output absent/there",
            "p256.pem --to x509 --days 0",
            "p256.pem --to x509 --days moon",
            "p256.pem --to spki",
            "p256.pem --to jwk --alg ES256",
            "p256.pem --to jwk-set --kid-scheme thumbprint",
            "p256.pem --to pkcs8 --output new.pem",
            "p256.pem --to pkcs8 --output new.pem --explain",
        ],
    );
    session.run_with_input(
        "keys convert - --to jwk --kid-scheme file-stem",
        fixtures::bytes("keys/test-p256-pkcs8.pem"),
    );
    session.run_with_input(
        "keys convert - --to x509",
        fixtures::bytes("keys/test-p256-pkcs8.pem"),
    );
    session.check("commands/keys");
}

#[test]
fn generate_keys() {
    let mut session = Session::new();
    session.transcript.hide_random();
    session.set("LONG", "k".repeat(240));
    session.title("Values");
    session.run_with(
        "generate-keys",
        &[
            "--gateway nhs --env produktion",
            "--gateway nsh",
            "--key-type rsa-1024",
            "--alg HS256",
            "--alg rs512",
            "--alg ES256 --key-type rsa-2048",
            "--gateway nhs --alg ES256",
            "--gateway nhs --key-type p-256",
            "--kid-scheme moon",
            "--kid-scheme x5t",
            "--kid a --kid-scheme thumbprint",
            "--kid a/b",
            "--kid ..",
            "--kid a..b",
            "--kid $LONG",
            "--format pkcs1 --encrypt",
            "--kid ''",
            "--kid '-a b'",
            "--key-type p-256 --format pkcs1",
            "--format x",
            "--key-type p-256 --x509 --days moon",
            "--quiet --verbose",
            "--gateway keycloak --key-type p-256 --kid a",
        ],
    );
    session.title("Files that are there");
    session.machine.write("key-1.pem", "precious");
    session.machine.write("file", "precious");
    session.run_with(
        "generate-keys --alg ES256",
        &[
            "",
            "--output-dir file",
            "--output-dir file/below",
            "--output-dir /proc",
            "--output-dir /proc/new",
        ],
    );
    std::fs::create_dir(session.machine.work().join("key-2.pem")).unwrap();
    session.run("generate-keys --alg ES256 --kid key-2");
    session.run("generate-keys --alg ES256 --kid key-2 --force");
    session.title("Keys that are made");
    session.run_with(
        "generate-keys",
        &[
            "--key-type p-256 --kid one",
            "--key-type p-256 --kid two --quiet",
            "--key-type p-256 --kid three --verbose",
            "--key-type p-256 --kid four --x509",
            "--key-type ed25519 --kid one --force",
            "--key-type p-256 --kid-scheme thumbprint",
            "--gateway nhs --env int --output-dir keys",
            "--gateway bcgov --env dev --output-dir keys",
            "--gateway entra --key-type rsa-2048 --output-dir keys --kid entra",
        ],
    );
    session.title("Explained");
    session.run_with(
        "generate-keys --explain",
        &[
            "",
            "--gateway nhs --env int",
            "--gateway bcgov --env dev",
            "--key-type p-256 --kid a --encrypt --x509",
        ],
    );
    session.check("commands/generate-keys");
}

/// A key and what it is to be called or to sign by.
#[test]
fn names_and_algorithms() {
    let client = RegisteredClient::new();
    let mut session = Session::on(client.machine).with_fixtures().with_files(&[
        ("ec.pem", "keys/test-p256-pkcs8.pem"),
        ("int-1.key", "keys/test-rsa-4096-pkcs8.pem"),
        ("certificate.pem", "keys/test-rsa-2048-certificate.pem"),
        ("rsa-2048.pem", "keys/test-rsa-2048-pkcs8.pem"),
    ]);
    let nhs = "assertion -q --gateway nhs --client-id a --explain --private-key";
    session.title("Algorithm");
    session.run_with(
        nhs,
        &[
            "ec.pem",
            "ec.pem --alg RS512",
            "int-1.pem --alg RS256",
            "int-1.pem --alg HS256",
            "int-1.pem --alg ''",
        ],
    );
    session.title("Key ID");
    session.run_with(
        nhs,
        &[
            "int-1.pem --kid ''",
            "int-1.pem --kid a --kid-scheme thumbprint",
            "int-1.key --kid-scheme file-stem",
            "int-1.pem --kid-scheme moon",
            "int-1.pem --kid-scheme x5t",
            "int-1.pem --certificate certificate.pem",
            "int-1.pem --certificate absent.pem",
            "int-1.pem --certificate int-1.pem",
            "int-1.pem --certificate .",
        ],
    );
    let long = "k".repeat(1001);
    session.run(&format!("{nhs} int-1.pem --kid {long}"));
    let run = session.prepare(nhs).with_argument("int-1.pem");
    session
        .transcript
        .run(run.with_argument("--kid").with_argument("a\nb"));
    let generic = "assertion -q --client-id a --token-url https://a.test/ --explain";
    session.run(&format!(
        "{generic} --kid-scheme x5t-s256 --private-key rsa-2048.pem"
    ));
    session.run_with(
        "assertion -q --client-id a --explain --private-key rsa-2048.pem",
        &[
            "--gateway google",
            "--gateway smart --token-url https://a.test/",
            "--gateway nhs",
        ],
    );
    session.check("errors/key-names");
}
