use serde_json::{Value, json};

use super::Keycloak;
use crate::http;
use crate::key_ring::KeyRing;
use crate::report::Report;
use crate::site::Site;
use crate::user::User;

/// A client whose tokens have to be bound gets one and calls the server's own API with it; without
/// its key the token is of no use.
pub(super) fn check(keycloak: &Keycloak, keys: &KeyRing, report: &mut Report) {
    let user = User::new();
    let key = keys.key("p256-a");
    let file = user.write("key.pem", key.private.to_pkcs8_pem().secret());
    let attributes = json!({
        "use.jwks.string": "true",
        "jwks.string": key.jwk_set("key", "ES256").to_string(),
        "dpop.bound.access.tokens": "true",
    });
    keycloak.admin.add_client("bound", &attributes);
    let userinfo = format!(
        "{}/protocol/openid-connect/userinfo",
        keycloak.facts().issuer
    );
    let run = |command: &str, options: &[&str]| {
        let mut arguments = vec![command.to_owned()];
        arguments.extend(keycloak.facts().options());
        arguments.extend(keycloak.facts().addresses());
        let client = ["--flow", "jwks-url", "--client-id", "bound", "--kid", "key"];
        let key = ["--private-key", &file, "--scope", "openid"];
        let more = client.iter().chain(&key).chain(options);
        arguments.extend(more.map(|&option| option.to_owned()));
        user.tokenring(&arguments).map(|finished| finished.stdout)
    };
    let mut rows = Vec::new();
    for kind in ["p256", "ed25519", "client"] {
        let dpop = ["--dpop", "required", "--dpop-key", kind];
        let result = run("get-token", &[&dpop[..], &["--format", "json"]].concat());
        let result = result.and_then(|text| {
            let document: Value = serde_json::from_str(&text).map_err(|it| it.to_string())?;
            if document["token_type"] != "DPoP" {
                return Err(format!("the type is {}", document["token_type"]));
            }
            let authorization = format!("Bearer {}", document["access_token"].as_str().unwrap());
            let headers = [("authorization", authorization.as_str())];
            let answer = http::send("GET", &userinfo, &headers, None).unwrap();
            match answer.status {
                401 => Ok(()),
                status => Err(format!("without its key the token gets {status}")),
            }
        });
        rows.push((format!("token, {kind}"), result));
        let result = run("call-api", &[&dpop[..], &["--url", &userinfo]].concat());
        let result = result.and_then(|text| match text.contains("\"sub\"") {
            true => Ok(()),
            false => Err(text),
        });
        rows.push((format!("userinfo, {kind}"), result));
    }
    let result = match run("get-token", &[]) {
        Err(words) if words.contains("--dpop required") => Ok(()),
        Err(words) => Err(words),
        Ok(_) => Err("a token without a proof".to_owned()),
    };
    rows.push(("no proof: the hint".to_owned(), result));
    report.part("DPoP", rows);
}
