//! The commands about keys and the JWK Sets that they are published in.

use clap::Command;

use super::arguments::{Arguments, group};
use crate::options::{
    ConversionOptions, Field, KeyAdditionOptions, KeyRemovalOptions, KeyViewOptions,
    PublicationOptions, SetCheckOptions, SetComparisonOptions, SetListOptions, SetMergeOptions,
    SetViewOptions,
};

pub(super) fn keys() -> Command {
    group(
        "keys",
        "Shows key files, computes their key IDs and converts them",
    )
    .subcommand(view(
        "ids",
        "Prints every key ID of a key, and who wants which",
    ))
    .subcommand(view(
        "show",
        "Tells what a key file holds, without anything secret",
    ))
    .subcommand(convert())
}

pub(super) fn jwks() -> Command {
    group(
        "jwks",
        "Looks after JWK Sets: what is published of the keys",
    )
    .subcommand(add())
    .subcommand(action::<KeyRemovalOptions>(
        "remove",
        "Removes keys from a JWK Set",
    ))
    .subcommand(action::<SetListOptions>(
        "list",
        "Lists the keys of a JWK Set, one a line",
    ))
    .subcommand(action::<SetViewOptions>(
        "show",
        "Shows each key of a JWK Set with all its key IDs",
    ))
    .subcommand(action::<SetMergeOptions>(
        "merge",
        "Adds the keys of other JWK Sets to one",
    ))
    .subcommand(diff())
    .subcommand(check())
    .subcommand(verify_published())
}

fn action<T: Field>(name: &'static str, about: &'static str) -> Command {
    Arguments::of::<T>().complete(Command::new(name).about(about))
}

fn view(name: &'static str, about: &'static str) -> Command {
    Arguments::of::<KeyViewOptions>()
        .moved_before("passphrase-file", &["format"])
        .with_help("kid", "Which key of a JWK Set is meant")
        .complete(Command::new(name).about(about))
}

fn convert() -> Command {
    action::<ConversionOptions>("convert", "Writes a key in another format").long_about(
        "Writes a key in another format. The public formats go to standard output unless \
             --output names a file; private ones go to a file of mode 0600 alone.",
    )
}

fn add() -> Command {
    let command = Command::new("add")
        .about("Adds the public half of keys to a JWK Set")
        .long_about(
            "Adds the public half of keys to a JWK Set, which is made if it is not there. What \
             is in it already stays as it is, its order and layout too.",
        );
    Arguments::of::<KeyAdditionOptions>()
        .with_help(
            "kid",
            "Key identifier, for one key [default: as the key itself says, else its file]",
        )
        .with_help(
            "kid-scheme",
            "How the keys are named: file-stem, thumbprint, spki-sha256 or none",
        )
        .with_help(
            "alg",
            "Algorithm that the keys are for [default: the gateway's, else none]",
        )
        .complete(command)
}

fn diff() -> Command {
    action::<SetComparisonOptions>("diff", "Tells what is different between two JWK Sets")
        .long_about(
            "Tells what is different between two JWK Sets, key by key, whatever their order and \
             layout. The exit code is 9 where anything is.",
        )
}

fn check() -> Command {
    action::<SetCheckOptions>("check", "Looks for what is wrong with a JWK Set").long_about(
        "Looks for what is wrong with a JWK Set: private members, weak and damaged keys, \
             names that are there twice, and with --gateway what that gateway wants besides. \
             The exit code is 9 where the set does not work as it is.",
    )
}

fn verify_published() -> Command {
    action::<PublicationOptions>(
        "verify-published",
        "Compares a JWK Set with the one that is published",
    )
    .long_about(
        "Compares a JWK Set with the one that is published at a URL, tells how long copies of \
         that are good and, with --gateway, from when on the gateway knows it. The exit code is 9 \
         where they differ.",
    )
}
