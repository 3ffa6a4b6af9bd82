//! PyPI's packages of `conformance/sdk/python`.

use integration_tests::peer;

use crate::case::Wait::{Kept, NotRepeated};
use crate::course::Outcome::{Error, Token};
use crate::sdk::{self, Expected, Registration, Sdk};

#[test]
fn auth0() {
    let Some(sdk) = sdk("auth0-python", "auth0", "auth0_client") else {
        return;
    };
    sdk.with_variable("tenant", "example.eu").check(&Expected {
        outcomes: [Token(1), Error(1), Error(1), Error(1), Error(1)],
        waits: [NotRepeated, NotRepeated],
    });
}

#[test]
fn azure_identity() {
    let Some(sdk) = sdk("azure-identity", "entra", "azure_identity_client") else {
        return;
    };
    sdk.with_variable("tenant", "contoso.onmicrosoft.com")
        .with_registration(Registration::Certificate)
        .check(&Expected {
            outcomes: [Token(1), Error(1), Token(2), Token(2), Token(2)],
            waits: [Kept, Kept],
        });
}

#[test]
fn okta() {
    let Some(sdk) = sdk("okta", "okta", "okta_client") else {
        return;
    };
    sdk.with_variable("domain", "example.okta.com")
        .check(&Expected {
            outcomes: [Token(1), Error(1), Token(2), Token(2), Error(1)],
            waits: [NotRepeated, NotRepeated],
        });
}

#[test]
fn maskinporten() {
    let Some(sdk) = sdk("pymaskinporten", "maskinporten", "maskinporten_client") else {
        return;
    };
    sdk.with_environment("test").check(&Expected {
        outcomes: [Token(1), Error(1), Error(1), Error(1), Error(1)],
        waits: [NotRepeated, NotRepeated],
    });
}

#[test]
fn simple_salesforce() {
    let Some(sdk) = sdk(
        "simple-salesforce",
        "salesforce",
        "simple_salesforce_client",
    ) else {
        return;
    };
    sdk.with_environment("production")
        .with_variable("username", "user@example.com")
        .with_registration(Registration::Certificate)
        .check(&Expected {
            outcomes: [Token(1), Error(1), Error(1), Error(1), Error(1)],
            waits: [NotRepeated, NotRepeated],
        });
}

fn sdk(name: &'static str, gateway: &'static str, file: &str) -> Option<Sdk> {
    let program = peer::optional_installation("sdk-python/bin/python")?;
    // No compiled file is left beside a script.
    let script = sdk::script(&format!("python/{file}.py"));
    Some(Sdk::new(name, gateway, program, vec!["-B".into(), script]))
}
