use serde_json::json;

use crate::desk::Desk;
use crate::provider::Provider;

const AUDIENCE: &str = "aud is not the issuer";
const TYPE: &str = "typ is not client-authentication+jwt";
/// Keycloak with the client's JWK Set.
const JWK_SET: [&str; 2] = ["--flow", "jwks-url"];
const NEW_TYPE: [&str; 2] = ["--typ", "client-authentication+jwt"];

/// At a server that takes the new form only.
#[test]
fn at_a_new_server() {
    let Some((desk, provider)) = open(Some("rfc10070")) else {
        return;
    };
    let issuer = ["--issuer", provider.issuer()];
    let audience = ["--audience", provider.token_endpoint()];
    let check = |gateway: &str, options: &[&[&str]], reason: Option<&str>| {
        check(&desk, &provider, gateway, options, reason);
    };
    check("rfc10070", &[&issuer], None);
    check("rfc10070", &[&issuer, &["--typ", "JWT"]], Some(TYPE));
    check("rfc10070", &[&issuer, &audience], Some(AUDIENCE));
    check("generic", &[], Some(TYPE));
    check("generic", &[&NEW_TYPE], Some(AUDIENCE));
    check("generic", &[&issuer], Some(TYPE));
    check("generic", &[&issuer, &NEW_TYPE], None);
    check("keycloak", &[&issuer, &JWK_SET], Some(TYPE));
    check("nhs", &[], Some(TYPE));
    check("nhs", &[&NEW_TYPE], Some(AUDIENCE));

    // Nothing is sent where the issuer is not known.
    let line = desk
        .get_token(&provider, "client", &["--gateway", "rfc10070"])
        .fails(2);
    assert!(line.contains("--issuer"), "{line}");
    provider.stop();
}

/// At a server that wants the issuer as sole audience and any type or none.
#[test]
fn at_a_server_between() {
    let Some((desk, provider)) = open(Some("issuer")) else {
        return;
    };
    let issuer = ["--issuer", provider.issuer()];
    let audience = ["--audience", provider.token_endpoint()];
    let check = |gateway: &str, options: &[&[&str]], reason: Option<&str>| {
        check(&desk, &provider, gateway, options, reason);
    };
    check("rfc10070", &[&issuer], None);
    check("rfc10070", &[&issuer, &["--typ", "JWT"]], None);
    check("rfc10070", &[&issuer, &["--typ", ""]], None);
    check("rfc10070", &[&issuer, &audience], Some(AUDIENCE));
    check("generic", &[&issuer], None);
    check("keycloak", &[&issuer, &JWK_SET], None);
    check("generic", &[], Some(AUDIENCE));
    check("nhs", &[], Some(AUDIENCE));
    provider.stop();
}

/// The new form and the old one, at a server that takes both.
#[test]
fn at_an_old_server() {
    let Some((desk, provider)) = open(None) else {
        return;
    };
    let issuer = ["--issuer", provider.issuer()];
    let rows: &[(&str, &[&[&str]])] = &[
        ("rfc10070", &[&issuer]),
        ("generic", &[&issuer]),
        ("keycloak", &[&issuer, &JWK_SET]),
        ("generic", &[]),
        ("nhs", &[]),
    ];
    for (gateway, options) in rows {
        check(&desk, &provider, gateway, options, None);
    }
    provider.stop();
}

/// A provider of this profile, and somebody whose client it knows.
#[track_caller]
fn open(profile: Option<&str>) -> Option<(Desk, Provider)> {
    let desk = Desk::new();
    let client = desk.register("client", "RS512");
    let mut settings = json!({ "clients": [client] });
    if let Some(profile) = profile {
        settings["profile"] = profile.into();
    }
    let provider = Provider::start(&settings)?;
    Some((desk, provider))
}

/// The provider grants a token, or refuses for this reason and doesn't tell.
#[track_caller]
fn check(
    desk: &Desk,
    provider: &Provider,
    gateway: &str,
    options: &[&[&str]],
    reason: Option<&str>,
) {
    let mut arguments = vec!["--gateway", gateway, "--alg", "RS512"];
    arguments.extend(options.concat());
    let finished = desk.get_token(provider, "client", &arguments);
    let Some(reason) = reason else {
        finished.prints_token();
        provider.granted("client");
        return;
    };
    let line = finished.fails(6);
    assert!(
        line.ends_with("invalid_client: client authentication failed"),
        "{line}"
    );
    provider.refused(reason);
}
