//! npm's `jose` and Node.js as peers: our keys, sets and signatures to them,
//! theirs to us.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use integration_tests::peer;
use integration_tests::provider::{self, Provider};
use serde_json::{Value, json};
use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_jwk::{
    Algorithm, Certificate, CertificateTemplate, Jwk, JwkSet, KeyFile, KeyId, KeySpec, KeyType,
    KeyUse, Passphrase, PrivateKey, PublicKey,
};

const PASSWORD: &str = "test-password";

fn private_key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&fixtures::text(&format!("keys/test-{name}-pkcs8.pem"))).unwrap()
}

fn public_key(name: &str) -> PublicKey {
    PublicKey::from_spki_pem(&fixtures::text(&format!("keys/test-{name}-public.pem"))).unwrap()
}

/// Every sound key that is stored, and new ones of each provider.
fn keys() -> Vec<(PrivateKey, PublicKey)> {
    let stored = fixtures::KEY_NAMES.iter();
    let mut keys: Vec<_> = stored
        .map(|name| (private_key(name), public_key(name)))
        .collect();
    for provider in provider::ALL {
        for spec in [
            KeySpec::Rsa2048,
            KeySpec::P256,
            KeySpec::P384,
            KeySpec::P521,
            KeySpec::Ed25519,
        ] {
            if provider.generates(spec) {
                let key = provider.generate(spec).unwrap();
                let algorithm = key.key_type().algorithms()[0];
                let (_, public) = provider.load(&key, algorithm).unwrap();
                keys.push((key, public));
            }
        }
    }
    keys
}

fn public_members(jwk: &Value) -> Value {
    let mut members = jwk.as_object().unwrap().clone();
    members.retain(|name, _| ["kty", "crv", "x", "y", "n", "e"].contains(&name.as_str()));
    Value::Object(members)
}

#[test]
fn thumbprints() {
    let Some(jose) = peer::jose() else {
        return;
    };
    let keys = keys();
    let jwk = |public: &PublicKey| serde_json::to_value(Jwk::new(public.clone())).unwrap();
    let tasks = keys
        .iter()
        .map(|(_, public)| json!({"task": "thumbprint", "jwk": jwk(public)}));
    let theirs = jose.run(&tasks.collect::<Vec<_>>());
    for ((_, public), theirs) in keys.iter().zip(theirs) {
        for provider in provider::ALL {
            assert_eq!(
                provider.thumbprint(public).to_string(),
                theirs.as_str().unwrap()
            );
        }
    }
}

/// Each key in each format that we write, and the same members come out.
#[test]
fn what_we_write_they_read() {
    let Some(jose) = peer::jose() else {
        return;
    };
    let passphrase = Passphrase::new(PASSWORD.into());
    let (mut tasks, mut expected) = (Vec::new(), Vec::new());
    for (key, public) in keys() {
        let alg = key.key_type().algorithms()[0].name();
        let jwk = Jwk::new(public.clone());
        let private = key.to_secret_jwk_json(&jwk).unwrap();
        let private: Value = serde_json::from_str(private.secret()).unwrap();
        let mut read = |text: &str, format: &str, members: &Value| {
            let task = json!({
                "task": "read", "text": text, "format": format, "alg": alg, "passphrase": PASSWORD,
            });
            tasks.push(task);
            expected.push(members.clone());
        };
        read(key.to_pkcs8_pem().secret(), "pkcs8", &private);
        read(
            key.to_secret_jwk_json(&jwk).unwrap().secret(),
            "jwk",
            &private,
        );
        read(&public.to_spki_pem(), "spki", &public_members(&private));
        if key.key_type() == KeyType::Rsa {
            read(key.to_pkcs1_pem().unwrap().secret(), "node", &private);
        }
        let encrypted = Provider::AwsLcRs.encrypt(&key, &passphrase).unwrap();
        read(encrypted.secret(), "node", &private);
    }
    for (theirs, ours) in jose.run(&tasks).into_iter().zip(expected) {
        assert!(theirs == ours, "{}", public_members(&ours));
    }
}

#[test]
fn what_they_make_we_read() {
    let Some(jose) = peer::jose() else {
        return;
    };
    let made = [
        ("RS256", 2048),
        ("PS512", 3072),
        ("ES256", 0),
        ("ES384", 0),
        ("ES512", 0),
        ("EdDSA", 0),
        ("Ed25519", 0),
    ];
    let generate =
        |(alg, bits)| json!({"task": "generate", "alg": alg, "bits": bits, "passphrase": PASSWORD});
    let results = jose.run(&made.map(generate));
    let passphrase = Passphrase::new(PASSWORD.into());
    for ((alg, _), theirs) in made.into_iter().zip(results) {
        let algorithm: Algorithm = alg.parse().unwrap();
        let public = PublicKey::from_spki_pem(fixtures::text_of(&theirs, "spki")).unwrap();
        let jwk = theirs["jwk"].to_string();
        for text in [
            fixtures::text_of(&theirs, "pkcs8"),
            &jwk,
            fixtures::text_of(&theirs, "encrypted"),
        ] {
            let file = KeyFile::new(text.as_bytes()).with_passphrase(&passphrase);
            let key = file.private_key().unwrap();
            // They leave the newline at the end away.
            let pkcs8 = key.to_pkcs8_pem();
            let pkcs8 = pkcs8.secret().trim_end();
            assert!(pkcs8 == fixtures::text_of(&theirs, "pkcs8"), "{alg}");
            for provider in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
                assert_eq!(provider.load(&key, algorithm).unwrap().1, public, "{alg}");
            }
        }
    }
}

fn claims() -> Claims {
    Claims::new(
        "test-client",
        "https://example.org/token",
        JwtId::from_text("test-id").unwrap(),
        NumericDate::from_seconds(1_800_000_150),
    )
}

/// Our assertions verify under the JWK Set that we publish, and their JWSs with
/// our providers.
#[test]
fn signatures() {
    let Some(jose) = peer::jose() else {
        return;
    };
    let (mut tasks, mut expected) = (Vec::new(), Vec::new());
    for name in fixtures::KEY_NAMES {
        for &algorithm in private_key(name).key_type().algorithms() {
            for provider in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
                let (signer, public) = provider.load(&private_key(name), algorithm).unwrap();
                let kid = KeyId::new("one");
                let other = Jwk::new(public_key("p256")).with_key_id(KeyId::new("other"));
                let jwk = Jwk::new(public)
                    .with_algorithm(algorithm)
                    .unwrap()
                    .with_key_id(kid.clone())
                    .with_use(KeyUse::Signature);
                let set: Value =
                    serde_json::from_str(&JwkSet::from_iter([other, jwk]).to_json()).unwrap();
                let input = claims().signing_input(algorithm, Some(&kid));
                let signature = signer.sign(input.as_bytes()).unwrap();
                let jws = input.attach(&signature);
                let jws = jws.secret();
                expected.push(jws.split('.').nth(1).unwrap().to_owned());
                let alg = algorithm.name();
                tasks.push(
                    json!({"task": "keySet", "jwks": set, "alg": alg, "kid": "one", "jws": jws}),
                );
            }
        }
    }
    for (theirs, payload) in jose.run(&tasks).into_iter().zip(expected) {
        assert_eq!(theirs, json!({"payload": payload, "matches": true}));
    }
}

#[test]
fn their_signatures() {
    let Some(jose) = peer::jose() else {
        return;
    };
    let (mut tasks, mut expected) = (Vec::new(), Vec::new());
    for name in fixtures::KEY_NAMES {
        let jwk = fixtures::json(&format!("keys/test-{name}-private.jwk.json"));
        for &algorithm in private_key(name).key_type().algorithms() {
            let alg = algorithm.name();
            tasks.push(json!({"task": "sign", "jwk": jwk, "alg": alg, "message": "bWVzc2FnZQ"}));
            expected.push((name, algorithm));
        }
    }
    for (jws, (name, algorithm)) in jose.run(&tasks).into_iter().zip(expected) {
        let (input, signature) = jws.as_str().unwrap().rsplit_once('.').unwrap();
        let signature = Base64UrlUnpadded::decode_vec(signature).unwrap();
        for provider in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
            let verified =
                provider.verify(&public_key(name), algorithm, input.as_bytes(), &signature);
            assert!(verified.is_ok(), "{provider:?} {name} {algorithm}");
        }
    }
}

#[test]
fn certificates() {
    let Some(jose) = peer::jose() else {
        return;
    };
    let template = CertificateTemplate::new("test", 1_800_000_000, 365).unwrap();
    let names = ["rsa-2048", "p256", "p384", "p521", "ed25519"];
    let made: Vec<Certificate> = names
        .iter()
        .map(|name| {
            Provider::AwsLcRs
                .self_sign(&private_key(name), &template)
                .unwrap()
        })
        .collect();
    let task =
        |certificate: &Certificate| json!({"task": "certificate", "text": certificate.to_pem()});
    let results = jose.run(&made.iter().map(task).collect::<Vec<_>>());
    for ((name, ours), theirs) in names.iter().zip(&made).zip(results) {
        let jwk = fixtures::json(&format!("keys/test-{name}-public.jwk.json"));
        assert_eq!(theirs["jwk"], jwk, "{name}");
        assert_eq!(theirs["signed"], true, "{name}");
        for provider in provider::ALL {
            assert_eq!(
                theirs["x5t"],
                provider.certificate_sha1_thumbprint(ours).to_string()
            );
            assert_eq!(
                theirs["x5t#S256"],
                provider.certificate_thumbprint(ours).to_string()
            );
        }
    }
}
