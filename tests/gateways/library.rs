//! The lines that the README of `tokenring` shows, for every gateway: they get a token from its
//! mock.

use std::path::PathBuf;

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::{fixtures, scratch::Scratch};
use serde_json::Value;
use tokenring::{Client, Token};
use tokenring_gateway::{DpopRule, KeyIdScheme, Registration, Remedy, Rule, ScopeRule};
use tokenring_jwk::{Algorithm, KeyId, PrivateKey};
use tokenring_keystore::{KeyFiles, NewKey};
use tokenring_mock_gateway::{JwkSource, MockGateway};

use crate::connection::Connection;
use crate::key::{self, Key};
use crate::preset::{OPEN, Preset};
use crate::stage::{API, CLIENT};

/// A key of the kind that a gateway wants, in the files that `generate-keys` makes of it.
struct Keys {
    files: KeyFiles,
    registered: JwkSource,
    certificate: Option<PathBuf>,
    _folder: Scratch,
}

impl Keys {
    /// What is registered is what stands in the files, under this ID.
    fn write(preset: &Preset, key: Key, key_id: Option<&str>) -> Self {
        let folder = Scratch::new();
        let files = KeyFiles::new(folder.path(), &KeyId::new(key_id.unwrap_or("client")));
        let pem = fixtures::bytes(&format!("keys/test-{}-pkcs8.pem", key.name()));
        let private_key = PrivateKey::from_key_file(&pem).unwrap();
        let mut jwk = key.published(key_id);
        let mut algorithms = preset.gateway.algorithms();
        let fits = |it: &Algorithm| it.key_type() == private_key.key_type();
        jwk["alg"] = algorithms.find(fits).unwrap().name().into();
        let set = key::set([jwk]);
        let public_key = key.public_key();
        let pem = private_key.to_pkcs8_pem();
        let new = NewKey::new(&pem, &public_key, &set);
        files.write(&new, &|_| {}).unwrap();
        let rules = preset.gateway.key();
        let registered = match rules.registrations()[0] {
            Registration::PublicKey => JwkSource::PublicKey(public_key),
            Registration::Certificate if key == Key::RSA_2048 => {
                JwkSource::Certificate(key::certificate())
            }
            _ => JwkSource::File(files.jwk_set().to_owned()),
        };
        let certificate = matches!(
            rules.id_scheme(),
            KeyIdScheme::CertificateThumbprint | KeyIdScheme::CertificateChain
        );
        let certificate = certificate.then(|| {
            let pem = fixtures::bytes("keys/test-rsa-2048-certificate.pem");
            folder.write("client.crt", &pem).into()
        });
        Self {
            files,
            registered,
            certificate,
            _folder: folder,
        }
    }
}

/// What is asked for where a scope has to be.
fn scope(preset: &Preset) -> Option<&'static str> {
    match preset.gateway.request().scope() {
        ScopeRule::Required | ScopeRule::InAssertion => Some("system/Patient.rs"),
        _ => None,
    }
}

fn mock(preset: &Preset, keys: &Keys) -> MockGateway {
    let client = preset.gateway.assertion().written_client_id(CLIENT);
    let mut mock = MockGateway::builder()
        .with_gateway(&preset.gateway)
        .with_environment(preset.environment().name())
        .with_client(client, keys.registered.clone());
    for (name, value) in preset.variables() {
        mock = mock.with_variable(name, value);
    }
    if preset.needs_issuer() {
        mock = mock.with_issuer(OPEN);
    }
    mock.start().unwrap()
}

/// The README's lines, and where the mock is in the gateway's place.
fn token(preset: &Preset, keys: &Keys, mock: &MockGateway) -> Result<Token, tokenring::Error> {
    let mut client = Client::builder(preset.gateway.name())
        .environment(preset.environment().name())
        .client_id(CLIENT)
        .key(keys.files.private_key())
        .token_url(mock.token_url())
        .dpop_key("client")
        .no_store();
    for (name, value) in preset.variables() {
        client = client.variable(name, value);
    }
    if let Some(flow) = preset.gateway.flow() {
        client = client.flow(flow);
    }
    if let Some(issuer) = mock.issuer() {
        client = client.issuer(issuer);
    }
    if let Some(scope) = scope(preset) {
        client = client.scope(scope);
    }
    if let Some(certificate) = &keys.certificate {
        client = client.certificate(certificate);
    }
    for name in preset.gateway.request().secret_parameters() {
        client = client.parameter(name, "planted-secret");
    }
    let rules = preset.gateway.key();
    // The gateway hands the ID out, and no file has it.
    if rules.id_required() && rules.id_scheme() == KeyIdScheme::FreeText {
        client = client.key_id(preset.key_id(preset.key()).unwrap());
    }
    client.build()?.token()
}

#[track_caller]
fn check(preset: &Preset, key_id: Option<&str>) {
    let title = preset.title();
    let keys = Keys::write(preset, preset.key(), key_id);
    let mock = mock(preset, &keys);
    let token = token(preset, &keys, &mock);
    let token = token.unwrap_or_else(|error| panic!("{title}: {error}: {error:?}"));
    assert!(!token.secret().is_empty(), "{title}");
    assert!(token.expires_at().is_some(), "{title}");
    if mock.takes_jwts() {
        let status = Connection::open(mock.address()).call(API, token.secret());
        assert_eq!((status, mock.token_requests()), (200, 0), "{title}");
        return;
    }
    let rules = preset.gateway.request();
    // The first answer has the nonce that the second request needs.
    let requests = if rules.dpop_nonce() { 2 } else { 1 };
    assert_eq!((mock.token_requests(), mock.issued_tokens()), (requests, 1));
    let is_bound = rules.dpop() == DpopRule::Required;
    assert_eq!(token.token_type() == "DPoP", is_bound, "{title}");
}

#[test]
fn a_token_from_every_gateway_by_its_name() {
    let mut count = 0;
    for name in tokenring::gateway_names() {
        for gateway in Preset::flows(name) {
            for environment in gateway.environments() {
                let preset = Preset::of(gateway.clone(), Some(environment.name()));
                let key_id = preset.key_id(preset.key());
                check(&preset, key_id.as_deref());
                count += 1;
            }
        }
    }
    // With every flow and environment, of which some files have several.
    assert!(count >= 48, "{count}");
}

/// What `generate-keys --kid` writes decides, whatever the gateway's rule would make of the key.
#[test]
fn the_key_id_of_the_set_next_to_the_key() {
    let flow = Preset::with_flow;
    for preset in [
        Preset::new("pca"),
        flow("epic", "jwks-url"),
        Preset::new("smart"),
        Preset::new("helseid"),
        flow("keycloak", "jwks-url"),
        flow("bcgov", "jwks-url"),
        Preset::new("generic"),
        Preset::new("nhs"),
    ] {
        check(&preset, Some("team-key-7"));
    }
}

/// Of a key that came from elsewhere only its owner knows the ID: none is sent by a gateway that
/// does without.
#[test]
fn no_key_id_for_a_key_from_elsewhere() {
    let preset = Preset::new("generic");
    check(&preset, None);
    let keys = Keys::write(&preset, preset.key(), None);
    let client = Client::builder("generic")
        .client_id(CLIENT)
        .key(keys.files.private_key())
        .token_url(OPEN)
        .build();
    assert_eq!(
        client.unwrap().preview().unwrap().header,
        r#"{"alg":"RS256","typ":"JWT"}"#
    );
}

/// Whoever vouches for the subject of a grant can have another name than the client, which then
/// authenticates itself beside it.
#[test]
fn a_grant_of_another_issuer_beside_a_client_assertion() {
    let preset = Preset::with_flow("jwt-bearer", "client-assertion");
    let keys = Keys::write(&preset, preset.key(), Some("team-key-7"));
    let client = Client::builder("jwt-bearer")
        .flow("client-assertion")
        .client_id("app")
        .assertion_issuer("https://idp.example.com")
        .subject("alice")
        .key(keys.files.private_key())
        .token_url(OPEN)
        .build()
        .unwrap();
    let preview = client.preview().unwrap();
    let names: Vec<&str> = preview.form.iter().map(|(name, _)| name.as_str()).collect();
    let wanted = [
        "grant_type",
        "assertion",
        "client_assertion_type",
        "client_assertion",
    ];
    assert_eq!(names, wanted);
    let claims: Value = serde_json::from_str(&preview.claims).unwrap();
    assert_eq!(claims["iss"], "https://idp.example.com");
    assert_eq!(claims["sub"], "alice");

    let http = client.prepare().unwrap().into_http();
    let body = String::from_utf8(http.secret_body().to_vec()).unwrap();
    let claims_of = |name: &str| -> Value {
        let mut fields = body.split('&');
        let value = fields.find_map(|field| field.strip_prefix(&format!("{name}=")));
        let claims = value.unwrap().split('.').nth(1).unwrap();
        let claims = Base64UrlUnpadded::decode_vec(claims).unwrap();
        serde_json::from_slice(&claims).unwrap()
    };
    let (grant, client) = (claims_of("assertion"), claims_of("client_assertion"));
    assert_eq!(grant["iss"], "https://idp.example.com");
    assert_eq!(
        (&client["iss"], &client["sub"]),
        (&"app".into(), &"app".into())
    );
    assert_eq!(grant["aud"], client["aud"]);
    assert_ne!(grant["jti"], client["jti"]);
}

/// A key ID that nobody gave is named among the causes of a rejection.
#[test]
fn a_default_key_id_that_is_unknown() {
    let preset = Preset::new("pca");
    let keys = Keys::write(&preset, preset.key(), None);
    let other = Keys::write(&preset, preset.key(), Some("team-key-7"));
    let mock = mock(&preset, &other);
    std::fs::remove_file(keys.files.jwk_set()).unwrap();
    let error = token(&preset, &keys, &mock).unwrap_err();
    let tokenring::Error::Rejected(rejection) = error else {
        panic!("{error:?}");
    };
    let mut causes = rejection.causes().iter();
    let about = causes.find(|cause| cause.rule() == Some(Rule::UnknownKeyId));
    let remedy = about.map(|cause| cause.remedy().clone());
    assert_eq!(remedy, Some(Remedy::RegisterKeyOrSetKeyId), "{rejection:?}");
}
