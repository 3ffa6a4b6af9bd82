//! The commands that make and look after what the others work with.

#[cfg(feature = "completions")]
use clap::Arg;
use clap::Command;

use super::arguments::{Arguments, action};
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
        .about("Lists the tokens that are kept, or forgets them")
        .arg(action(["list", "clear"], "What to do").required(true));
    Arguments::of::<KeptTokenOptions>().complete(command)
}

pub(super) fn config() -> Command {
    let command = Command::new("config")
        .about("Tells what the configuration file makes of the options")
        .long_about(
            "Tells what the configuration file makes of the options: `path` prints where it \
             is, `show` every value that is set and where it comes from, `check` whether the \
             file and all its profiles are in order.",
        )
        .arg(action(["path", "show", "check"], "What to tell").required(true));
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
