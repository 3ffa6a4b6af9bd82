//! Pairs of facts that contradict each other: the error names both lines.

use tokenring_gateway::Gateway;

mod answers;

/// A good file; its lines are counted from 1, and every table has its place for other lines.
const GOOD: &str = r#"name = "mine"
title = "Mine"
[environments.prod]
token-endpoint = "https://${tenant}.example.com/token"
[variables.tenant]
description = "the tenant"
[assertion]
algorithms = ["RS256", "ES256"]
audience = "token-endpoint"
typ = "JWT"
claims = ["iat"]
lifetime-seconds = 60
[key]
generate = "RSA-2048"
id-scheme = "thumbprint"
[request]
grant = "client-credentials"
[response]
status = 200
[server]
words = "unknown"
[[refusals]]
rule = "signature"
"#;

/// Behind which line each change has its lines, or in place of which.
type Changes<'a> = &'a [(&'a str, &'a str)];

fn file(changes: Changes<'_>) -> String {
    let mut file = GOOD.to_owned();
    for (line, new) in changes {
        assert_eq!(file.matches(&format!("{line}\n")).count(), 1, "{line}");
        file = file.replace(line, new);
    }
    file
}

/// Changes the good file and expects this error, without `mine.toml:`.
#[track_caller]
fn check(changes: Changes<'_>, text: &str) {
    let error = Gateway::parse(&file(changes), "mine.toml").unwrap_err();
    assert_eq!(error.to_string(), format!("mine.toml:{text}"));
}

/// Changes the good file and expects no error.
#[track_caller]
fn check_good(changes: Changes<'_>) {
    Gateway::parse(&file(changes), "mine.toml").unwrap();
}

const LIFETIME: &str = "lifetime-seconds = 60";
const SCHEME: &str = "id-scheme = \"thumbprint\"";
const GRANT: &str = "grant = \"client-credentials\"";
const STATUS: &str = "status = 200";
const WORDS: &str = "words = \"unknown\"";
const RULE: &str = "rule = \"signature\"";

#[test]
fn the_good_file_is_good() {
    check_good(&[]);
}

#[test]
fn dates() {
    check(
        &[(LIFETIME, "lifetime-seconds = 60\nbackdate-seconds = 7")],
        "13: `assertion.backdate-seconds`: is over a tenth of `assertion.lifetime-seconds`, which is 60 (line 12)",
    );
    check(
        &[(
            LIFETIME,
            "lifetime-seconds = 60\nbackdate-seconds = 5\nmaximum-age-seconds = 5",
        )],
        "13: `assertion.backdate-seconds`: contradicts `assertion.maximum-age-seconds`, which is `5` (line 14)",
    );
    check_good(&[(
        LIFETIME,
        "lifetime-seconds = 60\nbackdate-seconds = 5\nmaximum-age-seconds = 6",
    )]);
    check(
        &[(
            LIFETIME,
            "lifetime-seconds = 60\nmaximum-lifetime-seconds = 100\nmaximum-lifetime-without-iat-seconds = 101",
        )],
        "14: `assertion.maximum-lifetime-without-iat-seconds`: is over `assertion.maximum-lifetime-seconds`, which is 100 (line 13)",
    );
}

#[test]
fn types_and_claims() {
    check(
        &[("typ = \"JWT\"", "typ-rule = \"checked\"")],
        "10: `assertion.typ-rule`: contradicts `assertion.typ`, which is `not sent`",
    );
    check_good(&[("typ = \"JWT\"", "typ = \"JWT\"\ntyp-rule = \"checked\"")]);
    let required = "claims = [\"iat\"]\nrequired-claims = [\"iss\", \"scope\"]";
    let claims = "claims = [\"iat\"]";
    check(
        &[(claims, required)],
        "12: `assertion.required-claims`: contradicts `request.scope`, which is `optional`",
    );
    check(
        &[
            (claims, required),
            (GRANT, "scope = \"in-assertion-optional\""),
        ],
        "12: `assertion.required-claims`: contradicts `request.scope`, which is `in-assertion-optional` (line 18)",
    );
    check_good(&[(claims, required), (GRANT, "scope = \"in-assertion\"")]);
}

#[test]
fn algorithms() {
    check(
        &[
            (
                "algorithms = [\"RS256\", \"ES256\"]",
                "algorithms = [\"ES384\", \"ES256\"]",
            ),
            (
                "generate = \"RSA-2048\"",
                "generate = \"P-256\"\nminimum-rsa-bits = 2048",
            ),
        ],
        "15: `key.minimum-rsa-bits`: contradicts `assertion.algorithms`, which is `ES384, ES256` (line 8)",
    );
    check(
        &[(WORDS, "client-algorithm = \"PS256\"")],
        "21: `server.client-algorithm`: `PS256` is not among `assertion.algorithms` (line 8)",
    );
    check(
        &[(WORDS, "client-algorithm = \"ES256\"")],
        "21: `server.client-algorithm`: contradicts `key.generate`, which is `RSA-2048` (line 14)",
    );
    check(
        &[
            (
                "algorithms = [\"RS256\", \"ES256\"]",
                "algorithms = [\"RS512\", \"RS256\"]",
            ),
            (WORDS, "client-algorithm = \"RS256\""),
        ],
        "21: `server.client-algorithm`: contradicts `assertion.algorithms`, which is `RS512, RS256` (line 8)",
    );
    check_good(&[(WORDS, "client-algorithm = \"RS256\"")]);
    // It can be that of the clients of a flow.
    check_good(&[
        (WORDS, "client-algorithm = \"PS256\""),
        (
            RULE,
            "rule = \"signature\"\n[flows.other]\ntitle = \"Other\"\n[flows.other.assertion]\nalgorithms = [\"PS256\"]\naudience = \"issuer\"\nlifetime-seconds = 60",
        ),
    ]);
}

#[test]
fn key_identifiers_and_registration() {
    check(
        &[(
            SCHEME,
            "id-scheme = \"thumbprint\"\nid-required = true\nchoice-without-id = \"first\"",
        )],
        "17: `key.choice-without-id`: contradicts `key.id-required`, which is `true` (line 16)",
    );
    check(
        &[(
            SCHEME,
            "id-scheme = \"x5t\"\nregister-as = [\"public-key\"]",
        )],
        "15: `key.id-scheme`: contradicts `key.register-as`, which is `public-key` (line 16)",
    );
    check(
        &[(
            SCHEME,
            "id-scheme = \"none\"\nuse-required = false\nuse-required-at-url = true",
        )],
        "17: `key.use-required-at-url`: contradicts `key.use-required`, which is `false` (line 16)",
    );
    for fact in [
        "use-required-at-url = true",
        "jwk-set-cache-seconds = 60",
        "refetches-on-unknown-id = false",
        "keeps-known-ids = true",
    ] {
        let with = |forms: &str| {
            format!("id-scheme = \"none\"\nuse-required = true\nregister-as = [{forms}]\n{fact}")
        };
        let (key, _) = fact.split_once(' ').unwrap();
        check(
            &[(SCHEME, &with("\"jwk-set\", \"public-key\""))],
            &format!(
                "18: `key.{key}`: contradicts `key.register-as`, which is `jwk-set, public-key` (line 17)"
            ),
        );
        check_good(&[(SCHEME, &with("\"jwk-set-url\""))]);
    }
    for key in ["use-required", "alg-required", "operations-ignored"] {
        let lines = format!("id-scheme = \"none\"\nregister-as = [\"certificate\"]\n{key} = true");
        check(
            &[(SCHEME, &lines)],
            &format!(
                "17: `key.{key}`: contradicts `key.register-as`, which is `certificate` (line 16)"
            ),
        );
        check_good(&[(SCHEME, &lines.replace("true", "false"))]);
    }
}

#[test]
fn requests() {
    check(
        &[(GRANT, "content-type = \"exact\"\nmultipart = true")],
        "18: `request.multipart`: contradicts `request.content-type`, which is `exact` (line 17)",
    );
    check(
        &[(GRANT, "dpop-nonce = true")],
        "17: `request.dpop-nonce`: contradicts `request.dpop`, which is `off`",
    );
    check_good(&[(GRANT, "dpop = \"optional\"\ndpop-nonce = true")]);
    check(
        &[(GRANT, "grant = \"none\"\ndpop = \"required\"")],
        "18: `request.dpop`: contradicts `request.grant`, which is `none` (line 17)",
    );
    check(
        &[(
            GRANT,
            "grant = \"none\"\ndpop = \"optional\"\ndpop-nonce = true",
        )],
        "19: `request.dpop-nonce`: contradicts `request.grant`, which is `none` (line 17)",
    );
    check_good(&[(GRANT, "grant = \"none\"\ndpop = \"optional\"")]);
    check(
        &[(GRANT, "maximum-parameter-characters = 500")],
        "17: `request.maximum-parameter-characters`: has no room for this file's assertions, of at least 608 characters by `key.generate` (line 14)",
    );
    check_good(&[(GRANT, "maximum-parameter-characters = 800")]);
    check(
        &[
            (GRANT, "scope = \"ignored\""),
            (WORDS, "optional-scopes = [\"read\"]"),
        ],
        "21: `server.optional-scopes`: contradicts `request.scope`, which is `ignored` (line 17)",
    );
    check(
        &[
            (GRANT, "client-id = true\nclient-id-required = true"),
            (WORDS, "client-from = \"assertion-alone\""),
        ],
        "22: `server.client-from`: contradicts `request.client-id-required`, which is `true` (line 18)",
    );
    check(
        &[
            (GRANT, "secret-parameters = [\"pin\"]"),
            (WORDS, "shorter-lifetime-parameter = \"pin\""),
        ],
        "21: `server.shorter-lifetime-parameter`: contradicts `request.secret-parameters`, which is `pin` (line 17)",
    );
}
