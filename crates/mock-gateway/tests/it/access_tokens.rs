//! What access tokens are, what is in them, and what a client is told of them.

use serde_json::{Value, json};
use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, JwkSet, Signature, any};
use tokenring_mock_gateway::{AccessTokens, MockGateway, MockGatewayBuilder};

use crate::bench::Bench;
use crate::draft::{CLIENT, Draft};
use crate::http::{Answer, get, send};
use crate::preset::{Preset, public_key};

fn start(name: &str, configure: impl FnOnce(MockGatewayBuilder) -> MockGatewayBuilder) -> Preset {
    let gateway = Gateway::builtin(name).unwrap();
    Preset::start_with(&gateway, |builder| {
        configure(builder.with_client(CLIENT, public_key(Algorithm::Rs256)))
    })
}

fn token(preset: &Preset, scope: Option<&str>) -> String {
    let audience = preset.gateway.audience();
    let mut draft = Draft::new(preset, Algorithm::Rs256, &audience)
        .claim("iat", preset.now())
        .form("client_id", CLIENT);
    if let Some(scope) = scope {
        draft = draft.form("scope", scope);
    }
    let answer = preset.accepts(&draft).json();
    answer["access_token"].as_str().unwrap().to_owned()
}

fn decode(part: &str) -> Vec<u8> {
    use base64ct::Encoding as _;
    base64ct::Base64UrlUnpadded::decode_vec(part).unwrap()
}

/// The claims of a token that verifies with the key set that the metadata names.
#[track_caller]
fn verified(preset: &Preset, token: &str, algorithm: Algorithm) -> Value {
    let base = preset.gateway.base_url();
    let metadata = preset.metadata();
    let jwks = metadata["jwks_uri"].as_str().unwrap();
    let set = get(
        preset.gateway.address(),
        jwks.strip_prefix(&base).unwrap(),
        &[],
    );
    let set = JwkSet::from_json(set.text()).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = input.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    assert_eq!(header["alg"], algorithm.name());
    let key = &set.keys()[0];
    assert_eq!(header["kid"], key.key_id().unwrap().as_str());
    assert_eq!(key.algorithm(), Some(algorithm));
    let signature = Signature::from_bytes(decode(signature));
    any::verify(key.public_key(), algorithm, input.as_bytes(), &signature).unwrap();
    let claims: Value = serde_json::from_slice(&decode(claims)).unwrap();
    assert_eq!(claims["iss"], metadata["issuer"]);
    claims
}

#[test]
fn a_token_is_a_jwt_on_demand_with_the_claims_of_its_client() {
    let rs256 = || {
        AccessTokens::jwt()
            .with_algorithm(Algorithm::Rs256)
            .unwrap()
    };
    if !cfg!(feature = "aws-lc-rs") {
        let builder = MockGateway::builder().with_access_tokens(rs256());
        let error = builder.start().unwrap_err().to_string();
        assert!(error.contains("RS256 in this build"), "{error}");
    }
    for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
        let tokens = match algorithm {
            Algorithm::Es256 => AccessTokens::jwt(),
            _ if !cfg!(feature = "aws-lc-rs") => continue,
            _ => rs256(),
        };
        let tokens = tokens
            .with_claims(r#"{ "aud": "https://api.example", "roles": ["reader"] }"#)
            .unwrap()
            .with_client_claims(CLIENT, r#"{ "roles": ["writer"], "level": 3 }"#)
            .unwrap();
        let preset = start("okta", |builder| builder.with_access_tokens(tokens));
        let claims = verified(&preset, &token(&preset, Some("okta.users.read")), algorithm);
        assert_eq!(claims["aud"], "https://api.example");
        assert_eq!(claims["roles"], json!(["writer"]));
        assert_eq!(claims["level"], 3);
        assert_eq!(claims["client_id"], CLIENT);
        assert_eq!(claims["scope"], "okta.users.read");
    }
    let opaque = start("keycloak", |builder| {
        builder.with_access_tokens(AccessTokens::opaque())
    });
    assert!(!token(&opaque, None).contains('.'));
}

#[test]
fn claims_change_while_it_runs() {
    let preset = start("okta", |builder| {
        builder
            .with_control()
            .with_gateway_at("/kc", &Gateway::builtin("keycloak").unwrap(), None)
    });
    let claims = || verified(&preset, &token(&preset, Some("a")), Algorithm::Es256);
    let control = |method, path: &str, body: &Value| {
        let headers = [("Content-Type", "application/json")];
        let body = body.to_string();
        send(
            preset.gateway.address(),
            method,
            path,
            &headers,
            body.as_bytes(),
        )
    };
    let document = json!({ "claims": { "aud": "a" }, "clients": { CLIENT: { "level": 3 } } });
    assert_eq!(control("PUT", "/-/claims", &document).json(), document);
    let both = claims();
    assert_eq!((&both["aud"], &both["level"]), (&json!("a"), &json!(3)));

    // One client's are replaced, and all others stay.
    let own = json!({ "roles": ["reader"] });
    let path = format!("/-/claims/{CLIENT}");
    assert_eq!(control("PUT", &path, &own).status, 200);
    let changed = claims();
    assert_eq!(
        (&changed["aud"], &changed["roles"]),
        (&json!("a"), &json!(["reader"]))
    );
    assert_eq!(changed.get("level"), None);
    assert_eq!(control("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(claims().get("roles"), None);
    assert_eq!(claims()["aud"], "a");

    for (path, bad, part) in [
        ("/-/claims", json!({ "claims": { "exp": "soon" } }), "exp"),
        ("/-/claims", json!({ "claim": {} }), "`claim`"),
        ("/-/claims", json!([]), "list"),
        ("/-/claims/", json!({ "level": 1 }), "client ID is empty"),
        (&path, json!({ "client_secret": "x" }), "client_secret"),
    ] {
        let answer = control("PUT", path, &bad);
        assert_eq!(answer.status, 400, "{bad}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(claims()["aud"], "a");
    assert_eq!(control("GET", &path, &Value::Null).status, 405);
    assert_eq!(control("DELETE", "/-/claims", &Value::Null).status, 204);
    let empty = json!({ "claims": {}, "clients": {} });
    assert_eq!(control("GET", "/-/claims", &Value::Null).json(), empty);
}

#[test]
fn the_api_refuses_a_token_whose_own_claim_is_over() {
    let preset = start("okta", |builder| builder);
    let call = |token: &str| {
        let authorization = format!("Bearer {token}");
        let headers = [("Authorization", authorization.as_str())];
        get(preset.gateway.address(), "/api/bearer/x", &headers)
    };
    for (left, status) in [(60, 200), (0, 401)] {
        let claims = json!({ "exp": preset.now() + left }).to_string();
        preset.gateway.set_claims(&claims).unwrap();
        let answer = call(&token(&preset, Some("a")));
        assert_eq!(answer.status, status, "{}", answer.text());
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert_eq!(challenge.contains("invalid_token"), status == 401);
    }
}

#[test]
fn claims_change_from_rust() {
    let preset = start("okta", |builder| builder);
    let claims = || verified(&preset, &token(&preset, Some("a")), Algorithm::Es256);
    let gateway = &preset.gateway;
    gateway.set_claims(r#"{ "aud": "b", "level": 1 }"#).unwrap();
    gateway.set_claims(r#"{ "aud": "c" }"#).unwrap();
    gateway
        .set_client_claims(CLIENT, r#"{ "level": 2 }"#)
        .unwrap();
    assert!(
        gateway
            .set_client_claims(CLIENT, r#"{ "exp": "" }"#)
            .is_err()
    );
    let set = claims();
    assert_eq!((&set["aud"], &set["level"]), (&json!("c"), &json!(2)));
    gateway.clear_claims();
    assert!(!token(&preset, Some("a")).contains('.'));
}

/// Where tokens are opaque, claims make JWTs of them for as long as there are any.
#[test]
fn claims_are_of_no_use_in_opaque_tokens() {
    let by_file = start("keycloak", |builder| builder);
    let is_jwt = |preset: &Preset| token(preset, None).contains('.');
    let before = is_jwt(&by_file);
    by_file.gateway.set_claims(r#"{ "aud": "a" }"#).unwrap();
    assert!(is_jwt(&by_file));
    by_file.gateway.clear_claims();
    assert_eq!(is_jwt(&by_file), before);
    let said = start("keycloak", |builder| {
        builder.with_access_tokens(AccessTokens::opaque())
    });
    assert!(said.gateway.set_claims(r#"{ "aud": "a" }"#).is_err());
    assert!(!is_jwt(&said));
}

#[test]
fn claims_come_from_a_file_in_either_language() {
    let folder = std::env::temp_dir().join(format!("claims-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let toml = "[claims]\naud = \"a\"\n[clients.test-client]\nroles = [\"x\"]\nexp = 4000000000\n";
    let json =
        r#"{"claims":{"aud":"a"},"clients":{"test-client":{"roles":["x"],"exp":4000000000}}}"#;
    for (name, text) in [
        ("claims.toml", toml),
        ("claims.json", json),
        ("claims", toml),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        let preset = start("okta", |builder| builder.with_claims_file(&path));
        let claims = verified(&preset, &token(&preset, Some("s")), Algorithm::Es256);
        assert_eq!(claims["aud"], "a", "{name}");
        assert_eq!(claims["roles"], json!(["x"]), "{name}");
        assert_eq!(claims["exp"], 4_000_000_000_u64, "{name}");
    }
    for (text, part) in [
        (
            "[claims]\nexp = \"soon\"\n",
            "claims: exp is a text; wanted: a number of seconds",
        ),
        ("[claims]\nexp = 2026-11-30\n", "claims: exp is a text"),
        (
            "[clients.test-client]\niss = 7\n",
            "clients.test-client: iss is 7",
        ),
        (
            "[clients.a]\nroles = []\n",
            "client \"a\", which is not registered",
        ),
        (
            "[clients.test-clint]\nroles = []\n",
            "did you mean \"test-client\"?",
        ),
        ("[claim]\naud = \"a\"\n", "unknown table `claim`"),
        (
            "aud = \"a\"\n",
            "unknown table `aud`; wanted: a table `claims`",
        ),
        ("", "the file has no claims"),
        ("[claims\n", "not TOML"),
        ("{\"claims\": {\"a\": 1, \"a\": 2}}", "is there twice"),
        (
            "[claims.key]\nkty = \"EC\"\nd = \"hunter2\"\n",
            "claims: key holds a private key",
        ),
    ] {
        let path = folder.join("bad");
        std::fs::write(&path, text).unwrap();
        let error = MockGateway::builder()
            .with_client(CLIENT, public_key(Algorithm::Rs256))
            .with_claims_file(&path)
            .start()
            .unwrap_err()
            .to_string();
        assert!(error.contains(part), "{text}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_cannot_be_is_refused() {
    let error = AccessTokens::opaque().with_claims("{}").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("an opaque access token has no claims")
    );
    let error = AccessTokens::jwt()
        .with_algorithm(Algorithm::Es384)
        .unwrap_err();
    assert!(error.to_string().contains("ES384; wanted: ES256"));
    for text in ["[]", "{", "7"] {
        AccessTokens::jwt().with_claims(text).unwrap_err();
    }
}

/// Asks about a token with a client assertion of its own.
fn introspect(preset: &Preset, path: &str, token: &str, audience: &str) -> Answer {
    let draft = Draft::new(preset, Algorithm::Rs256, audience)
        .claim("iat", preset.now())
        .without_form("grant_type")
        .form("client_id", CLIENT)
        .form("token", token);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let body = draft.body();
    send(
        preset.gateway.address(),
        "POST",
        path,
        &form,
        body.as_bytes(),
    )
}

#[test]
fn a_client_is_told_whether_a_token_is_valid() {
    let tokens = || {
        AccessTokens::jwt()
            .with_claims(r#"{ "level": 3 }"#)
            .unwrap()
    };
    for (name, path, scope, is_jwt) in [
        (
            "keycloak",
            "/realms/example/protocol/openid-connect/token/introspect",
            None,
            true,
        ),
        (
            "spring-authorization-server",
            "/oauth2/introspect",
            None,
            true,
        ),
        (
            "okta",
            "/oauth2/v1/introspect",
            Some("okta.users.read"),
            false,
        ),
    ] {
        let preset = start(name, |builder| match is_jwt {
            true => builder.with_access_tokens(tokens()),
            false => builder.with_access_tokens(AccessTokens::opaque()),
        });
        let token = token(&preset, scope);
        let called = format!("{}{path}", preset.gateway.base_url());
        let audience = match preset.gateway.issuer() {
            Some(issuer) if is_jwt => issuer.to_owned(),
            _ => called.clone(),
        };
        let told = introspect(&preset, path, &token, &audience);
        assert_eq!(told.status, 200, "{name}: {}", told.text());
        let told = told.json();
        assert_eq!(told["active"], true, "{name}");
        assert_eq!(told["client_id"], CLIENT, "{name}");
        assert_eq!(told["token_type"], "Bearer", "{name}");
        assert!(told["exp"].as_u64().unwrap() > preset.now(), "{name}");
        if scope.is_some() {
            assert_eq!(told["scope"].as_str(), scope, "{name}");
        }
        assert_eq!(told["level"].as_u64(), is_jwt.then_some(3), "{name}");
        let event = preset.gateway.events().pop().unwrap();
        assert!(!format!("{event:?}").contains(&token), "{name}");

        let other = introspect(&preset, path, "rubbish", &audience).json();
        assert_eq!(other, json!({ "active": false }), "{name}");
        preset.advance(100_000);
        let expired = introspect(&preset, path, &token, &audience).json();
        assert_eq!(expired, json!({ "active": false }), "{name}");

        let stranger = introspect(&preset, path, &token, "https://other.example");
        assert_eq!(stranger.status / 100, 4, "{name}");
        assert!(!stranger.text().contains("active"), "{name}");
        let none = send(preset.gateway.address(), "POST", path, &[], b"");
        assert_eq!(none.status / 100, 4, "{name}");
        assert_eq!(get(preset.gateway.address(), path, &[]).status, 405);

        let metadata = preset.metadata();
        assert_eq!(metadata["introspection_endpoint"], called, "{name}");
    }
}

/// A gateway that is not known to have it has nothing at that path.
#[test]
fn a_gateway_without_introspection_publishes_none() {
    let preset = start("auth0", |builder| builder);
    assert_eq!(preset.metadata().get("introspection_endpoint"), None);
}

/// What the API takes is what was handed out, in either form.
#[test]
fn the_api_takes_both_forms() {
    for tokens in [AccessTokens::jwt(), AccessTokens::opaque()] {
        let bench = Bench::start_with(|builder| builder.with_access_tokens(tokens));
        let bearer = format!("Bearer {}", bench.token());
        let headers = [("Authorization", bearer.as_str())];
        assert_eq!(get(bench.address(), "/api/bearer/x", &headers).status, 200);
    }
}
