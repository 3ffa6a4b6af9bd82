use std::path::PathBuf;

use tokenring::KeyIdScheme;
use tokenring_jwk::{Algorithm, KeySpec};

use super::help::{ASSERTION, KEY, OUTPUT};
use super::{
    ClientOptions, Effective, GatewayOptions, KeyFileOptions, NewPassphraseOptions,
    PassphraseOptions, PinOptions, ReportOptions, named, names, options,
};
use crate::failure::{Failure, Result};
use crate::key_format::Target;
use crate::setting::Setting;

options! {
    /// A key file that is looked at.
    struct KeyViewOptions {
        /// A private or public key, a certificate, a JWK or JWK Set, or the pkcs11: URI of a key on a
        /// token; - for standard input
        path: PathBuf = "file" "FILE";
        reading: KeyFileOptions;
        pin: PinOptions;
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
        /// A private or public key, a certificate, a JWK or JWK Set, or the pkcs11: URI of a key on a
        /// token; - for standard input
        path: PathBuf = "file" "FILE";
        /// One of {key-formats}
        to: Setting<Target> = "to" "FORMAT" in OUTPUT, else format!(
            "the format is missing; give it as --to FORMAT, one of {}",
            names::<Target>().join(", ")
        );
        /// File to write
        output: Option<Setting<PathBuf>> = "output" "FILE" in OUTPUT,
            with |argument| argument.short('o');
        /// Replace a file that is there
        replaces: bool = "force" in OUTPUT;
        jwk: JwkOptions;
        #[cfg(feature = "aws-lc-rs")]
        certificate: CertificateOptions;
        /// Curve of an EC key whose file does not name it: p-256, p-384 or p-521
        key_type: Option<Setting<KeySpec>> = "key-type" "TYPE" in ASSERTION;
        reading: KeyFileOptions;
        pin: PinOptions;
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

named! {
    /// The form of a new private key's file.
    "format" enum PrivateFormat {
        Pkcs8 = "pkcs8",
        Pkcs1 = "pkcs1",
    }
}

options! {
    /// How a new private key is written.
    struct PrivateFormOptions {
        /// pkcs8, or pkcs1 for tools that read that alone [default: pkcs8]
        format: Option<Setting<PrivateFormat>> = "format" "NAME" in OUTPUT;
        /// Encrypt the private key
        encrypts: bool = "encrypt" in KEY;
        passphrase: PassphraseOptions;
    }

    /// A key that is to be made, and its files.
    struct GenerationOptions {
        gateway: GatewayOptions;
        client: ClientOptions;
        /// Key identifier and name of the files [default: the gateway's, else the thumbprint]
        key_id: Option<Setting<String>> = "kid" "KID" in ASSERTION;
        /// How the key is named without --kid: file-stem, thumbprint or spki-sha256 [default: the
        /// gateway's]
        key_id_scheme: Option<Setting<KeyIdScheme>> = "kid-scheme" "NAME" in ASSERTION;
        /// One of {algorithms} [default: the gateway's for the key]
        algorithm: Option<Setting<Algorithm>> = "alg" "NAME" in ASSERTION;
        /// {key-types} [default: the gateway's]
        key_type: Option<Setting<KeySpec>> = "key-type" "TYPE" in ASSERTION;
        /// Folder for the files, made if missing [default: .]
        directory: Option<Setting<PathBuf>> = "output-dir" "FOLDER" in OUTPUT;
        /// Replace files that are there
        replaces: bool = "force" in OUTPUT;
        form: PrivateFormOptions;
        /// Make a self-signed certificate of it, too: KID.crt
        #[cfg(feature = "aws-lc-rs")]
        x509: bool = "x509" in OUTPUT;
        explanation: Option<Effective>;
    }
}

impl GenerationOptions {
    /// Whether the key gets a certificate, in a build that makes some.
    pub(crate) const fn certifies(&self) -> bool {
        #[cfg(feature = "aws-lc-rs")]
        return self.x509;
        #[cfg(not(feature = "aws-lc-rs"))]
        false
    }
}

impl PrivateFormOptions {
    /// Where the passphrase is, of a key that is encrypted.
    pub(crate) fn encryption(&self) -> Option<&PassphraseOptions> {
        self.encrypts.then_some(&self.passphrase)
    }
}
