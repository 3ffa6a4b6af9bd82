//! Go's modules of `conformance/sdk/go`, in one program.

use integration_tests::peer;

use crate::case::Wait::NotRepeated;
use crate::course::Outcome::{Error, Token};
use crate::sdk::{Expected, Sdk};

#[test]
fn cloud_auth() {
    let Some(sdk) = sdk("cloud.google.com/go/auth", "google") else {
        return;
    };
    sdk.check(&Expected {
        outcomes: [Token(1), Error(1), Error(1), Error(1), Error(1)],
        waits: [NotRepeated, NotRepeated],
    });
}

#[test]
fn oauth2() {
    let Some(sdk) = sdk("golang.org/x/oauth2", "google") else {
        return;
    };
    sdk.check(&Expected {
        outcomes: [Token(1), Error(1), Error(1), Error(1), Error(1)],
        waits: [NotRepeated, NotRepeated],
    });
}

#[test]
fn okta_sdk() {
    let Some(sdk) = sdk("github.com/okta/okta-sdk-golang/v6", "okta") else {
        return;
    };
    sdk.with_variable("domain", "example.okta.com")
        .check(&Expected {
            outcomes: [Token(1), Error(1), Error(1), Error(1), Error(1)],
            waits: [NotRepeated, NotRepeated],
        });
}

fn sdk(module: &'static str, gateway: &'static str) -> Option<Sdk> {
    let program = peer::optional_installation("sdk-go/sdks")?;
    Some(Sdk::new(module, gateway, program, vec![module.into()]))
}
