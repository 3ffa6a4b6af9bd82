//! The commands about keys and the JWK Sets that they are published in.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, value_parser};

use super::key_options::{KEY, key_scheme, passphrase_options};
use super::options::exit_codes;
use super::options::{
    ASSERTION, OUTPUT, algorithm, connection_options, gateway_options, option, output_options,
    switch, with_variable,
};

pub(super) fn keys() -> Command {
    group(
        "keys",
        "Shows key files, computes their key IDs and converts them",
    )
    .subcommand(ids())
    .subcommand(show_key())
    .subcommand(convert())
}

pub(super) fn jwks() -> Command {
    group(
        "jwks",
        "Looks after JWK Sets: what is published of the keys",
    )
    .subcommand(add())
    .subcommand(remove())
    .subcommand(list())
    .subcommand(show_set())
    .subcommand(merge())
    .subcommand(diff())
    .subcommand(check())
    .subcommand(verify_published())
}

fn group(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

fn action(name: &'static str, about: &'static str) -> Command {
    Command::new(name).about(about)
}

/// The end of every one of them.
fn complete(command: Command) -> Command {
    command.args(output_options()).after_help(exit_codes())
}

fn file(name: &'static str, value_name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .value_name(value_name)
        .value_parser(value_parser!(OsString))
        .required(true)
        .help(help)
}

fn files(name: &'static str, value_name: &'static str, help: &'static str) -> Arg {
    file(name, value_name, help)
        .num_args(1..)
        .action(ArgAction::Append)
}

fn format() -> Arg {
    option("format", "NAME", "text or json [default: text]").help_heading(OUTPUT)
}

fn force() -> Arg {
    switch("force", "Replace a file that is there").help_heading(OUTPUT)
}

/// Of several keys in a file, or in place of the one that a key has.
fn key_id(help: &str) -> Arg {
    option("kid", "KID", help).help_heading(ASSERTION)
}

const SELECTED: &str = "Which key of a JWK Set is meant";
const KEY_FILE: &str = "A private or public key, a certificate, a JWK or JWK Set; - for standard \
                        input";

fn ids() -> Command {
    let command = action("ids", "Prints every key ID of a key, and who wants which")
        .arg(file("file", "FILE", KEY_FILE))
        .arg(key_id(SELECTED))
        .arg(format())
        .args(passphrase_options());
    complete(command)
}

fn show_key() -> Command {
    let command = action(
        "show",
        "Tells what a key file holds, without anything secret",
    )
    .arg(file("file", "FILE", KEY_FILE))
    .arg(key_id(SELECTED))
    .arg(format())
    .args(passphrase_options());
    complete(command)
}

fn convert() -> Command {
    let command = action("convert", "Writes a key in another format")
        .long_about(
            "Writes a key in another format. The public formats go to standard output unless \
             --output names a file; private ones go to a file of mode 0600 alone.",
        )
        .arg(file("file", "FILE", KEY_FILE))
        .arg(
            option(
                "to",
                "FORMAT",
                format!("One of {}", crate::key_format::Target::names()),
            )
            .help_heading(OUTPUT),
        )
        .arg(option("output", "FILE", "File to write").help_heading(OUTPUT))
        .arg(force())
        .arg(key_id(
            "Key identifier of the JWK; of a JWK Set, the key that is meant",
        ))
        .arg(key_scheme().help(with_variable(
            "kid-scheme",
            "How the JWK is named: file-stem, thumbprint, spki-sha256 or none [default: as the \
             key itself says, else its file]",
        )))
        .arg(algorithm().help(with_variable("alg", "Algorithm that the JWK is for")));
    #[cfg(feature = "aws-lc-rs")]
    let command = command.args(super::key_options::certificate_options());
    let command = command.args(passphrase_options()).args([
        option(
            "new-passphrase-file",
            "FILE",
            "File with the passphrase to encrypt with [default: that of the key]",
        )
        .help_heading(KEY),
        option(
            "new-passphrase-fd",
            "N",
            "Open descriptor to read that passphrase from",
        )
        .help_heading(KEY),
    ]);
    complete(command)
}

const SET: &str = "The JWK Set";

fn add() -> Command {
    let command = action("add", "Adds the public half of keys to a JWK Set")
        .long_about(
            "Adds the public half of keys to a JWK Set, which is made if it is not there. What \
             is in it already stays as it is, its order and layout too.",
        )
        .arg(file("set", "SET", SET))
        .arg(files("file", "KEY", KEY_FILE))
        .arg(key_id(
            "Key identifier, for one key [default: as the key itself says, else its file]",
        ))
        .arg(key_scheme().help(with_variable(
            "kid-scheme",
            "How the keys are named: file-stem, thumbprint, spki-sha256 or none",
        )))
        .arg(algorithm().help(with_variable(
            "alg",
            "Algorithm that the keys are for [default: the gateway's, else none]",
        )))
        .arg(
            switch("replace", "Put a key in the place of one of the same name")
                .help_heading(OUTPUT),
        )
        .args(gateway_options())
        .args(passphrase_options());
    complete(command)
}

fn remove() -> Command {
    let command = action("remove", "Removes keys from a JWK Set")
        .arg(file("set", "SET", SET))
        .arg(files(
            "kids",
            "KID",
            "Identifier of a key; behind -- where it begins with a hyphen",
        ));
    complete(command)
}

fn list() -> Command {
    let command = action("list", "Lists the keys of a JWK Set, one a line")
        .arg(file("set", "SET", SET))
        .arg(format());
    complete(command)
}

fn show_set() -> Command {
    let command = action("show", "Shows each key of a JWK Set with all its key IDs")
        .arg(file("set", "SET", SET))
        .arg(key_id("Show this key alone"))
        .arg(format());
    complete(command)
}

fn merge() -> Command {
    let command = action("merge", "Adds the keys of other JWK Sets to one")
        .arg(file("set", "SET", SET))
        .arg(files(
            "other",
            "OTHER",
            "A JWK Set to take from, which stays as it is",
        ));
    complete(command)
}

fn diff() -> Command {
    let command = action("diff", "Tells what is different between two JWK Sets")
        .long_about(
            "Tells what is different between two JWK Sets, key by key, whatever their order and \
             layout. The exit code is 9 where anything is.",
        )
        .arg(file("set", "BEFORE", "A JWK Set"))
        .arg(file("other", "AFTER", "Another"))
        .arg(format());
    complete(command)
}

fn check() -> Command {
    let command = action("check", "Looks for what is wrong with a JWK Set")
        .long_about(
            "Looks for what is wrong with a JWK Set: private members, weak and damaged keys, \
             names that are there twice, and with --gateway what that gateway wants besides. \
             The exit code is 9 where the set does not work as it is.",
        )
        .arg(file("set", "SET", SET))
        .arg(format())
        .args(gateway_options());
    complete(command)
}

fn verify_published() -> Command {
    let command = action(
        "verify-published",
        "Compares a JWK Set with the one that is published",
    )
    .long_about(
        "Compares a JWK Set with the one that is published at a URL, tells how long copies of \
         that are good and, with --gateway, from when on the gateway knows it. The exit code is 9 \
         where they differ.",
    )
    .arg(file("set", "SET", SET))
    .arg(option("url", "URL", "Where the set is published"))
    .arg(format())
    .args(gateway_options())
    .args(connection_options());
    complete(command)
}
