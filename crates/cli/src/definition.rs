//! Every command and option, once: arguments, environment variables, keys of the
//! configuration file, help, completions and man pages all come from here.

mod options;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use self::options::{
    API, ASSERTION, OUTPUT, algorithm, client_id, connection_options, credential_options,
    gateway_options, key_id, option, output_options, switch,
};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command};

use crate::ExitCode;
use crate::console::Console;

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
        .subcommand(call_api());
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
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match crate::output::print(&text) {
            Ok(()) => ExitCode::Success,
            Err(failure) => {
                Console::new().failure(&failure);
                failure.exit_code()
            }
        },
        _ => {
            // Where standard error is closed there is nobody left to tell.
            let _ = io::stderr().write_all(text.as_bytes());
            ExitCode::Usage
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
        .arg(key_id())
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
        .args(gateway_options())
        .args(credential_options())
        .args(connection_options())
        .args(output_options())
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
        .arg(switch("include", "Print status and headers in front of the body").help_heading(API))
        .args(gateway_options())
        .args(credential_options())
        .args(connection_options())
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
        .args(output_options())
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
