//! What each gateway wants in a token request, and what is peculiar about its answer.

use core::time::Duration;

use tokenring_gateway::{ContentTypeRule, ExpiresIn, Grant, IssuedAt, ScopeRule};

use super::{NAMES, endpoint, gateway};

#[test]
fn grants() {
    for name in NAMES {
        let grant = match name {
            "google" | "jwt-bearer" | "maskinporten" | "salesforce" => Grant::JwtBearer,
            _ => Grant::ClientCredentials,
        };
        assert_eq!(gateway(name).request().grant(), grant, "{name}");
    }
}

#[test]
fn scopes() {
    for name in NAMES {
        let scope = match name {
            "google" | "maskinporten" => ScopeRule::InAssertion,
            "nhs" | "nhs-cgp" | "pca" | "salesforce" => ScopeRule::Ignored,
            "dpc" | "entra" | "okta" | "smart" | "smart-bulk-data" => ScopeRule::Required,
            _ => ScopeRule::Optional,
        };
        assert_eq!(gateway(name).request().scope(), scope, "{name}");
    }
}

#[test]
fn client_identifiers_in_the_form() {
    for name in NAMES {
        let gateway = gateway(name);
        let (sent, required) = match name {
            "cdr" | "entra" | "pca" | "spring-authorization-server" => (true, true),
            "bcgov" | "helseid" => (true, false),
            _ => (false, false),
        };
        assert_eq!(gateway.request().sends_client_id(), sent, "{name}");
        assert_eq!(gateway.request().client_id_required(), required, "{name}");
    }
}

#[test]
fn content_types() {
    for name in NAMES {
        let wanted = match name {
            "nhs" | "nhs-cgp" => ContentTypeRule::Exact,
            "authelia" | "bcgov" | "hydra" | "keycloak" => ContentTypeRule::Any,
            _ => ContentTypeRule::MediaType,
        };
        assert_eq!(gateway(name).request().content_type(), wanted, "{name}");
    }
}

#[test]
fn parameters() {
    for name in NAMES {
        let gateway = gateway(name);
        let endpoint = endpoint(&gateway, &gateway.environments()[0]);
        if name == "auth0" {
            let api = ("audience".to_owned(), "https://api.example.com/".to_owned());
            assert_eq!(endpoint.parameters(), [api]);
        } else {
            assert!(endpoint.parameters().is_empty(), "{name}");
        }
    }
}

#[test]
fn responses() {
    for name in NAMES {
        let gateway = gateway(name);
        let is_nhs = name.starts_with("nhs");
        let response = gateway.response();
        let expires_in = match name {
            _ if is_nhs => ExpiresIn::Text,
            "salesforce" => ExpiresIn::Absent,
            _ => ExpiresIn::Number,
        };
        assert_eq!(response.expires_in(), expires_in, "{name}");
        let issued_at = match name {
            _ if is_nhs => IssuedAt::Milliseconds,
            "salesforce" => IssuedAt::MillisecondsAsText,
            _ => IssuedAt::Absent,
        };
        assert_eq!(response.issued_at(), issued_at, "{name}");
        let token_type = match name {
            "authelia" | "hydra" | "smart-bulk-data" => "bearer",
            _ => "Bearer",
        };
        assert_eq!(response.token_type(), token_type, "{name}");
        let references: &[&str] = match name {
            "nhs" | "nhs-cgp" => &["message_id"],
            "entra" => &["trace_id", "correlation_id"],
            _ => &[],
        };
        assert_eq!(response.references(), references, "{name}");
    }
}

#[test]
fn tokens() {
    for (name, lifetime, expires_in) in [
        ("cdr", 300, 300),
        ("dpc", 300, 300),
        ("authelia", 3600, 3599),
        ("google", 3600, 3600),
        ("hydra", 3600, 3599),
        ("mitreid", 3600, 3599),
        ("nhs-cgp", 600, 599),
        ("smart", 600, 600),
        ("smart-bulk-data", 900, 900),
        ("spring-authorization-server", 300, 299),
    ] {
        let gateway = gateway(name);
        let server = gateway.server();
        assert_eq!(server.token_lifetime(), Duration::from_secs(lifetime));
        assert_eq!(server.expires_in(), Duration::from_secs(expires_in));
    }
}

#[test]
fn how_long_a_jwt_id_is_remembered() {
    for name in NAMES {
        let memory = gateway(name).server().jwt_id_memory().as_secs();
        let wanted = match name {
            "nhs" | "nhs-cgp" => 30 * 24 * 3600,
            // An assertion can be used again.
            "dpc" | "mitreid" | "smart-bulk-data" | "spring-authorization-server" => 0,
            "smart" => 300,
            _ => 3600,
        };
        assert_eq!(memory, wanted, "{name}");
    }
}
