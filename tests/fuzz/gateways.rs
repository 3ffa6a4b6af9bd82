//! JWTs held against the rules of gateways, and the files of those rules.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use tokenring_assertion::{NumericDate, SigningInput};
use tokenring_gateway::{Endpoint, Gateway, Lint, UnverifiedJwt, Verification};
use tokenring_jwk::{Jwk, JwkSet, PublicKey, any};

use crate::campaign::Campaign;
use crate::corpus::texts;

/// The built-in gateways that need no variable.
pub(crate) struct Known(Vec<(Gateway, Endpoint)>);

impl Known {
    pub(crate) fn new() -> Self {
        let all: Vec<_> = Gateway::names()
            .filter_map(|name| {
                let gateway = Gateway::builtin(name).unwrap();
                let environment = gateway.environments().first()?;
                let endpoint = gateway.endpoint(environment).build().ok()?;
                Some((gateway, endpoint))
            })
            .collect();
        assert!(all.len() >= 4, "{}", all.len());
        Self(all)
    }

    /// Three of them, which depend on the input.
    pub(crate) fn some(&self, input: &[u8]) -> impl Iterator<Item = (&Gateway, &Endpoint)> {
        let first = input.iter().fold(0, |sum, byte| sum + usize::from(*byte));
        (0..3).map(move |step| {
            let (gateway, endpoint) = &self.0[(first + step) % self.0.len()];
            (gateway, endpoint)
        })
    }
}

/// A JWT of three lines: header, claims and signature, the first two as JSON.
fn jwt(input: &[u8]) -> String {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let mut part = || Base64UrlUnpadded::encode_string(lines.next().unwrap_or_default());
    [part(), part(), part()].join(".")
}

#[test]
fn jwts() {
    let signature = "s".repeat(256);
    let written = [
        r#"{"alg":"RS512","kid":"int-1","typ":"JWT"}
{"iss":"a","sub":"a","jti":"1","exp":1700000100,"iat":1700000000,"nbf":1700000000,"aud":"https://int.api.service.nhs.uk/oauth2/token"}
"#,
        r#"{"alg":"ES256","kid":"é","x5c":["MIIB"],"x5t#S256":"abc","crit":["b64"],"jwk":{"kty":"EC"}}
{"iss":"a","sub":"b","jti":"00000000-0000-4000-8000-000000000000","exp":1.7e9,"aud":["a","b"],"scope":"a b","client_id":"c"}
"#,
        r#"{"alg":"none"}
{"exp":"1700000100","iat":-1,"nbf":17000000000000,"aud":[],"nested":{"a":[1,2,{"b":null}]}}
"#,
    ];
    let seeds: Vec<Vec<u8>> = written
        .iter()
        .map(|text| format!("{text}{signature}").into_bytes())
        .chain(texts(&[
            &jwt(written[0].as_bytes()),
            "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln\n",
            "Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln",
            "{\"client_assertion\": \"eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln\"}",
        ]))
        .collect();
    let known = Known::new();
    let key = PublicKey::from_spki_pem(&fixtures::text("keys/test-rsa-2048-public.pem")).unwrap();
    let keys = JwkSet::from_iter([Jwk::new(key.clone())]);
    let now = NumericDate::from_seconds(1_700_000_050);
    Campaign::new("jwts", 110, seeds).run(|input| {
        let text = jwt(input);
        let _ = SigningInput::parse(&text);
        let mut is_read = false;
        for decoded in [UnverifiedJwt::decode(&text), UnverifiedJwt::decode(input)] {
            let jwt = match decoded {
                Ok(jwt) => jwt,
                Err(error) => {
                    let _ = format!("{error} {error:?}");
                    continue;
                }
            };
            is_read = true;
            let _ = format!("{jwt:?} {:?}", jwt.irregularities());
            let _ = Verification::new(&jwt, &keys, &any::Verifier).is_clean();
            for (gateway, endpoint) in known.some(input) {
                let lint = Lint::new(gateway, endpoint, now)
                    .with_client_id("a")
                    .with_registered_keys(&keys, &any::Verifier)
                    .with_public_key(&key, &any::Verifier);
                for finding in lint.check(&jwt) {
                    let _ = format!("{finding:?} {:?}", finding.detail());
                }
            }
        }
        is_read
    });
}

#[test]
fn gateway_files() {
    let folder = fixtures::path("../../crates/gateway/gateways");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    let seeds = paths.iter().map(|path| std::fs::read(path).unwrap());
    Campaign::new("gateway_files", 30, seeds.collect()).run(|input| {
        let text = String::from_utf8_lossy(input);
        match Gateway::parse(&text, "own.toml") {
            Ok(gateway) => {
                for environment in gateway.environments() {
                    let _ = gateway.endpoint(environment).build();
                }
                true
            }
            Err(error) => {
                let _ = format!("{error} {error:?}");
                false
            }
        }
    });
}
