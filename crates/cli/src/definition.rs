//! Every command and option, once: arguments, environment variables, keys of the
//! configuration file, help, completions and man pages all come from here.

mod fault;
mod options;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use self::options::{
    API, ASSERTION, OUTPUT, algorithm, cache_options, client_id, gateway_options, key_id, option,
    output_options, shape_options, switch, token_options, with_variable,
};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command};

use crate::ExitCode;
use crate::console::Console;
use crate::failure::Failure;

/// The definition of the command `tokenring`.
#[must_use]
pub fn command() -> Command {
    let command = Command::new("tokenring")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Authenticates a machine to an API gateway with a signed JWT")
        .after_help(exit_codes())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(generate_keys())
        .subcommand(get_token())
        .subcommand(call_api())
        .subcommand(run())
        .subcommand(cache())
        .subcommand(config());
    #[cfg(unix)]
    let command = command.subcommand(watch());
    #[cfg(feature = "mock-gateway")]
    let command = command.subcommand(demo()).subcommand(mock_gateway());
    #[cfg(feature = "completions")]
    let command = command.subcommand(completions());
    command
}

/// The names of all options: what a configuration file may hold.
pub(crate) fn option_names() -> BTreeSet<String> {
    let command = command();
    let commands = command.get_subcommands();
    let names = commands.flat_map(Command::get_arguments);
    names
        .filter_map(Arg::get_long)
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// Prints what the parser has to say: help on standard output, faults on
/// standard error.
pub(crate) fn report(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    match error.kind() {
        // A mistake that help answers.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Where standard error is closed there is nobody left to tell.
            let _ = io::stderr().write_all(text.as_bytes());
            ExitCode::Usage
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match crate::output::print(&text) {
            Ok(()) => ExitCode::Success,
            Err(failure) => {
                Console::new().failure(&failure);
                failure.exit_code()
            }
        },
        _ => {
            let failure = Failure::usage(fault::describe(error));
            Console::new().failure(&failure);
            failure.exit_code()
        }
    }
}

fn generate_keys() -> Command {
    Command::new("generate-keys")
        .about("Makes a key pair and a JWK Set to register with the gateway")
        .long_about(
            "Makes a key pair and a JWK Set to register with the gateway.\n\n\
             Three files appear together or not at all: KID.pem, the private key \
             (PKCS#8, readable by its owner alone), KID.pem.pub, the public key, and \
             KID.json, the JWK Set. Their paths go to standard output.",
        )
        .args(gateway_options())
        .arg(client_id())
        .arg(
            key_id().help(with_variable(
                "kid",
                "Key identifier and name of the files [default: the gateway's, else the thumbprint]",
            )),
        )
        .arg(algorithm())
        .arg(
            option(
                "key-type",
                "TYPE",
                "rsa-2048, rsa-3072, rsa-4096, p-256, p-384, p-521 or ed25519 [default: the gateway's]",
            )
                .help_heading(ASSERTION),
        )
        .arg(
            option("output-dir", "FOLDER", "Folder for the files, made if missing [default: .]")
                .help_heading(OUTPUT),
        )
        .arg(switch("force", "Replace files that are there").help_heading(OUTPUT))
        .args(output_options())
        .after_help(exit_codes())
}

fn get_token() -> Command {
    Command::new("get-token")
        .about("Gets an access token and prints it")
        .arg(
            Arg::new("action")
                .hide(true)
                .value_parser(["get", "store", "erase"])
                .help("What Git and Bazel ask of a helper"),
        )
        .args(shape_options())
        .args(token_options())
        .after_help(exit_codes())
}

fn call_api() -> Command {
    Command::new("call-api")
        .about("Calls an API and prints what it answers")
        .long_about(
            "Calls an API and prints what it answers: the body goes to standard output \
             as it comes, unchanged unless that is a terminal.",
        )
        .arg(option("url", "URL", "The API's URL").help_heading(API))
        .arg(
            option(
                "auth",
                "WAY",
                "signed-jwt, api-key or none [default: signed-jwt]",
            )
            .help_heading(API),
        )
        .arg(
            option(
                "method",
                "METHOD",
                "HTTP method [default: GET, with --data POST]",
            )
            .help_heading(API),
        )
        .arg(
            option(
                "header",
                "HEADER",
                "Request header, as in \"Name: Value\"; can be repeated",
            )
            .action(ArgAction::Append)
            .help_heading(API),
        )
        .arg(
            option(
                "data",
                "DATA",
                "Request body: a text, @FILE, or - for standard input",
            )
            .help_heading(API),
        )
        .arg(
            option(
                "nhs-number",
                "NUMBER",
                "NHS number of the person whom the request is about",
            )
            .help_heading(API),
        )
        .arg(option("product-id", "ID", "Product that calls").help_heading(API))
        .arg(
            option(
                "request-id",
                "UUID",
                "Identifier of this request [default: a new UUID]",
            )
            .help_heading(API),
        )
        .arg(
            option(
                "correlation-id",
                "ID",
                "Identifier shared by the requests of one course of events",
            )
            .help_heading(API),
        )
        .arg(
            option(
                "json",
                "DATA",
                "As --data, and says that it is JSON and JSON is wanted",
            )
            .help_heading(API),
        )
        .arg(
            option(
                "retry",
                "N",
                "Repeat up to N times where the API is busy [default: 0]",
            )
            .help_heading(API),
        )
        .arg(
            option(
                "output",
                "FILE",
                "File for the body, in place of standard output",
            )
            .help_heading(OUTPUT),
        )
        .arg(
            switch(
                "fail-with-body",
                "Put the body into --output even if it is a refusal",
            )
            .help_heading(OUTPUT),
        )
        .arg(switch("include", "Print status and headers in front of the body").help_heading(API))
        .args(token_options())
        .after_help(exit_codes())
}

fn run() -> Command {
    Command::new("run")
        .about("Starts a program with an access token in its environment")
        .long_about(
            "Starts a program with an access token in its environment, or in a file that its \
             environment names. Exit code and signals are the program's own; a program that \
             is missing gives 127 and one that cannot be started 126, as in a shell.",
        )
        .arg(
            Arg::new("program")
                .value_name("PROGRAM")
                .value_parser(clap::value_parser!(OsString))
                .num_args(1..)
                .required(true)
                .last(true)
                .help("The program and its arguments, after --"),
        )
        .arg(
            option(
                "token-variable",
                "NAME",
                "Variable for the token [default: TOKENRING_ACCESS_TOKEN]",
            )
            .help_heading(OUTPUT),
        )
        .arg(
            switch(
                "token-file",
                "Put the token in a file, and its path in NAME_FILE",
            )
            .help_heading(OUTPUT),
        )
        .args(token_options())
        .after_help(exit_codes())
}

#[cfg(unix)]
fn watch() -> Command {
    Command::new("watch")
        .about("Keeps a file with a good access token in it")
        .long_about(
            "Keeps a file with a good access token in it, for a program that reads one: \
             renews it early, goes on through outages of the gateway, prints a line for each \
             event, and ends on SIGTERM.",
        )
        .args(shape_options())
        .args(token_options())
        .after_help(exit_codes())
}

fn cache() -> Command {
    Command::new("cache")
        .about("Lists the tokens that are kept, or forgets them")
        .arg(
            Arg::new("action")
                .required(true)
                .value_parser(["list", "clear"])
                .help("What to do"),
        )
        .args(cache_options().into_iter().take(1))
        .args(output_options())
        .after_help(exit_codes())
}

fn config() -> Command {
    Command::new("config")
        .about("Tells what the configuration file makes of the options")
        .long_about(
            "Tells what the configuration file makes of the options: `path` prints where it \
             is, `show` every value that is set and where it comes from, `check` whether the \
             file and all its profiles are in order.",
        )
        .arg(
            Arg::new("action")
                .required(true)
                .value_parser(["path", "show", "check"])
                .help("What to tell"),
        )
        .args(output_options())
        .after_help(exit_codes())
}

#[cfg(feature = "mock-gateway")]
fn demo() -> Command {
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
fn mock_gateway() -> Command {
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

#[cfg(feature = "completions")]
fn completions() -> Command {
    Command::new("completions")
        .about("Prints the completions for a shell")
        .arg(
            Arg::new("shell")
                .required(true)
                .value_parser(clap::value_parser!(clap_complete::Shell))
                .help("The shell"),
        )
}

fn exit_codes() -> String {
    let mut text = String::from("Exit codes:\n");
    for code in ExitCode::ALL {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {}  {}", code.number(), code.meaning());
    }
    text
}
