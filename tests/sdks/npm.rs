//! npm's packages of `conformance/sdk/npm`, with a Node.js that takes a proxy from its environment.

use integration_tests::peer;

use crate::case::Wait::{Kept, NotRepeated, TooShort};
use crate::course::Outcome::{Error, Token};
use crate::sdk::{self, Expected, Registration, Sdk};

#[test]
fn google_auth_library() {
    let Some(sdk) = sdk("google-auth-library", "google", "google_auth_library") else {
        return;
    };
    sdk.check(&Expected {
        outcomes: [Token(1), Error(1), Token(2), Token(2), Token(2)],
        waits: [TooShort, TooShort],
    });
}

#[test]
fn auth0() {
    let Some(sdk) = sdk("auth0", "auth0", "auth0") else {
        return;
    };
    sdk.with_variable("tenant", "example.eu").check(&Expected {
        outcomes: [Token(1), Error(1), Error(1), Error(1), Error(1)],
        waits: [NotRepeated, NotRepeated],
    });
}

#[test]
fn msal_node() {
    let Some(sdk) = sdk("@azure/msal-node", "entra", "msal_node") else {
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
fn azure_identity() {
    let Some(sdk) = sdk("@azure/identity", "entra", "azure_identity") else {
        return;
    };
    sdk.with_variable("tenant", "contoso.onmicrosoft.com")
        .with_registration(Registration::Certificate)
        .check(&Expected {
            outcomes: [Token(1), Error(1), Token(2), Token(2), Token(2)],
            waits: [Kept, Kept],
        });
}

fn sdk(name: &'static str, gateway: &'static str, file: &str) -> Option<Sdk> {
    let program = peer::optional_sdk("npm/node_modules/.bin/node")?;
    let arguments = vec![sdk::script(&format!("npm/{file}.mjs"))];
    Some(Sdk::new(name, gateway, program, arguments))
}
