//! Keys, certificates and JWK Sets, in every form.

use std::error::Error;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use tokenring_jwk::{
    Algorithm, Certificate, CertificateFacts, Jwk, JwkSet, JwkSetDocument, KeyFile, KeyId,
    Passphrase, PrivateKey, PublicKey, Signature, aws_lc_rs, read_certificates, ring,
};

use crate::campaign::Campaign;
use crate::corpus::fixtures;

/// DER under one of these labels, as it would come in PEM.
fn pem(der: &[u8], labels: &[&str]) -> Option<String> {
    let first = usize::from(*der.first()?);
    let last = usize::from(*der.last()?);
    let label = labels[(first + last) % labels.len()];
    let text = Base64::encode_string(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| core::str::from_utf8(line).unwrap())
        .collect();
    Some(format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    ))
}

/// Does with a private key what a command does.
fn use_private(key: &PrivateKey) {
    let _ = format!("{key:?}");
    let _ = (key.to_pkcs8_der(), key.to_pkcs1_pem());
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa] {
        if let Ok(key) = ring::SigningKey::new(key, algorithm) {
            let _ = format!("{key:?}");
        }
    }
}

fn use_public(key: &PublicKey) {
    let _ = format!("{key:?}");
    let _ = (ring::thumbprint(key), ring::spki_hash(key));
    let jwk = Jwk::new(key.clone());
    assert!(PublicKey::from_spki_der(&key.to_spki_der()).is_ok());
    let _ = JwkSet::from_iter([jwk]).to_json();
}

/// Uses what could be read, if anything was, and words the errors.
fn any<T, E: Error>(parsed: impl IntoIterator<Item = Result<T, E>>, use_it: impl Fn(&T)) -> bool {
    let mut is_any = false;
    for result in parsed {
        match result {
            Ok(value) => {
                use_it(&value);
                is_any = true;
            }
            Err(error) => drop(format!("{error} {error:?}")),
        }
    }
    is_any
}

const PRIVATE: [&str; 4] = [
    "PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
];

#[test]
fn private_keys() {
    let seeds = fixtures(&["keys", "foreign"], |name| !name.contains("public"));
    Campaign::new("private_keys", 160, seeds).run(|input| {
        let file = KeyFile::new(input);
        let _ = file.is_encrypted();
        let parsed = [
            file.private_key(),
            PrivateKey::from_der(input),
            pem(input, &PRIVATE).map_or_else(
                || PrivateKey::from_der(&[]),
                |text| PrivateKey::from_pem(&text),
            ),
        ];
        if let Ok(text) = core::str::from_utf8(input) {
            let _ = PrivateKey::from_jwk_json(text);
            let _ = PrivateKey::from_jwk_set_json(text, Some(&KeyId::new("a")));
        }
        any(parsed, use_private)
    });
}

/// Not those that are slow to open, which is their purpose.
#[test]
fn encrypted_keys() {
    let is_quick = |name: &str| {
        let slow = [
            "10000001",
            "600000",
            "many-iterations",
            "scrypt",
            "rsa-4096",
        ];
        !slow.iter().any(|part| name.contains(part)) || name.contains("scrypt-small")
    };
    let passphrase = Passphrase::new(b"test-password".to_vec());
    // What is allowed may take ten million rounds.
    let campaign = Campaign::new("encrypted_keys", 15, fixtures(&["encrypted"], is_quick))
        .with_limit(Duration::from_secs(60));
    campaign.run(|input| {
        let _ = KeyFile::new(input).is_encrypted();
        let _ = PrivateKey::from_encrypted_pkcs8_der(input, &passphrase);
        let text = String::from_utf8_lossy(input);
        let text = match text.contains("-----BEGIN") {
            true => Some(text.into_owned()),
            false => pem(input, &["ENCRYPTED PRIVATE KEY"]),
        };
        let text = text.unwrap_or_default();
        let parsed = PrivateKey::from_encrypted_pem(&text, &passphrase);
        any([parsed], |key| drop(key.to_pkcs8_der()))
    });
}

#[test]
fn public_keys() {
    let seeds = fixtures(&["keys", "foreign", "weak"], |name| {
        !name.contains("private") && !name.contains("pkcs8")
    });
    Campaign::new("public_keys", 110, seeds).run(|input| {
        let labels = ["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE"];
        let text = pem(input, &labels).unwrap_or_default();
        let parsed = [
            PublicKey::from_key_file(input),
            PublicKey::from_key_file(text.as_bytes()),
            PublicKey::from_spki_der(input),
            PublicKey::from_spki_pem(&text),
        ];
        let (one, other) = input.split_at(input.len() / 2);
        let _ = PublicKey::from_rsa(one, other);
        let _ = Signature::from_ecdsa_der(input, Algorithm::Es256);
        any(parsed, use_public)
    });
}

#[test]
fn certificates() {
    let seeds = fixtures(&["certificates", "foreign"], |name| {
        !name.ends_with(".txt") && !name.contains("openssh")
    });
    Campaign::new("certificates", 70, seeds).run(|input| {
        let text = String::from_utf8_lossy(input);
        let wrapped = pem(input, &["CERTIFICATE", "X509 CERTIFICATE"]).unwrap_or_default();
        let parsed = [
            Certificate::from_der(input),
            Certificate::from_pem(&text),
            Certificate::from_pem(&wrapped),
        ];
        let _ = Certificate::chain_from_pem(&text);
        for contents in [input, wrapped.as_bytes()] {
            let _ = read_certificates(contents);
        }
        let _ = CertificateFacts::from_der(input);
        any(parsed, |certificate| {
            let _ = format!("{certificate:?}");
            let _ = (certificate.to_pem(), certificate.to_base64());
            let _ = aws_lc_rs::certificate_thumbprint(certificate);
        })
    });
}

#[test]
fn jwk_sets() {
    let mut seeds = fixtures(&["keys", "foreign"], |name| name.ends_with(".json"));
    seeds.extend(fixtures(&["rfc"], |name| name.ends_with(".json")));
    let sets: Vec<Vec<u8>> = seeds
        .iter()
        .map(|jwk| [b"{\"keys\": [", jwk.as_slice(), b"]}"].concat())
        .collect();
    seeds.extend(sets);
    Campaign::new("jwk_sets", 120, seeds).run(|input| {
        let text = String::from_utf8_lossy(input);
        if let Ok(jwk) = Jwk::from_json(&text) {
            use_public(jwk.public_key());
        }
        for finding in JwkSetDocument::check(&text).unwrap_or_default() {
            let _ = format!("{finding} {finding:?}");
        }
        if let Ok(mut document) = JwkSetDocument::parse(&text) {
            let key_ids: Vec<KeyId> = document
                .entries()
                .iter()
                .filter_map(|entry| entry.jwk().ok()?.key_id().cloned())
                .collect();
            for key_id in key_ids {
                let _ = document.remove(&key_id);
            }
            assert!(JwkSetDocument::parse(document.as_str()).is_ok());
        }
        any([JwkSet::from_json(&text)], |set| {
            drop((set.to_json(), format!("{set:?}")));
        })
    });
}
