//! The commands that replace a key by the next one, step by step.

use clap::Command;

use super::arguments::{Arguments, group};
use crate::options::{
    ActivationOptions, KEY, NextKeyOptions, RetirementOptions, RotationStatusOptions,
};

pub(super) fn rotate() -> Command {
    group(
        "rotate",
        "Replaces the key that signs by a new one, without an outage",
    )
    .long_about(
            "Replaces the key that signs by a new one, without an outage: `begin` makes the new key \
             and a JWK Set with both, which you publish; `activate` lets the new key sign once every \
             gateway has it; `retire` takes the old one out of the set. What has been done stands in \
             rotation.json beside the keys. Every command takes the folder as --private-key and signs \
             with the key that is active.",
        )
    .subcommand(begin())
    .subcommand(status())
    .subcommand(activate())
    .subcommand(retire())
}

fn begin() -> Command {
    let command = Command::new("begin")
        .about("Makes the next key, and a JWK Set with both")
        .long_about(
            "Makes the next key, and a JWK Set with both; the key in use goes on signing. The first \
             time it takes in the key in use, --private-key. It can be run again after it was \
             interrupted, and goes on where it was. The paths of the new key and of the JWK Set go \
             to standard output.",
        );
    Arguments::of::<NextKeyOptions>()
        .without(&["cache-seconds"])
        .moved_before(
            "gateway",
            &[
                "jwk-set",
                "kid",
                "passphrase-file",
                "passphrase-fd",
                "encrypt",
                "next-kid",
                "kid-scheme",
                "key-type",
                "alg",
            ],
        )
        .under(KEY, "kid")
        .with_help("private-key", "The key in use, the first time")
        .with_help(
            "kid",
            "Key identifier of the key in use, the first time [default: as the key says, else \
             its file]",
        )
        .complete(command)
}

fn status() -> Command {
    let command =
        Command::new("status").about("Tells how far the rotation is, and what comes next");
    Arguments::of::<RotationStatusOptions>().complete(command)
}

fn activate() -> Command {
    let command = Command::new("activate")
        .about("Lets the new key sign, once the gateway knows it")
        .long_about(
            "Lets the new key sign, once the gateway knows it: when the published JWK Set has held it \
             for longer than any copy of the set is kept. Too early, the exit code is 9. Processes \
             that run take the new key up at their next assertion.",
        );
    Arguments::of::<ActivationOptions>()
        .without(&["kid"])
        .with_help(
            "force",
            "Do it at once, and have the gateway refuse until it knows the key",
        )
        .complete(command)
}

fn retire() -> Command {
    let command = Command::new("retire")
        .about("Takes an old key out of the JWK Set")
        .long_about(
            "Takes an old key out of the JWK Set, once nothing that it signed is under way; too \
             early, the exit code is 9. A new key that was never activated can be retired as well: \
             that ends the rotation.",
        );
    Arguments::of::<RetirementOptions>()
        .without(&["cache-seconds", "passphrase-file", "passphrase-fd"])
        .with_help("kid", "The key [default: the oldest that signs no more]")
        .under(KEY, "kid")
        .complete(command)
}
