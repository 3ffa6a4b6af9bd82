//! Bad input becomes an error that names the value and says as a value what to do.

use std::error::Error as StdError;

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use tokenring::{Client, ClientBuilder, Error, Parameter, Remedy};

const URL: &str = "https://as.example.com/token";

fn key(name: &str) -> std::path::PathBuf {
    fixtures::path(&format!("keys/test-{name}-pkcs8.pem"))
}

/// Complete, but for what a gateway needs in addition.
fn client(gateway: &str) -> ClientBuilder {
    let client = Client::builder(gateway).client_id("client-1");
    client.key(key("rsa-2048")).token_url(URL).no_store()
}

/// The name of an error's variant.
fn variant(error: &Error) -> String {
    let text = format!("{error:?}");
    let end = text.find([' ', '(']).unwrap_or(text.len());
    text[..end].to_owned()
}

#[track_caller]
fn check(builder: ClientBuilder, expected: &str, parameter: Option<Parameter>, remedy: Remedy) {
    let result = builder.build().and_then(|client| client.prepare());
    check_error(&result.unwrap_err(), expected, parameter, &remedy);
}

#[track_caller]
fn check_error(error: &Error, expected: &str, parameter: Option<Parameter>, remedy: &Remedy) {
    assert_eq!(variant(error), expected, "{error:?}");
    assert_eq!(error.parameter(), parameter, "{error:?}");
    assert_eq!(error.remedy().as_ref(), Some(remedy), "{error:?}");
    let advice = error.advice().map(|advice| advice.to_string());
    let is_of_a_program = |text: &str| text.contains("--") || text.contains(['{', '$']);
    assert!(
        !advice.is_some_and(|text| text.is_empty() || is_of_a_program(&text)),
        "{error:?}"
    );
    // One line, and no program's options in it.
    let mut cause: Option<&dyn StdError> = Some(error);
    while let Some(error) = cause {
        let text = error.to_string();
        assert!(!text.is_empty() && !text.contains('\n'), "{text}");
        assert!(!text.contains("--"), "{text}");
        cause = error.source();
    }
}

fn use_name(name: &str) -> Remedy {
    Remedy::UseName(name.to_owned())
}

#[test]
fn names() {
    let gateway = Some(Parameter::Gateway);
    check(client("nsh"), "Invalid", gateway, use_name("nhs"));
    let names = tokenring::gateway_names().map(str::to_owned).collect();
    check(
        client("something else"),
        "Invalid",
        gateway,
        Remedy::UseOneOf(names),
    );
    check(
        client("nhs").environment("itn"),
        "Invalid",
        Some(Parameter::Environment),
        use_name("int"),
    );
    check(
        client("bcgov").flow("jwks-ur"),
        "Invalid",
        Some(Parameter::Flow),
        use_name("jwks-url"),
    );
    check(
        client("salesforce").variable("user-name", "a"),
        "Gateway",
        None,
        use_name("username"),
    );
}

#[test]
fn missing_values() {
    let missing = |client, parameter| {
        let remedy = Remedy::Set(parameter);
        check(client, "Missing", Some(parameter), remedy);
    };
    missing(Client::builder("nhs"), Parameter::ClientId);
    missing(client("nhs").client_id(""), Parameter::ClientId);
    let no_key = Client::builder("nhs").client_id("a");
    missing(no_key, Parameter::PrivateKey);
    missing(
        client("okta").variable("domain", "a.example"),
        Parameter::Scope,
    );
    missing(client("dpc"), Parameter::Scope);
    check(
        client("salesforce"),
        "Gateway",
        None,
        Remedy::SetVariables(vec!["username".into()]),
    );
    let generic = Client::builder("generic").client_id("a");
    check(
        generic.key(key("rsa-2048")),
        "Gateway",
        None,
        Remedy::Set(Parameter::TokenUrl),
    );
}

#[test]
fn keys_that_do_not_fit() {
    let generate = |gateway: &str| Remedy::GenerateKey {
        gateway: gateway.into(),
    };
    check(
        client("nhs").key(key("p256")),
        "KeyType",
        None,
        generate("nhs"),
    );
    check(
        client("nhs").algorithm("RS256"),
        "Invalid",
        Some(Parameter::Algorithm),
        Remedy::Correct(Parameter::Algorithm),
    );
    check(
        client("generic").key_id("a").key_id_scheme("thumbprint"),
        "Conflict",
        Some(Parameter::KeyId),
        Remedy::LeaveOneOut([Parameter::KeyId, Parameter::KeyIdScheme]),
    );
    let certificate = fixtures::path("keys/test-rsa-2048-certificate.pem");
    let other = client("generic").key(key("rsa-3072"));
    check(
        other.certificate(certificate),
        "CertificateOfAnotherKey",
        None,
        Remedy::Correct(Parameter::Certificate),
    );
    check(
        client("entra").variable("tenant", "a.example").scope("a"),
        "Missing",
        Some(Parameter::Certificate),
        Remedy::Set(Parameter::Certificate),
    );
}

/// A key that its file does not give away.
#[test]
fn keys_that_cannot_be_read() {
    let encrypted = fixtures::path("encrypted/test-rsa-2048-default.pem");
    let passphrase = Parameter::PassphraseFile;
    let key_of = |path: &str| client("generic").key(fixtures::path(path));
    check(
        client("generic").key(&encrypted),
        "Key",
        None,
        Remedy::Set(passphrase),
    );
    check(
        client("generic").key(&encrypted).passphrase("wrong"),
        "Key",
        None,
        Remedy::Correct(passphrase),
    );
    check(
        key_of("keys/test-rsa-2048-public.pem"),
        "Key",
        None,
        Remedy::Correct(Parameter::PrivateKey),
    );
}

#[test]
fn rules_that_are_broken() {
    check(
        client("nhs").subject("somebody"),
        "RuleBroken",
        None,
        Remedy::SkipLint,
    );
}

#[test]
fn texts() {
    for (parameter, text) in [
        (Parameter::Lifetime, "a minute"),
        (Parameter::Timeout, "0"),
        (Parameter::Timeout, "-1"),
        (Parameter::NoLint, "perhaps"),
        (Parameter::NoCache, "2"),
        (Parameter::ClockSkew, "often"),
        (Parameter::Claim, "a=b"),
        (Parameter::Claim, "=1"),
        (Parameter::FormParameter, "resource"),
        (Parameter::KeyIdScheme, "sha"),
        (Parameter::Algorithm, "none"),
        (Parameter::TokenUrl, "http://a.example"),
        (Parameter::Proxy, "ftp://a.example"),
        (Parameter::CaCertificate, "missing.pem"),
    ] {
        let client = client("generic").set(parameter, text);
        check(
            client,
            "Invalid",
            Some(parameter),
            Remedy::Correct(parameter),
        );
    }
}

/// A profile cannot be used; what to do is in the cause.
#[track_caller]
fn check_profile(text: &str, cause: &str) {
    let folder = Scratch::new();
    let path = folder.write("c.toml", text.as_bytes());
    let error = Client::from_profile(&path, "p").build().unwrap_err();
    assert_eq!(variant(&error), "Profile", "{error:?}");
    let source = error.source().unwrap().to_string();
    assert!(source.contains(cause), "{source}");
}

#[test]
fn profiles() {
    check_profile("", "no profile \"p\"");
    check_profile("profiles = 1", "write [profiles.NAME]");
    check_profile("a = 1\nb = = 2", "line 2");
    let error = Client::from_profile("missing.toml", "p").build();
    assert_eq!(variant(&error.unwrap_err()), "Profile");
    let folder = Scratch::new();
    let path = folder.write("c.toml", b"[profiles.p]\nscope = [1.5]\n");
    let error = Client::from_profile(&path, "p").build().unwrap_err();
    let scope = Parameter::Scope;
    check_error(&error, "Invalid", Some(scope), &Remedy::Correct(scope));
}

/// A program whose `main` returns any error takes ours by `?`, in other threads too.
#[test]
fn any_error() {
    fn program() -> Result<(), Box<dyn StdError + Send + Sync>> {
        client("nsh").build()?;
        Ok(())
    }
    let error = program().unwrap_err();
    assert!(error.downcast_ref::<Error>().is_some());
}
