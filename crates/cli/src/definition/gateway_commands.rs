//! The commands about gateways and what they take.

use clap::Command;

use super::arguments::{Arguments, action, positional};
use crate::options::{
    ConnectionOptions, ExaminedApiOptions, FactOptions, GatewayOptions, InspectionOptions,
    RegisteredSetOptions, ReportOptions, TokenOptions,
};

/// What an assertion says of itself, which these commands make none of.
const CLAIMS: &[&str] = &["audience", "assertion-issuer", "subject"];

/// What `gateways` does.
pub(crate) const GATEWAY_ACTIONS: [&str; 5] = ["list", "show", "check", "verify", "discover"];

pub(super) fn gateways() -> Command {
    let command = Command::new("gateways")
        .about("List gateways, show one, check a file, compare with a server's metadata")
        .long_about(
            "Lists the gateways that are built in; with `show NAME` tells all that is known of \
             one, each fact with its source; with `check FILE` tells whether a gateway file of \
             your own is in order.\n\n\
             `verify NAME` reads the metadata that the gateway's server publishes and prints a \
             line for each fact that differs; the exit code is then 9. `discover URL` reads the \
             metadata of an issuer or FHIR server and prints a gateway file to start from. \
             Neither sends an assertion, and no other command sends one because of metadata.",
        )
        .arg(action(
            GATEWAY_ACTIONS,
            "What to do [default: list; for a name: show]",
        ))
        .arg(positional(
            "name",
            "NAME|FILE|URL",
            "The gateway; for discover, the issuer or its metadata",
        ));
    Arguments::of::<GatewayOptions>()
        .without(CLAIMS)
        .without(&["gateway"])
        .and::<FactOptions>()
        .and::<ConnectionOptions>()
        .complete(command)
}

pub(super) fn inspect() -> Command {
    let command = Command::new("inspect")
        .about("Shows what is in a JWT, and which rules of a gateway it breaks")
        .long_about(
            "Shows what is in a JWT, whoever made it: header, claims and times in words, \
             whether the signature is that of a key if --jwks gives one, and with --gateway \
             each rule of that gateway that it breaks. Nothing is sent but for a JWK Set.\n\n\
             A DPoP proof is checked as a server checks it, against the request of --method, --url \
             and --access-token-file.\n\n\
             The exit code is 9 if a rule is broken, if something is doubtful, or if the \
             signature is not that of a key.\n\n\
             Other users of the machine can see arguments: a JWT that is still good belongs \
             on standard input or in a file, @FILE.",
        );
    Arguments::of::<InspectionOptions>()
        .without(CLAIMS)
        .moved_before("token-url", &["client-id"])
        .complete(command)
}

pub(super) fn doctor() -> Command {
    let command = Command::new("doctor")
        .about("Looks at everything between this machine and a token")
        .long_about(
            "Looks at everything between this machine and a token, and tells of each step \
             whether it is in order and what mends it: configuration, key, published keys, \
             environment, proxy, DNS, TLS, clock, token, scope, and with --url an API. What it \
             prints holds no secret and can go into a support ticket.\n\n\
             Each line is ok, warning, failure or, where there is nothing to look at, \
             skipped. The exit code is that of the first failure.",
        );
    Arguments::of::<ExaminedApiOptions>()
        .and::<RegisteredSetOptions>()
        .and::<ReportOptions>()
        .and::<TokenOptions>()
        .without(&[
            "clock-skew",
            "cache-dir",
            "min-ttl",
            "no-cache",
            "force-refresh",
        ])
        .moved_before("token-url", &["client-id"])
        .moved_before("lifetime", CLAIMS)
        .complete(command)
}
