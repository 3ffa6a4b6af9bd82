//! The commands that make and look after what the others work with.

#[cfg(feature = "completions")]
use clap::Arg;
use clap::Command;

use super::arguments::{Arguments, action, positional};
use crate::options::{GenerationOptions, KeptTokenOptions};

pub(super) fn generate_keys() -> Command {
    let command = Command::new("generate-keys")
        .about("Makes a key pair and a JWK Set to register with the gateway")
        .long_about(
            "Makes a key pair and a JWK Set to register with the gateway.\n\n\
             Three files appear together or not at all: KID.pem, the private key \
             (PKCS#8, readable by its owner alone), KID.pem.pub, the public key, and \
             KID.json, the JWK Set. Their paths go to standard output.",
        );
    Arguments::of::<GenerationOptions>()
        .without(&[
            "token-url",
            "issuer",
            "audience",
            "assertion-issuer",
            "subject",
        ])
        .complete(command)
}

pub(super) fn cache() -> Command {
    let command = Command::new("cache")
        .about("List the cached tokens, or forget them")
        .long_about(
            "List the cached tokens, or forget them. `drop` forgets the token on standard input, \
             for a program whose API rejected it; `clear` forgets all of them, and `path` prints \
             where they are.",
        )
        .arg(action(["list", "clear", "drop", "path"], "What to do").required(true));
    Arguments::of::<KeptTokenOptions>().complete(command)
}

pub(super) fn config() -> Command {
    let command = Command::new("config")
        .about("Show, check or change the configuration")
        .long_about(
            "Show, check or change the configuration. `path` prints where the file is, `show` \
             every value that is set and where it comes from, `check` whether the file and all \
             its profiles are in order. `set KEY VALUE` writes a value into the file, with \
             --profile NAME into that profile, and leaves everything else as it is; `get KEY` \
             prints the value that the file gives.\n\n\
             A key is the name of an option without its dashes. A table named after a command, \
             such as [get-token], holds values for that command only.",
        )
        .arg(action(["path", "show", "check", "get", "set"], "What to do").required(true))
        .arg(positional("key", "KEY", "The key, for get and set"))
        .arg(positional("value", "VALUE", "The value, for set"));
    Arguments::default().complete(command)
}

#[cfg(feature = "completions")]
pub(super) fn completions() -> Command {
    Command::new("completions")
        .about("Prints the completions for a shell")
        .arg(
            Arg::new("shell")
                .required(true)
                .value_parser(clap::value_parser!(clap_complete::Shell))
                .help("The shell"),
        )
}
