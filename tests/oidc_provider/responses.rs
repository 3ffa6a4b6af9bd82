use serde_json::json;

use crate::desk::{Desk, Finished};
use crate::provider::Provider;

#[test]
fn lifetime_and_scope() {
    let desk = Desk::new();
    let mut reader = desk.register("reader", "ES256");
    reader["scope"] = json!("read list");
    let mut writer = desk.register("writer", "EdDSA");
    writer["scope"] = json!("write");
    let settings = json!({ "clients": [reader, writer], "expires_in": 123 });
    let Some(provider) = Provider::start(&settings) else {
        return;
    };
    let get_token = |options: &[&str]| desk.get_token(&provider, "reader", options);

    let finished = get_token(&["--verbose"]);
    assert!(
        finished.stderr.contains("The token is good for 123 s\n"),
        "{}",
        finished.stderr
    );
    finished.prints_token();
    provider.granted("reader");

    // The provider drops a scope that it does not know, without a word.
    let rows = [
        ("read", ""),
        ("read list", ""),
        (
            "read nowhere list never",
            "warning: the gateway granted less scope than asked for; missing: nowhere never\n",
        ),
    ];
    for (scope, warning) in rows {
        let finished = get_token(&["--scope", scope]);
        assert_eq!(finished.stderr, warning);
        finished.prints_token();
        provider.granted("reader");
    }
    let finished = get_token(&["--scope", "read nowhere", "--quiet"]);
    assert_eq!(finished.stderr, "");
    finished.prints_token();
    provider.granted("reader");

    let call = ["--url", provider.api(), "--scope", "list nowhere read"];
    let finished = desk.call_api(&provider, "reader", &call);
    assert!(finished.stderr.contains("missing: nowhere\n"));
    assert_eq!(finished.prints_echo()["scope"], "list read");
    provider.granted("reader");

    // Another client's.
    let line = get_token(&["--scope", "write"]).fails(6);
    check_refusal(
        &provider,
        &line,
        "invalid_scope: requested scope is not allowed",
    );
    provider.stop();
}

#[test]
fn parameters() {
    let desk = Desk::new();
    let client = desk.register("client", "EdDSA");
    let Some(provider) = Provider::start(&json!({ "clients": [client] })) else {
        return;
    };
    let get_token = |options: &[&str]| desk.get_token(&provider, "client", options);

    let (grant, kind) = (
        "client_credentials",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    );
    let plain = json!({ "grant_type": grant, "client_assertion_type": kind });

    get_token(&[]).prints_token();
    assert_eq!(provider.granted("client"), plain);

    // Everything that has to be encoded, as the provider decodes it.
    let options = [
        "--param",
        "a b=c&d=e+f%20é\"\r\n",
        "--param",
        "resource=https://api.example/",
    ];
    get_token(&options).prints_token();
    let mut form = plain.clone();
    form["a b"] = json!("c&d=e+f%20é\"\r\n");
    form["resource"] = json!("https://api.example/");
    assert_eq!(provider.granted("client"), form);

    get_token(&["--scope", "nowhere"]).prints_token();
    let mut form = plain;
    form["scope"] = json!("nowhere");
    assert_eq!(provider.granted("client"), form);
    provider.stop();
}

/// A token opens the API; nothing and nonsense do not.
#[test]
fn of_the_api() {
    let desk = Desk::new();
    let Some(provider) = Provider::start(&json!({ "clients": [] })) else {
        return;
    };
    let call = |options: &[&str]| -> Finished {
        let arguments = ["call-api", "--url", provider.api(), "--auth", "none"];
        desk.tokenring(&[&arguments, options].concat())
    };
    for options in [&[][..], &["--header", "Authorization: Bearer nonsense"]] {
        let finished = call(options);
        assert_eq!(
            finished.stderr,
            "error: the API answered 401 Unauthorized, invalid_token\n"
        );
        assert_eq!(finished.stdout, "{\"error\":\"invalid_token\"}\n");
        assert_eq!(finished.code, Some(7));
    }
    provider.stop();
}

#[track_caller]
fn check_refusal(provider: &Provider, line: &str, words: &str) {
    let endpoint = provider.token_endpoint();
    assert_eq!(
        line,
        format!("token endpoint {endpoint} refused: status 400, {words}")
    );
    let (_, description) = words.split_once(": ").unwrap();
    provider.refused(description);
}
