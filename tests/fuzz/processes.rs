//! What only the command reads, and what other programs answer.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use tokenring_jwk::{Algorithm, Signer, any};
use tokenring_signer_command::SignerCommand;

use crate::campaign::Campaign;
use crate::corpus::texts;

/// A process takes longer than a parser, most of all on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

/// The command under test.
const TOKENRING: &str = env!("CARGO_BIN_EXE_tokenring-under-test");

#[test]
fn configuration_files() {
    let seeds = texts(&[
        "gateway = \"nhs\"\nenv = \"int\"\nclient-id = \"me\"\ntimeout = 30\n\n\
         [profile.a]\nprivate-key = \"~/a.pem\"\nscope = [\"a\", \"b\"]\nno-cache = true\n\n\
         [profile.\"b c\"]\nvar = { domain = \"a.example\" }\nmin-ttl = \"60\"\n",
        "[get-token]\nformat = \"json\"\n",
        "private-key = 'a.pem'\nclaim = [\"a=1\", \"b={}\"]\n",
    ]);
    let scratch = Scratch::new();
    let path = scratch.path().join("config.toml");
    let campaign = Campaign::new("configuration_files", 2, seeds).with_limit(LIMIT);
    campaign.run(|input| {
        fs::write(&path, input).unwrap();
        let output = Command::new(TOKENRING)
            .args(["config", "check", "--config"])
            .arg(&path)
            .env_clear()
            .env("HOME", scratch.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{stderr}");
        assert!(
            matches!(output.status.code(), Some(0..=9)),
            "{:?}: {stderr}",
            output.status
        );
        output.status.success()
    });
}

/// A program that answers with the input, whatever it is asked.
#[test]
fn answers_of_signer_commands() {
    let jwk = fixtures::text("keys/test-p256-public.jwk.json");
    let signature = Base64UrlUnpadded::encode_string(&[7; 64]);
    let seeds = texts(&[
        &format!("{{\"alg\":\"ES256\",\"kid\":\"a\",\"jwk\":{jwk}}}"),
        &format!("{{\"alg\":\"ES256\",\"signature\":\"{signature}\"}}"),
        "{\"alg\":\"ES256\",\"signature_der\":\"MAYCAQECAQE=\"}",
        "{\"alg\":\"RS256\",\"spki\":\"MCowBQYDK2VwAyEA\"}",
    ]);
    let scratch = Scratch::new();
    let path = scratch.path().join("answer");
    let campaign = Campaign::new("answers_of_signer_commands", 2, seeds).with_limit(LIMIT);
    campaign.run(|input| {
        fs::write(&path, input).unwrap();
        let command = || SignerCommand::new("cat", [&path]).with_timeout(LIMIT);
        let described = command().describe();
        match &described {
            Ok(description) => drop((description.jwk(), format!("{description:?}"))),
            Err(error) => drop(format!("{error} {error:?}")),
        }
        let signer = command()
            .with_algorithm(Algorithm::Es256)
            .with_verifier(&any::Verifier)
            .into_signer();
        match signer.map(|signer| signer.sign(b"message")) {
            Ok(Ok(signature)) => drop(format!("{signature:?}")),
            Ok(Err(error)) => drop(format!("{error} {error:?}")),
            Err(error) => drop(format!("{error} {error:?}")),
        }
        described.is_ok()
    });
}
