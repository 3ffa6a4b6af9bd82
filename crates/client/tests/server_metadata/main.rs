//! What servers publish about themselves: where it is found, what is not taken, what is compared.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod discovered;

use std::cell::RefCell;
use std::error::Error as StdError;

use tokenring::{Client, Error, ServerMetadata, Target};
use tokenring_gateway::Gateway;
use tokenring_oauth::{HttpRequest, HttpResponse, SecureUrl, TransportError};

const GOOD: &str = r#"{
    "issuer": "https://as.example.com/a",
    "token_endpoint": "https://as.example.com/a/token",
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
    "token_endpoint_auth_signing_alg_values_supported": ["HS256", "PS256", "ES384"],
    "grant_types_supported": ["authorization_code", "client_credentials"]
}"#;

type Answer = Result<HttpResponse, TransportError>;

fn ok(body: &str) -> Answer {
    Ok(HttpResponse::new(200, Vec::new(), body.into()))
}

fn status(status: u16) -> Answer {
    Ok(HttpResponse::new(status, Vec::new(), Vec::new()))
}

fn redirect(location: &str) -> Answer {
    let headers = vec![("Location".to_owned(), location.to_owned())];
    Ok(HttpResponse::new(302, headers, Vec::new()))
}

fn find(url: &str, answer: impl Fn(&str) -> Answer) -> Result<ServerMetadata, Error> {
    let transport = |request: HttpRequest| answer(request.url());
    ServerMetadata::find(&SecureUrl::new(url).unwrap(), &transport)
}

/// A document that says this, found at its URL.
fn metadata(body: &str) -> ServerMetadata {
    find("https://as.example.com/.well-known/x", |_| ok(body)).unwrap()
}

/// The places that are tried, in order.
#[track_caller]
fn tried(url: &str, places: &[&str]) {
    let seen = RefCell::new(Vec::new());
    let error = find(url, |url| {
        seen.borrow_mut().push(url.to_owned());
        status(404)
    });
    assert_eq!(*seen.borrow(), places);
    let cause = error.unwrap_err().source().unwrap().to_string();
    for place in places.iter().filter(|_| places.len() > 1) {
        assert!(cause.contains(&format!("status 404 at {place}")), "{cause}");
    }
}

#[test]
fn places_of_metadata() {
    tried(
        "https://as.example.com",
        &[
            "https://as.example.com/.well-known/openid-configuration",
            "https://as.example.com/.well-known/oauth-authorization-server",
            "https://as.example.com/.well-known/smart-configuration",
        ],
    );
    // RFC 8414 section 3.1 and section 5.
    tried(
        "https://as.example.com/issuer1/",
        &[
            "https://as.example.com/issuer1/.well-known/openid-configuration",
            "https://as.example.com/.well-known/oauth-authorization-server/issuer1",
            "https://as.example.com/issuer1/.well-known/oauth-authorization-server",
            "https://as.example.com/issuer1/.well-known/smart-configuration",
        ],
    );
    let document = "https://as.example.com/.well-known/oauth-authorization-server/issuer1?v=1";
    tried(document, &[document]);
}

#[test]
fn a_page_for_every_path_does_not_hide_the_document() {
    let found = find("https://fhir.example.com/r4", |url| match url {
        "https://fhir.example.com/r4/.well-known/smart-configuration" => ok(GOOD),
        _ => ok("<!doctype html><title>App</title>"),
    });
    let found = found.unwrap();
    assert!(found.url().ends_with("/r4/.well-known/smart-configuration"));
    assert_eq!(found.issuer(), Some("https://as.example.com/a"));
}

/// Why an answer is not taken.
#[track_caller]
fn refused(answer: impl Fn(&str) -> Answer, code: u16, reason: &str) {
    let error = find("https://as.example.com/.well-known/x", answer).unwrap_err();
    let Error::UnusableMetadata { status, source, .. } = &error else {
        unreachable!("{error:?}");
    };
    assert_eq!((*status, source.to_string().as_str()), (code, reason));
}

#[test]
fn what_is_no_metadata() {
    refused(|_| status(404), 404, "status 404");
    refused(|_| ok(""), 200, "an empty answer");
    refused(|_| ok("{\"token_endpoint\":"), 200, "not JSON");
    refused(
        |_| ok(" <?xml version='1.0'?>"),
        200,
        "HTML or XML, not JSON",
    );
    refused(|_| ok("[1]"), 200, "JSON, but not an object");
    refused(
        |_| ok("{\"issuer\": \"x\"}"),
        200,
        "JSON without a token_endpoint",
    );
    refused(
        |_| ok("{\"token_endpoint\": 1}"),
        200,
        "JSON without a token_endpoint",
    );
}

#[test]
fn redirects_stay_within_the_origin() {
    let elsewhere = "a redirect to https://other.example/x, which is not followed";
    refused(|_| redirect("https://other.example/x"), 302, elsewhere);
    refused(
        |_| redirect("http://as.example.com/x"),
        302,
        "a redirect to http://as.example.com/x, which is not followed",
    );
    // Parts of a path can be secrets, too.
    refused(
        |_| redirect("https://user:pw@other.example/login/9f86d081884c7d659a2f/x?code=abc#d"),
        302,
        "a redirect to https://other.example/login/…/x, which is not followed",
    );
    refused(redirect, 302, "more than 3 redirects");
    let found = find("https://as.example.com/.well-known/x", |url| match url {
        "https://as.example.com/real" => ok(GOOD),
        _ => redirect("/real"),
    });
    assert_eq!(found.unwrap().url(), "https://as.example.com/real");
}

fn target(issuer: &str, token_url: &str) -> Target {
    let builder = Client::builder("generic").no_store();
    builder
        .issuer(issuer)
        .token_url(token_url)
        .target()
        .unwrap()
}

/// The facts that differ, each with what both sides say.
#[track_caller]
fn differ(target: &Target, body: &str, differences: &[(&str, &str, &str)]) {
    let found = metadata(body).differences_from(target);
    let found: Vec<_> = found
        .iter()
        .map(|it| (it.key.as_str(), it.ours.as_str(), it.theirs.as_str()))
        .collect();
    assert_eq!(found, differences);
}

#[test]
fn facts_that_differ() {
    let file = metadata(GOOD).gateway_file("mine", "2026-11-30").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, file).unwrap();
    let builder = Client::builder(path.display().to_string()).no_store();
    let own = builder.target().unwrap();
    differ(&own, GOOD, &[]);
    let body = GOOD
        .replace("/a/token", "/b/token")
        .replace(
            "\"https://as.example.com/a\"",
            "\"https://as.example.com/a/\"",
        )
        .replace("\"PS256\", \"ES384\"", "\"PS256\", \"ES256\", \"none\"")
        .replace(", \"private_key_jwt\"", "")
        .replace(", \"client_credentials\"", "");
    differ(
        &own,
        &body,
        &[
            (
                "environments.default.issuer",
                "https://as.example.com/a",
                "https://as.example.com/a/",
            ),
            (
                "environments.default.token-endpoint",
                "https://as.example.com/a/token",
                "https://as.example.com/b/token",
            ),
            ("request.grant", "client_credentials", "authorization_code"),
            ("assertion", "private_key_jwt", "client_secret_basic"),
            ("assertion.algorithms", "PS256, ES384", "PS256, ES256"),
        ],
    );
    // What it does not state is no difference.
    differ(
        &own,
        "{\"token_endpoint\": \"https://as.example.com/a/token\"}",
        &[],
    );
}

#[test]
fn where_a_target_has_its_metadata() {
    let given = target("https://as.example.com/a", "https://as.example.com/t");
    let place = given.metadata_place().unwrap().unwrap();
    assert_eq!(place.as_str(), "https://as.example.com/a");
    let nhs = Client::builder("nhs").environment("int").target().unwrap();
    assert!(nhs.metadata_place().unwrap().is_none());
    let error = nhs.verify(&|_: HttpRequest| status(404)).unwrap_err();
    assert!(matches!(error, Error::Missing { .. }), "{error:?}");
    let smart = Client::builder("smart").token_url("https://as.example.com/t");
    let error = smart.target().unwrap().metadata_place().unwrap_err();
    let Error::Gateway { source, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(source.to_string().contains("fhir_base"), "{source}");
    let smart = smart.variable("fhir_base", "https://fhir.example.com/r4");
    let place = smart.target().unwrap().metadata_place().unwrap().unwrap();
    let document = "https://fhir.example.com/r4/.well-known/smart-configuration";
    assert_eq!(place.as_str(), document);
}

#[test]
fn a_file_to_start_from_says_what_the_server_says() {
    let text = metadata(GOOD).gateway_file("mine", "2026-11-30").unwrap();
    let gateway = Gateway::parse(&text, "mine.toml").unwrap();
    assert_eq!(gateway.name(), "mine");
    let environment = gateway.environment(None).unwrap();
    let endpoint = gateway.endpoint(environment).build().unwrap();
    assert_eq!(endpoint.issuer(), Some("https://as.example.com/a"));
    assert_eq!(endpoint.audience().unwrap(), "https://as.example.com/a");
    let url = endpoint.token_endpoint().unwrap();
    assert_eq!(url.as_str(), "https://as.example.com/a/token");
    let names: Vec<_> = gateway
        .assertion()
        .algorithms()
        .iter()
        .map(|it| it.name())
        .collect();
    assert_eq!(names, ["PS256", "ES384"]);
    let source = gateway.source_of("assertion.algorithms");
    assert_eq!(source, Some("https://as.example.com/.well-known/x"));
    assert_eq!(
        gateway.verified_on("assertion.algorithms"),
        Some("2026-11-30")
    );
}

#[test]
fn a_grant_of_its_own() {
    let body = GOOD.replace(
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
    );
    let text = metadata(&body).gateway_file("mine", "2026-11-30").unwrap();
    assert!(text.contains("grant = \"jwt-bearer\""), "{text}");
}

/// Why no file can be made of a document.
#[track_caller]
fn no_file(body: &str, about: Option<&str>, reason: &str) {
    let error = metadata(body)
        .gateway_file("mine", "2026-11-30")
        .unwrap_err();
    assert!(
        matches!(&error, Error::UnsupportedMetadata { member, .. } if *member == about),
        "{error:?}"
    );
    let text = error.source().unwrap().to_string();
    assert!(text.contains(reason), "{text}");
    // It was read: nobody needs to look for it.
    assert!(error.to_string().starts_with("the metadata at https://"));
    let advice = error.advice().unwrap().to_string();
    assert!(!advice.contains("where its metadata is"), "{advice}");
}

#[test]
fn metadata_that_no_file_can_be_made_of() {
    no_file(
        &GOOD.replace("https://as.example.com/a/token", "http://as.example.com/t"),
        Some("token_endpoint"),
        "plain http",
    );
    no_file(
        &GOOD.replace("\"PS256\", \"ES384\"", "\"HS512\""),
        Some("token_endpoint_auth_signing_alg_values_supported"),
        "only HS256, HS512",
    );
    no_file(
        &GOOD.replace("https://as.example.com/a/token", "/a/token"),
        Some("token_endpoint"),
        "its token_endpoint: ",
    );
    no_file(
        &GOOD.replace("com/a\",", "com/a\\u202e\","),
        None,
        "hide or reorder",
    );
}
