//! The commands that get a token, or what it is asked for with.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, value_parser};

use super::key_options::KEY;
use super::options::exit_codes;
use super::options::{
    API, OUTPUT, assertion_options, option, output_options, shape_options, switch, token_options,
};

pub(super) fn get_token() -> Command {
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

pub(super) fn assertion() -> Command {
    let command = Command::new("assertion")
        .about("Makes an assertion and prints it, for other programs to send")
        .long_about(
            "Makes an assertion and prints it, for other programs to send. It is good for one \
             request, and whoever has it is the client until it expires.",
        )
        .args(assertion_options());
    let command = command.args([
        switch(
            "signing-input",
            "Print what is to be signed, without a newline, and sign nothing",
        )
        .help_heading(KEY),
        option(
            "attach",
            "FILE",
            "Signature of the signing input on standard input; prints both as an assertion",
        )
        .help_heading(KEY),
    ]);
    command.args(output_options()).after_help(exit_codes())
}

pub(super) fn call_api() -> Command {
    Command::new("call-api")
        .about("Calls an API and prints what it answers")
        .long_about(
            "Calls an API and prints what it answers: the body goes to standard output \
             as it comes, unchanged unless that is a terminal. It ends with exit code 5 where \
             nothing comes for --timeout seconds, and where --max-time or --max-size is exceeded.",
        )
        .arg(option("url", "URL", "The API's URL").help_heading(API))
        .arg(
            option(
                "auth",
                "WAY",
                "signed-jwt, api-key or none [default: the gateway's, else signed-jwt]",
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
                "max-time",
                "SECONDS",
                "Time for the whole call, with the token request and the body [default: no limit]",
            )
            .help_heading(API),
        )
        .arg(
            option(
                "max-size",
                "BYTES",
                "Largest body to take from the API [default: no limit]",
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

pub(super) fn run() -> Command {
    Command::new("run")
        .about("Starts a program with an access token in its environment")
        .long_about(
            "Starts a program with an access token in its environment, or in a file that its \
             environment names. It gets no other variable whose name begins with TOKENRING_, and \
             no descriptor that a passphrase or a key was read from. Exit code and signals are the program's own; a program that \
             is missing gives 127 and one that cannot be started 126, as in a shell.",
        )
        .arg(
            Arg::new("program")
                .value_name("PROGRAM")
                .value_parser(value_parser!(OsString))
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
pub(super) fn watch() -> Command {
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
