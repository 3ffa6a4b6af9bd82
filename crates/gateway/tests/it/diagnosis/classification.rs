//! Answers by themselves. The bodies are servers' own: oidc-provider and Authlib as they were
//! recorded, the others as their users quote them in public.

use core::time::Duration;

use tokenring_gateway::diagnosis::{Class, Classification};
use tokenring_gateway::{Gateway, Remedy, Rule};
use tokenring_oauth::{ErrorResponse, HttpResponse, Retry};

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> ErrorResponse {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    ErrorResponse::parse(&HttpResponse::new(
        status,
        headers.collect(),
        body.as_bytes().to_vec(),
    ))
}

#[track_caller]
fn check(status: u16, body: &str, class: Class, rule: Option<Rule>) {
    let response = answer(status, &[], body);
    let classification = Classification::of(&response, None);
    assert_eq!(classification.class(), class, "{body}");
    assert_eq!(classification.rule(), rule, "{body}");
    assert!(!classification.is_known());
    assert!(classification.remedy().to_string().ends_with('.'));
}

#[test]
fn words_that_tell() {
    let authlib =
        |words: &str| format!(r#"{{"error": "invalid_client", "error_description": "{words}"}}"#);
    for (words, class, rule) in [
        ("No key for kid: 'nope'", Class::Key, Rule::UnknownKeyId),
        ("Invalid claim: 'aud'", Class::Assertion, Rule::Audience),
        ("The token is expired", Class::Assertion, Rule::Expired),
        ("JWT ID is used before.", Class::Assertion, Rule::JwtIdSpent),
        (
            "The client does not exist on this server.",
            Class::Client,
            Rule::UnknownClient,
        ),
        (
            "Issuer and Subject MUST match.",
            Class::Assertion,
            Rule::IssuerNotSubject,
        ),
    ] {
        check(400, &authlib(words), class, Some(rule));
    }
    check(
        400,
        r#"{"error":"invalid_request","error_description":"client_id mismatch"}"#,
        Class::Client,
        Some(Rule::ClientId),
    );
    check(
        400,
        r#"{"error":"unsupported_grant_type","error_description":"unsupported grant_type requested"}"#,
        Class::Grant,
        Some(Rule::GrantType),
    );
    check(
        401,
        r#"{"error":"invalid_client","error_description":"The client_assertion token has an expiration too far into the future."}"#,
        Class::Assertion,
        Some(Rule::ExpiryTooLate),
    );
    check(
        401,
        r#"{"error":"invalid_client","error_description":"AADSTS70002: Error validating credentials. AADSTS50012: Client assertion audience claim does not match Realm issuer.\r\nTrace ID: b3a77dbe-af3b-4545-8c2c-a76ab79c15ff","error_codes":[70002,50012]}"#,
        Class::Assertion,
        Some(Rule::Audience),
    );
    check(
        500,
        r#"{"fault":{"faultstring":"Invalid client identifier {0}","detail":{"errorcode":"oauth.v2.InvalidClientIdentifier"}}}"#,
        Class::Client,
        Some(Rule::UnknownClient),
    );
}

#[test]
fn words_that_tell_nothing() {
    for (status, body, class) in [
        (
            401,
            r#"{"error":"invalid_client","error_description":"client authentication failed"}"#,
            Class::Assertion,
        ),
        (
            401,
            r#"{"error":"invalid_client","error_description":null}"#,
            Class::Assertion,
        ),
        (
            401,
            r#"{"error_description":"JWT is not valid","error":"invalid_client"}"#,
            Class::Assertion,
        ),
        (
            400,
            r#"{"error":"invalid_grant","error_description":"grant request is invalid"}"#,
            Class::Assertion,
        ),
        (400, r#"{"error":"invalid_scope"}"#, Class::Scope),
        (
            400,
            r#"{"error":"invalid_target","error_description":"resource indicator is missing, or unknown"}"#,
            Class::Scope,
        ),
        // Of a DPoP proof, which has claims of the same names.
        (
            400,
            r#"{"error":"use_dpop_nonce","error_description":"DPoP proof iat is not recent enough, use a DPoP nonce instead"}"#,
            Class::Request,
        ),
        (400, r#"{"error":"invalid_request"}"#, Class::Request),
        (403, r#"{"error":"public_key error"}"#, Class::Key),
        (
            503,
            r#"{"error":"temporarily_unavailable"}"#,
            Class::ServerTrouble,
        ),
        (400, r#"{"error":"unknown_error"}"#, Class::Other),
        (401, r#"{"message":"Invalid access token"}"#, Class::Other),
        (
            404,
            "<!doctype html>\n<title>404 Not Found</title>",
            Class::Intermediary,
        ),
        (
            200,
            "<html><title>Please log in</title></html>",
            Class::Intermediary,
        ),
        (
            502,
            "<html><h1>Bad Gateway</h1></html>",
            Class::ServerTrouble,
        ),
        (407, "", Class::Intermediary),
        (302, "", Class::NotOAuth),
        (404, "", Class::NotOAuth),
        (405, "", Class::NotOAuth),
        (400, "no JSON at all", Class::NotOAuth),
        (400, r#"{"something":"else"}"#, Class::NotOAuth),
        (500, "", Class::ServerTrouble),
        (413, "", Class::Request),
    ] {
        check(status, body, class, None);
    }
}

#[test]
fn limits_of_the_rate() {
    let quota = r#"{"interval":1,"limit":1,"message":"Your application, x, has exceeded its quota of 1 requests every 1 minute(s) and is being rate limited.","message_id":"rrt-1","policy":"quota","scope":"application"}"#;
    let spike = r#"{"fault":{"faultstring":"Spike arrest violation. Allowed rate : 1ps","detail":{"errorcode":"policies.ratelimit.SpikeArrestViolation"}}}"#;
    for (status, body) in [
        (429, quota),
        (429, spike),
        (500, spike),
        (429, ""),
        (429, "<html>"),
    ] {
        let classification_of = |headers: &[(&str, &str)]| {
            let response = answer(status, headers, body);
            let classification = Classification::of(&response, None);
            assert_eq!(classification.class(), Class::RateLimit, "{status} {body}");
            classification.retry()
        };
        assert_eq!(classification_of(&[]), Retry::AfterPause, "{status} {body}");
        assert_eq!(
            classification_of(&[("Retry-After", "7")]),
            Retry::After(Duration::from_secs(7)),
            "{status} {body}"
        );
    }
}

/// A retry without any change helps where the server is busy, and never where it said no.
#[test]
fn what_is_worth_a_retry() {
    for (status, body, retry) in [
        (401, r#"{"error":"invalid_client"}"#, Retry::Never),
        (400, "<html>", Retry::Never),
        (408, "", Retry::AfterPause),
        (500, "", Retry::AfterPause),
        (500, r#"{"error":"server_error"}"#, Retry::AfterPause),
        (500, r#"{"error":"internal_failure"}"#, Retry::AfterPause),
        (500, r#"{"error":"invalid_grant"}"#, Retry::Never),
        (501, "", Retry::Never),
        (502, "<html>", Retry::AfterPause),
        (503, "", Retry::AfterPause),
        (504, "", Retry::AfterPause),
    ] {
        let response = answer(status, &[], body);
        let classification = Classification::of(&response, None);
        assert_eq!(classification.retry(), retry, "{status} {body}");
    }
}

/// Of what failed the words, and the gateway's file, know more than the status tells.
#[test]
fn failures_with_words() {
    #[track_caller]
    fn check(gateway: &str, body: &str, retry: Retry) {
        let gateway = Gateway::builtin(gateway).unwrap();
        let response = answer(500, &[], body);
        let found = Classification::of(&response, Some(&gateway));
        assert_eq!(found.retry(), retry, "{body}");
    }
    let wrong = r#"{"fault":{"faultstring":"Invalid client identifier {0}","detail":{"errorcode":"oauth.v2.InvalidClientIdentifier"}}}"#;
    check("nhs", wrong, Retry::Never);
    check("generic", wrong, Retry::Never);
    let script = r#"{"fault":{"faultstring":"Execution of the script failed","detail":{"errorcode":"steps.javascript.ScriptExecutionFailed"}}}"#;
    check("generic", script, Retry::AfterPause);
    let list = r#"{"error":"token.aud.replace is not a function"}"#;
    check("smart", list, Retry::Never);
    let early = r#"{"error":"error","error_description":"The error is unrecognizable"}"#;
    check("hydra", early, Retry::AfterPause);
}

/// A user's file has the last word on what its gateway's words mean.
#[test]
fn words_of_a_file() {
    let file = r#"
name = "mine"
title = "My gateway"
[environments.default]
token-endpoint = "https://auth.example.com/token"
[assertion]
algorithms = ["ES256"]
audience = "token-endpoint"
typ = "JWT"
lifetime-seconds = 60
[key]
generate = "P-256"
id-scheme = "thumbprint"
[[refusals]]
error = "E17"
description = "The token is expired"
cause = "The contract has ended."
remedy = "Renew the contract."
retry = "later"
[[refusals]]
rule = "key-size"
contains = "too weak"
"#;
    let gateway = Gateway::parse(file, "mine.toml").unwrap();
    let of = |body: &str| {
        let response = answer(400, &[], body);
        let found = Classification::of(&response, Some(&gateway));
        (
            found.is_known(),
            found.rule(),
            found.retry(),
            found.remedy(),
        )
    };
    assert_eq!(
        of(r#"{"error":"E17","error_description":"The token is expired"}"#),
        (
            true,
            None,
            Retry::AfterPause,
            Remedy::Stated("Renew the contract.".into())
        )
    );
    // Another code: the file does not mean this answer.
    let (is_known, rule, retry, _) =
        of(r#"{"error":"E18","error_description":"The token is expired"}"#);
    assert_eq!(
        (is_known, rule, retry),
        (false, Some(Rule::Expired), Retry::Never)
    );
    let (is_known, rule, ..) =
        of(r#"{"error":"x","error_description":"Your key is too weak, sorry"}"#);
    assert_eq!((is_known, rule), (true, Some(Rule::KeySize)));
}
