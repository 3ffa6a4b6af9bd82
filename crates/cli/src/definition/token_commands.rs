//! The commands that get a token, or what it is asked for with.

use clap::Command;

use super::arguments::{Arguments, action, positional};
use crate::options::{
    AssertionOptions, BindingOptions, CallOptions, GatewayOptions, KeyOptions, MadeProofOptions,
    ProgramOptions, SigningInputOptions, TokenOptions, TokenOutputOptions,
};

impl Arguments {
    /// Adds what every command takes that gets a token.
    fn and_token(self) -> Self {
        self.and::<TokenOptions>().in_order()
    }

    /// Who the client is comes before the addresses, and what is in every assertion first.
    fn in_order(self) -> Self {
        self.moved_before("token-url", &["client-id"])
            .moved_before("lifetime", &["audience", "assertion-issuer", "subject"])
    }
}

pub(super) fn get_token() -> Command {
    let command = Command::new("get-token")
        .about("Gets an access token and prints it")
        .arg(
            action(
                ["get", "store", "erase"],
                "What Git and Bazel ask of a helper",
            )
            .hide(true),
        );
    Arguments::of::<TokenOutputOptions>()
        .and_token()
        .complete(command)
}

pub(super) fn assertion() -> Command {
    let command = Command::new("assertion")
        .about("Makes an assertion and prints it, for other programs to send")
        .long_about(
            "Makes an assertion and prints it, for other programs to send. It is good for one \
             request, and whoever has it is the client until it expires.\n\n\
             With --dpop it makes a DPoP proof in its place, for one request: --method and --url, and \
             --access-token-file where that is not a token request.",
        );
    Arguments::of::<GatewayOptions>()
        .and::<KeyOptions>()
        .and::<AssertionOptions>()
        .and::<SigningInputOptions>()
        .and::<MadeProofOptions>()
        .and::<BindingOptions>()
        .in_order()
        .complete(command)
        .mut_arg("dpop", |argument| {
            argument
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("required")
                .help("Make a DPoP proof for the request of --method and --url")
        })
}

pub(super) fn call_api() -> Command {
    let command = Command::new("call-api")
        .about("Calls an API and prints what it answers")
        .long_about(
            "Calls an API and prints what it answers: the body goes to standard output \
             as it comes, unchanged unless that is a terminal. It ends with exit code 5 where \
             nothing comes for --timeout seconds, and where --max-time or --max-size is exceeded.",
        )
        .arg(positional(
            "address",
            "URL",
            "The API's URL, as --url gives it",
        ));
    Arguments::of::<CallOptions>()
        .moved_before("nhs-number", &["data"])
        .and_token()
        .complete(command)
}

pub(super) fn run() -> Command {
    let command = Command::new("run")
        .about("Starts a program with an access token in its environment")
        .long_about(
            "Starts a program with an access token in its environment, or in a file that its \
             environment names. It gets no other variable whose name begins with TOKENRING_, and \
             no descriptor that a passphrase or a key was read from. Exit code and signals are the program's own; a program that \
             is missing gives 127 and one that cannot be started 126, as in a shell.",
        );
    Arguments::of::<ProgramOptions>()
        .and_token()
        .complete(command)
}

#[cfg(unix)]
pub(super) fn watch() -> Command {
    let command = Command::new("watch")
        .about("Keeps a file with a good access token in it")
        .long_about(
            "Keeps a file with a good access token in it, for a program that reads one: \
             renews it early, goes on through outages of the gateway, prints a line for each \
             event, and ends on SIGTERM.",
        );
    Arguments::of::<TokenOutputOptions>()
        .and_token()
        .complete(command)
}
