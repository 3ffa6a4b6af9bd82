//! The commands of a gateway that stands in for the real one.

use clap::Command;

use super::arguments::Arguments;
use crate::options::MockOptions;

pub(super) fn demo() -> Command {
    let command = Command::new("demo")
        .about("Goes from nothing to an API's answer, on this machine alone")
        .long_about(
            "Goes from nothing to an API's answer, on this machine alone: makes keys, starts \
             a mock gateway on loopback, registers the public key with it, gets an access \
             token and calls a protected API. Each step is told on standard error with the \
             command that does it by hand; the API's answer goes to standard output.",
        );
    Arguments::default().complete_without(&["config", "profile"], command)
}

pub(super) fn mock_gateway() -> Command {
    let command = Command::new("mock-gateway")
        .about("Runs an API gateway on loopback that judges like the real one")
        .long_about(
            "Runs an API gateway on loopback that judges like the real one, until it is \
             stopped: a token endpoint with that gateway's checks in their order and words, \
             protected APIs behind it, and a page at its root that shows each request with \
             every verdict. Its address goes to standard output, a line for each request to \
             standard error.",
        );
    Arguments::of::<MockOptions>()
        .with_help(
            "gateway",
            "The gateway to be, by its name or file [default: nhs]",
        )
        .with_help(
            "var",
            "What the gateway leaves open, if it matters; can be repeated",
        )
        .complete(command)
}
