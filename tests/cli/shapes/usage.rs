use crate::process::holds;
use crate::registered_client::RegisteredClient;

/// Nothing is sent for a shape that is not to be had.
#[test]
fn shapes_that_are_not() {
    let client = RegisteredClient::new();
    let check = |more: &[&str], parts: &[&str]| {
        let run = client.get_token(&[&["--quiet"], more].concat());
        holds(&run.finish().fails(2), parts);
    };
    check(
        &["--format", "yaml"],
        &["--format", "yaml", "token, json", "netrc"],
    );
    check(
        &["--format", "env", "--shell", "cmd"],
        &["--shell", "cmd", "fish"],
    );
    check(&["--format", "netrc"], &["--machine HOST"]);
    assert_eq!(client.gateway.token_requests(), 0);
}

/// A host with more in it would be more entries.
#[test]
fn a_host_that_is_none() {
    let client = RegisteredClient::new();
    for host in ["", "a b", "a\nmachine b", "a\tb"] {
        let arguments = ["--quiet", "--format", "netrc", "--machine", host];
        let complaint = client.get_token(&arguments).finish().fails(2);
        holds(&complaint, &["--machine"]);
    }
}
