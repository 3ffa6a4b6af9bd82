use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_jwk::{KeySpec, PrivateKey, PublicKey, any, aws_lc_rs, ring};

/// Keys by names such as `rsa2048-a`, which say what kind they are. Those that end in `-a` are the
/// stored ones, all others are made when somebody asks for them.
#[derive(Default)]
pub(crate) struct KeyRing(RefCell<BTreeMap<String, Rc<TestKey>>>);

pub(crate) struct TestKey {
    pub(crate) private: PrivateKey,
    pub(crate) public: PublicKey,
}

impl KeyRing {
    pub(crate) fn key(&self, name: &str) -> Rc<TestKey> {
        let mut keys = self.0.borrow_mut();
        let key = keys
            .entry(name.to_owned())
            .or_insert_with(|| Rc::new(TestKey::new(name)));
        Rc::clone(key)
    }
}

impl TestKey {
    fn new(name: &str) -> Self {
        let (kind, letter) = name.rsplit_once('-').unwrap();
        let (spec, file) = match kind {
            "rsa2048" => (KeySpec::Rsa2048, "rsa-2048"),
            "p256" => (KeySpec::P256, "p256"),
            "p384" => (KeySpec::P384, "p384"),
            "p521" => (KeySpec::P521, "p521"),
            "ed25519" => (KeySpec::Ed25519, "ed25519"),
            _ => panic!("no kind of key is called {kind}"),
        };
        let private = if letter == "a" {
            let file = format!("keys/test-{file}-pkcs8.pem");
            PrivateKey::from_key_file(&fixtures::bytes(&file)).unwrap()
        } else {
            aws_lc_rs::generate(spec).unwrap()
        };
        let public = any::public_key(&private).unwrap();
        Self { private, public }
    }

    /// A JWK with members that the crates of ours might not write.
    pub(crate) fn jwk(&self, more: &Value) -> Value {
        let mut jwk: Value = serde_json::from_str(&self.public.thumbprint_input()).unwrap();
        for (name, value) in more.as_object().unwrap() {
            if !value.is_null() {
                jwk[name] = value.clone();
            }
        }
        jwk
    }

    /// A JWK Set of this key alone, as `generate-keys` makes it.
    pub(crate) fn jwk_set(&self, key_id: &str, algorithm: &str) -> Value {
        json!({ "keys": [self.jwk(&json!({ "kid": key_id, "alg": algorithm, "use": "sig" }))] })
    }

    pub(crate) fn pem(&self) -> String {
        self.public.to_spki_pem()
    }

    pub(crate) fn spki_hash(&self) -> String {
        ring::spki_hash(&self.public).to_string()
    }

    pub(crate) fn thumbprint(&self) -> String {
        ring::thumbprint(&self.public).to_string()
    }
}
