//! Several gateways in one process, each under its path.

use serde_json::json;
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::MockGateway;

use crate::draft::{CLIENT, Draft};
use crate::http::{get, send};
use crate::preset::{Preset, public_key};

const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];

fn preset() -> Preset {
    let okta = Gateway::builtin("okta").unwrap();
    let keycloak = Gateway::builtin("keycloak").unwrap();
    Preset::start_with(&Gateway::builtin("entra").unwrap(), |builder| {
        builder
            .with_client(CLIENT, public_key(Algorithm::Rs256))
            .with_gateway_at("/okta", &okta, Some("default"))
            .with_gateway_at("/kc", &keycloak, None)
            .with_variable("realm", "test")
            .with_control()
    })
}

#[test]
fn each_judges_by_its_own_rules_and_publishes_its_own_urls() {
    let preset = preset();
    let gateway = &preset.gateway;
    let base = gateway.base_url();
    let mounted: Vec<_> = gateway.mounted_gateways().collect();
    let [okta, keycloak] = mounted[..] else {
        panic!("{mounted:?}");
    };
    assert_eq!(
        okta.token_url(),
        format!("{base}/okta/oauth2/default/v1/token")
    );
    assert_eq!(okta.audience(), okta.token_url());
    assert_eq!(
        keycloak.issuer(),
        Some(format!("{base}/kc/realms/test").as_str())
    );
    for (mounted, path) in [(okta, "/okta"), (keycloak, "/kc")] {
        assert_eq!(mounted.path(), path);
        let url = mounted.metadata_url().unwrap();
        let metadata = get(gateway.address(), url.strip_prefix(&base).unwrap(), &[]).json();
        assert_eq!(metadata["token_endpoint"], mounted.token_url());
        assert_eq!(metadata["issuer"], mounted.issuer().unwrap());
        let jwks = metadata["jwks_uri"].as_str().unwrap();
        assert_eq!(
            get(gateway.address(), jwks.strip_prefix(&base).unwrap(), &[]).status,
            200
        );
        // RFC 8414, section 3.1.
        let issuer = mounted.issuer().unwrap().strip_prefix(&base).unwrap();
        let standard = format!("/.well-known/oauth-authorization-server{issuer}");
        let standard = get(gateway.address(), &standard, &[]).json();
        assert_eq!(standard["token_endpoint"], mounted.token_url());

        let draft = Draft::new(&preset, Algorithm::Rs256, &mounted.audience())
            .claim("iat", preset.now())
            .form("scope", "profile");
        let token_url = mounted.token_url();
        let token_path = token_url.strip_prefix(&base).unwrap();
        let answer = send(
            gateway.address(),
            "POST",
            token_path,
            &FORM,
            draft.body().as_bytes(),
        );
        assert_eq!(answer.status, 200, "{}", answer.text());
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let bearer = format!("Bearer {token}");
        let api = |path: &str| get(gateway.address(), path, &[("Authorization", &bearer)]).status;
        assert_eq!(api(&format!("{path}/api/bearer/x")), 200);
        assert_eq!(api("/api/bearer/x"), 401);
    }
    let draft = Draft::new(&preset, Algorithm::Rs256, &okta.audience()).form("scope", "a");
    let path = keycloak.token_url().strip_prefix(&base).unwrap().to_owned();
    let answer = send(
        gateway.address(),
        "POST",
        &path,
        &FORM,
        draft.body().as_bytes(),
    );
    assert_eq!(answer.json()["error_description"], "Invalid token audience");
    assert_eq!(gateway.token_requests(), 3);
}

#[test]
fn faults_and_clients_are_those_of_all() {
    let preset = preset();
    let json_type = [("Content-Type", "application/json")];
    let set = json!({ "answers": [{ "status": 418 }] }).to_string();
    let call = |method, path: &str, body: &str| {
        send(
            preset.gateway.address(),
            method,
            path,
            &json_type,
            body.as_bytes(),
        )
        .status
    };
    assert_eq!(call("PUT", "/-/faults", &set), 200);
    let path = "/okta/oauth2/default/v1/token";
    assert_eq!(
        send(preset.gateway.address(), "POST", path, &FORM, b"").status,
        418
    );
    assert_ne!(
        send(preset.gateway.address(), "POST", path, &FORM, b"").status,
        418
    );
    assert_eq!(call("DELETE", &format!("/-/clients/{CLIENT}"), ""), 204);
    let audience = preset.gateway.mounted_gateways().next().unwrap().audience();
    let draft = Draft::new(&preset, Algorithm::Rs256, &audience).form("scope", "a");
    let answer = send(
        preset.gateway.address(),
        "POST",
        path,
        &FORM,
        draft.body().as_bytes(),
    );
    assert_eq!(answer.status, 401);
}

#[track_caller]
fn check_refused(paths: &[&str], part: &str) {
    let okta = Gateway::builtin("okta").unwrap();
    let mut builder = MockGateway::builder();
    for path in paths {
        builder = builder.with_gateway_at(*path, &okta, None);
    }
    let error = builder.start().unwrap_err().to_string();
    assert!(error.contains(part), "{paths:?}: {error}");
}

#[test]
fn a_path_that_cannot_be_is_refused() {
    for path in [
        "", "/", "okta", "/okta/", "/a//b", "/a b", "/..", "/a?b", "/é",
    ] {
        check_refused(&[path], "is no path to put a gateway at");
    }
    for path in ["/-", "/api", "/api/x", "/.well-known"] {
        check_refused(&[path], "is a path of the mock itself");
    }
    check_refused(&["/oauth2"], "is a path of the first gateway");
    check_refused(&["/a", "/a"], "overlaps");
    check_refused(&["/a", "/a/b"], "overlaps");
    check_refused(&["/a/b", "/a"], "overlaps");
}

/// Each request is explained by the rules of the gateway that judged it.
#[test]
fn the_page_has_the_rules_of_each() {
    let preset = preset();
    let address = preset.gateway.address();
    let keycloak = preset
        .gateway
        .mounted_gateways()
        .nth(1)
        .unwrap()
        .token_url();
    let path = keycloak.strip_prefix(&preset.gateway.base_url()).unwrap();
    send(address, "POST", path, &FORM, b"");
    send(address, "POST", &preset.path(), &FORM, b"");
    let news = get(address, "/-/events", &[]).json();
    let paths = |index: usize| news["events"][index]["mount"].clone();
    assert_eq!((paths(0), paths(1)), (json!("/kc"), json!(null)));
    let mounts = news["gateway"]["mounts"].as_array().unwrap();
    let described: Vec<_> = mounts.iter().map(|it| (&it["path"], &it["name"])).collect();
    assert_eq!(
        described,
        [
            (&json!("/okta"), &json!("okta")),
            (&json!("/kc"), &json!("keycloak"))
        ]
    );
    assert_eq!(mounts[1]["tokenUrl"], keycloak);
    // What it judged by is described, in its own words.
    for judged in news["events"][0]["judgements"].as_array().unwrap() {
        let rule = &mounts[1]["rules"][judged[0].as_str().unwrap()];
        assert!(rule["cause"].is_string(), "{judged}");
    }
    let of = |value: &serde_json::Value| value["rules"]["audience"]["cause"].clone();
    assert_ne!(of(&mounts[1]), of(&news["gateway"]));
    assert_eq!(preset.gateway.events()[0].mount(), Some("/kc"));
}
