//! Rules on what a gateway takes and answers that are wrong or do not go together.

use tokenring_gateway::{Gateway, Rule};

use crate::evidence::BASE;

/// Replaces `old` in the good file by `new` and expects this error, without `base.toml:`.
#[track_caller]
fn check(old: &str, new: &str, text: &str) {
    assert_eq!(BASE.matches(old).count(), 1, "{old}");
    let error = Gateway::parse(&BASE.replace(old, new), "base.toml").unwrap_err();
    assert_eq!(error.to_string(), format!("base.toml:{text}"));
}

#[test]
fn types() {
    check(
        "dates = \"number-or-text\"",
        "dates = \"text\"",
        "22: `assertion.dates`: unknown value `text`; allowed: integer, number, number-or-text, number-else-absent",
    );
    check(
        "typ = \"JWT\"\n",
        "typ = \"at+jwt\"\n",
        "11: `assertion.typ`: `at+jwt` is not among `assertion.accepted-types` (line 15)",
    );
    check(
        "typ-rule = \"checked\"",
        "typ-rule = \"ignored\"",
        "15: `assertion.accepted-types`: contradicts `assertion.typ-rule`, which is `ignored` (line 14)",
    );
    check(
        "typ = \"JWT\"\nclaims = [\"iat\"]\nlifetime-seconds = 60\ntyp-rule = \"checked\"\naccepted-types = [\"jwt\", \"other\"]",
        "claims = [\"iat\"]\nlifetime-seconds = 60\ntyp-rule = \"required\"",
        "13: `assertion.typ-rule`: contradicts `assertion.typ`, which is `not sent`",
    );
    check(
        "typ = \"JWT\"\nclaims = [\"iat\"]\nlifetime-seconds = 60\ntyp-rule = \"checked\"\naccepted-types = [\"jwt\", \"other\"]",
        "claims = [\"iat\"]\nlifetime-seconds = 60\ntyp-rule = \"advised\"",
        "13: `assertion.typ-rule`: contradicts `assertion.typ`, which is `not sent`",
    );
    check(
        "accepted-types = [\"jwt\", \"other\"]",
        "accepted-types = [\"*+jwt\"]",
        "11: `assertion.typ`: `JWT` is not among `assertion.accepted-types` (line 15)",
    );
}

#[test]
fn lengths_of_a_jwt_id() {
    let dates = "dates = \"number-or-text\"";
    let with = |line: &str| format!("{dates}\n{line}");
    check(
        dates,
        &with("minimum-jwt-id-characters = 37"),
        "23: `assertion.minimum-jwt-id-characters`: must be between 1 and 36",
    );
    check(
        dates,
        &with("maximum-jwt-id-characters = 35"),
        "23: `assertion.maximum-jwt-id-characters`: must be between 36 and 65536",
    );
    check(
        dates,
        &with("jwt-id-form = \"any\"\nmaximum-jwt-id-characters = 64"),
        "24: `assertion.maximum-jwt-id-characters`: contradicts `assertion.jwt-id-form`, which is `any` (line 23)",
    );
}

#[test]
fn starts_of_a_lifetime() {
    let line = "lifetime-counts-from = \"issue\"";
    check(
        line,
        "lifetime-counts-from = [\"issue\", \"not-before\", \"issue\"]",
        "19: `assertion.lifetime-counts-from[2]`: `assertion.lifetime-counts-from[0]` says this already (line 19)",
    );
    check(
        line,
        "lifetime-counts-from = []",
        "19: `assertion.lifetime-counts-from`: must not be empty",
    );
    check(
        line,
        "lifetime-counts-from = [\"nbf\"]",
        "19: `assertion.lifetime-counts-from[0]`: unknown value `nbf`; allowed: receipt, issue, not-before",
    );
}

#[test]
fn audiences() {
    check(
        "audience = \"token-endpoint\"",
        "audience = \"token-endpoint\"\naccepted-audiences = [\"issuer\", \"urn:other\"]",
        "10: `assertion.audience`: `token-endpoint` is not among `assertion.accepted-audiences` (line 11)",
    );
    check(
        "audience = \"token-endpoint\"",
        "audience = \"issuer-else-token-endpoint\"\naccepted-audiences = [\"issuer\"]",
        "10: `assertion.audience`: `issuer-else-token-endpoint` is not among `assertion.accepted-audiences` (line 11)",
    );
    check(
        "audience = \"token-endpoint\"",
        "audience = \"issuer\"\naccepted-audiences = [\"issuer\", \"issuer\"]",
        "11: `assertion.accepted-audiences[1]`: `assertion.accepted-audiences[0]` says this already (line 11)",
    );
}

#[test]
fn claims() {
    check(
        "required-claims = [\"iss\", \"iat\", \"custom\"]",
        "required-claims = [\"iss\", \"nbf\"]",
        "16: `assertion.required-claims[1]`: `nbf` is not among `assertion.allowed-claims` (line 17)",
    );
    check(
        "required-claims = [\"iss\", \"iat\", \"custom\"]",
        "required-claims = [\"iss\", \"sub\"]",
        "16: `assertion.required-claims[1]`: `sub` is not among `assertion.allowed-claims` (line 17)",
    );
    check(
        "required-claims = [\"iss\", \"iat\", \"custom\"]\nallowed-claims = [\"iss\", \"aud\", \"exp\", \"jti\", \"iat\", \"custom\", \"scope\"]",
        "required-claims = [\"iss\", \"sub\"]",
        "16: `assertion.required-claims[1]`: contradicts `assertion.subject`, which is `absent` (line 9)",
    );
    check(
        "subject = \"absent\"",
        "subject = \"optional\"",
        "9: `assertion.subject`: `sub` is not among `assertion.allowed-claims` (line 17)",
    );
    check(
        "\"jti\", \"iat\", \"custom\", \"scope\"]",
        "\"jti\", \"custom\", \"scope\"]",
        "12: `assertion.claims[0]`: `iat` is not among `assertion.allowed-claims` (line 17)",
    );
    check(
        "\"jti\", \"iat\", \"custom\", \"scope\"]",
        "\"jti\", \"iat\", \"scope\"]",
        "16: `assertion.required-claims[2]`: `custom` is not among `assertion.allowed-claims` (line 17)",
    );
    check(
        "\"jti\", \"iat\", \"custom\", \"scope\"]",
        "\"iat\", \"custom\", \"scope\"]",
        "17: `assertion.allowed-claims`: must hold `jti`, which every assertion of this file has",
    );
    check(
        "\"jti\", \"iat\", \"custom\", \"scope\"]",
        "\"jti\", \"iat\", \"custom\", \"scope\"]\nallowed-header-parameters = [\"kid\"]",
        "18: `assertion.allowed-header-parameters`: must hold `alg`, which every assertion of this file has",
    );
    check(
        "\"jti\", \"iat\", \"custom\", \"scope\"]",
        "\"jti\", \"iat\", \"custom\"]",
        "42: `request.scope`: `scope` is not among `assertion.allowed-claims` (line 17)",
    );
    check(
        "subject = \"absent\"\n",
        "",
        "16: `assertion.allowed-claims`: must hold `sub`, which every assertion of this file has",
    );
}

#[test]
fn lifetimes_and_clocks() {
    check(
        "maximum-lifetime-seconds = 120",
        "maximum-lifetime-seconds = 50",
        "13: `assertion.lifetime-seconds`: is over `assertion.maximum-lifetime-seconds`, which is 50 (line 18)",
    );
    check(
        "claims = [\"iat\"]\nlifetime",
        "lifetime",
        "15: `assertion.required-claims[1]`: `iat` is not among `assertion.claims`",
    );
    check(
        "claims = [\"iat\"]\nlifetime-seconds = 60\ntyp-rule = \"checked\"\naccepted-types = [\"jwt\", \"other\"]\nrequired-claims = [\"iss\", \"iat\", \"custom\"]",
        "lifetime-seconds = 60",
        "12: `assertion.lifetime-seconds`: is over `assertion.maximum-lifetime-without-iat-seconds`, which is 30 (line 16)",
    );
    check(
        "issued-at = 3",
        "issued-at = 3601",
        "26: `assertion.leeway-seconds.issued-at`: must be between 0 and 3600",
    );
    check(
        "issued-at = 3",
        "iat = 3",
        "26: `assertion.leeway-seconds.iat`: unknown key; this table can hold expiry, lifetime, issued-at, not-before",
    );
}

#[test]
fn keys() {
    check(
        "id-alternatives = [\"free-text\", \"none\"]",
        "id-alternatives = [\"free-text\", \"x5c\"]",
        "31: `key.id-alternatives[1]`: `key.id-scheme` says this already (line 30)",
    );
    check(
        "id-alternatives = [\"free-text\", \"none\"]\nalgorithms-without-id = [\"RS256\"]",
        "id-required = true\nid-alternatives = [\"free-text\", \"none\"]",
        "32: `key.id-alternatives[1]`: contradicts `key.id-required`, which is `true` (line 31)",
    );
    check(
        "id-alternatives = [\"free-text\", \"none\"]",
        "id-required = true",
        "32: `key.algorithms-without-id`: contradicts `key.id-required`, which is `true` (line 31)",
    );
    check(
        "algorithms-without-id = [\"RS256\"]",
        "algorithms-without-id = [\"RS256\", \"PS256\"]",
        "32: `key.algorithms-without-id[1]`: `PS256` is not among `assertion.algorithms` (line 8)",
    );
    check(
        "id-scheme = \"x5c\"\nid-alternatives = [\"free-text\", \"none\"]\nalgorithms-without-id = [\"RS256\"]",
        "id-scheme = \"none\"\nalgorithms-without-id = [\"ES256\"]",
        "31: `key.algorithms-without-id`: must hold `RS256`, which every assertion of this file has",
    );
    check(
        "minimum-rsa-bits = 3072",
        "minimum-rsa-bits = 4096",
        "33: `key.minimum-rsa-bits`: contradicts `key.generate`, which is `RSA-3072` (line 29)",
    );
    check(
        "minimum-rsa-bits = 3072",
        "minimum-rsa-bits = 1024",
        "33: `key.minimum-rsa-bits`: must be between 2048 and 4096",
    );
    check(
        "register-as = [\"certificate\", \"jwk-set-url\"]",
        "register-as = []",
        "35: `key.register-as`: must not be empty",
    );
    check(
        "register-as = [\"certificate\", \"jwk-set-url\"]",
        "register-as = [\"jwks\"]",
        "35: `key.register-as[0]`: unknown value `jwks`; allowed: jwk-set, jwk-set-url, public-key, certificate",
    );
}

#[test]
fn requests_and_answers() {
    check(
        "client-id = true\n",
        "client-id = false\n",
        "40: `request.client-id-required`: contradicts `request.client-id`, which is `false` (line 39)",
    );
    check(
        "token-lifetime-seconds = 100",
        "token-lifetime-seconds = 100\nexpires-in-seconds = 101",
        "48: `server.expires-in-seconds`: is over `server.token-lifetime-seconds`, which is 100 (line 47)",
    );
}

#[test]
fn rules() {
    check(
        "jwt-id-spent-before = \"signature\"",
        "jwt-id-spent-before = \"signatur\"",
        &format!(
            "{}{}",
            "49: `server.jwt-id-spent-before`: unknown value `signatur` (did you mean `signature`?); allowed: ",
            all_rules()
        ),
    );
    check(
        "rule = \"expired\"",
        "rule = \"signature\"",
        "57: `refusals[1].rule`: `refusals[0].rule` says this already (line 52)",
    );
    check(
        "rule = \"expired\"",
        "rule = \"expire\"",
        &format!(
            "{}{}",
            "57: `refusals[1].rule`: unknown value `expire` (did you mean `expired`?); allowed: ",
            all_rules()
        ),
    );
    check(
        "rule = \"expired\"\ncause = \"Too slow.\"",
        "cause = \"Too slow.\"",
        "56: `refusals[1]`: needs `rule`, `status`, `error`, `description` or `contains` to be known by",
    );
    check(
        "cause = \"Too many.\"\n",
        "",
        "60: `refusals[2].cause`: is missing and has no default",
    );
    check(
        "contains = \"spike\"",
        "contains = \"spike\"\ndescription = \"Spike arrest\"",
        "61: `refusals[2].contains`: `refusals[2].description` says this already (line 62)",
    );
    check(
        "status = 401",
        "status = 200",
        "53: `refusals[0].status`: must be between 300 and 599",
    );
}

#[test]
fn dates_of_verification() {
    for (value, found) in [
        ("\"2026-11-30\"", "a text"),
        ("2026", "a whole number"),
        ("2026-11-30T08:00:00Z", "a date with a time"),
        ("08:00:00.5", "a date with a time"),
    ] {
        check(
            "verified = 2026-11-30",
            &format!("verified = {value}"),
            &format!(
                "68: `sources.\"refusals[0].error\".verified`: must be a date without a time, not {found}"
            ),
        );
    }
    check(
        "{ text = \"a log\", verified = 2026-11-30 }",
        "{ verified = 2026-11-30 }",
        "68: `sources.\"refusals[0].error\".text`: is missing and has no default",
    );
    check(
        "{ text = \"a log\", verified = 2026-11-30 }",
        "1",
        "68: `sources.\"refusals[0].error\"`: must be a text or a table, not a whole number",
    );
}

#[test]
fn key_paths() {
    check(
        "\"refusals[0].error\" = ",
        "\"refusals[3].error\" = ",
        "68: `sources.\"refusals[3].error\"`: this file has no key `refusals[3].error`; allowed are those that it has",
    );
    check(
        "\"refusals[0].error\" = ",
        "\"assertion.typo\" = ",
        "68: `sources.\"assertion.typo\"`: this file has no key `assertion.typo`; allowed are those that it has",
    );
    check(
        "\"refusals[0].error\" = ",
        "refusals.error = ",
        "68: `sources.refusals.error`: unknown key; this table can hold text, verified",
    );
    check(
        "about = \"server.words\"",
        "about = \"server.word\"",
        "70: `unknown[0].about`: the format has no key `server.word`; allowed are those of FORMAT.md, and words without a dot",
    );
    check(
        "about = \"server.words\"",
        "about = \"servers.words\"",
        "70: `unknown[0].about`: the format has no key `servers.words`; allowed are those of FORMAT.md, and words without a dot",
    );
}

#[test]
fn variables_and_environments() {
    check(
        "[environments.only]",
        "[variables.issuer]\ndescription = \"the issuer\"\n[environments.only]",
        "5: `variables.issuer`: the format itself defines this name",
    );
    check(
        "[environments.only]",
        "[variables.tenant]\ndescription = \"the tenant\"\ndefault = \"a b\"\n[environments.only]",
        "7: `variables.tenant.default`: must hold no white space",
    );
    check(
        "token-endpoint = \"https://auth.example.com/token\"",
        "issuer = \"ftp://auth.example.com\"\ntoken-endpoint = \"${issuer}/token\"",
        "7: `environments.only.token-endpoint`: not a URL that an assertion may be sent to",
    );
    check(
        "token-endpoint = \"https://auth.example.com/token\"",
        "issuer = \"${issuer}/x\"",
        "6: `environments.only.issuer`: `${issuer}` is not under `variables`; this template can use environment",
    );
    check(
        "token-endpoint = \"https://auth.example.com/token\"",
        "api-key-header = \"a b\"",
        "6: `environments.only.api-key-header`: a header name holds only ASCII letters, digits and !#$%&'*+-.^_`|~",
    );
}

fn all_rules() -> String {
    let names: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    names.join(", ")
}
