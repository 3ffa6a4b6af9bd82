//! Facts about answers, and facts that stand far apart.

use super::{GRANT, LIFETIME, RULE, STATUS, WORDS, check, check_good};

#[test]
fn answers() {
    for key in [
        "jwt-id-memory-shared = true",
        "jwt-id-memory-ends-at-expiry = true",
        "jwt-id-spent-before = \"signature\"",
    ] {
        let (name, _) = key.split_once(' ').unwrap();
        check(
            &[(WORDS, &format!("jwt-id-memory-seconds = 0\n{key}"))],
            &format!(
                "22: `server.{name}`: contradicts `server.jwt-id-memory-seconds`, which is `0` (line 21)"
            ),
        );
    }
    check(
        &[(
            WORDS,
            "access-token = \"jwt\"\naccess-token-prefix = \"at_\"",
        )],
        "22: `server.access-token-prefix`: contradicts `server.access-token`, which is `jwt` (line 21)",
    );
    check(
        &[
            (STATUS, "assumed-lifetime-seconds = 900"),
            (WORDS, "token-lifetime-seconds = 600"),
        ],
        "19: `response.assumed-lifetime-seconds`: is over `server.token-lifetime-seconds`, which is 600 (line 21)",
    );
    // The default is not what the file says.
    check_good(&[(STATUS, "assumed-lifetime-seconds = 900")]);
}

#[test]
fn refusals() {
    for (rule, fact, text) in [
        (
            "duplicate-parameter",
            "first-of-repeated = true",
            "contradicts `server.first-of-repeated`, which is `true` (line 21)",
        ),
        (
            "jwt-id-spent",
            "jwt-id-memory-seconds = 0",
            "contradicts `server.jwt-id-memory-seconds`, which is `0` (line 21)",
        ),
    ] {
        check(
            &[(WORDS, fact), (RULE, &format!("rule = \"{rule}\""))],
            &format!("23: `refusals[0].rule`: {text}"),
        );
    }
    for (rule, line, key, is) in [
        ("scope", "scope = \"ignored\"", "scope", "ignored"),
        ("scope-absent", "scope = \"optional\"", "scope", "optional"),
        (
            "client-id-absent",
            "client-id-required = false",
            "client-id-required",
            "false",
        ),
    ] {
        check(
            &[(GRANT, line), (RULE, &format!("rule = \"{rule}\""))],
            &format!(
                "23: `refusals[0].rule`: contradicts `request.{key}`, which is `{is}` (line 17)"
            ),
        );
    }
    check(
        &[
            (LIFETIME, "lifetime-seconds = 60\nsubject = \"client-id\""),
            (RULE, "rule = \"subject-present\""),
        ],
        "24: `refusals[0].rule`: contradicts `assertion.subject`, which is `client-id` (line 13)",
    );
    // Words for a rule that the file does not state to be another are no contradiction.
    check_good(&[(RULE, "rule = \"subject-present\"")]);
    for (form, key) in [
        ("empty", "description = \"No.\""),
        ("empty", "contains = \"No\""),
        ("empty", "members = { hint = \"No.\" }"),
        ("error", "description = \"No.\""),
    ] {
        let (name, _) = key.split_once(' ').unwrap();
        check(
            &[(
                RULE,
                &format!("form = \"{form}\"\nrule = \"signature\"\n{key}"),
            )],
            &format!(
                "25: `refusals[0].{name}`: contradicts `refusals[0].form`, which is `{form}` (line 23)"
            ),
        );
    }
}

#[test]
fn variables() {
    let description = "description = \"the tenant\"";
    let with = |lines: &str| format!("{description}\n{lines}");
    check(
        &[(
            description,
            &with("allowed-values = [\"a\", \"bc\"]\nrefused-values = [\"b*\"]"),
        )],
        "7: `variables.tenant.allowed-values[1]`: contradicts `variables.tenant.refused-values[0]`, which is `b*` (line 8)",
    );
    for (lines, path) in [
        ("default = \"a/b\"", "default"),
        ("example = \"a?b\"", "example"),
        ("allowed-values = [\"a@b\"]", "allowed-values[0]"),
    ] {
        check(
            &[(description, &with(lines))],
            &format!(
                "7: `variables.tenant.{path}`: contradicts `environments.prod.token-endpoint`, which is `https://${{tenant}}.example.com/token` (line 4)"
            ),
        );
    }
    let endpoint = "token-endpoint = \"https://${tenant}.example.com/token\"";
    check(
        &[(
            endpoint,
            &format!("{endpoint}\nvariables = {{ tenant = \"a:1\" }}"),
        )],
        "5: `environments.prod.variables.tenant`: contradicts `environments.prod.token-endpoint`, which is `https://${tenant}.example.com/token` (line 4)",
    );
    let whole = "token-endpoint = \"${tenant}/token\"";
    check(
        &[
            (endpoint, whole),
            (description, &with("example = \"http://a.example\"")),
        ],
        "7: `variables.tenant.example`: contradicts `environments.prod.token-endpoint`, which is `${tenant}/token` (line 4)",
    );
    check_good(&[
        (endpoint, whole),
        (description, &with("example = \"https://a.example\"")),
    ]);
    check(
        &[
            (
                endpoint,
                &format!("{endpoint}\nvariables = {{ tenant = \"bc\" }}"),
            ),
            (description, &with("refused-values = [\"b*\"]")),
        ],
        "5: `environments.prod.variables.tenant`: contradicts `variables.tenant.refused-values`, which is `b*` (line 8)",
    );
    check(
        &[(
            endpoint,
            &format!("{endpoint}\napi-key-prefix = \"Bearer \""),
        )],
        "5: `environments.prod.api-key-prefix`: contradicts `api.key-header`, which is `absent`",
    );
}

#[test]
fn flows() {
    let flow =
        |tables: &str| format!("rule = \"signature\"\n[flows.other]\ntitle = \"Other\"\n{tables}");
    check(
        &[(
            RULE,
            &flow("[flows.other.request]\nmaximum-parameter-characters = 500"),
        )],
        "27: `flows.other.request.maximum-parameter-characters`: has no room for this file's assertions, of at least 608 characters by `key.generate` (line 14)",
    );
    check(
        &[
            (GRANT, "maximum-parameter-characters = 660"),
            (
                RULE,
                &flow("[flows.other.key]\ngenerate = \"RSA-4096\"\nid-scheme = \"none\""),
            ),
        ],
        "17: `request.maximum-parameter-characters`: with the flow `other`: has no room for this file's assertions, of at least 879 characters by `flows.other.key.generate` (line 27)",
    );
}
