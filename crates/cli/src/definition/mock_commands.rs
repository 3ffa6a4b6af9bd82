//! The commands of a gateway that stands in for the real one.

use clap::{Arg, ArgAction, Command};

use super::options::exit_codes;
use super::options::{
    address_options, gateway_options, option, output_options, switch, with_variable,
};

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

pub(super) fn mock_gateway() -> Command {
    Command::new("mock-gateway")
        .about("Runs an API gateway on loopback that judges like the real one")
        .long_about(
            "Runs an API gateway on loopback that judges like the real one, until it is \
             stopped: a token endpoint with that gateway's checks in their order and words, \
             protected APIs behind it, and a page at its root that shows each request with \
             every verdict. Its address goes to standard output, a line for each request to \
             standard error.",
        )
        .args(mocked_gateway_options())
        .arg(
            option(
                "client",
                "CLIENT_ID=FILE|URL",
                "A client and its JWK Set; can be repeated",
            )
            .action(ArgAction::Append),
        )
        .arg(option(
            "clients",
            "FILE",
            "Clients with their registrations, in TOML or JSON",
        ))
        .arg(option(
            "fault",
            "LIST",
            "What goes wrong: 429, 503, slow, drop, clock=SECONDS, rate, jwks-down, by commas",
        ))
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

/// As for those who reach a gateway, where nobody named is another one.
fn mocked_gateway_options() -> Vec<Arg> {
    let names = gateway_options().into_iter();
    let mut options: Vec<_> = names
        .map(|option| match option.get_id().as_str() {
            "gateway" => option.help(with_variable(
                "gateway",
                "The gateway to be, by its name or file [default: nhs]",
            )),
            "var" => option.help(with_variable(
                "var",
                "What the gateway leaves open, if it matters; can be repeated",
            )),
            _ => option,
        })
        .collect();
    let issuers = address_options().into_iter();
    options.extend(issuers.filter(|option| option.get_id() == "issuer"));
    options
}
