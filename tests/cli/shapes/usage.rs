use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

/// Nothing is sent for a shape that is not to be had.
#[test]
fn shapes_that_are_not() {
    let mut texts = Transcript::new();
    let client = RegisteredClient::new();
    let mut check = |more: &[&str]| {
        let run = client.get_token(&[&["--quiet"], more].concat());
        texts.run(run).fails(2);
    };
    check(&["--format", "yaml"]);
    check(&["--format", "env", "--shell", "cmd"]);
    check(&["--format", "netrc"]);
    assert_eq!(client.gateway.token_requests(), 0);
    texts.check("shapes/formats");
}

/// A host with more in it would be more entries.
#[test]
fn a_host_that_is_none() {
    let mut texts = Transcript::new();
    let client = RegisteredClient::new();
    for host in ["", "a b", "a\nmachine b", "a\tb"] {
        let arguments = ["--quiet", "--format", "netrc", "--machine", host];
        texts.run(client.get_token(&arguments)).fails(2);
    }
    texts.check("shapes/hosts");
}
