use std::path::PathBuf;

use tokenring::KeyIdScheme;
use tokenring_jwk::{Algorithm, KeySpec};

use super::help::{ASSERTION, KEY, OUTPUT};
use super::{ClientOptions, Effective, GatewayOptions, PassphraseOptions, named, options};
use crate::setting::Setting;

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
        certifies: bool = "x509" in OUTPUT;
        explanation: Option<Effective>;
    }
}

impl PrivateFormOptions {
    /// Where the passphrase is, of a key that is encrypted.
    pub(crate) fn encryption(&self) -> Option<&PassphraseOptions> {
        self.encrypts.then_some(&self.passphrase)
    }
}
