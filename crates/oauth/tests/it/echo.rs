//! A server that sends back what it was sent, in whatever disguise, in every place of its answer.

use std::error::Error as _;
use std::fmt::Debug;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use tokenring_assertion::{Claims, ClientAssertion, JwtId, NumericDate};
use tokenring_jwk::{Algorithm, KeyId, Signature};
use tokenring_oauth::{
    Error, ErrorResponse, HttpRequest, HttpResponse, TokenEndpoint, TokenRequest, TokenResponse,
};

use crate::disguise::{self, Disguise};

const ENDPOINT: &str = "https://gateway.example/oauth2/token?tenant_key=Zb7Qx2LmR9";
pub(crate) const CLIENT_ID: &str = "4f0c3a1e-client-of-tests";
const SCOPE: &str = "patients.read appointments.write";
const PARAMETER: &str = "correct horse, battery & staple";
const HEADER: &str = "kS-9fj_2lQz+7wTn/Rb0";
/// Shorter than twelve characters.
const SHORT: &str = "hunter2!";

pub(crate) fn assertion() -> ClientAssertion {
    let jwt_id = JwtId::from_random_bytes([0x5a; 16]);
    let expires_at = NumericDate::from_seconds(1_800_000_150);
    let signature: Vec<u8> = (0..64_u8)
        .map(|byte| byte.wrapping_mul(167) ^ 0x5c)
        .collect();
    Claims::new(
        CLIENT_ID,
        "https://gateway.example/oauth2/token",
        jwt_id,
        expires_at,
    )
    .signing_input(Algorithm::Es256, Some(&KeyId::new("test-key-2026-11")))
    .attach(&Signature::from_bytes(signature))
}

pub(crate) fn request() -> TokenRequest {
    TokenRequest::client_credentials(&TokenEndpoint::new(ENDPOINT).unwrap(), assertion())
        .with_scope(SCOPE)
        .with_client_id(CLIENT_ID)
        .with_parameter("client_secret", PARAMETER)
        .and_then(|request| request.with_parameter("pwd", SHORT))
        .and_then(|request| request.with_parameter("resource", "https://api.example/patients"))
        .and_then(|request| request.with_header("X-Gateway", HEADER))
        .and_then(|request| {
            request.with_header("X-Request-ID", "6b1e0f6c-0000-4000-8000-1234567890ab")
        })
        .unwrap()
}

/// What of the request must not come back, by name.
fn secrets() -> Vec<(&'static str, String)> {
    let assertion = assertion();
    let compact = assertion.secret().to_owned();
    let parts: Vec<&str> = compact.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("{compact}");
    };
    let decoded = Base64UrlUnpadded::decode_vec(claims).unwrap();
    let form = request().into_http().secret_body().to_vec();
    let middle = compact.len() - 40;
    let jwt_id = JwtId::from_random_bytes([0x5a; 16]).as_str().to_owned();
    vec![
        ("the signature", signature.to_owned()),
        ("the claims", claims.to_owned()),
        ("the decoded claims", String::from_utf8(decoded).unwrap()),
        ("the signing input", format!("{header}.{claims}")),
        ("a piece", compact[middle..middle + 24].to_owned()),
        ("the form", String::from_utf8(form).unwrap()),
        ("the assertion", compact),
        ("the jti", jwt_id),
        ("a parameter", PARAMETER.to_owned()),
        ("a header", HEADER.to_owned()),
        ("a short parameter", SHORT.to_owned()),
        ("a query value", "Zb7Qx2LmR9".to_owned()),
    ]
}

/// Members of an answer that are kept, for each shape: pointers into the templates.
fn templates() -> Vec<(Value, &'static [&'static str])> {
    vec![
        (
            json!({"error": "a", "error_description": "b", "error_uri": "c", "message_id": "d",
                "trace_id": "e", "correlation_id": "f"}),
            &[
                "/error",
                "/error_description",
                "/error_uri",
                "/message_id",
                "/trace_id",
                "/correlation_id",
            ],
        ),
        (json!({"error": "a", "message": "b"}), &["/message"]),
        (
            json!({"fault": {"faultstring": "a", "detail": {"errorcode": "b"}}}),
            &["/fault/faultstring", "/fault/detail/errorcode"],
        ),
        (
            json!({"resourceType": "OperationOutcome", "issue": [{"code": "a", "diagnostics": "b",
                "details": {"coding": [{"code": "c", "display": "d"}], "text": "e"}}]}),
            &["/issue/0/diagnostics", "/issue/0/details/coding/0/code"],
        ),
        (
            json!({"resourceType": "OperationOutcome", "issue": [{"code": "a",
                "details": {"text": "b"}}]}),
            &["/issue/0/code", "/issue/0/details/text"],
        ),
        (
            json!({"resourceType": "OperationOutcome", "issue": [{"details": {"coding":
                [{"display": "a"}]}}]}),
            &["/issue/0/details/coding/0/display"],
        ),
        (
            json!({"errors": [{"code": "a", "detail": "b", "id": "c", "links": {"about": "d"}}]}),
            &[
                "/errors/0/code",
                "/errors/0/detail",
                "/errors/0/id",
                "/errors/0/links/about",
            ],
        ),
        (json!({"errors": [{"title": "a"}]}), &["/errors/0/title"]),
        (
            json!({"errorCode": "a", "errorSummary": "b", "errorId": "c"}),
            &["/errorCode", "/errorSummary", "/errorId"],
        ),
        (
            json!({"message": "a", "policy": "b"}),
            &["/message", "/policy"],
        ),
    ]
}

/// All that anybody gets to see of an error.
pub(crate) fn shown(error: &Error) -> String {
    let mut all = format!("{error}\n{error:?}\n{error:#?}\n");
    let mut source = error.source();
    while let Some(cause) = source {
        all.push_str(&format!("{cause}\n"));
        source = cause.source();
    }
    if let Error::Refused(response) = error {
        let words = [
            response.error(),
            ErrorResponse::description(response),
            response.uri(),
            response.policy(),
            response.message_id(),
            response.trace_id(),
            response.correlation_id(),
        ];
        all.extend(
            words
                .into_iter()
                .flatten()
                .map(|words| format!("{words}\n")),
        );
    }
    all
}

/// Nothing of the planted text is in what is shown: no run of eight of its characters.
#[track_caller]
pub(crate) fn is_silent(label: &dyn Debug, planted: &str, shown: &str) {
    let dense = |text: &str| -> Vec<char> {
        let text = text.chars();
        text.filter(|character| !character.is_whitespace())
            .collect()
    };
    let (planted, shown) = (dense(planted), dense(shown));
    let shown: String = shown.into_iter().collect();
    let size = planted.len().min(8);
    for run in planted.windows(size) {
        let run: String = run.iter().collect();
        assert!(!shown.contains(&run), "{label:?}: {run:?} is in {shown}");
    }
}

pub(crate) fn refused(body: &Value, status: u16) -> Error {
    let transport = |_: HttpRequest| {
        Ok(HttpResponse::new(
            status,
            Vec::new(),
            body.to_string().into(),
        ))
    };
    request().send(&transport).unwrap_err()
}

#[track_caller]
fn check(name: &str, secret: &str, (disguise, disguised): Disguise) {
    let planted = disguised(secret);
    for (template, places) in templates() {
        let mut body = template;
        for place in places {
            *body.pointer_mut(place).unwrap() = planted.clone().into();
        }
        let shown = shown(&refused(&body, 401));
        is_silent(&(name, disguise, places), &planted, &shown);
        assert!(shown.contains("[withheld: "), "{name} {disguise}: {shown}");
        // Most have one shape only.
        if !matches!(disguise, "plain" | "base64" | "64 columns") {
            break;
        }
    }
}

#[track_caller]
fn check_all(name: &str) {
    let secrets = secrets();
    let (_, secret) = secrets.iter().find(|(other, _)| *other == name).unwrap();
    for disguise in disguise::ALL {
        check(name, secret, disguise);
    }
}

#[test]
fn signature() {
    check_all("the signature");
}

#[test]
fn claims() {
    check_all("the claims");
}

#[test]
fn decoded_claims() {
    check_all("the decoded claims");
}

#[test]
fn signing_input() {
    check_all("the signing input");
}

#[test]
fn piece() {
    check_all("a piece");
}

#[test]
fn form() {
    check_all("the form");
}

#[test]
fn whole_assertion() {
    check_all("the assertion");
}

#[test]
fn jwt_id() {
    check_all("the jti");
}

#[test]
fn parameter() {
    check_all("a parameter");
}

#[test]
fn header() {
    check_all("a header");
}

#[test]
fn short_parameter() {
    check_all("a short parameter");
}

#[test]
fn query_value() {
    check_all("a query value");
}

/// Twelve characters in common are too many, whichever they are.
#[test]
fn any_run_of_twelve() {
    let compact = assertion().secret().replace('.', "");
    let answer = |words: &str| shown(&refused(&json!({"error": "a", "message": words}), 400));
    for start in (0..compact.len() - 12).step_by(7) {
        let words = &compact[start..start + 12];
        is_silent(&"twelve", words, &answer(words));
        assert!(answer(words).contains("[withheld: "), "{words}");
        let words = &compact[start..start + 11];
        assert!(answer(words).contains(words), "{words}");
    }
}

/// Whichever way a request takes, its error is clean.
#[test]
fn every_way() {
    let body = json!({"error": "invalid_client", "error_description": assertion().secret()
        .replace('.', "\n"), "message_id": PARAMETER});
    let body = body.to_string();
    let answer = || HttpResponse::new(400, Vec::new(), body.clone().into());
    #[track_caller]
    fn check(error: &Error) {
        let shown = shown(error);
        is_silent(
            &"assertion",
            &assertion().secret().replace('.', "\n"),
            &shown,
        );
        is_silent(&"parameter", PARAMETER, &shown);
        assert!(shown.contains("invalid_client"));
    }
    check(&request().send(&|_: HttpRequest| Ok(answer())).unwrap_err());
    let limit = core::time::Duration::from_secs(9);
    check(
        &request()
            .send_within(&|_: HttpRequest| Ok(answer()), limit)
            .unwrap_err(),
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let sent = request().send_async(async |_: HttpRequest| Ok(answer()));
    check(&runtime.block_on(sent).unwrap_err());
    let http = request().into_http();
    let response = http.response(400, Vec::new(), body.clone().into());
    check(&TokenResponse::parse(&response).unwrap_err());
    check(&TokenResponse::parse_as(&response, "DPoP").unwrap_err());
    check(&Error::Refused(Box::new(ErrorResponse::parse(&response))));
}

/// The scope of a granted token is shown and kept too.
#[test]
fn granted_scope() {
    let granted = |token: &str, scope: &str| {
        let body = json!({"access_token": token, "token_type": "Bearer", "scope": scope});
        let transport =
            |_: HttpRequest| Ok(HttpResponse::new(200, Vec::new(), body.to_string().into()));
        let response = request().send(&transport).unwrap();
        response.scope().unwrap().to_owned()
    };
    for (name, secret) in secrets() {
        let scope = granted("a", &secret);
        assert!(scope.starts_with("[withheld: "), "{name}: {scope}");
    }
    let token = "opaque-access-token-4711";
    for (disguise, disguised) in disguise::ALL {
        let scope = granted(token, &disguised(token));
        assert!(scope.starts_with("[withheld: "), "{disguise}: {scope}");
    }
    for scope in [
        SCOPE,
        "appointments.write",
        "profile email offline_access",
        "",
    ] {
        assert_eq!(granted(token, scope), scope);
    }
}

/// What a page's escaping makes of a secret: most of it stays as it is.
#[test]
fn escaped_for_html() {
    const SECRET: &str = "aB3<kd9'Lm2\"Qx7&Zt5>Wv8";
    #[track_caller]
    fn check(escaped: &str) {
        let body = json!({"error": "a", "error_description": escaped}).to_string();
        let transport =
            |_: HttpRequest| Ok(HttpResponse::new(400, Vec::new(), body.clone().into()));
        let request = request().with_parameter("api_secret", SECRET).unwrap();
        let shown = shown(&request.send(&transport).unwrap_err());
        assert!(shown.contains("[withheld: "), "{shown}");
    }
    check("aB3&lt;kd9&#39;Lm2&quot;Qx7&amp;Zt5&gt;Wv8");
    check("aB3&#60;kd9&apos;Lm2&#34;Qx7&#38;Zt5&#62;Wv8");
    check("aB3&#x3c;kd9&#X27;Lm2&#x0022;Qx7&amp;amp;Zt5&gt;Wv8");
}
