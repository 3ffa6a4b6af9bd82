//! The commands about gateways: the real ones, and those that stand in for them.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, value_parser};

use super::exit_codes;
#[cfg(feature = "diagnosis")]
use super::options::{OUTPUT, address_options, client_id, connection_options, gateway_options};
use super::options::{option, output_options, switch};

#[cfg(feature = "diagnosis")]
pub(super) fn gateways() -> Command {
    Command::new("gateways")
        .about("Lists the gateways, shows what is known of one, checks a file of your own")
        .long_about(
            "Lists the gateways that are built in; with `show NAME` tells all that is known of \
             one, each fact with its source; with `check FILE` tells whether a gateway file of \
             your own is in order.",
        )
        .arg(
            Arg::new("action")
                .value_parser(["list", "show", "check"])
                .help("What to do [default: list]"),
        )
        .arg(
            Arg::new("name")
                .value_name("NAME|FILE")
                .value_parser(value_parser!(OsString))
                .help("The gateway"),
        )
        .arg(option("format", "NAME", "text, json or toml [default: text]").help_heading(OUTPUT))
        .args(output_options())
        .after_help(exit_codes())
}

#[cfg(feature = "diagnosis")]
pub(super) fn inspect() -> Command {
    Command::new("inspect")
        .about("Shows what is in a JWT, and which rules of a gateway it breaks")
        .long_about(
            "Shows what is in a JWT, whoever made it: header, claims and times in words, \
             whether the signature is that of a key if --jwks gives one, and with --gateway \
             each rule of that gateway that it breaks. Nothing is sent but for a JWK Set.\n\n\
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

#[cfg(feature = "mock-gateway")]
pub(super) fn demo() -> Command {
    Command::new("demo")
        .about("Goes from nothing to an API's answer, on this machine alone")
        .long_about(
            "Goes from nothing to an API's answer, on this machine alone: makes keys, starts \
             a mock gateway on loopback, registers the public key with it, gets an access \
             token and calls a protected API. Each step is told on standard error with the \
             command that does it by hand; the API's answer goes to standard output.",
        )
        .args(output_options().into_iter().skip(2))
        .after_help(exit_codes())
}

#[cfg(feature = "mock-gateway")]
pub(super) fn mock_gateway() -> Command {
    Command::new("mock-gateway")
        .about("Runs an API gateway on loopback that judges like the real one")
        .long_about(
            "Runs an API gateway on loopback that judges like the real one, until it is \
             stopped: a token endpoint with NHS England's checks in their order and words, \
             and protected APIs behind it. Its address goes to standard output, a line for \
             each request to standard error.",
        )
        .arg(
            option(
                "client",
                "CLIENT_ID=FILE|URL",
                "A client and its JWK Set; can be repeated",
            )
            .action(ArgAction::Append),
        )
        .arg(option(
            "listen",
            "ADDRESS:PORT",
            "Where to listen; port 0 takes a free one [default: 127.0.0.1:0]",
        ))
        .arg(switch(
            "allow-remote",
            "Permit an address that other machines can reach",
        ))
        .args(output_options())
        .after_help(exit_codes())
}
