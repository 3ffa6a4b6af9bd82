use std::cmp::Ordering;
#[cfg(all(feature = "pkcs11", unix))]
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use tokenring::{ClientBuilder, KeyIdScheme};
use tokenring_jwk::Algorithm;
#[cfg(all(feature = "pkcs11", unix))]
use tokenring_keystore::bounded_file;
#[cfg(all(feature = "pkcs11", unix))]
use tokenring_pkcs11::{Pin, PinRequest, PinSource, Pkcs11Uri};

use super::help::{ASSERTION, KEY};
use super::{Field, PassphraseOptions, options, seconds};
#[cfg(all(feature = "pkcs11", unix))]
use crate::ExitCode;
use crate::child;
#[cfg(unix)]
use crate::descriptor;
use crate::failure::{Failure, Result};
#[cfg(all(feature = "pkcs11", unix))]
use crate::passphrase;
use crate::passphrase::PassphraseSource;
use crate::setting;
use crate::setting::Setting;

/// An hour: somebody may have to walk to a box.
const LONGEST_SIGNER_TIMEOUT: u64 = 60 * 60;

options! {
    /// How a key file is read.
    #[derive(Default)]
    struct KeyFileOptions {
        /// Key identifier; empty for none [default: of a file KID.pem its stem, else the gateway's]
        key_id: Option<Setting<String>> = "kid" "KID" in ASSERTION;
        passphrase: PassphraseOptions;
    }

    /// The key that signs, where it is and how it is named.
    #[derive(Default)]
    struct KeyOptions {
        /// Private key in PEM, DER or JWK, - for standard input, a folder that `rotate` looks after,
        /// or pkcs11: URI of a key on a token
        // A key that was pasted begins with hyphens, and an unknown option would be repeated in
        // the complaint.
        private_key: Option<Setting<PathBuf>> = "private-key" "FILE|FOLDER|URI" in ASSERTION,
            with |argument| argument.allow_hyphen_values(true);
        file: KeyFileOptions;
        /// How the key is named: {kid-schemes} [default: the gateway's]
        key_id_scheme: Option<Setting<KeyIdScheme>> = "kid-scheme" "NAME" in ASSERTION;
        /// Certificate of the key, or its chain, in PEM or DER; named in the header
        certificate: Option<Setting<PathBuf>> = "certificate" "FILE" in ASSERTION;
        /// One of {algorithms} [default: the gateway's for the key]
        algorithm: Option<Setting<Algorithm>> = "alg" "NAME" in ASSERTION;
        /// Program that signs, in place of a private key; no shell is started
        signer_command: Option<Setting<String>> = "signer-command" "COMMAND" in KEY;
        /// Time that it has for each signature [default: 30]
        signer_timeout: Option<Setting<Duration>> = "signer-timeout" "SECONDS" in KEY,
            by seconds::<1, LONGEST_SIGNER_TIMEOUT>;
        /// Public half of a key on a token or of a program that does not tell it
        public_key: Option<Setting<PathBuf>> = "public-key" "FILE" in KEY;
        pin: PinOptions;
    }
}

#[cfg(feature = "pkcs11")]
options! {
    /// Where the PIN of a PKCS#11 token is.
    #[derive(Default)]
    struct PinOptions {
        /// File with the PIN of the token that has the key
        file: Option<Setting<PathBuf>> = "pin-file" "FILE" in KEY;
    }
}

/// No token, no PIN.
#[cfg(not(feature = "pkcs11"))]
#[derive(Clone, Debug, Default)]
pub(crate) struct PinOptions {}

#[cfg(not(feature = "pkcs11"))]
impl Field for PinOptions {
    fn arguments(_: &super::Row) -> Vec<clap::Arg> {
        Vec::new()
    }

    fn read(_: &crate::settings::Settings<'_>, _: &'static str) -> Result<Self> {
        Ok(Self {})
    }

    fn add_names(_: &'static str, _: &mut std::collections::BTreeSet<&'static str>) {}
}

impl KeyOptions {
    /// Names the key that signs; what belongs to it is kept from the programs that are started.
    pub(crate) fn add_to_builder(&self, builder: ClientBuilder) -> Result<ClientBuilder> {
        let chosen = self.chosen()?;
        let mut builder = chosen.give_to("", builder);
        let passphrase = PassphraseSource::new(&self.file.passphrase);
        if let Some(source) = passphrase.source() {
            builder = builder.passphrase_source(source.clone());
        }
        if chosen.signer_command.is_some() {
            #[cfg(unix)]
            tokenring_keystore::core_dump::forbid();
            return Ok(builder.signer_spawn(child::spawn));
        }
        let Some(path) = &chosen.private_key else {
            return Ok(builder);
        };
        if !setting::is_token_uri(&path.value().to_string_lossy()) {
            #[cfg(unix)]
            descriptor::withhold_path(path.value());
            return Ok(builder);
        }
        // A PIN will be in memory.
        #[cfg(unix)]
        tokenring_keystore::core_dump::forbid();
        #[cfg(all(feature = "pkcs11", unix))]
        let builder = self.add_pin(builder, path.value())?;
        Ok(builder)
    }

    /// These options without the key of a source that goes behind the other's.
    fn chosen(&self) -> Result<Self> {
        let mut chosen = self.clone();
        let (Some(key), Some(command)) = (&self.private_key, &self.signer_command) else {
            return Ok(chosen);
        };
        match command.origin().rank().cmp(&key.origin().rank()) {
            Ordering::Less => chosen.private_key = None,
            Ordering::Greater => chosen.signer_command = None,
            Ordering::Equal => {
                return Err(Failure::usage(
                    "--signer-command and --private-key both name a key; leave one out",
                ));
            }
        }
        Ok(chosen)
    }
}

#[cfg(all(feature = "pkcs11", unix))]
impl KeyOptions {
    /// Says where the PIN of a PKCS#11 token comes from: a file that is named, by the option or
    /// in the URI, and else a person.
    fn add_pin(&self, builder: ClientBuilder, uri: &Path) -> Result<ClientBuilder> {
        let uri = uri.to_string_lossy().parse::<Pkcs11Uri>();
        // An error of the URI is for the library to find.
        let named = uri
            .ok()
            .and_then(|uri| uri.pin_source().map(Path::to_owned));
        let is_named = named.is_some();
        let file = self.pin.file.as_ref().map(|path| path.value().clone());
        if let Some(path) = file.as_ref().or(named.as_ref()) {
            descriptor::withhold_path(path);
            bounded_file::check_path(path).map_err(|error| {
                let text = format!("the PIN from {}: {error}", path.display());
                Failure::new(ExitCode::Configuration, text)
            })?;
        }
        Ok(builder.pin(move || match &file {
            Some(path) => PinSource::from_file(path),
            None if !is_named && passphrase::is_attended() => PinSource::from_prompt(ask_pin),
            None => PinSource::from_uri(),
        }))
    }
}

#[cfg(all(feature = "pkcs11", unix))]
fn ask_pin(request: &PinRequest) -> std::io::Result<Pin> {
    let warning = if request.is_final_try() {
        " (a wrong one locks the token)"
    } else if request.was_wrong() {
        " (the last one was wrong)"
    } else {
        ""
    };
    let question = format!("PIN of {}{warning}: ", request.token());
    passphrase::ask(&question).map(Pin::new)
}
