use std::path::PathBuf;

use tokenring::KeyIdScheme;
use tokenring_jwk::Algorithm;

#[cfg(feature = "aws-lc-rs")]
use super::help::KEY;
use super::help::{ASSERTION, OUTPUT};
use super::{Effective, KeyFileOptions, NewPassphraseOptions, ReportOptions, names, options};
use crate::failure::{Failure, Result};
use crate::key_format::Target;
use crate::setting::Setting;

options! {
    /// A key file that is looked at.
    struct KeyViewOptions {
        /// A private or public key, a certificate, a JWK or JWK Set; - for standard input
        path: PathBuf = "file" "FILE";
        reading: KeyFileOptions;
        report: ReportOptions;
        explanation: Option<Effective>;
    }

    /// What a JWK says of its key.
    struct JwkOptions {
        /// Key identifier of the JWK; of a JWK Set, the key that is meant
        key_id: Option<Setting<String>> = "kid" "KID" in ASSERTION;
        /// How the JWK is named: file-stem, thumbprint, spki-sha256 or none [default: as the key
        /// itself says, else its file]
        key_id_scheme: Option<Setting<KeyIdScheme>> = "kid-scheme" "NAME" in ASSERTION;
        /// Algorithm that the JWK is for
        algorithm: Option<Setting<Algorithm>> = "alg" "NAME" in ASSERTION;
    }

    /// A key file, and what it is converted to.
    struct ConversionOptions, check Self::check {
        /// A private or public key, a certificate, a JWK or JWK Set; - for standard input
        path: PathBuf = "file" "FILE";
        /// One of {key-formats}
        to: Setting<Target> = "to" "FORMAT" in OUTPUT, else format!(
            "the format is missing; give it as --to FORMAT, one of {}",
            names::<Target>().join(", ")
        );
        /// File to write
        output: Option<Setting<PathBuf>> = "output" "FILE" in OUTPUT;
        /// Replace a file that is there
        replaces: bool = "force" in OUTPUT;
        jwk: JwkOptions;
        #[cfg(feature = "aws-lc-rs")]
        certificate: CertificateOptions;
        reading: KeyFileOptions;
        new_passphrase: NewPassphraseOptions;
        explanation: Option<Effective>;
    }
}

#[cfg(feature = "aws-lc-rs")]
options! {
    /// What a self-signed certificate says.
    struct CertificateOptions {
        /// Common name in the certificate [default: the key identifier]
        common_name: Option<Setting<String>> = "common-name" "NAME" in KEY;
        /// How long the certificate is valid [default: 365]
        days: Option<Setting<u32>> = "days" "DAYS" in KEY;
    }
}

impl ConversionOptions {
    fn check(&self) -> Result<()> {
        match self.to.value().is_private() && self.output.is_none() {
            true => Err(Failure::usage(
                "a private key goes to a file alone; name it with --output FILE",
            )),
            false => Ok(()),
        }
    }
}
