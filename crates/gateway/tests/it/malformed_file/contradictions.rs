//! Files whose every value is good by itself, but not beside the others or where it stands.

use std::error::Error as _;

use tokenring_gateway::Gateway;

use super::{GOOD, check, refused};

#[test]
fn self_contradictions() {
    check(
        "default-environment = \"test\"",
        "default-environment = \"tset\"",
        "3: `default-environment`: unknown value `tset` (did you mean `test`?); allowed: prod, test, sandbox",
    );
    check(
        "= 300",
        "= 30",
        "20: `assertion.lifetime-seconds`: is over `assertion.maximum-lifetime-seconds`, which is 30 (line 21)",
    );
    check(
        "\"RSA-4096\"",
        "\"P-384\"",
        "23: `key.generate`: none of `assertion.algorithms` signs with such a key (line 16)",
    );
    check(
        "\"ES256\"]",
        "\"RS512\"]",
        "16: `assertion.algorithms[1]`: `assertion.algorithms[0]` says this already (line 16)",
    );
    check(
        "\"staging\"",
        "\"production\"",
        "10: `environments.test.aliases[0]`: `environments.prod.aliases[0]` says this already (line 6)",
    );
    check(
        "\"production\"",
        "\"test\"",
        "6: `environments.prod.aliases[0]`: `environments.test` says this already (line 7)",
    );
    check(
        "\"production\"",
        "\"prod\"",
        "6: `environments.prod.aliases[0]`: `environments.prod` says this already (line 4)",
    );
    check(
        "\"file-stem\"",
        "\"none\"",
        "25: `key.id-required`: contradicts `key.id-scheme`, which is `none` (line 24)",
    );
    check(
        "\"file-stem\"",
        "\"thumbprint\"",
        "26: `key.default-id`: contradicts `key.id-scheme`, which is `thumbprint` (line 24)",
    );
    check(
        "call-api-token-environment = \"test\"",
        "call-api-token-environment = \"sandbox\"",
        "12: `environments.sandbox.call-api-token-environment`: must name another environment, one that takes its tokens from itself",
    );
    check(
        "call-api-token-environment = \"test\"",
        "call-api-token-environment = \"int\"",
        "12: `environments.sandbox.call-api-token-environment`: unknown value `int`; allowed: prod, test, sandbox",
    );
    check(
        "resource = ",
        "client_assertion = ",
        "30: `request.parameters.client_assertion`: this form parameter is set by other keys or by the caller",
    );
}

#[test]
fn templates() {
    check(
        "${tenant}",
        "${tenent}",
        "8: `environments.test.token-endpoint`: `${tenent}` is not under `variables` (did you mean `tenant`?); this template can use tenant, environment, issuer",
    );
    check(
        "${tenant}",
        "north",
        "13: `variables.tenant`: no template uses this variable: remove it or use it",
    );
    check(
        "${tenant}",
        "${tenant",
        "8: `environments.test.token-endpoint`: `${` has no closing `}`",
    );
    check(
        "${environment}-1",
        "${}-1",
        "26: `key.default-id`: `${}` is not under `variables`; this template can use tenant, environment",
    );
    check(
        "[variables.tenant]",
        "[variables.environment]",
        "13: `variables.environment`: the format itself defines this name",
    );
}

#[test]
fn token_endpoints_that_an_assertion_must_not_go_to() {
    for url in [
        "http://auth.example.com/token",
        "http://${tenant}.example.com/token",
        "ftp://auth.example.com/token",
        "auth.example.com/token",
        "/token",
        "https://user@auth.example.com/token",
        "https://auth.example.com/token#here",
        "https://",
    ] {
        let error = refused(&GOOD.replace("https://auth.example.com/token", url));
        assert_eq!(
            error.to_string(),
            "mine.toml:5: `environments.prod.token-endpoint`: not a URL that an assertion may be sent to",
        );
        let cause = error.source().unwrap().to_string();
        assert!(!error.to_string().contains(&cause), "{cause}");
    }
    for url in [
        "http://localhost/token",
        "http://127.0.0.1:8080/token",
        "http://[::1]:8080/token",
        "https://auth.example.com:${tenant}/token",
        "https://${tenant}/token",
        "${tenant}/token",
    ] {
        let text = GOOD.replace("https://auth.example.com/token", url);
        Gateway::parse(&text, "mine.toml").unwrap();
    }
}
