//! Options, and what they are called everywhere.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::{Arg, ArgAction, value_parser};
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;

use super::key_options::{PRIVATE_KEY_HELP, PRIVATE_KEY_VALUE, key_scheme};
use super::names::variable;
use crate::ExitCode;
use crate::shape::Shape;

pub(super) const API: &str = "API request";
pub(super) const ASSERTION: &str = "Assertion";
const CACHE: &str = "Token cache";
const CONNECTION: &str = "Connection";
pub(super) const OUTPUT: &str = "Output and configuration";
const WHO: &str = "Who and where";

pub(super) fn gateway_options() -> Vec<Arg> {
    let names: Vec<_> = Gateway::names().collect();
    vec![
        option(
            "gateway",
            "NAME|FILE",
            format!("One of {} or a file [default: generic]", names.join(", ")),
        )
        .help_heading(WHO),
        option("env", "NAME", "Environment [default: the gateway's]").help_heading(WHO),
        option(
            "flow",
            "NAME",
            "Way of registering, where the gateway has several [default: the gateway's]",
        )
        .help_heading(WHO),
        option(
            "var",
            "NAME=VALUE",
            "What the gateway leaves open; can be repeated",
        )
        .action(ArgAction::Append)
        .help_heading(WHO),
    ]
}

pub(super) fn client_id() -> Arg {
    option(
        "client-id",
        "ID",
        "Client identifier, which some gateways call the API key",
    )
    .visible_alias("api-key")
    .help_heading(WHO)
}

pub(super) fn key_id() -> Arg {
    option(
        "kid",
        "KID",
        "Key identifier; empty for none [default: of a file KID.pem its stem, else the gateway's]",
    )
    .help_heading(ASSERTION)
}

pub(super) fn algorithm() -> Arg {
    let names: Vec<_> = Algorithm::ALL
        .iter()
        .map(|algorithm| algorithm.name())
        .collect();
    option(
        "alg",
        "NAME",
        format!(
            "One of {} [default: the gateway's for the key]",
            names.join(", ")
        ),
    )
    .help_heading(ASSERTION)
}

/// Where the authorization server is, in place of what the gateway has.
pub(super) fn address_options() -> Vec<Arg> {
    vec![
        option(
            "token-url",
            "URL",
            "Token endpoint [default: the gateway's]",
        )
        .help_heading(WHO),
        option(
            "issuer",
            "URL",
            "Issuer of the authorization server [default: the gateway's]",
        )
        .help_heading(WHO),
    ]
}

fn credential_options() -> Vec<Arg> {
    let mut options = vec![client_id()];
    options.extend(address_options());
    options.extend([
        option("private-key", PRIVATE_KEY_VALUE, PRIVATE_KEY_HELP)
            // A key that was pasted begins with hyphens, and an unknown option would
            // be repeated in the complaint.
            .allow_hyphen_values(true)
            .help_heading(ASSERTION),
        key_id(),
        key_scheme(),
        option(
            "certificate",
            "FILE",
            "Certificate of the key, or its chain, in PEM or DER; named in the header",
        )
        .help_heading(ASSERTION),
        algorithm(),
        option(
            "audience",
            "AUDIENCE",
            "Claim aud [default: by the gateway's rule]",
        )
        .help_heading(ASSERTION),
        option(
            "assertion-issuer",
            "ISSUER",
            "Claim iss, where it is not the client [default: by the gateway's rule]",
        )
        .help_heading(ASSERTION),
        option(
            "subject",
            "SUBJECT",
            "Claim sub; empty for none [default: by the gateway's rule]",
        )
        .help_heading(ASSERTION),
        option(
            "lifetime",
            "SECONDS",
            "Lifetime of the assertion [default: the gateway's]",
        )
        .help_heading(ASSERTION),
        option(
            "typ",
            "TYPE",
            "Header parameter typ; empty for none [default: the gateway's]",
        )
        .help_heading(ASSERTION),
        option("claim", "NAME=JSON", "Another claim; can be repeated")
            .action(ArgAction::Append)
            .help_heading(ASSERTION),
        option(
            "scope",
            "SCOPE",
            "Scope to ask for, several apart by spaces",
        )
        .help_heading(WHO),
    ]);
    options
}

pub(super) fn parameter() -> Arg {
    option(
        "param",
        "NAME=VALUE",
        "Another form parameter, or NAME=@FILE for a secret; can be repeated",
    )
    .action(ArgAction::Append)
    .help_heading(WHO)
}

pub(super) fn send_client_id() -> Arg {
    switch(
        "send-client-id",
        "Send client_id in the form, for servers that want it there too",
    )
    .help_heading(WHO)
}

pub(super) fn token_header() -> Arg {
    option(
        "token-header",
        "HEADER",
        "Header of the token request, as in \"Name: Value\" or \"Name: @FILE\"; can be repeated",
    )
    .action(ArgAction::Append)
    .help_heading(WHO)
}

pub(super) fn connection_options() -> Vec<Arg> {
    vec![
        option(
            "ca-cert",
            "FILE",
            "Additional certificates to trust: authorities, or the server's own (PEM or DER)",
        )
        .help_heading(CONNECTION),
        option(
            "ca-store",
            "WHICH",
            "Authorities to trust: bundled (Mozilla's), system, or both [default: both]",
        )
        .help_heading(CONNECTION),
        option(
            "timeout",
            "SECONDS",
            "Total time for a request, and for an API's first answer [default: 30]",
        )
        .help_heading(CONNECTION),
    ]
}

fn clock_skew() -> Arg {
    option(
        "clock-skew",
        "WAY",
        "report how wrong this machine's clock is, or auto: correct it, by a day at most [default: report]",
    )
    .help_heading(CONNECTION)
}

/// All that a command takes that makes an assertion.
pub(super) fn assertion_options() -> Vec<Arg> {
    let options = [gateway_options(), credential_options()];
    let options = options.into_iter().flatten();
    let options = options.chain(super::key_options::away_options());
    let options = options.chain([switch(
        "no-lint",
        "Hold no rule of the gateway against the assertion and what it is made of",
    )
    .help_heading(ASSERTION)]);
    options.collect()
}

/// All that a command takes that gets a token.
pub(super) fn token_options() -> Vec<Arg> {
    let options = [
        assertion_options(),
        vec![send_client_id(), parameter(), token_header(), clock_skew()],
        cache_options(),
        connection_options(),
        output_options(),
    ];
    options.into_iter().flatten().collect()
}

pub(super) fn cache_options() -> Vec<Arg> {
    vec![
        option(
            "cache-dir",
            "FOLDER",
            "Folder of the token cache [default: the platform's place]",
        )
        .help_heading(CACHE),
        option(
            "min-ttl",
            "SECONDS",
            "Least time that the token is still good for [default: 0]",
        )
        .help_heading(CACHE),
        switch("no-cache", "Neither read nor write the token cache").help_heading(CACHE),
        switch(
            "force-refresh",
            "Get a new token though a good one is there",
        )
        .help_heading(CACHE),
    ]
}

pub(super) fn shape_options() -> Vec<Arg> {
    let names: Vec<_> = Shape::names().collect();
    vec![
        option(
            "format",
            "NAME",
            format!("One of {} [default: token]", names.join(", ")),
        )
        .help_heading(OUTPUT),
        option(
            "shell",
            "NAME",
            "Shell that format env is for [default: sh]",
        )
        .help_heading(OUTPUT),
        option("machine", "HOST", "Host that format netrc is for").help_heading(OUTPUT),
        option(
            "output",
            "FILE",
            "File to write, mode 0600; a link there is replaced, not followed",
        )
        .help_heading(OUTPUT),
    ]
}

pub(super) fn output_options() -> Vec<Arg> {
    vec![
        option(
            "config",
            "FILE",
            "Configuration file [default: the platform's place]",
        )
        .help_heading(OUTPUT),
        option("profile", "NAME", "Profile in the configuration file").help_heading(OUTPUT),
        switch(
            "explain",
            "Show every value, its origin and what would happen, and do nothing",
        )
        .help_heading(OUTPUT),
        switch("quiet", "Print failures only")
            .short('q')
            .help_heading(OUTPUT),
        switch("verbose", "Print each step")
            .short('v')
            .help_heading(OUTPUT),
    ]
}

pub(super) fn option(name: &'static str, value_name: &'static str, help: impl Into<String>) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value_name)
        .value_parser(value_parser!(OsString))
        .help(with_variable(name, &help.into()))
}

pub(super) fn switch(name: &'static str, help: &str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(with_variable(name, help))
}

pub(super) fn with_variable(name: &str, help: &str) -> String {
    format!("{help} [env: {}]", variable(name))
}

/// What stands behind the help of every command.
pub(super) fn exit_codes() -> String {
    let mut text = String::from("Exit codes:\n");
    for code in ExitCode::ALL {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {}  {}", code.number(), code.meaning());
    }
    text
}
