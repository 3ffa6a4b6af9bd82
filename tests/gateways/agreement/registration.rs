//! The clients of a judge: with the right keys, and with keys that something is wrong with.

use serde_json::{Value, json};
use tokenring_gateway::{Lint, Registration};
use tokenring_jwk::{Algorithm, JwkSet, PublicKey, any};
use tokenring_mock_gateway::JwkSource;

use crate::key::{self, Key};
use crate::preset::Preset;
use crate::stage::CLIENT;

/// One client, as the mock and as the lint know it.
pub(super) struct Client {
    pub(super) id: &'static str,
    keys: Keys,
    /// The algorithm that it is registered for, where that matters.
    pub(super) algorithm: Algorithm,
}

enum Keys {
    /// What the client published.
    Published(JwkSet),
    /// The public half of its key, handed in without a name.
    Bare(PublicKey),
}

const KEYS: [Key; 5] = [Key::RSA_2048, Key::P256, Key::P384, Key::P521, Key::ED25519];

impl Client {
    pub(super) fn all(preset: &Preset) -> Vec<Self> {
        let name = |key: Key| preset.key_id(key).unwrap_or_else(|| key.name().to_owned());
        let published = |key: Key| preset.published(key, Some(&name(key)));
        let set = |change: &dyn Fn(Key, Value) -> Option<Value>| {
            let jwks = KEYS.iter().filter_map(|key| change(*key, published(*key)));
            Keys::Published(key::set(jwks))
        };
        let with = |member: &'static str, value: Value| {
            set(&|_, mut jwk| {
                jwk[member] = value.clone();
                Some(jwk)
            })
        };
        let without = |member: &'static str| {
            set(&|_, mut jwk| {
                jwk.as_object_mut().unwrap().remove(member);
                Some(jwk)
            })
        };
        let foreign = || Key::RSA_3072.published(Some(&name(Key::RSA_2048)));
        let both = || {
            let all = KEYS.iter().map(|key| published(*key));
            Keys::Published(key::set([foreign()].into_iter().chain(all)))
        };
        let mut clients = vec![
            (CLIENT, set(&|_, jwk| Some(jwk))),
            ("use is not stated", without("use")),
            ("key IDs are not stated", without("kid")),
            ("keys are for encryption", with("use", json!("enc"))),
            ("two keys have one ID", both()),
            (
                "keys are for one algorithm",
                set(&|key, mut jwk| {
                    jwk["alg"] = json!(key.one_algorithm());
                    Some(jwk)
                }),
            ),
            (
                "key IDs are exchanged",
                set(&|key, mut jwk| {
                    jwk["kid"] = json!(match key {
                        Key::RSA_2048 => name(Key::P256),
                        _ => name(Key::RSA_2048),
                    });
                    Some(jwk)
                }),
            ),
            ("no key was published", Keys::Published(key::set([]))),
            (
                "another key was published",
                Keys::Published(key::set([foreign()])),
            ),
            (
                "one key of five",
                set(&|key, jwk| (key == Key::RSA_2048).then_some(jwk)),
            ),
        ];
        let registrations = preset.gateway.key().registrations();
        let takes = |way: &Registration| registrations.contains(way);
        if takes(&Registration::PublicKey) || takes(&Registration::Certificate) {
            // Each once more, because that is how it is done there.
            for (key, id) in KEYS.iter().zip(BARE) {
                clients.push((id, Keys::Bare(key.public_key())));
            }
        }
        let algorithm = preset.gateway.server().client_algorithm();
        let default = algorithm.unwrap_or(Algorithm::Rs256);
        let client = |(id, keys)| Self {
            id,
            keys,
            algorithm: default,
        };
        let mut clients: Vec<Self> = clients.into_iter().map(client).collect();
        // One that did everything right for each of the others.
        if algorithm.is_some() {
            let others = preset.gateway.assertion().algorithms().iter();
            for other in others.filter(|other| **other != default) {
                clients.push(Self {
                    id: other.name(),
                    keys: set(&|_, jwk| Some(jwk)),
                    algorithm: *other,
                });
            }
        }
        clients
    }

    /// Whether it did everything right, and has an algorithm of its own.
    pub(super) fn is_of_algorithm(&self) -> bool {
        self.id == self.algorithm.name()
    }

    pub(super) fn source(&self) -> JwkSource {
        match &self.keys {
            Keys::Published(set) => JwkSource::Set(set.clone()),
            Keys::Bare(key) => JwkSource::PublicKey(key.clone()),
        }
    }

    /// Tells the lint what the gateway knows of the client.
    pub(super) fn introduce<'a>(&'a self, lint: Lint<'a>) -> Lint<'a> {
        let lint = lint.with_client_id(self.id);
        match &self.keys {
            Keys::Published(set) => lint.with_registered_keys(set, &any::Verifier),
            Keys::Bare(key) => lint.with_public_key(key, &any::Verifier),
        }
    }

    /// The key that a client has who has handed in a single one.
    pub(super) fn only_key(&self) -> Option<Key> {
        let bare = BARE.iter().position(|id| *id == self.id);
        bare.map(|index| KEYS[index])
    }
}

const BARE: [&str; 5] = [
    "RSA key",
    "P-256 key",
    "P-384 key",
    "P-521 key",
    "Ed25519 key",
];
