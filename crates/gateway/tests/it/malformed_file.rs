//! Files that break the format: each error names file, line and key, and what is allowed.

use tokenring_gateway::{Error, Gateway};

mod contradictions;
mod judgement;
mod pairs;
mod token_response;

/// A good file; its lines are counted from 1.
const GOOD: &str = r#"name = "mine"
title = "Mine"
default-environment = "test"
[environments.prod]
token-endpoint = "https://auth.example.com/token"
aliases = ["production"]
[environments.test]
token-endpoint = "https://${tenant}.test.example.com/token"
issuer = "https://test.example.com"
aliases = ["staging"]
[environments.sandbox]
call-api-token-environment = "test"
[variables.tenant]
description = "the tenant"
[assertion]
algorithms = ["RS512", "ES256"]
audience = "token-endpoint"
typ = "JWT"
claims = ["iat"]
lifetime-seconds = 60
maximum-lifetime-seconds = 300
[key]
generate = "RSA-4096"
id-scheme = "file-stem"
id-required = true
default-id = "${environment}-1"
[request]
client-id = false
scope = "optional"
parameters = { resource = "api" }
[api]
key-header = "apikey"
headers = { request-id = "X-Request-ID" }
[[notes]]
topic = "rate"
text = "Slowly."
"#;

/// Replaces `old` in the good file by `new` and expects this error, without `mine.toml:`.
#[track_caller]
fn check(old: &str, new: &str, text: &str) {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    let error = refused(&GOOD.replace(old, new));
    assert_eq!(error.to_string(), format!("mine.toml:{text}"));
}

#[track_caller]
fn refused(text: &str) -> Error {
    Gateway::parse(text, "mine.toml").unwrap_err()
}

#[test]
fn the_good_file_is_good() {
    Gateway::parse(GOOD, "mine.toml").unwrap();
}

#[test]
fn not_toml() {
    check(
        "name = \"mine\"",
        "name = mine",
        "1: not TOML: string values must be quoted, expected literal string",
    );
    check(
        "[key]",
        "[key",
        "22: not TOML: unclosed table, expected `]`",
    );
    check(
        "typ = \"JWT\"",
        "typ = \"JWT\"\ntyp = \"JWT\"",
        "19: not TOML: duplicate key",
    );
}

#[test]
fn unknown_keys() {
    check(
        "title = ",
        "titel = ",
        "2: `titel`: unknown key (did you mean `title`?); this table can hold name, title, verified, mutual-tls, default-environment, default-environment-notice, default-flow, environments, variables, assertion, key, request, response, api, flows, server, refusals, notes, sources, unknown",
    );
    check(
        "issuer = ",
        "base-url = ",
        "9: `environments.test.base-url`: unknown key; this table can hold token-endpoint, issuer, metadata, jwks-url, introspection, aliases, call-api-token-environment, api-key-header, api-key-prefix, open, variables",
    );
    check(
        "{ request-id = \"X-Request-ID\" }",
        "{ request_id = \"X-Request-ID\" }",
        "33: `api.headers.request_id`: unknown key (did you mean `request-id`?); this table can hold request-id, correlation-id, nhs-number, product-id",
    );
    check(
        "text = ",
        "\"te\\nxt\" = ",
        "36: `notes[0].\"te\\nxt\"`: unknown key (did you mean `text`?); this table can hold topic, text",
    );
}

#[test]
fn missing_keys() {
    check(
        "name = \"mine\"",
        "",
        "1: `name`: is missing and has no default",
    );
    check(
        "algorithms = [\"RS512\", \"ES256\"]",
        "",
        "15: `assertion.algorithms`: is missing and has no default",
    );
    check(
        "description = \"the tenant\"",
        "",
        "13: `variables.tenant.description`: is missing and has no default",
    );
    check(
        "topic = \"rate\"",
        "",
        "34: `notes[0].topic`: is missing and has no default",
    );
    assert_eq!(
        refused("").to_string(),
        "mine.toml:1: `environments`: is missing and has no default"
    );
}

#[test]
fn wrong_types() {
    check(
        "lifetime-seconds = 60\n",
        "lifetime-seconds = \"60\"\n",
        "20: `assertion.lifetime-seconds`: must be a whole number, not a text",
    );
    check(
        "lifetime-seconds = 60\n",
        "lifetime-seconds = 60.5\n",
        "20: `assertion.lifetime-seconds`: must be a whole number, not a decimal number",
    );
    check(
        "id-required = true",
        "id-required = \"true\"",
        "25: `key.id-required`: must be true or false, not a text",
    );
    check(
        "claims = [\"iat\"]",
        "claims = \"iat\"",
        "19: `assertion.claims`: must be a list, not a text",
    );
    check(
        "[\"RS512\", \"ES256\"]",
        "[\n\"RS512\",\n256]",
        "18: `assertion.algorithms[1]`: must be a text, not a whole number",
    );
    check(
        "[[notes]]",
        "[notes]",
        "34: `notes`: must be a list, not a table",
    );
    check(
        "title = \"Mine\"",
        "title = 2026-11-01",
        "2: `title`: must be a text, not a date or time",
    );
    check(
        "title = \"Mine\"",
        "title = []",
        "2: `title`: must be a text, not a list",
    );
    check(
        "parameters = { resource = \"api\" }",
        "parameters = true",
        "30: `request.parameters`: must be a table, not true or false",
    );
}

#[test]
fn words_that_nobody_knows() {
    check(
        "\"ES256\"]",
        "\"RSA512\"]",
        "16: `assertion.algorithms[1]`: unknown value `RSA512` (did you mean `RS512`?); allowed: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519",
    );
    check(
        "\"ES256\"]",
        "\"none\"]",
        "16: `assertion.algorithms[1]`: unknown value `none`; allowed: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519",
    );
    check(
        "audience = \"token-endpoint\"",
        "audience = \"token_endpoint\"",
        "17: `assertion.audience`: unknown value `token_endpoint` (did you mean `token-endpoint`?); allowed: token-endpoint, issuer, issuer-else-token-endpoint, none, an audience with a `:`, `.` or `/` in it, another one as the default of a variable (`${NAME}`)",
    );
    check(
        "[\"iat\"]",
        "[\"jti\"]",
        "19: `assertion.claims[0]`: unknown value `jti`; allowed: iat, nbf",
    );
    check(
        "\"RSA-4096\"",
        "\"RSA-8192\"",
        "23: `key.generate`: unknown value `RSA-8192`; allowed: RSA-2048, RSA-3072, RSA-4096, P-256, P-384, P-521, Ed25519",
    );
    check(
        "topic = \"rate\"",
        "topic = \"speed\"",
        "35: `notes[0].topic`: unknown value `speed`; allowed: environments, propagation, rate, registration, retirement, token",
    );
}

#[test]
fn texts_and_numbers_out_of_bounds() {
    check(
        "title = \"Mine\"",
        "title = \" \"",
        "2: `title`: must not be empty",
    );
    check(
        "title = \"Mine\"",
        "title = \"\\u001b[31m\"",
        "2: `title`: must not hold control characters, nor characters that hide or reorder others",
    );
    check(
        "[\"RS512\", \"ES256\"]",
        "[]",
        "16: `assertion.algorithms`: must not be empty",
    );
    check(
        "lifetime-seconds = 60\n",
        "lifetime-seconds = 0\n",
        "20: `assertion.lifetime-seconds`: must be between 1 and 15777000",
    );
    check(
        "lifetime-seconds = 60\n",
        "lifetime-seconds = -60\n",
        "20: `assertion.lifetime-seconds`: must be between 1 and 15777000",
    );
    check(
        "= 300",
        "= 18446744073709551616",
        "21: `assertion.maximum-lifetime-seconds`: must be between 1 and 15777000",
    );
    check(
        "\"apikey\"",
        "\"api key\"",
        "32: `api.key-header`: a header name holds only ASCII letters, digits and !#$%&'*+-.^_`|~",
    );
    let name = "a name holds only ASCII letters, digits, `-`, `_` and `.`, and begins with a letter or digit";
    check("\"mine\"", "\"../mine\"", &format!("1: `name`: {name}"));
    check(
        "\"production\"",
        "\"-p\"",
        &format!("6: `environments.prod.aliases[0]`: {name}"),
    );
    check(
        "[environments.prod]",
        "[environments.\"a/b\"]",
        &format!("4: `environments.\"a/b\"`: {name}"),
    );
    check(
        "resource = ",
        "\"a b\" = ",
        &format!("30: `request.parameters.\"a b\"`: {name}"),
    );
}

#[test]
fn the_place_is_there_for_machines_too() {
    let error = refused(&GOOD.replace("= 300", "= 30"));
    let Error::Malformed {
        file, line, key, ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!((file.as_str(), line), ("mine.toml", 20));
    assert_eq!(key.as_deref(), Some("assertion.lifetime-seconds"));
}

#[test]
fn no_cut_or_changed_byte_makes_it_panic() {
    for length in 0..GOOD.len() {
        let _ = Gateway::parse(&GOOD[..length], "mine.toml");
        for byte in ["\0", "\"", "[", "]", "=", "\n", "$", "\u{1f600}"] {
            let text = format!("{}{byte}{}", &GOOD[..length], &GOOD[length + 1..]);
            let _ = Gateway::parse(&text, "mine.toml");
        }
    }
}

/// A text that looks like another one, in whichever place a person reads it.
#[test]
fn characters_that_deceive() {
    for character in [
        "\\u009b", "\\u202e", "\\u2066", "\\u200b", "\\ufeff", "\\u00ad",
    ] {
        for (old, key) in [
            ("Mine", "2: `title`"),
            ("Slowly.", "36: `notes[0].text`"),
            ("the tenant", "14: `variables.tenant.description`"),
        ] {
            check(
                old,
                &format!("a{character}b"),
                &format!(
                    "{key}: must not hold control characters, nor characters that hide or \
                     reorder others"
                ),
            );
        }
    }
    // Letters of every script are in order.
    Gateway::parse(&GOOD.replace("Mine", "Größe – 日本"), "mine.toml").unwrap();
}

/// A file's own values of a variable are among those that it lets it have.
#[test]
fn values_of_a_variable() {
    check(
        "description = \"the tenant\"",
        "description = \"the tenant\"\ndefault = \"c\"\nallowed-values = [\"a\", \"b*\"]",
        "15: `variables.tenant.default`: `c` is not among `variables.tenant.allowed-values` (line 16)",
    );
    check(
        "description = \"the tenant\"",
        "description = \"the tenant\"\nexample = \"c.x\"\nrefused-values = [\"c.*\"]",
        "15: `variables.tenant.example`: contradicts `variables.tenant.refused-values`, which is `c.*` (line 16)",
    );
}
