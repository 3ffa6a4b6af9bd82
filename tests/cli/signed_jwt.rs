//! Gateways whose APIs take the signed JWT itself, before their mocks.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::Value;
use tokenring_gateway::Gateway;
use tokenring_jwk::PublicKey;
use tokenring_mock_gateway::{ApiAccess, JwkSource, MockGateway};

use crate::process::{Finished, Machine};

/// A machine with a key, and the mock that knows it.
struct Scene {
    machine: Machine,
    mock: MockGateway,
    options: Vec<&'static str>,
}

impl Scene {
    fn new(gateway: &str, client_id: &str, key: &str, options: &[&'static str]) -> Self {
        let machine = Machine::new();
        let name = match key {
            "p256" => "AuthKey_ABCDE12345.p8",
            _ => "key.pem",
        };
        machine.write(name, fixtures::bytes(&format!("keys/test-{key}-pkcs8.pem")));
        let public_key = fixtures::text(&format!("keys/test-{key}-public.pem"));
        let public_key = PublicKey::from_spki_pem(&public_key).unwrap();
        let gateway = Gateway::builtin(gateway).unwrap();
        let mut mock = MockGateway::builder()
            .with_gateway(&gateway)
            .with_client(client_id, JwkSource::PublicKey(public_key));
        for variable in gateway.variables() {
            mock = mock.with_variable(variable.name(), variable.example().unwrap());
        }
        let mock = mock.start().unwrap();
        let mut all = vec!["--private-key", name];
        all.extend(options);
        Self {
            machine,
            mock,
            options: all,
        }
    }

    fn run(&self, command: &str, more: &[&str]) -> Finished {
        let all = [&[command][..], &self.options, more].concat();
        self.machine.tokenring(all).finish()
    }

    fn call(&self, more: &[&str]) -> Finished {
        let url = self.mock.api_url(ApiAccess::Bearer, "hello");
        self.run("call-api", &[&["--url", &url], more].concat())
    }

    /// Header and claims of the token.
    fn token(&self, more: &[&str]) -> [Value; 2] {
        let token = self.run("get-token", more).succeeds();
        let mut parts = token.trim_end().split('.');
        [(); 2].map(|()| {
            let json = Base64UrlUnpadded::decode_vec(parts.next().unwrap()).unwrap();
            serde_json::from_slice(&json).unwrap()
        })
    }
}

fn snowflake() -> Scene {
    let options = ["--gateway", "snowflake", "--client-id", "org-acc.user"];
    Scene::new("snowflake", "ORG-ACC.USER", "rsa-2048", &options)
}

fn span(claims: &Value) -> u64 {
    claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap()
}

#[test]
fn snowflake_names_the_key_in_the_issuer() {
    let scene = snowflake();
    let [header, claims] = scene.token(&[]);
    assert_eq!(header, serde_json::json!({ "alg": "RS256", "typ": "JWT" }));
    // As openssl computed it.
    let hash = fixtures::text("keys/test-rsa-2048-spki-hash.txt");
    let hash = Base64::encode_string(&Base64UrlUnpadded::decode_vec(hash.trim()).unwrap());
    assert_eq!(claims["iss"], format!("ORG-ACC.USER.SHA256:{hash}"));
    assert_eq!(claims["sub"], "ORG-ACC.USER");
    assert_eq!((claims.get("aud"), claims.get("jti")), (None, None));
    assert!(span(&claims) <= 3600);

    let echo: Value = serde_json::from_str(&scene.call(&[]).succeeds()).unwrap();
    let kind = &echo["headers"]["x-snowflake-authorization-token-type"];
    assert_eq!(kind, "KEYPAIR_JWT");
    let api = scene.mock.api_url(ApiAccess::Bearer, "hello");
    scene.run("doctor", &["--url", &api]).succeeds();
    assert_eq!(scene.mock.token_requests(), 0);
}

#[test]
fn a_token_is_kept_for_its_life() {
    let scene = snowflake();
    let first = scene.run("get-token", &[]).succeeds();
    assert_eq!(scene.run("get-token", &[]).succeeds(), first);
    // The dates are whole seconds, and another lifetime is another token.
    let shorter = scene.run("get-token", &["--lifetime", "600"]).succeeds();
    assert_ne!(shorter, first);
    let [_, claims] = scene.token(&["--lifetime", "600"]);
    assert_eq!(span(&claims), 600);
    let anew = ["--lifetime", "600", "--force-refresh", "--verbose"];
    let renewed = scene.run("get-token", &anew);
    assert!(renewed.everything().contains("valid for 600 s"));
}

#[test]
fn the_dates_of_a_github_app() {
    let options = ["--gateway", "github-app", "--client-id", "Iv1.x"];
    let scene = Scene::new("github-app", "Iv1.x", "rsa-2048", &options);
    let [_, claims] = scene.token(&["--format", "token"]);
    assert_eq!(span(&claims), 600);
    assert_eq!((claims.get("aud"), claims.get("sub")), (None, None));
    let json: Value =
        serde_json::from_str(&scene.run("get-token", &["--format", "json"]).succeeds()).unwrap();
    assert_eq!(json["expires_at"], claims["exp"]);
    scene.call(&[]).succeeds();
    // Over the limit nothing is signed.
    scene.call(&["--lifetime", "601"]).has_code(2);
}

#[test]
fn apples_key_ids_and_claims() {
    let options = ["--gateway", "app-store-connect", "--client-id", "1111"];
    let scene = Scene::new("app-store-connect", "1111", "p256", &options);
    let [header, claims] = scene.token(&["--claim", "scope=[\"GET /v1/apps\"]"]);
    assert_eq!(header["kid"], "ABCDE12345");
    assert_eq!(claims["aud"], "appstoreconnect-v1");
    assert_eq!(claims["scope"], serde_json::json!(["GET /v1/apps"]));
    assert!(span(&claims) <= 1200);
    let server = ["--flow", "server", "--var", "bundle_id=com.example.app"];
    let [_, claims] = scene.token(&server);
    assert_eq!(claims["bid"], "com.example.app");
    scene.call(&[]).succeeds();

    let options = ["--gateway", "apns", "--client-id", "TEAM123456"];
    let scene = Scene::new("apns", "TEAM123456", "p256", &options);
    let [_, claims] = scene.token(&[]);
    let mut names: Vec<_> = claims.as_object().unwrap().keys().collect();
    names.sort_unstable();
    assert_eq!(names, ["iat", "iss"]);
    scene.call(&[]).succeeds();
}

#[test]
fn one_audience_or_scopes_at_google_and_a_plain_issuer() {
    let account = "me@p.iam.gserviceaccount.com";
    let options = ["--gateway", "google-self-signed", "--client-id", account];
    let scene = Scene::new("google-self-signed", account, "rsa-2048", &options);
    let audience = ["--var", "api=pubsub.googleapis.com"];
    let [_, claims] = scene.token(&audience);
    assert_eq!(claims["aud"], "https://pubsub.googleapis.com/");
    assert_eq!(
        (&claims["iss"], claims.get("scope")),
        (&claims["sub"], None)
    );
    scene.call(&audience).succeeds();
    let scope = "https://www.googleapis.com/auth/cloud-platform";
    let [_, claims] = scene.token(&["--flow", "scope", "--scope", scope]);
    assert_eq!((claims.get("aud"), &claims["scope"]), (None, &scope.into()));

    let options = ["--gateway", "plain-jwt", "--client-id", "consumer-1"];
    let scene = Scene::new("plain-jwt", "consumer-1", "rsa-2048", &options);
    let [_, claims] = scene.token(&[]);
    assert_eq!(claims["iss"], "consumer-1");
    scene.call(&[]).succeeds();
}

#[test]
fn a_rejected_jwt_is_explained_as_an_assertion() {
    let scene = snowflake();
    let other = fixtures::bytes("keys/test-rsa-3072-pkcs8.pem");
    scene.machine.write("key.pem", other);
    let call = scene.call(&[]);
    let said = call.everything();
    call.has_code(7);
    assert!(said.contains("  likely: "), "{said}");
    assert!(!said.contains("registered for this grant"), "{said}");
}

#[test]
fn there_is_no_token_request() {
    let scene = snowflake();
    let explained = scene.run("get-token", &["--explain"]).succeeds();
    assert!(
        explained.contains("the JWT above is the token"),
        "{explained}"
    );
    // Nothing answers at the path of other mocks.
    let url = scene.mock.token_url();
    let generic = [
        "get-token",
        "--client-id=a",
        "--private-key=key.pem",
        "--token-url",
        &url,
    ];
    scene.machine.tokenring(generic).finish().has_code(6);
}

/// A JWT that is the token cannot be bound, and none is signed where only a bound token will do.
#[test]
fn a_bound_token_is_refused() {
    let scene = snowflake();
    let refused = scene.run("get-token", &["--dpop", "required"]);
    assert_eq!(
        refused.everything().trim_start(),
        "tokenring: a bound token is required, and at gateway snowflake the signed JWT is the \
         token: it cannot be bound to a key by DPoP; leave --dpop out\n"
    );
    refused.has_code(2);
    scene.call(&["--dpop", "required"]).has_code(2);
    let all = [&["get-token"][..], &scene.options].concat();
    let run = || scene.machine.tokenring(&all);
    let variable = run().with_variable("TOKENRING_DPOP", "required");
    variable.finish().has_code(2);
    scene
        .machine
        .write_configuration("[profiles.bound]\ndpop = \"required\"\n");
    let profile = run().with_argument("--profile").with_argument("bound");
    profile.finish().has_code(2);
    scene.run("get-token", &["--dpop", "optional"]).succeeds();
}
