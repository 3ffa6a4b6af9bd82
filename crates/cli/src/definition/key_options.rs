//! Options about keys: how they are named, opened and found.

use clap::Arg;

use super::options::{ASSERTION, option};

pub(super) const KEY: &str = "Private key";
pub(super) const PRIVATE_KEY_VALUE: &str = "FILE|FOLDER|URI";
pub(super) const PRIVATE_KEY_HELP: &str = "Private key in PEM, DER or JWK, - for standard input, a folder \
                                that `rotate` looks after, or pkcs11: URI of a key on a token";

pub(super) fn key_scheme() -> Arg {
    let names: Vec<_> = tokenring::KeyIdScheme::names().collect();
    option(
        "kid-scheme",
        "NAME",
        format!(
            "How the key is named: {} [default: the gateway's]",
            names.join(", ")
        ),
    )
    .help_heading(ASSERTION)
}

/// Where the passphrase of an encrypted key is.
pub(super) fn passphrase_options() -> Vec<Arg> {
    vec![
        option(
            "passphrase-file",
            "FILE",
            "File with the passphrase of an encrypted key; TOKENRING_PASSPHRASE may hold it",
        )
        .help_heading(KEY),
        option(
            "passphrase-fd",
            "N",
            "Open descriptor to read that passphrase from",
        )
        .help_heading(KEY),
    ]
}

/// What a certificate says of its key.
#[cfg(feature = "aws-lc-rs")]
pub(super) fn certificate_options() -> Vec<Arg> {
    vec![
        option(
            "common-name",
            "NAME",
            "Common name in the certificate [default: the key identifier]",
        )
        .help_heading(KEY),
        option(
            "days",
            "DAYS",
            "How long the certificate is valid [default: 365]",
        )
        .help_heading(KEY),
    ]
}

/// What a key takes that is not in a file of its own.
pub(super) fn away_options() -> Vec<Arg> {
    let mut options = passphrase_options();
    options.extend([
        option(
            "signer-command",
            "COMMAND",
            "Program that signs, in place of a private key; no shell is started",
        )
        .help_heading(KEY),
        option(
            "signer-timeout",
            "SECONDS",
            "Time that it has for each signature [default: 30]",
        )
        .help_heading(KEY),
        option(
            "public-key",
            "FILE",
            "Public half of a key on a token or of a program that does not tell it",
        )
        .help_heading(KEY),
    ]);
    #[cfg(feature = "pkcs11")]
    options.push(
        option(
            "pin-file",
            "FILE",
            "File with the PIN of the token that has the key",
        )
        .help_heading(KEY),
    );
    options
}
