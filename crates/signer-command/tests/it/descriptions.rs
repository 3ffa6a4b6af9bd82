use tokenring_jwk::{Algorithm, KeyId, KeySpec, PublicKey, Signer, aws_lc_rs, ring};
use tokenring_signer_command::{Description, Error};

use crate::script::{Script, chain};

const JWK: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

fn describe(answer: &str) -> Result<Description, Error> {
    Script::answering(answer.as_bytes()).command().describe()
}

/// The public key of RFC 8037 appendix A.2 in both forms.
#[test]
fn public_keys() {
    let spki = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let from_jwk = describe(&format!(r#"{{"alg":"EdDSA","kid":"k","jwk":{JWK}}}"#)).unwrap();
    let from_spki = describe(&format!(r#"{{"alg":"EdDSA","kid":"k","spki":"{spki}"}}"#)).unwrap();
    let from_both = describe(&format!(
        r#"{{"alg":"EdDSA","kid":"k","spki":"{spki}","jwk":{JWK}}}"#
    ))
    .unwrap();
    assert_eq!(from_jwk, from_spki);
    assert_eq!(from_jwk, from_both);
    assert_eq!(from_jwk.algorithm(), Algorithm::EdDsa);
    assert_eq!(from_jwk.key_id(), Some(&KeyId::new("k")));
    let text = r#""alg":"EdDSA","kid":"k","use":"sig"}"#;
    let jwk = tokenring_jwk::JwkSet::from_iter(from_jwk.jwk()).to_json();
    let dense: String = jwk.chars().filter(|c| !c.is_whitespace()).collect();
    assert!(dense.contains(text), "{jwk}");
}

/// What the JWK says counts where nothing else is said.
#[test]
fn members_of_the_jwk() {
    let rich = JWK.replace("\"kty\"", "\"alg\":\"Ed25519\",\"kid\":\"inner\",\"kty\"");
    let description = describe(&format!(r#"{{"jwk":{rich}}}"#)).unwrap();
    assert_eq!(description.algorithm(), Algorithm::Ed25519);
    assert_eq!(description.key_id(), Some(&KeyId::new("inner")));
    let description =
        describe(&format!(r#"{{"alg":"EdDSA","kid":"outer","jwk":{rich}}}"#)).unwrap();
    assert_eq!(description.algorithm(), Algorithm::EdDsa);
    assert_eq!(description.key_id(), Some(&KeyId::new("outer")));
}

#[test]
fn algorithm_alone() {
    let description = describe(r#"{"alg":"RS512","more":{"is":["passed over"]}}"#).unwrap();
    assert_eq!(description.algorithm(), Algorithm::Rs512);
    assert_eq!(description.key_id(), None);
    assert_eq!(description.public_key(), None);
    assert_eq!(description.jwk(), None);
}

#[track_caller]
fn check_refused(answer: &str, expected: &str) {
    let line = chain(&describe(answer).unwrap_err());
    assert!(line.starts_with(expected), "{answer}: {line}");
}

#[test]
fn unusable_ones() {
    let malformed =
        |name: &str| format!("the member {name:?} of its answer is missing or malformed");
    check_refused("", "its answer is not one JSON object");
    check_refused("[]", "its answer is not one JSON object");
    check_refused("{}", &malformed("alg"));
    check_refused(r#"{"alg":"none"}"#, &malformed("alg"));
    check_refused(r#"{"alg":"HS256"}"#, &malformed("alg"));
    check_refused(r#"{"alg":"es256"}"#, &malformed("alg"));
    check_refused(r#"{"alg":7}"#, &malformed("alg"));
    check_refused(r#"{"alg":"ES256","kid":7}"#, &malformed("kid"));
    check_refused(r#"{"alg":"ES256","jwk":"x"}"#, &malformed("jwk"));
    check_refused(r#"{"alg":"ES256","spki":"AAAA"}"#, &malformed("spki"));
    check_refused(
        &format!(r#"{{"alg":"ES256","jwk":{JWK}}}"#),
        "ES256 signs with P-256 keys and its public key is Ed25519",
    );
    let private = JWK.replace("\"kty\"", "\"d\":\"AAAA\",\"kty\"");
    check_refused(
        &format!(r#"{{"alg":"EdDSA","jwk":{private}}}"#),
        "its description holds a private key",
    );
    // Two keys that are not the same.
    let other = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURs=";
    check_refused(
        &format!(r#"{{"alg":"EdDSA","spki":"{other}","jwk":{JWK}}}"#),
        &malformed("spki"),
    );
}

#[test]
fn not_described() {
    let error = Script::new("exit 3").command().describe().unwrap_err();
    assert!(matches!(error, Error::NotDescribed), "{error:?}");
    let error = Script::new("exit 2").command().describe().unwrap_err();
    assert!(matches!(error, Error::Failed { code: 2, .. }), "{error:?}");
    // Nothing is asked where nothing has to be.
    let signer = Script::new("exit 3")
        .command()
        .with_algorithm(Algorithm::Ps384)
        .into_signer()
        .unwrap();
    assert_eq!(signer.algorithm(), Algorithm::Ps384);
    assert_eq!(signer.key_id(), None);
}

/// What is stated counts more than what is described.
#[test]
fn stated_ones() {
    let script =
        Script::answering(format!(r#"{{"alg":"EdDSA","kid":"k","jwk":{JWK}}}"#).as_bytes());
    let signer = script.command().into_signer().unwrap();
    assert_eq!(signer.algorithm(), Algorithm::EdDsa);
    assert_eq!(signer.key_id(), Some(&KeyId::new("k")));
    assert!(signer.public_key().is_some());
    let signer = script
        .command()
        .with_key_id(KeyId::new("mine"))
        .into_signer()
        .unwrap();
    assert_eq!(signer.key_id(), Some(&KeyId::new("mine")));

    let other = ring::generate(KeySpec::P256).unwrap();
    let other: PublicKey = aws_lc_rs::SigningKey::new(&other, Algorithm::Es256)
        .unwrap()
        .public_key()
        .clone();
    let error = script
        .command()
        .with_public_key(other)
        .into_signer()
        .unwrap_err();
    assert!(matches!(error, Error::WrongKeyType { .. }), "{error:?}");
}
