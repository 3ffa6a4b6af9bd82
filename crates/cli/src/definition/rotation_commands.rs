//! The commands that replace a key by the next one, step by step.

use clap::{Arg, Command};

use super::key_options::{KEY, key_scheme, passphrase_options};
use super::options::exit_codes;
use super::options::{
    ASSERTION, OUTPUT, algorithm, connection_options, gateway_options, option, output_options,
    switch, with_variable,
};

pub(super) fn rotate() -> Command {
    Command::new("rotate")
        .about("Replaces the key that signs by a new one, without an outage")
        .long_about(
            "Replaces the key that signs by a new one, without an outage: `begin` makes the new key \
             and a JWK Set with both, which you publish; `activate` lets the new key sign once every \
             gateway has it; `retire` takes the old one out of the set. What has been done stands in \
             rotation.json beside the keys. Every command takes the folder as --private-key and signs \
             with the key that is active.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(begin())
        .subcommand(status())
        .subcommand(activate())
        .subcommand(retire())
}

fn complete(command: Command) -> Command {
    command.args(output_options()).after_help(exit_codes())
}

fn keys() -> Vec<Arg> {
    vec![
        option(
            "keys",
            "FOLDER",
            "Folder of the keys and of rotation.json [default: that of --private-key]",
        )
        .help_heading(KEY),
    ]
}

fn private_key(help: &str) -> Arg {
    option("private-key", "FILE|FOLDER", help)
        .allow_hyphen_values(true)
        .help_heading(KEY)
}

fn cache_seconds() -> Arg {
    option(
        "cache-seconds",
        "SECONDS",
        "How long the gateway keeps its copy of the JWK Set [default: the gateway's]",
    )
}

fn begin() -> Command {
    let command = Command::new("begin")
        .about("Makes the next key, and a JWK Set with both")
        .long_about(
            "Makes the next key, and a JWK Set with both; the key in use goes on signing. The first \
             time it takes in the key in use, --private-key. It can be run again after it was \
             interrupted, and goes on where it was. The paths of the new key and of the JWK Set go \
             to standard output.",
        )
        .args(keys())
        .arg(private_key("The key in use, the first time"))
        .arg(
            option(
                "jwk-set",
                "FILE",
                "JWK Set that is published, the first time; a relative path starts in the folder \
                 of the keys [default: KID.json beside the key if there is one, else jwks.json]",
            )
            .help_heading(KEY),
        )
        .arg(
            option(
                "kid",
                "KID",
                "Key identifier of the key in use, the first time [default: as the key says, else \
                 its file]",
            )
            .help_heading(KEY),
        )
        .args(passphrase_options())
        .arg(switch("encrypt", "Encrypt the new key; one that follows an encrypted one is anyway").help_heading(KEY))
        .arg(
            option(
                "next-kid",
                "KID",
                "Key identifier of the new key [default: the next in the sequence]",
            )
            .help_heading(ASSERTION),
        )
        .arg(key_scheme().help(with_variable(
            "kid-scheme",
            "How the new key is named: thumbprint or spki-sha256 [default: the gateway's, else the \
             next in the sequence]",
        )))
        .arg(
            option(
                "key-type",
                "TYPE",
                "rsa-2048, rsa-3072, rsa-4096, p-256, p-384, p-521 or ed25519 [default: as the key \
                 in use]",
            )
            .help_heading(ASSERTION),
        )
        .arg(algorithm().help(with_variable(
            "alg",
            "Algorithm that the new key is for [default: as the key in use]",
        )))
        .args(gateway_options());
    complete(command)
}

fn status() -> Command {
    let command = Command::new("status")
        .about("Tells how far the rotation is, and what comes next")
        .args(keys())
        .arg(private_key("A key of the folder, or the folder"))
        .arg(cache_seconds())
        .arg(option("format", "NAME", "text or json [default: text]").help_heading(OUTPUT))
        .args(gateway_options());
    complete(command)
}

fn activate() -> Command {
    let command = Command::new("activate")
        .about("Lets the new key sign, once the gateway knows it")
        .long_about(
            "Lets the new key sign, once the gateway knows it: when the published JWK Set has held it \
             for longer than any copy of the set is kept. Too early, the exit code is 9. Processes \
             that run take the new key up at their next assertion.",
        )
        .args(keys())
        .arg(private_key("A key of the folder, or the folder"))
        .args(passphrase_options())
        .arg(option(
            "jwks-url",
            "URL",
            "Where the JWK Set is published; looked at now, and while waiting",
        ))
        .arg(option(
            "published",
            "TIME",
            "Since when the new key is published, in UTC, or now: in place of a look",
        ))
        .arg(cache_seconds())
        .arg(switch("wait", "Wait until it can be done"))
        .arg(switch(
            "force",
            "Do it at once, and have the gateway refuse until it knows the key",
        ))
        .args(gateway_options())
        .args(connection_options());
    complete(command)
}

fn retire() -> Command {
    let command = Command::new("retire")
        .about("Takes an old key out of the JWK Set")
        .long_about(
            "Takes an old key out of the JWK Set, once nothing that it signed is under way; too \
             early, the exit code is 9. A new key that was never activated can be retired as well: \
             that ends the rotation.",
        )
        .args(keys())
        .arg(private_key("A key of the folder, or the folder"))
        .arg(
            option(
                "kid",
                "KID",
                "The key [default: the oldest that signs no more]",
            )
            .help_heading(KEY),
        )
        .arg(option(
            "drain-seconds",
            "SECONDS",
            "How long assertions of the old key are under way [default: by the gateway's longest \
             lifetime]",
        ))
        .arg(switch("wait", "Wait until it can be done"))
        .arg(switch("force", "Do it at once, whatever is under way"))
        .arg(switch(
            "delete-key",
            "Delete the file of the private key, too",
        ))
        .args(gateway_options());
    complete(command)
}
