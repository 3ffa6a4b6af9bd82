//! The commands that make and look after what the others work with.

use clap::{Arg, Command};

use super::key_options::key_scheme;
use super::key_options::{KEY, passphrase_options};
use super::options::exit_codes;
use super::options::{
    ASSERTION, OUTPUT, algorithm, cache_options, client_id, gateway_options, key_id, option,
    output_options, switch, with_variable,
};

pub(super) fn generate_keys() -> Command {
    let command = Command::new("generate-keys")
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
        .arg(key_scheme().help(with_variable(
            "kid-scheme",
            "How the key is named without --kid: file-stem, thumbprint or spki-sha256 [default: \
             the gateway's]",
        )))
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
        .arg(switch("force", "Replace files that are there").help_heading(OUTPUT));
    let command = command
        .arg(
            option(
                "format",
                "NAME",
                "pkcs8, or pkcs1 for tools that read that alone [default: pkcs8]",
            )
            .help_heading(OUTPUT),
        )
        .arg(switch("encrypt", "Encrypt the private key").help_heading(KEY))
        .args(passphrase_options());
    #[cfg(feature = "aws-lc-rs")]
    let command = command.arg(
        switch("x509", "Make a self-signed certificate of it, too: KID.crt").help_heading(OUTPUT),
    );
    command.args(output_options()).after_help(exit_codes())
}

pub(super) fn cache() -> Command {
    Command::new("cache")
        .about("Lists the tokens that are kept, or forgets them")
        .arg(
            Arg::new("action")
                .required(true)
                .value_parser(["list", "clear"])
                .help("What to do"),
        )
        .arg(switch("expired", "Only tokens that have expired"))
        .args(cache_options().into_iter().take(1))
        .args(output_options())
        .after_help(exit_codes())
}

pub(super) fn config() -> Command {
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
