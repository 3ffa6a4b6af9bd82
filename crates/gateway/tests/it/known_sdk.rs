//! Whose SDK made an assertion.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use tokenring_gateway::{KnownSdk, UnverifiedJwt};

fn name_of(header: &str, claims: &str) -> Option<&'static str> {
    let encode = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    let jwt = format!("{}.{}.c2ln", encode(header), encode(claims));
    KnownSdk::recognize(&UnverifiedJwt::decode(jwt).unwrap()).map(KnownSdk::name)
}

/// The assertions that the SDKs themselves make.
#[test]
fn of_the_sdks_themselves() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fixtures/sdk-assertions/assertions.json"
    );
    let rows: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let expected = [
        ("google-auth 2", Some("Google's google-auth for Python")),
        ("msal 1", Some("MSAL for Python")),
        ("okta 3", Some("Okta's SDK for Python")),
        ("auth0-python", Some("Auth0's SDK for Python")),
        ("auth0 7", Some("Auth0's SDK for Node.js")),
        ("simple-salesforce", Some("simple-salesforce")),
        ("@salesforce/core", Some("Salesforce's @salesforce/core")),
        ("PyGithub", Some("PyGithub")),
        ("docusign", Some("one of DocuSign's SDKs")),
        ("box", Some("one of Box's SDKs")),
        // Any library that signs writes this.
        ("google-auth-library 10.9.1 (npm), self-signed", None),
        (
            "google-auth-library",
            Some("Google's google-auth-library for Node.js"),
        ),
        ("@azure/msal-node", Some("MSAL for Node.js")),
        ("@okta/okta-sdk-nodejs", Some("Okta's SDK for Node.js")),
        ("@octokit", Some("Octokit's auth-app for JavaScript")),
        ("openid-client", Some("the client openid-client")),
        ("pymaskinporten", Some("pymaskinporten")),
    ];
    for row in rows.as_array().unwrap() {
        let text = |name: &str| row[name].as_str().unwrap();
        let sdk = text("sdk");
        let mut all = expected.iter();
        let (_, name) = all.find(|(start, _)| sdk.starts_with(start)).unwrap();
        let found = name_of(text("header"), text("claims"));
        match name {
            Some(name) => assert!(
                found.is_some_and(|it| it.starts_with(name)),
                "{sdk}: {found:?}"
            ),
            None => assert_eq!(found, None, "{sdk}"),
        }
    }
}

#[track_caller]
fn check(header: &Value, claims: &str, expected: Option<&str>) {
    let found = name_of(&header.to_string(), claims);
    match expected {
        Some(start) => assert!(found.is_some_and(|it| it.starts_with(start)), "{found:?}"),
        None => assert_eq!(found, None, "{claims}"),
    }
}

/// By what members and values tell alone, whatever their order: what others have taken apart and
/// put together again.
#[test]
fn in_another_order() {
    let bare = json!({"alg": "RS256"});
    let named = json!({"alg": "RS256", "kid": "k"});
    let full = json!({"alg": "RS256", "kid": "k", "typ": "JWT"});
    let typed = json!({"alg": "RS256", "typ": "JWT"});
    let google = r#"{"iss":"r@p.example","scope":"s","aud":"https://oauth2.googleapis.com/token","iat":0,"exp":3600}"#;
    check(
        &bare,
        google,
        Some("Google's google-auth-library for Node.js"),
    );
    check(&full, google, Some("one of Google's libraries"));
    let okta = |aud: &str, exp: u64, jti: &str| {
        format!(r#"{{"iss":"me","sub":"me","aud":{aud},"iat":0,"exp":{exp}{jti}}}"#)
    };
    let (url, jti) = (
        "\"https://example.okta.com/oauth2/v1/token\"",
        r#","jti":"j""#,
    );
    check(&full, &okta(url, 3000, jti), Some("Okta's SDK for Python"));
    check(&named, &okta(url, 3600, ""), Some("Okta's SDK for Go"));
    check(
        &named,
        &okta(&format!("[{url}]"), 3000, jti),
        Some("Okta's SDK for Java"),
    );
    let text = r#"{"iss":"me","sub":"u","aud":"https://login.salesforce.com","exp":"1796067234"}"#;
    check(&typed, text, Some("simple-salesforce"));
    let milliseconds =
        r#"{"exp":1796067111840,"iss":"me","sub":"u","aud":"https://login.salesforce.com"}"#;
    check(&typed, milliseconds, Some("Salesforce's @salesforce/core"));
    let node = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": "2TTAv0sHfWDiiNmUnERVgSYl_536iKcmS-nr60B5jT0"});
    let msal = r#"{"aud":"https://login.microsoftonline.com/t/oauth2/v2.0/token","iss":"a","sub":"a","jti":"j","nbf":1,"exp":600}"#;
    check(&node, msal, Some("MSAL for Node.js"));
    let snowflake =
        r#"{"iss":"ACC.USER.SHA256:abc=","sub":"ACC.USER","iat":0,"nbf":1444478400,"exp":59}"#;
    check(&typed, snowflake, Some("Snowflake's driver for Go"));
}

/// By the order in which its source writes them.
#[test]
fn in_the_order_of_their_source() {
    #[track_caller]
    fn check(header: &str, claims: &str, expected: Option<&str>) {
        let found = name_of(header, claims);
        let fits = match (found, expected) {
            (Some(found), Some(start)) => found.starts_with(start),
            (found, expected) => found == expected,
        };
        assert!(fits, "{header} {claims}: {found:?}");
    }
    let id = "x".repeat(43);
    let claims =
        format!(r#"{{"iss":"c","sub":"c","aud":"https://a.example/t","jti":"{id}","exp":120}}"#);
    let name = Some("SMART Health IT's client for JavaScript");
    let with_jku = r#"{"typ":"JWT","kid":"k","jku":"https://c.example/jwks.json","alg":"ES384"}"#;
    let without = r#"{"typ":"JWT","kid":"k","alg":"RS384"}"#;
    let other = r#"{"alg":"RS384","typ":"JWT","kid":"k"}"#;
    check(with_jku, &claims, name);
    check(without, &claims, name);
    check(other, &claims, None);
    check(without, &claims.replace(&id, "j"), None);

    let full = r#"{"alg":"RS256","typ":"JWT","kid":"k"}"#;
    let name = Some("Google's auth library for Go");
    for (claims, name) in [
        (
            r#"{"iss":"m","scope":"s","exp":3600,"iat":0,"aud":"","sub":"m"}"#,
            name,
        ),
        (
            r#"{"sub":"m","iss":"m","scope":"s","exp":3600,"iat":0,"aud":""}"#,
            name,
        ),
        (
            r#"{"iss":"m","exp":3600,"iat":0,"aud":"https://storage.googleapis.com/","sub":"m"}"#,
            name,
        ),
        (
            r#"{"iss":"m","exp":3600,"iat":0,"aud":"https://a.example/","sub":"m"}"#,
            None,
        ),
        (
            r#"{"iss":"m","scope":"s","exp":300,"iat":0,"aud":"","sub":"m"}"#,
            None,
        ),
    ] {
        check(full, claims, name);
    }
    // @azure/identity 4.13.1 brings msal-node 5.6.0.
    let header =
        r#"{"alg":"PS256","typ":"JWT","x5t#S256":"2TTAv0sHfWDiiNmUnERVgSYl_536iKcmS-nr60B5jT0"}"#;
    let claims = r#"{"aud":"https://login.microsoftonline.com/t/oauth2/v2.0/token","exp":600,"iss":"a","sub":"a","nbf":0,"jti":"j","iat":0}"#;
    check(header, claims, Some("MSAL for Node.js"));
}

/// What many write is nobody's in particular.
#[test]
fn of_anybody() {
    let full = json!({"alg": "RS256", "kid": "k", "typ": "JWT"});
    let named = json!({"alg": "RS256", "kid": "k"});
    let bare = json!({"alg": "RS256"});
    for header in [&full, &named, &bare] {
        for claims in [
            // Keycloak's documentation, Nimbus, jose4j.
            r#"{"iss":"me","sub":"me","aud":"https://kc.example/realms/r","jti":"j","iat":0,"exp":60}"#,
            r#"{"iss":"me","sub":"me","aud":"https://kc.example/realms/r","jti":"j","exp":55}"#,
            r#"{"iss":"me","sub":"me","aud":"https://kc.example/realms/r","exp":300,"iat":0,"nbf":0,"jti":"j"}"#,
            // Almost those of an SDK.
            r#"{"iss":"me","sub":"me","aud":"https://tenant.eu.auth0.com/","iat":0,"exp":181,"jti":"j"}"#,
            r#"{"iss":"me","sub":"me","aud":"https://a.example/b","iat":0,"exp":180,"jti":"j"}"#,
            r#"{"iss":"me","sub":"me","aud":"https://a.example/oauth2/v1/token","iat":0,"exp":300,"jti":"j"}"#,
            r#"{"iss":"me","scope":"s","aud":"https://a.example/token","iat":0,"exp":3600}"#,
            r#"{"iss":"me","scope":"s","aud":"https://oauth2.googleapis.com/token","iat":0,"exp":300}"#,
            r#"{"iat":0,"exp":600,"iss":"12345"}"#,
            r#"{"iss":"me","sub":"u","aud":"https://login.salesforce.com","exp":1796067234}"#,
            r#"{"aud":"https://login.microsoftonline.com/t/oauth2/v2.0/token","exp":600,"iss":"a","sub":"a","nbf":0,"jti":"j","iat":0}"#,
            "{}",
        ] {
            check(header, claims, None);
        }
    }
}

/// Each of them says something to a person, in sentences.
#[test]
fn what_is_said() {
    let header = r#"{"alg":"RS256","typ":"JWT"}"#;
    let claims =
        r#"{"iss":"me","sub":"u","aud":"https://login.salesforce.com","exp":"1796067234"}"#;
    let encode = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    let jwt = format!("{}.{}.c2ln", encode(header), encode(claims));
    let sdk = KnownSdk::recognize(&UnverifiedJwt::decode(jwt).unwrap()).unwrap();
    assert_eq!(sdk.to_string(), "simple-salesforce");
    assert!(sdk.habits().contains("exp is a text") && sdk.habits().ends_with('.'));
    assert!(sdk.source().contains("1.12.10"));
}
