//! Vendors' own SDKs, unmodified: they call their vendor's URLs and reach the mock.
//!
//! Each is a small program in `conformance/sdk`, which `cargo xtask conformance sdk` installs what it
//! needs for. What it did after a good answer, a refusal and three troubles is in a report, and a
//! change of that fails the test.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod course;
mod report;
mod sdk;

use integration_tests::peer;

use crate::course::Outcome::{Error, Token};
use crate::sdk::{Registration, Sdk};

#[test]
fn google_auth() {
    let Some(python) = peer::python_with_packages() else {
        return;
    };
    let sdk = Sdk {
        name: "google-auth",
        gateway: "google",
        environment: None,
        variable: None,
        program: python,
        script: "google_auth_client.py",
        registration: Registration::JwkSet,
    };
    sdk.check(&[
        ("token", "", Token { requests: 1 }),
        ("refusal", "stranger", Error { requests: 1 }),
        ("429", "429=1", Token { requests: 2 }),
        ("503", "503=1", Token { requests: 2 }),
        ("500", "500=1", Token { requests: 2 }),
    ]);
}

#[test]
fn msal() {
    let Some(python) = peer::python_with_packages() else {
        return;
    };
    let sdk = Sdk {
        name: "msal",
        gateway: "entra",
        environment: None,
        variable: Some(("tenant", "contoso.onmicrosoft.com")),
        program: python,
        script: "msal_client.py",
        registration: Registration::Certificate,
    };
    sdk.check(&[
        ("token", "", Token { requests: 1 }),
        ("refusal", "stranger", Error { requests: 1 }),
        ("429", "429=1", Error { requests: 1 }),
        ("503", "503=1", Error { requests: 1 }),
        ("500", "500=1", Error { requests: 1 }),
    ]);
}

#[test]
fn okta_sdk_nodejs() {
    let Some(node) = peer::node_with("@okta/okta-sdk-nodejs") else {
        return;
    };
    let sdk = Sdk {
        name: "@okta/okta-sdk-nodejs",
        gateway: "okta",
        environment: None,
        variable: Some(("domain", "example.okta.com")),
        program: node,
        script: "okta.mjs",
        registration: Registration::JwkSet,
    };
    sdk.check(&[
        ("token", "", Token { requests: 1 }),
        ("refusal", "stranger", Error { requests: 1 }),
        ("429", "429=1", Token { requests: 2 }),
        ("503", "503=1", Error { requests: 1 }),
        ("500", "500=1", Error { requests: 1 }),
    ]);
}

#[test]
fn salesforce_core() {
    let Some(node) = peer::node_with("@salesforce/core") else {
        return;
    };
    let sdk = Sdk {
        name: "@salesforce/core",
        gateway: "salesforce",
        environment: Some("production"),
        variable: None,
        program: node,
        script: "salesforce.mjs",
        registration: Registration::Certificate,
    };
    sdk.check(&[
        ("token", "", Token { requests: 1 }),
        ("refusal", "stranger", Error { requests: 2 }),
        ("429", "429=1", Error { requests: 2 }),
        ("503", "503=1", Error { requests: 2 }),
        ("500", "500=1", Error { requests: 2 }),
    ]);
}
