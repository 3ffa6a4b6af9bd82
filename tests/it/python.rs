//! Python's `cryptography` and `jwcrypto` as peers: our keys and signatures to
//! them, theirs to us.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use integration_tests::peer;
use integration_tests::provider::{self, Provider};
use serde_json::{Value, json};
use tokenring_jwk::{
    Algorithm, CertificateTemplate, Jwk, KeyFile, KeySpec, KeyType, Passphrase, PrivateKey,
    PublicKey,
};

const PASSWORD: &str = "test-password";
const MESSAGE: &[u8] = b"eyJhbGciOiJub3QtYS10b2tlbiJ9.VGhpcyBpcyB3aGF0IGlzIHNpZ25lZC4";

const SPECS: [KeySpec; 6] = [
    KeySpec::Rsa2048,
    KeySpec::Rsa3072,
    KeySpec::P256,
    KeySpec::P384,
    KeySpec::P521,
    KeySpec::Ed25519,
];

fn private_key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&fixtures::text(&format!("keys/test-{name}-pkcs8.pem"))).unwrap()
}

/// New keys of both providers, each with its public half.
fn generated() -> Vec<(PrivateKey, PublicKey)> {
    let mut keys = Vec::new();
    for provider in provider::ALL {
        for spec in SPECS.into_iter().filter(|spec| provider.generates(*spec)) {
            let key = provider.generate(spec).unwrap();
            let (_, public) = provider.load(&key, key.key_type().algorithms()[0]).unwrap();
            keys.push((key, public));
        }
    }
    keys
}

#[test]
fn thumbprints() {
    let Some(python) = peer::python() else {
        return;
    };
    let keys = generated();
    let jwk = |public: &PublicKey| serde_json::to_value(Jwk::new(public.clone())).unwrap();
    let task = |(_, public): &(_, PublicKey)| json!({"task": "thumbprint", "jwk": jwk(public)});
    let tasks: Vec<Value> = keys.iter().map(task).collect();
    for ((_, public), theirs) in keys.iter().zip(python.run(&tasks)) {
        for provider in provider::ALL {
            assert_eq!(
                provider.thumbprint(public).to_string(),
                theirs.as_str().unwrap()
            );
        }
    }
}

/// Each key in each format that we write; they answer with the public half.
#[test]
fn what_we_write_they_read() {
    let Some(python) = peer::python() else {
        return;
    };
    let passphrase = Passphrase::new(PASSWORD.into());
    let (mut tasks, mut expected) = (Vec::new(), Vec::new());
    for (key, public) in generated() {
        let jwk = Jwk::new(public.clone());
        let encrypted = Provider::Ring.encrypt(&key, &passphrase).unwrap();
        let private = key.to_secret_jwk_json(&jwk).unwrap();
        let public_text = serde_json::to_string(&jwk).unwrap();
        let mut new = vec![
            json!({"task": "read", "text": key.to_pkcs8_pem().secret()}),
            json!({"task": "read", "text": encrypted.secret(), "passphrase": PASSWORD}),
            json!({"task": "read_public", "text": public.to_spki_pem()}),
            json!({"task": "read_jwk", "text": private.secret(), "private": true}),
            json!({"task": "read_jwk", "text": public_text, "private": false}),
        ];
        if key.key_type() == KeyType::Rsa {
            let pkcs1 = key.to_pkcs1_pem().unwrap();
            new.push(json!({"task": "read", "text": pkcs1.secret()}));
        }
        expected.extend(vec![public.to_spki_pem(); new.len()]);
        tasks.extend(new);
    }
    for (theirs, ours) in python.run(&tasks).into_iter().zip(expected) {
        assert_eq!(theirs, ours);
    }
}

#[test]
fn what_they_make_we_read() {
    let Some(python) = peer::python() else {
        return;
    };
    let task = |spec: KeySpec| json!({"task": "generate", "type": spec.to_string(), "passphrase": PASSWORD});
    let results = python.run(&SPECS.map(task));
    let passphrase = Passphrase::new(PASSWORD.into());
    for (spec, theirs) in SPECS.into_iter().zip(results) {
        let public = PublicKey::from_spki_pem(fixtures::text_of(&theirs, "spki")).unwrap();
        let algorithm = spec.key_type().algorithms()[0];
        let mut texts = vec![theirs["jwk"].to_string()];
        let formats = theirs["private"].as_object().unwrap().values();
        texts.extend(formats.map(|text| text.as_str().unwrap().to_owned()));
        assert_eq!(texts.len(), if spec == KeySpec::Ed25519 { 3 } else { 4 });
        for text in texts {
            let file = KeyFile::new(text.as_bytes()).with_passphrase(&passphrase);
            let key = file.private_key().unwrap();
            for provider in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
                assert_eq!(provider.load(&key, algorithm).unwrap().1, public, "{spec}");
            }
        }
    }
}

/// Every algorithm in both directions; where a signature has one form, theirs
/// is ours.
#[test]
fn signatures() {
    let Some(python) = peer::python() else {
        return;
    };
    let message = Base64UrlUnpadded::encode_string(MESSAGE);
    let mut rows: Vec<(&str, Algorithm, Provider)> = Vec::new();
    for name in fixtures::KEY_NAMES {
        for &algorithm in private_key(name).key_type().algorithms() {
            let all = provider::ALL.into_iter().filter(|all| all.has(algorithm));
            rows.extend(all.map(|provider| (*name, algorithm, provider)));
        }
    }
    let mut tasks = Vec::new();
    let mut ours = Vec::new();
    for (name, algorithm, provider) in &rows {
        let (signer, public) = provider.load(&private_key(name), *algorithm).unwrap();
        let signature = signer.sign(MESSAGE).unwrap();
        let encoded = Base64UrlUnpadded::encode_string(signature.as_bytes());
        let alg = algorithm.name();
        let pem = public.to_spki_pem();
        tasks.push(json!({
            "task": "verify", "text": pem, "alg": alg, "message": message, "signature": encoded,
        }));
        let pem = fixtures::text(&format!("keys/test-{name}-pkcs8.pem"));
        tasks.push(json!({"task": "sign", "text": pem, "alg": alg, "message": message}));
        ours.push((public, encoded));
    }
    let results = python.run(&tasks);
    for ((row, (public, encoded)), theirs) in rows.iter().zip(ours).zip(results.chunks(2)) {
        let (name, algorithm, provider) = row;
        assert_eq!(theirs[0], true);
        let signature = theirs[1].as_str().unwrap();
        let bytes = Base64UrlUnpadded::decode_vec(signature).unwrap();
        let verified = provider.verify(&public, *algorithm, MESSAGE, &bytes);
        assert!(verified.is_ok(), "{provider:?} {name} {algorithm}");
        let alg = algorithm.name();
        if alg.starts_with("RS") || alg.starts_with("Ed") {
            assert_eq!(signature, encoded, "{provider:?} {name} {algorithm}");
        }
    }
}

#[test]
fn certificates() {
    let Some(python) = peer::python() else {
        return;
    };
    let template = CertificateTemplate::new("test", 1_800_000_000, 365).unwrap();
    for name in ["rsa-2048", "p256", "p384", "p521", "ed25519"] {
        let ours = Provider::AwsLcRs
            .self_sign(&private_key(name), &template)
            .unwrap();
        let theirs = &python.run(&[json!({"task": "certificate", "text": ours.to_pem()})])[0];
        let spki = fixtures::text(&format!("keys/test-{name}-public.pem"));
        assert_eq!(theirs["spki"], spki);
        for provider in provider::ALL {
            assert_eq!(
                theirs["x5t"],
                provider.certificate_sha1_thumbprint(&ours).to_string()
            );
            assert_eq!(
                theirs["x5t#S256"],
                provider.certificate_thumbprint(&ours).to_string()
            );
        }
    }
}
