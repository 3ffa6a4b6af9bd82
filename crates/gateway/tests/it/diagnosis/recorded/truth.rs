//! What is really wrong in a row, and which causes say so.

use tokenring_gateway::Rule;
use tokenring_gateway::diagnosis::{Cause, Class, Likelihood};

/// What is wrong in a row: what it states, or, as a label names the departure, what that means.
pub(super) fn of(file: &str, label: &str, stated: Option<&str>) -> String {
    let mut own = OWN.iter().filter(|(of, ..)| *of == file);
    let own = own.find(|(_, known, _)| *known == label);
    let common = || COMMON.iter().find(|(known, _)| *known == label);
    let found = own.map(|(.., truth)| *truth).or(stated);
    let found = found.or_else(|| common().map(|(_, truth)| *truth));
    found
        .unwrap_or_else(|| panic!("{file}: nobody said what is wrong in {label:?}"))
        .to_owned()
}

/// Labels that mean something else, or that occur, in one file.
const OWN: &[(&str, &str, &str)] = &[
    // What the server makes of it is another thing than what is wrong with it.
    ("keycloak-26.7", "exp as ISO date", "expiry-form"),
    ("keycloak-26.7", "signature absent", "signature"),
    // The parameter names a client, the assertion another one, which nobody knows.
    (
        "keycloak-26.4-differences",
        "iss and sub unknown, client_id given",
        "client-id",
    ),
    // Hydra looks for the client that `sub` names.
    ("hydra-2.3", "sub differs", "issuer-not-subject"),
    // It reads no JWT whose kid is another value than a text.
    ("hydra-2.3-more", "kid a number", "malformed"),
    ("smart-bulk-data-2.1", "token, EdDSA", "algorithm"),
    // The client ID is the server's own token: what is none is no client of this server.
    (
        "smart-bulk-data-2.1",
        "sub not a registration",
        "unknown-client",
    ),
    ("smart-bulk-data-2.1", "jku in the header", "jku"),
    ("smart-bulk-data-2.1", "JWK with key_ops sign", "key-use"),
    ("smart-launcher-2.0", "jku not registered", "jku"),
    ("smart-launcher-2.0", "JWK without alg and use", "key-use"),
    (
        "smart-launcher-2.0",
        "RS256, JWK has alg RS384",
        "algorithm-of-key",
    ),
    (
        "smart-launcher-2.0",
        "RS256, JWK without alg",
        "algorithm-of-key",
    ),
    ("smart-launcher-2.0", "aud FHIR base", "audience"),
    ("smart-launcher-2.0", "private key registered", "key-use"),
    (
        "smart-launcher-2.0",
        "JWK Set without keys",
        "keys-not-registered",
    ),
    // The registration has the server act as if; what it then says is all there is.
    (
        "smart-launcher-2.0",
        "simulated token_expired_registration_token",
        "expired",
    ),
    (
        "smart-launcher-2.0",
        "simulated token_invalid_jti",
        "jwt-id-spent",
    ),
    (
        "smart-launcher-2.0",
        "simulated token_invalid_scope",
        "scope",
    ),
    (
        "smart-launcher-2.0",
        "simulated token_invalid_token",
        "not-said",
    ),
    ("authelia-4.39", "aud token endpoint as called", "audience"),
    ("authelia-4.39", "several keys, no kid", "key-id-absent"),
    (
        "authelia-4.39",
        "several keys, no kid, second RSA",
        "key-id-absent",
    ),
    (
        "authelia-4.39",
        "client secret in the header",
        "authentication-method",
    ),
    ("authelia-4.39", "fails for scope, jti kept", "scope"),
    (
        "authelia-4.39",
        "the same assertion after a wrong scope",
        "jwt-id-spent",
    ),
    ("authelia-4.39", "fails for aud, jti kept", "audience"),
    ("authelia-4.39", "too many requests", "rate-limited"),
    // The server looks for the client that `sub` names.
    ("mitreid-1.3", "sub differs", "issuer-not-subject"),
    ("mitreid-1.3", "token, PS256", "algorithm"),
    ("mitreid-1.3", "new key, JWK Set URL", "signature"),
    ("mitreid-1.3", "no keys", "keys-not-registered"),
    ("mitreid-1.3", "one scope known one not", "scope"),
    ("mitreid-1.3", "GET", "path"),
    (
        "idpyoidc-5.0",
        "token, many keys, PS256 k1",
        "algorithm-of-key",
    ),
    (
        "idpyoidc-5.0",
        "token, many keys, RS512 k1",
        "algorithm-of-key",
    ),
    (
        "idpyoidc-5.0",
        "token, many keys, RS256 k6",
        "algorithm-of-key",
    ),
    ("idpyoidc-5.0", "many keys, no kid, RS256", "key-id-absent"),
    (
        "idpyoidc-5.0",
        "many keys, no kid, second RSA",
        "key-id-absent",
    ),
    ("idpyoidc-5.0", "client without keys", "keys-not-registered"),
    (
        "idpyoidc-5.0",
        "client with a JWK Set URL that refuses",
        "keys-unreachable",
    ),
];

const COMMON: &[(&str, &str)] = &[
    ("no jti", "jwt-id-absent"),
    ("jti number", "jwt-id-form"),
    ("jti reuse 2", "jwt-id-spent"),
    ("no exp", "expiry-absent"),
    ("exp as text", "expiry-form"),
    ("exp past by 1", "expired"),
    ("exp -1", "expired"),
    ("exp -10", "expired"),
    ("exp -60", "expired"),
    ("exp -120", "expired"),
    ("iat +10", "issued-in-future"),
    ("iat +60", "issued-in-future"),
    ("iat +120", "issued-in-future"),
    ("nbf ahead 5", "not-yet-valid"),
    ("nbf +2", "not-yet-valid"),
    ("nbf +70", "not-yet-valid"),
    ("no iss", "issuer-absent"),
    ("no sub", "subject-absent"),
    ("iss differs", "issuer-not-subject"),
    ("sub differs", "issuer-not-subject"),
    ("unknown client", "unknown-client"),
    ("no aud", "audience-absent"),
    ("aud base", "audience"),
    ("aud issuer", "audience"),
    ("aud wrong", "audience"),
    ("aud with slash", "audience"),
    ("aud localhost", "audience"),
    ("no kid", "key-id-absent"),
    ("kid of another key", "signature"),
    ("wrong key", "signature"),
    ("typ absent", "type"),
    ("typ at+jwt", "type"),
    ("typ client-authentication+jwt", "type"),
    ("RS256, client wants PS256", "algorithm"),
    ("PS256, client wants RS256", "algorithm"),
    ("JWK Set URL refuses", "keys-unreachable"),
    ("no grant_type", "grant-type-absent"),
    ("grant_type password", "grant-type"),
    ("no client_assertion_type", "client-assertion-type"),
    ("client_assertion_type wrong", "client-assertion-type"),
    ("no client_assertion", "client-assertion-absent"),
    ("garbage assertion", "malformed"),
    ("no scope", "scope-absent"),
    ("scope system/*.*", "scope"),
    ("scope system/Patient.cruds", "scope"),
    ("scope one known one not", "scope"),
    ("scope patient/Patient.rs", "scope"),
    ("scope read", "scope"),
    ("scope unknown", "scope"),
    ("JSON body", "content-type"),
    ("GET", "method"),
    ("wrong path", "path"),
];

/// Whether a cause says what is wrong.
///
/// Most words are names of rules, and then it is that rule. What is on file with the server and
/// changes nothing in the answer cannot be told apart by anybody outside: there the cause has to
/// name the thing, and may leave open what about it.
pub(super) fn is_said_by(truth: &str, cause: &Cause) -> bool {
    let rules: &[Rule] = match truth {
        "exp" => &[Rule::ExpiryAbsent],
        "jti-reused" => &[Rule::JwtIdSpent],
        "assertion-absent" => &[Rule::ClientAssertionAbsent],
        // A missing claim is a special case of a wrong one, and its absence is then in the cause.
        "audience-absent" | "audience" => &[Rule::Audience, Rule::AudienceAbsent],
        "issuer-absent" | "subject-absent" | "issuer-not-subject" => &[
            Rule::IssuerNotSubject,
            Rule::IssuerAbsent,
            Rule::SubjectAbsent,
        ],
        "jwt-id-form" => &[Rule::JwtIdForm, Rule::JwtIdAbsent],
        "grant-type" => &[
            Rule::GrantType,
            Rule::GrantTypeAbsent,
            // A grant that the server has and the client has not.
            Rule::GrantNotAllowed,
        ],
        "no-service-account" => &[Rule::GrantNotAllowed],
        "client-authentication-method" => &[Rule::AuthenticationMethod],
        "scope" => &[Rule::Scope],
        "no-application-scope" => &[Rule::Scope],
        // Spring sends both to its login page.
        "realm" | "path" | "method" => &[Rule::Path, Rule::Method],
        "jku" => &[Rule::KeySetUrl],
        "dpop-required" => &[Rule::DpopProofAbsent],
        "grant-type-absent" => &[Rule::GrantTypeAbsent],
        // The parameter is that of the client that the assertion does not name.
        "client-id" => &[Rule::ClientId],
        "client-disabled" => &[Rule::NotActive, Rule::UnknownClient, Rule::ClientDisabled],
        // A key that is not for signatures, or that is none, is passed over: no key has the name.
        // Hydra has the same words for a key of another type, and its file says both.
        "key-use" | "key-use-absent" => &[Rule::UnknownKeyId, Rule::KeyType, Rule::KeyUse],
        "algorithm" => &[Rule::AlgorithmName, Rule::AlgorithmOfClient],
        "keys-not-registered" => &[Rule::KeysNotRegistered, Rule::UnknownKeyId],
        "key-type" => &[Rule::KeyType, Rule::UnknownKeyId, Rule::KeyUse],
        "algorithm-of-key" => &[Rule::Algorithm, Rule::KeyAlgorithm],
        // Which algorithms work depends there on the form in which the key is stored.
        "key-form" => &[Rule::KeyType, Rule::Algorithm, Rule::KeyAlgorithm],
        _ => &[],
    };
    if cause
        .rule()
        .is_some_and(|rule| rules.contains(&rule) || rule.name() == truth)
    {
        return true;
    }
    // An empty form is one in another content type, and the file says so.
    if truth == "content-type" && cause.explanation().to_string().contains("Content-Type") {
        return true;
    }
    let class = cause.rule().is_none().then(|| cause.class());
    match truth {
        "scope" | "no-application-scope" | "audience-parameter" => {
            cause.class() == Class::Scope || cause.rule() == Some(Rule::NoApplicationScope)
        }
        "no-service-account"
        | "authentication-method"
        | "client-authentication-method"
        | "grant-type" => class == Some(Class::Grant),
        "duplicate-parameter" | "origin" | "dpop-required" | "jku" => class == Some(Class::Request),
        "path" | "method" | "realm" => {
            matches!(class, Some(Class::NotOAuth | Class::Intermediary))
        }
        "not-said" => cause.likelihood() == Likelihood::Possible,
        // Where a server says the same of everything, a key at fault is on file there alone.
        "unknown-key-id"
        | "key-use"
        | "key-use-absent"
        | "key-type"
        | "signature"
        | "keys-not-registered"
        | "keys-unreachable"
        | "keys-unreadable" => {
            class == Some(Class::Key) && cause.likelihood() == Likelihood::Possible
        }
        _ => false,
    }
}
