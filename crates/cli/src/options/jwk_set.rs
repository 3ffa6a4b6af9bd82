use std::path::PathBuf;

use tokenring_jwk::KeyId;
use tokenring_oauth::{Error, SecureUrl, UrlDefect};

use super::help::{ASSERTION, OUTPUT};
use super::{
    ConnectionOptions, Effective, GatewayChoice, JwkOptions, KeyFileOptions, PinOptions,
    ReportOptions, Row, options, positional,
};
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;

options! {
    /// Keys that are added to a JWK Set.
    struct KeyAdditionOptions, check Self::check {
        /// The JWK Set
        set: PathBuf = "set" "SET";
        /// A private or public key, a certificate, a JWK or JWK Set, or the pkcs11: URI of a key on a
        /// token; - for standard input
        files: Vec<PathBuf> = "file" "KEY";
        jwk: JwkOptions;
        /// Put a key in the place of one of the same name
        replaces: bool = "replace" in OUTPUT;
        gateway: GatewayChoice;
        reading: KeyFileOptions;
        pin: PinOptions;
        explanation: Option<Effective>;
    }

    /// Keys that are removed from a JWK Set.
    struct KeyRemovalOptions {
        /// The JWK Set
        set: PathBuf = "set" "SET";
        /// Identifier of a key; behind -- where it begins with a hyphen
        key_ids: Vec<KeyId> = "kids" "KID";
        explanation: Option<Effective>;
    }

    /// JWK Sets whose keys are added to another.
    struct SetMergeOptions {
        /// The JWK Set
        set: PathBuf = "set" "SET";
        /// A JWK Set to take from, which stays as it is
        others: Vec<PathBuf> = "other" "OTHER";
        explanation: Option<Effective>;
    }

    /// A JWK Set whose keys are listed.
    struct SetListOptions {
        /// The JWK Set
        set: PathBuf = "set" "SET";
        report: ReportOptions;
        explanation: Option<Effective>;
    }

    /// A JWK Set that is looked at.
    struct SetViewOptions {
        /// The JWK Set
        set: PathBuf = "set" "SET";
        /// Show this key alone
        key_id: Option<Setting<KeyId>> = "kid" "KID" in ASSERTION;
        report: ReportOptions;
        explanation: Option<Effective>;
    }

    /// A JWK Set that is checked, by a gateway's rules too if one is named.
    struct SetCheckOptions {
        /// The JWK Set
        set: PathBuf = "set" "SET";
        report: ReportOptions;
        gateway: GatewayChoice;
        explanation: Option<Effective>;
    }

    /// Two JWK Sets that are compared.
    struct SetComparisonOptions {
        /// A JWK Set
        before: PathBuf = "set" "BEFORE";
        /// Another
        after: PathBuf = "other" "AFTER";
        report: ReportOptions;
        explanation: Option<Effective>;
    }

    /// A JWK Set that is compared with the one that gateways fetch.
    struct PublicationOptions {
        /// The JWK Set
        set: PathBuf = "set" "SET";
        /// Where the set is published
        url: Setting<SecureUrl> = "url" "URL", by published_url, else
            "the URL is missing; give the one that the gateway fetches with --url https://HOST/PATH";
        report: ReportOptions;
        gateway: GatewayChoice;
        connection: ConnectionOptions;
        explanation: Option<Effective>;
    }
}

fn published_url(text: &str) -> Result<SecureUrl, Reason> {
    SecureUrl::new(text).map_err(|error| match error {
        Error::InvalidUrl(UrlDefect::NotHttps) => Reason::new(
            "gateways fetch keys by https, as anybody on the way can change them over plain \
             http; use https (http is only for localhost, *.localhost, 127.0.0.1 and [::1])",
        ),
        error => Reason::new(error.to_string()),
    })
}

impl KeyAdditionOptions {
    fn check(&self) -> Result<()> {
        match self.files.len() > 1 && self.jwk.key_id.is_some() {
            true => Err(Failure::usage(
                "--kid is the name of one key; add them one by one, or name them with --kid-scheme",
            )),
            false => Ok(()),
        }
    }
}

positional! {
    /// Keys, by their identifiers.
    Vec<KeyId>: Row::positionals, |words| {
        let key_ids = words.into_iter().map(|word| match word.into_string() {
            Ok(text) => Ok(KeyId::new(text)),
            Err(_) => Err(Failure::usage("a key identifier is UTF-8")),
        });
        key_ids.collect()
    }
}
