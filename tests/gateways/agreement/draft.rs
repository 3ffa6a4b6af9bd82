//! An assertion before it is signed, and what is changed in it.

use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value};
use tokenring_jwk::Algorithm;

use super::twist::Twist;
use crate::key;

/// Header and claims of an assertion.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    twist: Option<Twist>,
}

/// One thing that is not as the preset's own client has it.
#[derive(Clone)]
pub(super) enum Change {
    /// A header parameter gets another value, or none.
    Header(&'static str, Option<Value>),
    /// A claim gets another value, or none.
    Claim(&'static str, Option<Value>),
    /// The text is damaged.
    Text(Twist),
}

impl Draft {
    /// Takes a JWS Signing Input apart.
    pub(super) fn new(signing_input: &[u8]) -> Self {
        let text = core::str::from_utf8(signing_input).unwrap();
        let (header, claims) = text.split_once('.').unwrap();
        let members = |part| {
            let json = Base64UrlUnpadded::decode_vec(part).unwrap();
            serde_json::from_slice(&json).unwrap()
        };
        Self {
            header: members(header),
            claims: members(claims),
            twist: None,
        }
    }

    /// What is sent twice is another matter: an identifier that is a text is made a new one.
    pub(super) fn change(&mut self, change: &Change, number: u128) {
        let (members, name, value) = match change {
            Change::Header(name, value) => (&mut self.header, name, value),
            Change::Claim(name, value) => (&mut self.claims, name, value),
            Change::Text(twist) => {
                self.twist = Some(*twist);
                return;
            }
        };
        match value {
            Some(Value::String(text)) if *name == "jti" && !text.is_empty() => {
                members.insert((*name).to_owned(), Value::from(format!("{text}{number}")))
            }
            Some(value) => members.insert((*name).to_owned(), value.clone()),
            None => members.remove(*name),
        };
    }

    /// Signs by the algorithm that the header names, so that the signature is right for it; by
    /// another one where there is no such algorithm.
    pub(super) fn sign(&self, otherwise: Algorithm) -> String {
        let stated = self.header.get("alg").and_then(Value::as_str);
        let stated = stated.and_then(|name| name.parse().ok());
        let json = |members: &Map<String, Value>| serde_json::to_string(members).unwrap();
        let (header, claims) = (json(&self.header), json(&self.claims));
        let twist = self.twist;
        let [header, claims] = [("header", header), ("claims", claims)].map(|(part, json)| {
            let json = twist.map_or_else(|| json.clone().into(), |twist| twist.json(part, &json));
            let encoded = Base64UrlUnpadded::encode_string(&json);
            twist.map_or_else(|| encoded.clone(), |twist| twist.encoded(part, &encoded))
        });
        let input = format!("{header}.{claims}");
        let signature = key::sign(stated.unwrap_or(otherwise), input.as_bytes());
        let encoded = Base64UrlUnpadded::encode_string(signature.as_bytes());
        let Some(twist) = twist else {
            return format!("{input}.{encoded}");
        };
        let signature = twist.encoded("signature", &encoded);
        twist.whole(format!("{input}.{signature}"))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name, Some(value)) => write!(formatter, "header {name} = {value}"),
            Self::Header(name, None) => write!(formatter, "no header {name}"),
            Self::Claim(name, Some(value)) => write!(formatter, "claim {name} = {value}"),
            Self::Claim(name, None) => write!(formatter, "no claim {name}"),
            Self::Text(twist) => write!(formatter, "text: {twist:?}"),
        }
    }
}
