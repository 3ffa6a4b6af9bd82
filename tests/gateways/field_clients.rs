//! What the clients of the field send by default, and which gateways refuse that for which part.

use crate::hearing::{Draft, Hearing};
use crate::key::Key;
use crate::preset::{OPEN, Preset};
use crate::stage::{ACCEPTED, NOW};

/// The defaults of a client; algorithm and names are as the gateway wants them.
struct Client {
    typ: Option<&'static str>,
    names_issuer: bool,
    lifetime: u64,
    issued_at: bool,
    not_before: bool,
    key_id: KeyIdentifier,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyIdentifier {
    Kid,
    /// The SHA-1 of a certificate, `x5t`.
    Certificate,
    None,
}

const OAUTH2C: Client = Client {
    typ: None,
    names_issuer: true,
    lifetime: 600,
    issued_at: true,
    not_before: false,
    key_id: KeyIdentifier::Kid,
};
const OPENID_CLIENT: Client = Client {
    lifetime: 60,
    not_before: true,
    ..OAUTH2C
};
const REQUESTS_OAUTH2CLIENT: Client = Client {
    typ: Some("JWT"),
    names_issuer: false,
    lifetime: 60,
    ..OAUTH2C
};
const AUTHLIB: Client = Client {
    lifetime: 3600,
    key_id: KeyIdentifier::None,
    ..REQUESTS_OAUTH2CLIENT
};
const AZURE_IDENTITY: Client = Client {
    lifetime: 300,
    key_id: KeyIdentifier::Certificate,
    ..REQUESTS_OAUTH2CLIENT
};
const SPRING_SECURITY: Client = Client {
    typ: None,
    ..REQUESTS_OAUTH2CLIENT
};
const CGPCLIENT: Client = Client {
    lifetime: 300,
    issued_at: false,
    ..REQUESTS_OAUTH2CLIENT
};

impl Client {
    fn draft(&self, hearing: &Hearing) -> Draft {
        let endpoint = &hearing.endpoint;
        let audience = if self.names_issuer {
            endpoint.issuer().unwrap_or(OPEN)
        } else {
            endpoint.token_endpoint().unwrap().as_str()
        };
        let mut draft = hearing.draft();
        for name in ["typ", "kid"] {
            draft = draft.without_header(name);
        }
        for name in ["iat", "nbf"] {
            draft = draft.without_claim(name);
        }
        draft = draft
            .claim("aud", audience)
            .claim("exp", NOW + self.lifetime);
        if let Some(typ) = self.typ {
            draft = draft.header("typ", typ);
        }
        if self.issued_at {
            draft = draft.claim("iat", NOW);
        }
        if self.not_before {
            draft = draft.claim("nbf", NOW);
        }
        match self.key_id {
            KeyIdentifier::Kid => draft.header("kid", Key::RSA_2048.thumbprint()),
            KeyIdentifier::Certificate => draft.header("x5t", "Kh9e7BvLm-1Ld_eLm5GGEA0BhY8"),
            KeyIdentifier::None => draft,
        }
    }
}

/// The part of an assertion that a rule is about, for the rules that come up here.
fn subject_of(rule: &str) -> &str {
    match rule {
        "audience" => "aud",
        "type" => "typ",
        "key-id-absent" => "kid",
        "expiry-too-late" | "expiry-too-late-without-issued-at" => "exp",
        other => panic!("{other} is a rule that no client of the table breaks"),
    }
}

/// Expects the judge to refuse the client's assertion for these parts, given in alphabetical order.
#[track_caller]
fn check(client: &Client, judge: &str, parts: &[&str]) {
    let preset = match judge {
        "keycloak" => Preset::with_flow("keycloak", "jwks-url"),
        name => Preset::new(name),
    };
    let hearing = Hearing::new(preset);
    let opinions = hearing.judge(&client.draft(&hearing));
    assert_eq!(opinions.subjects(), parts, "{judge}: {opinions:#?}");
    if parts.is_empty() {
        assert_eq!(opinions.mock, ACCEPTED, "{judge}");
    } else {
        let subject = subject_of(opinions.mock);
        assert!(parts.contains(&subject), "{judge}: {}", opinions.mock);
        assert_eq!(Some(&opinions.mock), opinions.rules().first(), "{judge}");
    }
}

#[test]
fn oauth2c() {
    check(&OAUTH2C, "nhs", &["aud", "exp", "typ"]);
    // PCA's guide has JWT as a fixed value of typ, as its next row says.
    check(&OAUTH2C, "pca", &["aud", "exp", "typ"]);
    check(&OAUTH2C, "rfc10070", &[]);
    check(&OAUTH2C, "keycloak", &[]);
}

#[test]
fn openid_client() {
    check(&OPENID_CLIENT, "nhs", &["aud", "typ"]);
    check(&OPENID_CLIENT, "pca", &["aud", "typ"]);
    check(&OPENID_CLIENT, "rfc10070", &[]);
    check(&OPENID_CLIENT, "keycloak", &[]);
}

#[test]
fn requests_oauth2client() {
    check(&REQUESTS_OAUTH2CLIENT, "nhs", &[]);
    check(&REQUESTS_OAUTH2CLIENT, "pca", &[]);
    check(&REQUESTS_OAUTH2CLIENT, "rfc10070", &["aud"]);
    check(&REQUESTS_OAUTH2CLIENT, "keycloak", &[]);
}

/// The typ of its next version.
#[test]
fn requests_oauth2client_1_9() {
    let next = Client {
        typ: Some("client-authentication+jwt"),
        ..REQUESTS_OAUTH2CLIENT
    };
    check(&next, "nhs", &["typ"]);
    check(&next, "pca", &["typ"]);
    check(&next, "rfc10070", &["aud"]);
    check(&next, "keycloak", &[]);
}

#[test]
fn authlib() {
    check(&AUTHLIB, "nhs", &["exp", "kid"]);
    check(&AUTHLIB, "pca", &["exp", "kid"]);
    check(&AUTHLIB, "rfc10070", &["aud"]);
    check(&AUTHLIB, "keycloak", &[]);
}

/// Keycloak is not asked: whether one without `kid` finds a key depends on the algorithm.
#[test]
fn azure_identity() {
    check(&AZURE_IDENTITY, "nhs", &["kid"]);
    check(&AZURE_IDENTITY, "pca", &["kid"]);
    check(&AZURE_IDENTITY, "rfc10070", &["aud"]);
}

#[test]
fn spring_security() {
    check(&SPRING_SECURITY, "nhs", &["typ"]);
    check(&SPRING_SECURITY, "pca", &["typ"]);
    check(&SPRING_SECURITY, "rfc10070", &["aud"]);
    check(&SPRING_SECURITY, "keycloak", &[]);
}

#[test]
fn cgpclient() {
    check(&CGPCLIENT, "nhs", &[]);
    check(&CGPCLIENT, "nhs-cgp", &[]);
    check(&CGPCLIENT, "pca", &[]);
    check(&CGPCLIENT, "rfc10070", &["aud"]);
    check(&CGPCLIENT, "keycloak", &["exp"]);
}
