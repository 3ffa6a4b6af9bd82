use integration_tests::peer;
use integration_tests::scratch::Scratch;
use serde_json::json;
use tokenring_jwk::{Algorithm, KeyId, KeySpec, Signer, any};
use tokenring_mock_gateway::MockGateway;
use tokenring_signer_command::{CommandSigner, SignerCommand};

use crate::oidc_provider::client;
use crate::provider::Provider;
use crate::tokens::{KEY_ID, jwk_set, obtain};

/// A signer command around openssl: `$1` is the algorithm, `$2` the key.
const SIGN: &str = r#"
request=$(cat)
field() { printf %s "$request" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
base64url_decode() { printf '%s==' "$1" | tr -- '-_' '+/' | sed 's/\(\(....\)*\).*/\1/' | openssl base64 -d -A; }
if [ "$(field operation)" = describe ]; then
    printf '{"alg":"%s","kid":"key-away","spki":"%s"}' "$1" \
        "$(openssl pkey -in "$2" -pubout -outform DER | openssl base64 -A)"
    exit
fi
[ "$(field alg)" = "$1" ] || exit 1
digest=-$(field digest_alg | tr -d - | tr A-Z a-z)
case $1 in
PS*) set -- "$1" "$2" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest ;;
ES*) der=_der ;;
esac
algorithm=$1 key=$2
shift 2
message=$(mktemp)
trap 'rm -f "$message"' EXIT
base64url_decode "$(field signing_input)" > "$message"
if [ "$algorithm" = EdDSA ]; then
    signature=$(openssl pkeyutl -sign -rawin -inkey "$key" -in "$message" | openssl base64 -A)
else
    signature=$(openssl dgst "$digest" "$@" -sign "$key" "$message" | openssl base64 -A)
fi
printf '{"signature%s":"%s"}' "${der-}" "$signature"
"#;

fn signer(scratch: &Scratch, algorithm: &str, spec: KeySpec) -> Option<CommandSigner> {
    let openssl = peer::openssl()?;
    let script = scratch.write("sign.sh", SIGN.as_bytes());
    let key = scratch.write(
        &format!("{algorithm}.pem"),
        openssl.generate(spec).as_bytes(),
    );
    let line = format!("sh '{script}' {algorithm} '{key}'");
    let command = SignerCommand::from_command_line(&line).unwrap();
    Some(command.with_verifier(&any::Verifier).into_signer().unwrap())
}

#[test]
fn nhs() {
    let scratch = Scratch::new();
    let Some(signer) = signer(&scratch, "RS512", KeySpec::Rsa4096) else {
        return;
    };
    assert_eq!(signer.key_id().map(KeyId::as_str), Some(KEY_ID));
    let public_key = signer.public_key().unwrap().clone();
    let gateway = MockGateway::builder()
        .with_client("test-client", jwk_set(&public_key, &signer))
        .start()
        .unwrap();
    obtain(&gateway.token_url(), "test-client", &signer);
    assert_eq!(gateway.issued_tokens(), 1);
}

#[test]
fn openid_provider() {
    let scratch = Scratch::new();
    let mut signers = Vec::new();
    for (algorithm, spec) in [
        ("RS256", KeySpec::Rsa2048),
        ("PS384", KeySpec::Rsa2048),
        ("ES256", KeySpec::P256),
        ("ES384", KeySpec::P384),
        ("ES512", KeySpec::P521),
        ("EdDSA", KeySpec::Ed25519),
    ] {
        let Some(signer) = signer(&scratch, algorithm, spec) else {
            return;
        };
        signers.push(signer);
    }
    let clients: Vec<_> = signers
        .iter()
        .map(|signer| client(signer.public_key().unwrap(), signer))
        .collect();
    let Some(provider) = Provider::start(&json!({ "clients": clients })) else {
        return;
    };
    for signer in &signers {
        let client_id = signer.algorithm().name();
        obtain(provider.token_endpoint(), client_id, signer);
        provider.granted(client_id);
    }
    provider.stop();
}

/// The script in the contract does what the contract says.
#[test]
fn script_of_the_contract() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    let page = include_str!("../../crates/signer-command/CONTRACT.md");
    let (_, script) = page.split_once("```sh\n#!/bin/sh\n").unwrap();
    let (script, _) = script.split_once("```").unwrap();
    let scratch = Scratch::new();
    let script = scratch.write("sign.sh", script.as_bytes());
    let key = scratch.write("key.pem", openssl.generate(KeySpec::P256).as_bytes());

    let command = SignerCommand::new("sh", [script, key]).with_verifier(&any::Verifier);
    let signer = command.clone().into_signer().unwrap();
    assert_eq!(signer.algorithm(), Algorithm::Es256);
    assert_eq!(signer.key_id().map(KeyId::as_str), Some("test-1"));
    // Messages of every length modulo 3, and one of several lines of base64.
    for length in [0, 1, 2, 3, 100, 5000] {
        let message = vec![b'm'; length];
        let signature = signer.sign(&message).unwrap();
        let public_key = signer.public_key().unwrap();
        any::verify(public_key, Algorithm::Es256, &message, &signature).unwrap();
    }
    let other = command
        .with_algorithm(Algorithm::Rs256)
        .into_signer()
        .unwrap();
    let line = integration_tests::secrecy::chain(&other.sign(b"header.claims").unwrap_err());
    assert!(
        line.ends_with(": it ended with exit code 1 and wrote: this key signs ES256"),
        "{line}"
    );
}

/// A bad signature is told here, and the server never sees it.
#[test]
fn bad_signatures_stay_here() {
    let scratch = Scratch::new();
    let Some(signer) = signer(&scratch, "ES256", KeySpec::P256) else {
        return;
    };
    let public_key = signer.public_key().unwrap().clone();
    let answer = format!("{{\"signature\":\"{}\"}}", "A".repeat(86));
    let answer = scratch.write("answer", answer.as_bytes());
    let bad = SignerCommand::new("cat", [answer])
        .with_algorithm(signer.algorithm())
        .with_public_key(public_key)
        .with_verifier(&any::Verifier)
        .into_signer()
        .unwrap();
    let line = integration_tests::secrecy::chain(&bad.sign(b"header.claims").unwrap_err());
    assert!(
        line.starts_with(
            "the signer command `cat` gave no signature: its signature does not verify"
        ),
        "{line}"
    );
}
