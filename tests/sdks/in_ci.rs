//! The four that CI runs.

use std::path::PathBuf;

use integration_tests::peer;

use crate::case::Wait::{NotRepeated, TooShort};
use crate::course::Outcome::{Error, Token};
use crate::sdk::{self, Expected, Registration, Sdk};

#[test]
fn google_auth() {
    let python = peer::python_with_packages();
    let Some(sdk) = sdk("google-auth", "google", python, "google_auth_client.py") else {
        return;
    };
    sdk.check(&Expected {
        outcomes: [Token(1), Error(1), Token(2), Token(2), Token(2)],
        waits: [TooShort, TooShort],
    });
}

#[test]
fn msal() {
    let python = peer::python_with_packages();
    let Some(sdk) = sdk("msal", "entra", python, "msal_client.py") else {
        return;
    };
    sdk.with_variable("tenant", "contoso.onmicrosoft.com")
        .with_registration(Registration::Certificate)
        .check(&Expected {
            outcomes: [Token(1), Error(1), Error(1), Error(1), Error(1)],
            waits: [NotRepeated, NotRepeated],
        });
}

#[test]
fn okta_sdk_nodejs() {
    let name = "@okta/okta-sdk-nodejs";
    let Some(sdk) = sdk(name, "okta", peer::node_with(name), "okta.mjs") else {
        return;
    };
    sdk.with_variable("domain", "example.okta.com")
        .check(&Expected {
            // It sends a DPoP proof unasked, and Okta answers one without its nonce with the nonce.
            outcomes: [Token(2), Error(1), Token(2), Error(1), Error(1)],
            waits: [NotRepeated, NotRepeated],
        });
}

#[test]
fn salesforce_core() {
    let name = "@salesforce/core";
    let Some(sdk) = sdk(name, "salesforce", peer::node_with(name), "salesforce.mjs") else {
        return;
    };
    sdk.with_environment("production")
        .with_variable("username", "user@example.com")
        .with_registration(Registration::Certificate)
        .check(&Expected {
            outcomes: [Token(1), Error(2), Error(2), Error(2), Error(2)],
            waits: [TooShort, TooShort],
        });
}

fn sdk(
    name: &'static str,
    gateway: &'static str,
    program: Option<PathBuf>,
    script: &str,
) -> Option<Sdk> {
    Some(Sdk::new(name, gateway, program?, vec![sdk::script(script)]))
}
