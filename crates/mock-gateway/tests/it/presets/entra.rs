//! Microsoft Entra: a certificate, named by its hash.

use tokenring_jwk::{Algorithm, Certificate, any};

use crate::draft::{CLIENT, Draft};
use crate::preset::{Preset, Refused, Words, certificate, key_set, unlisted, unlisted_form};

/// Of the certificate in `tests/data`, as its PROVENANCE.md says.
const CERTIFICATE_HASH: &str = "ZxU40v6Xs_26K1NP_lRjvzoVD0UlMNpkPNQoXmYr2ks";

const fn refused(rule: &'static str, error: &'static str, words: &'static str) -> Refused {
    Refused {
        rule,
        status: 401,
        error,
        words: Words::Part(words),
    }
}

fn good(preset: &Preset) -> Draft {
    Draft::new(preset, Algorithm::Ps256, &preset.gateway.token_url())
        .header("x5t#S256", CERTIFICATE_HASH)
        .claim("iat", preset.now())
        .claim("nbf", preset.now())
        .form("client_id", CLIENT)
        .form("scope", "https://graph.microsoft.com/.default")
}

#[test]
fn the_certificates_hash_names_the_key() {
    let preset = Preset::start("entra", certificate());
    preset.accepts(&good(&preset));
    // Microsoft's libraries write it in either alphabet of base64, with padding or without.
    let plain = CERTIFICATE_HASH.replace('_', "/") + "=";
    preset.accepts(&good(&preset).header("x5t#S256", plain));
    // Older ones name it by SHA-1.
    let der = Certificate::from_pem(include_str!("../../data/test-client-certificate.pem"));
    let sha1 = any::certificate_sha1_thumbprint(&der.unwrap()).to_string();
    let older = || good(&preset).without_header("x5t#S256");
    preset.accepts(&older().header("x5t", sha1.as_str()));
    preset.accepts(&older().header("x5t", sha1.replace('-', "+").replace('_', "/") + "="));
    preset.refuses(
        &older().header("x5t", "A".repeat(27)),
        &unlisted("unknown-key-id"),
    );
    // A kid is not looked at.
    preset.accepts(&good(&preset).header("kid", "anything"));
    let other = CERTIFICATE_HASH.replace('Z', "A");
    preset.refuses(
        &good(&preset).header("x5t#S256", other),
        &unlisted("unknown-key-id"),
    );
    preset.refuses(
        &good(&preset).without_header("x5t#S256"),
        &unlisted("key-id-absent"),
    );
    preset.refuses(
        &good(&preset)
            .without_header("x5t#S256")
            .header("kid", "anything"),
        &unlisted("key-id-absent"),
    );
    preset.refuses(
        &good(&preset).header("x5t#S256", "short"),
        &unlisted("unknown-key-id"),
    );
}

#[test]
fn each_rule_has_its_answer() {
    let preset = Preset::start("entra", certificate());
    let now = preset.now();
    let time = "AADSTS700024: Client assertion is not within its valid time range";
    preset.refuses(
        &good(&preset).claim(
            "aud",
            "https://login.microsoftonline.com/x/oauth2/v2.0/token",
        ),
        &refused(
            "audience",
            "invalid_client",
            "AADSTS50012: Client assertion audience claim does not match Realm issuer",
        ),
    );
    preset.refuses(
        &good(&preset).claim("exp", now - 6),
        &refused("expired", "invalid_client", time),
    );
    preset.refuses(
        &good(&preset).claim("nbf", now + 6),
        &refused("not-yet-valid", "invalid_client", time),
    );
    preset.refuses(
        &good(&preset).signed_by_stranger(),
        &refused("signature", "invalid_client", "AADSTS700027: "),
    );
    // A client that trims the words still finds the code in them, with all that follows it.
    let stranger = good(&preset)
        .claim("iss", "nobody")
        .claim("sub", "nobody")
        .form("client_id", "nobody");
    preset.refuses(
        &stranger,
        &refused("unknown-client", "unauthorized_client", "AADSTS700016: "),
    );
    let body = stranger.send(&preset).json();
    let words = body["error_description"].as_str().unwrap();
    assert_eq!(words, words.trim());
    preset.refuses(
        &good(&preset).without_form("client_id"),
        &unlisted_form("client-id-absent"),
    );
    preset.refuses(
        &good(&preset).without_form("scope"),
        &unlisted("scope-absent"),
    );
    preset.accepts(&good(&preset).signed_with(Algorithm::Rs256));
    preset.refuses(
        &good(&preset).signed_with(Algorithm::Ps512),
        &unlisted("algorithm"),
    );
    preset.refuses(
        &good(&preset).header("typ", "client-authentication+jwt"),
        &refused("type", "invalid_client", "AADSTS5002727: "),
    );
    // What a person quotes to the support.
    let body = good(&preset).without_form("scope").send(&preset).json();
    for member in ["trace_id", "correlation_id"] {
        assert_eq!(body[member].as_str().unwrap().len(), 36, "{body}");
    }
}

/// A JWK Set can say which certificate a key has, by its hash or by the certificate itself.
#[test]
fn a_jwk_can_name_its_certificate() {
    let jwk = key_set(&[Algorithm::Ps256]).to_json();
    let chain: String = include_str!("../../data/test-client-certificate.pem")
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    for (member, is_taken) in [
        (format!(r#""x5t#S256": "{CERTIFICATE_HASH}""#), true),
        (format!(r#""x5c": ["{chain}"]"#), true),
        (r#""x5t#S256": "anotherhash""#.to_owned(), false),
    ] {
        let json = jwk.replacen("\"kty\"", &format!("{member}, \"kty\""), 1);
        let transport = move |_: tokenring_oauth::HttpRequest| {
            Ok(tokenring_oauth::HttpResponse::new(
                200,
                Vec::new(),
                json.clone().into_bytes(),
            ))
        };
        let gateway = tokenring_gateway::Gateway::builtin("entra").unwrap();
        let url = "https://keys.example/jwks.json".to_owned();
        let preset = Preset::start_with(&gateway, |builder| {
            builder
                .with_transport(transport)
                .with_client(CLIENT, tokenring_mock_gateway::JwkSource::Url(url))
        });
        if is_taken {
            preset.accepts(&good(&preset));
        } else {
            preset.refuses(&good(&preset), &unlisted("unknown-key-id"));
        }
    }
}
