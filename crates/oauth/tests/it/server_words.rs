//! What of a server's words is kept: all that is harmless, and nothing of a secret.

use serde_json::json;
use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_jwk::{Algorithm, KeyId, Signature};
use tokenring_oauth::{
    Error, ErrorResponse, HttpRequest, HttpResponse, SecureUrl, TokenEndpoint, TokenRequest,
    TokenResponse,
};

use crate::disguise;
use crate::echo::{CLIENT_ID, assertion, is_silent, refused, request, shown};

/// Words that help come through as they are.
#[test]
fn harmless_words() {
    #[track_caller]
    fn check(words: &str) {
        let body = json!({"error": words, "error_description": words});
        let error = refused(&body, 400);
        let Error::Refused(response) = &error else {
            panic!("{error:?}");
        };
        assert_eq!(response.error(), Some(words));
        assert_eq!(ErrorResponse::description(response), Some(words));
    }
    check("invalid_client");
    check("aud must be https://gateway.example/oauth2/token");
    check("\"aud\" must be \"https://gateway.example/oauth2/token\", not a list");
    check("aud https://other.example/realms/a/protocol/openid-connect/token is wrong");
    check("unknown issuer 4f0c3a1e-client-of-tests");
    check("client 4f0c3a1e-client-of-tests has no key test-key-2026-11 for ES256");
    check("exp 1800000150 (2027-01-15T08:02:30Z) is past, it is 1800000151 here");
    check("exp=1800000150000 is in milliseconds");
    check("scope patients.read appointments.write is not granted");
    check("resource https://api.example/patients is unknown");
    check("client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    check("grant_type client_credentials is not allowed; client_assertion is missing");
    check("request 6b1e0f6c-0000-4000-8000-1234567890ab was refused");
    check("Content-Type must be application/x-www-form-urlencoded");
    check("the JWT's header names typ JWT and alg ES256");
    check("horses and batteries; 100% of 0x7f; \\n & C:\\users");
    // Of an answer to another request.
    check("jti 0d0f0a0b-1111-4222-8333-444455556666 was used before");
    check("AADSTS700027: no key. Trace ID: b3a77dbe-af3b-4545-8c2c-a76ab79c15ff");
}

/// A thumbprint as key ID, a consumer key of Salesforce and a long audience may be repeated.
#[test]
fn long_values() {
    const KEY_ID: &str = "NzbLsXh8uDCcd-6MNwXGt-8mS5pVq2Zf0aR7kTjWyEo";
    const CONSUMER_KEY: &str =
        "3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0QqEWhqKpoW3svG3XHrXDiCQjK1mdgAvhCscA9GE";
    const AUDIENCE: &str =
        "urn:example:authorization-servers/of-a-tenant-with-a-long-name/production";
    let assertion = Claims::new(
        CONSUMER_KEY,
        AUDIENCE,
        JwtId::from_random_bytes([0x5a; 16]),
        NumericDate::from_seconds(1_800_000_150),
    )
    .signing_input(Algorithm::Es256, Some(&KeyId::new(KEY_ID)))
    .attach(&Signature::from_bytes(vec![0x5c; 64]));
    let endpoint = TokenEndpoint::new("https://gateway.example/oauth2/token").unwrap();
    let http = TokenRequest::client_credentials(&endpoint, assertion).into_http();
    let check = |words: &str, expected: &str| {
        let body = json!({"error": "a", "error_description": words});
        let response = http.response(401, Vec::new(), body.to_string().into());
        let response = ErrorResponse::parse(&response);
        assert_eq!(response.description(), Some(expected));
    };
    for value in [KEY_ID, CONSUMER_KEY, AUDIENCE] {
        check(value, value);
        let words = format!("'{value}' is unknown");
        check(&words, &words);
    }
    check(&format!("a{KEY_ID}"), "[cut]");
    check(&KEY_ID.replace("NzbL", "NzbM"), "[cut]");
}

/// NHS England's words, IDs and guide, as recorded.
#[test]
fn recorded_words() {
    let guide = "See https://digital.nhs.uk/developer/guides-and-documentation/security-and-authorisation/user-restricted-restful-apis-nhs-cis2-combined-authentication-and-authorisation";
    for id in [
        "rrt-2806264692905980563-b-geu2-3900982-48576137-1",
        "rrt-5733186035035051424-a-geu2-1852433-7579831-1",
        "rrt-4773181658036170775-c-geu2-321623-73628915-2",
    ] {
        let body = json!({"error": "invalid_request", "error_description": guide,
            "error_uri": &guide[4..], "message_id": id, "trace_id": id, "correlation_id": id});
        let Error::Refused(response) = refused(&body, 401) else {
            panic!("no refusal");
        };
        assert_eq!(ErrorResponse::description(&response), Some(guide));
        assert_eq!(response.uri(), Some(&guide[4..]));
        for found in [
            response.message_id(),
            response.trace_id(),
            response.correlation_id(),
        ] {
            assert_eq!(found, Some(id));
        }
    }
}

/// A client ID is shown, unless it opens APIs by itself.
#[test]
fn client_id() {
    #[track_caller]
    fn check(words: &str, expected: &str) {
        let body = json!({"error": "invalid_client", "error_description": words}).to_string();
        let transport =
            |_: HttpRequest| Ok(HttpResponse::new(401, Vec::new(), body.clone().into()));
        let secret = request().with_secret_client_id();
        let error = secret.send(&transport).unwrap_err();
        let Error::Refused(response) = &error else {
            panic!("{error:?}");
        };
        assert_eq!(ErrorResponse::description(response), Some(expected));
        is_silent(&words, &CLIENT_ID[4..], &shown(&error));
    }
    check(
        &format!("no app {CLIENT_ID}, {CLIENT_ID}"),
        "no app 4f0c… (24 characters), 4f0c… (24 characters)",
    );
    check(
        "no app 4F0C3A1E-CLIENT-OF-TESTS",
        "no app 4f0c… (24 characters)",
    );
    check("no app", "no app");
    let withheld = "[withheld: it repeats what was sent]";
    check("no app 4f0c3a1e-client", withheld);
    check("no app 4f0c3a1e%2Dclient%2Dof%2Dtests", withheld);
    for (_, disguised) in disguise::ALL.iter().skip(2) {
        let words = disguised(CLIENT_ID);
        // What is written for a page is read as a page shows it.
        let is_for_page = words.starts_with("&#");
        let expected = if is_for_page {
            "4f0c… (24 characters)"
        } else {
            withheld
        };
        if !words.eq_ignore_ascii_case(CLIENT_ID) {
            check(&words, expected);
        }
    }
}

/// A header that a caller adds to the written request, such as a DPoP proof, is one more secret.
#[test]
fn added_header() {
    let proof = assertion().secret().to_owned();
    let url = SecureUrl::new("https://api.example/").unwrap();
    for (name, value, echoed) in [
        (
            "DPoP",
            proof.clone(),
            proof.split('.').nth(2).unwrap().to_owned(),
        ),
        (
            "DPoP",
            proof,
            JwtId::from_random_bytes([0x5a; 16]).as_str().to_owned(),
        ),
        (
            "Authorization",
            "Bearer opaque!token-4711".into(),
            "b3BhcXVlIXRva2VuLTQ3MTE".into(),
        ),
        ("Authorization", "Bearer tok".into(), "token (tok)".into()),
        (
            "Authorization",
            "Basic dXNlcjpwYXNzNDcxMQ==".into(),
            "wrong: pass4711".into(),
        ),
        (
            "Cookie",
            "a=1; session=f00ba4".into(),
            "no session f00ba4".into(),
        ),
        (
            "nhs-login-nhs-number",
            "9000000009".into(),
            "no patient 900 000 0009".into(),
        ),
        ("apikey", "x1".into(), "key x1".into()),
    ] {
        let request = HttpRequest::get(&url).with_header(name, &value).unwrap();
        let body = json!({"error": "a", "error_description": echoed});
        let response = request.response(403, Vec::new(), body.to_string().into());
        let words = ErrorResponse::parse(&response).to_string();
        assert!(words.contains("withheld"), "{name}: {words}");
        let other = json!({"error": "a", "error_description": "none of it"});
        let response = request.response(403, Vec::new(), other.to_string().into());
        assert_eq!(
            ErrorResponse::parse(&response).to_string(),
            "status 403, a: none of it"
        );
    }
}

/// A token that comes with an error is neither taken nor shown.
#[test]
fn error_beside_token() {
    for (token, error) in [
        ("\"planted-token-4711\"", "\"invalid_scope\""),
        ("\"planted-token-4711\"", "{\"code\":7}"),
        ("\"planted-token-4711\"", "true"),
    ] {
        let body = format!(
            r#"{{"access_token":{token},"refresh_token":"refresh-me-4711","token_type":"Bearer","expires_in":3600,"error":{error},"error_description":"scope b was not granted","error_uri":"planted-token-4711","message_id":"for refresh-me-4711"}}"#
        );
        let response = HttpResponse::new(200, Vec::new(), body.into());
        let error = TokenResponse::parse(&response).unwrap_err();
        assert!(matches!(error, Error::Refused(_)), "{error:?}");
        is_silent(&"token", "planted-token-4711", &shown(&error));
        is_silent(&"token", "refresh-me-4711", &shown(&error));
    }
}
