//! The commands about gateways and what they take.

use std::ffi::OsString;

use clap::{Arg, Command, value_parser};

use super::options::exit_codes;
use super::options::{
    API, OUTPUT, address_options, assertion_options, client_id, connection_options,
    gateway_options, option, output_options, parameter, send_client_id, token_header,
};

pub(super) fn gateways() -> Command {
    Command::new("gateways")
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
        .arg(
            Arg::new("action")
                .value_parser(["list", "show", "check", "verify", "discover"])
                .help("What to do [default: list]"),
        )
        .arg(
            Arg::new("name")
                .value_name("NAME|FILE|URL")
                .value_parser(value_parser!(OsString))
                .help("The gateway; for discover, the issuer or its metadata"),
        )
        .args(gateway_options().into_iter().skip(1))
        .args(address_options())
        .arg(option("format", "NAME", "text, json or toml [default: text]").help_heading(OUTPUT))
        .args(connection_options())
        .args(output_options())
        .after_help(exit_codes())
}

pub(super) fn inspect() -> Command {
    Command::new("inspect")
        .about("Shows what is in a JWT, and which rules of a gateway it breaks")
        .long_about(
            "Shows what is in a JWT, whoever made it: header, claims and times in words, \
             whether the signature is that of a key if --jwks gives one, and with --gateway \
             each rule of that gateway that it breaks. Nothing is sent but for a JWK Set.\n\n\
             The exit code is 9 if a rule is broken, if something is doubtful, or if the \
             signature is not that of a key.\n\n\
             Other users of the machine can see arguments: a JWT that is still good belongs \
             on standard input or in a file, @FILE.",
        )
        .arg(
            Arg::new("jwt")
                .value_name("JWT|@FILE|-")
                .value_parser(value_parser!(OsString))
                .help("The JWT; from standard input by default"),
        )
        .arg(option(
            "jwks",
            "FILE|URL",
            "JWK Set or public key that the signature is verified with",
        ))
        .arg(option(
            "at",
            "TIME",
            "Time to judge by, RFC 3339 or seconds [default: now]",
        ))
        .args(gateway_options())
        .arg(client_id())
        .args(address_options())
        .arg(option("format", "NAME", "text or json [default: text]").help_heading(OUTPUT))
        .args(connection_options())
        .args(output_options())
        .after_help(exit_codes())
}

pub(super) fn doctor() -> Command {
    Command::new("doctor")
        .about("Looks at everything between this machine and a token")
        .long_about(
            "Looks at everything between this machine and a token, and tells of each step \
             whether it is in order and what mends it: configuration, key, published keys, \
             environment, proxy, DNS, TLS, clock, token, scope, and with --url an API. What it \
             prints holds no secret and can go into a support ticket.\n\n\
             Each line is ok, warning, failure or, where there is nothing to look at, \
             skipped. The exit code is that of the first failure.",
        )
        .arg(option("url", "URL", "API to call once with the token").help_heading(API))
        .arg(option(
            "jwks",
            "FILE|URL",
            "JWK Set that is registered [default: the one beside the private key]",
        ))
        .arg(option("format", "NAME", "text or json [default: text]").help_heading(OUTPUT))
        .args(assertion_options())
        .arg(send_client_id())
        .arg(parameter())
        .arg(token_header())
        .args(connection_options())
        .args(output_options())
        .after_help(exit_codes())
}
