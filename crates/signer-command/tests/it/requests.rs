use std::io;
use std::process::{Child, Command};

use tokenring_jwk::{Algorithm, KeyId, Signer};
use tokenring_signer_command::{Error, SignerCommand};

use crate::script::{Script, complaint};

/// What a program is given for one signature of `message`.
fn request(command: impl FnOnce(SignerCommand) -> SignerCommand, message: &[u8]) -> String {
    let script = Script::answering(b"{}");
    let signer = command(script.command()).into_signer().unwrap();
    signer.sign(message).unwrap_err();
    script.read("request").unwrap()
}

/// The digests are from FIPS 180-4's examples for "abc", in base64url by
/// `openssl dgst -sha256 -binary | basenc --base64url`.
#[track_caller]
fn check(algorithm: Algorithm, expected: &str) {
    let request = request(|command| command.with_algorithm(algorithm), b"abc");
    assert_eq!(request, format!("{expected}\n"));
}

const SHA256: &str =
    "\"digest_alg\":\"SHA-256\",\"digest\":\"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0\"";
const SHA384: &str = "\"digest_alg\":\"SHA-384\",\"digest\":\"ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP_W-2AhgcroefMI1i67KE0yCWn\"";
const SHA512: &str = "\"digest_alg\":\"SHA-512\",\"digest\":\"3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_BqDa6PCOj_uu9RU1EI2Q86A4qmslPpUyknw\"";

#[test]
fn each_algorithm() {
    let with_digest = |name: &str, digest: &str| {
        format!(
            "{{\"version\":1,\"operation\":\"sign\",\"alg\":\"{name}\",{digest},\"signing_input\":\"YWJj\"}}"
        )
    };
    for (algorithm, digest) in [
        (Algorithm::Rs256, SHA256),
        (Algorithm::Ps256, SHA256),
        (Algorithm::Es256, SHA256),
        (Algorithm::Rs384, SHA384),
        (Algorithm::Ps384, SHA384),
        (Algorithm::Es384, SHA384),
        (Algorithm::Rs512, SHA512),
        (Algorithm::Ps512, SHA512),
        (Algorithm::Es512, SHA512),
    ] {
        check(algorithm, &with_digest(algorithm.name(), digest));
    }
    for algorithm in [Algorithm::EdDsa, Algorithm::Ed25519] {
        let name = algorithm.name();
        check(
            algorithm,
            &format!(
                "{{\"version\":1,\"operation\":\"sign\",\"alg\":\"{name}\",\"signing_input\":\"YWJj\"}}"
            ),
        );
    }
}

/// A key identifier is any text, and comes last.
#[test]
fn key_identifier() {
    let request = request(
        |command| {
            let key_id = KeyId::new("a\"b\\\",\"alg\":\"none\"\n\u{e9}");
            command.with_algorithm(Algorithm::EdDsa).with_key_id(key_id)
        },
        b"abc",
    );
    assert_eq!(
        request,
        "{\"version\":1,\"operation\":\"sign\",\"alg\":\"EdDSA\",\"signing_input\":\"YWJj\",\
         \"kid\":\"a\\\"b\\\\\\\",\\\"alg\\\":\\\"none\\\"\\n\u{e9}\"}\n"
    );
}

#[test]
fn description() {
    let script = Script::answering(b"{}");
    let error = script.command().describe().unwrap_err();
    assert!(matches!(error, Error::MalformedMember("alg")), "{error:?}");
    assert_eq!(
        script.read("request").unwrap(),
        "{\"version\":1,\"operation\":\"describe\"}\n"
    );
}

/// More than a pipe holds goes in while the program writes.
#[test]
fn long_message() {
    let message = vec![b'x'; 3_000_000];
    let request = request(|command| command.with_algorithm(Algorithm::EdDsa), &message);
    let around = r#"{"version":1,"operation":"sign","alg":"EdDSA","signing_input":""}"#;
    assert_eq!(request.len(), around.len() + 4_000_000 + 1);
}

/// Each run starts as the caller wants it.
#[test]
fn started_by_the_caller() {
    fn spawn(command: &mut Command) -> io::Result<Child> {
        command.env("PLANTED", "0815").spawn()
    }
    let script = Script::new("echo \"$PLANTED\" >> \"$1/seen\"; exit 1");
    let command = script.command().with_algorithm(Algorithm::Es256);
    complaint(command.with_spawn(spawn));
    assert_eq!(script.read("seen").unwrap(), "0815\n");
    fn refuse(_: &mut Command) -> io::Result<Child> {
        Err(io::Error::from(io::ErrorKind::WouldBlock))
    }
    let command = script.command().with_algorithm(Algorithm::Es256);
    let line = complaint(command.with_spawn(refuse));
    assert!(line.starts_with("the program did not start: "), "{line}");
    assert_eq!(script.read("seen").unwrap(), "0815\n");
}
