#[cfg(all(feature = "pkcs11", unix))]
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use tokenring::{ClientBuilder, Parameter};
use tokenring_jwk::Algorithm;
#[cfg(all(feature = "pkcs11", unix))]
use tokenring_keystore::bounded_file;
#[cfg(all(feature = "pkcs11", unix))]
use tokenring_pkcs11::{Pin, PinRequest, PinSource, Pkcs11Uri};

use super::Effective;
use super::PassphraseOptions;
#[cfg(all(feature = "pkcs11", unix))]
use crate::ExitCode;
use crate::child;
#[cfg(unix)]
use crate::descriptor;
use crate::failure::Failure;
use crate::failure::Result;
#[cfg(all(feature = "pkcs11", unix))]
use crate::passphrase;
use crate::passphrase::PassphraseSource;
use crate::setting;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// The key that signs, where it is and how it is named.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyOptions {
    /// A file, `-`, a folder of keys or the URI of a key on a PKCS#11 token.
    pub(crate) private_key: Option<Setting<PathBuf>>,
    pub(crate) file: KeyFileOptions,
    pub(crate) key_id_scheme: Option<Setting<tokenring::KeyIdScheme>>,
    pub(crate) certificate: Option<Setting<PathBuf>>,
    pub(crate) algorithm: Option<Setting<Algorithm>>,
    /// The command line of a program that signs.
    pub(crate) signer_command: Option<Setting<String>>,
    pub(crate) signer_timeout: Option<Setting<Duration>>,
    pub(crate) public_key: Option<Setting<PathBuf>>,
    #[cfg(all(feature = "pkcs11", unix))]
    pub(crate) pin_file: Option<Setting<PathBuf>>,
}

/// How a key file is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyFileOptions {
    /// Which key of a JWK Set is meant, and the key ID of any other; empty for none.
    pub(crate) key_id: Option<Setting<String>>,
    pub(crate) passphrase: PassphraseOptions,
}

/// An hour: somebody may have to walk to a box.
const LONGEST_SIGNER_TIMEOUT: u64 = 60 * 60;

impl Settings<'_> {
    pub(crate) fn key_options(&self) -> Result<KeyOptions> {
        Ok(KeyOptions {
            signer_command: self.text("signer-command")?,
            private_key: self.path("private-key")?,
            file: self.key_file_options()?,
            signer_timeout: self.parsed("signer-timeout", |text| {
                let otherwise = "it is a whole number of seconds";
                super::seconds(text, LONGEST_SIGNER_TIMEOUT, otherwise)
            })?,
            public_key: self.path("public-key")?,
            #[cfg(all(feature = "pkcs11", unix))]
            pin_file: self.path("pin-file")?,
            algorithm: self.algorithm()?,
            key_id_scheme: self.key_scheme()?,
            certificate: self.path("certificate")?,
        })
    }

    pub(crate) fn key_file_options(&self) -> Result<KeyFileOptions> {
        Ok(KeyFileOptions {
            key_id: self.text("kid")?,
            passphrase: self.passphrase_options()?,
        })
    }

    pub(crate) fn algorithm(&self) -> Result<Option<Setting<Algorithm>>> {
        self.parsed("alg", str::parse::<Algorithm>)
    }

    pub(crate) fn key_scheme(&self) -> Result<Option<Setting<tokenring::KeyIdScheme>>> {
        self.parsed("kid-scheme", tokenring::KeyIdScheme::from_name)
    }
}

impl KeyOptions {
    pub(crate) fn add_to(&self, effective: &mut Effective) {
        effective.add_given("signer-command", self.signer_command.as_ref());
        effective.add_path("private-key", self.private_key.as_ref());
        self.file.add_to(effective);
        {
            if let Some(limit) = &self.signer_timeout {
                let seconds = limit.value().as_secs();
                effective.add("signer-timeout", &seconds, limit.origin().clone());
            }
            effective.add_path("public-key", self.public_key.as_ref());
        }
        #[cfg(all(feature = "pkcs11", unix))]
        effective.add_path("pin-file", self.pin_file.as_ref());
        effective.add_given("alg", self.algorithm.as_ref());
        effective.add_given("kid-scheme", self.key_id_scheme.as_ref());
        effective.add_path("certificate", self.certificate.as_ref());
    }
}

impl KeyFileOptions {
    pub(crate) fn add_to(&self, effective: &mut Effective) {
        effective.add_given("kid", self.key_id.as_ref());
        self.passphrase.add_to(effective);
    }
}

impl KeyOptions {
    /// Names the key that signs; what belongs to it is kept from the programs that are started.
    pub(crate) fn add_to_builder(&self, mut builder: ClientBuilder) -> Result<ClientBuilder> {
        builder = self.add_key(builder)?;
        if let Some(key_id) = &self.file.key_id {
            builder = builder.key_id(key_id.value());
        }
        if let Some(scheme) = &self.key_id_scheme {
            builder = builder.key_id_scheme(scheme.value().name());
        }
        if let Some(path) = &self.certificate {
            builder = builder.certificate(path.value());
        }
        if let Some(algorithm) = &self.algorithm {
            builder = builder.algorithm(algorithm.value().name());
        }
        Ok(builder)
    }

    fn add_key(&self, mut builder: ClientBuilder) -> Result<ClientBuilder> {
        let rank = |origin: &Origin| origin.rank();
        let command = self.signer_command.as_ref();
        let command_rank = command.map(|command| rank(command.origin()));
        let key_rank = self.private_key.as_ref().map(|key| rank(key.origin()));
        if command_rank.is_some() && command_rank == key_rank {
            return Err(Failure::usage(
                "--signer-command and --private-key both name a key; leave one out",
            ));
        }
        let passphrase = PassphraseSource::new(&self.file.passphrase);
        if let Some(source) = passphrase.source() {
            builder = builder.passphrase_source(source.clone());
        }
        if let Some(path) = &self.public_key {
            builder = builder.public_key(path.value());
        }
        let is_command =
            command_rank.is_some_and(|command| key_rank.is_none_or(|key| command < key));
        if let (Some(line), true) = (command, is_command) {
            #[cfg(unix)]
            tokenring_keystore::core_dump::forbid();
            if let Some(limit) = &self.signer_timeout {
                builder = builder.signer_timeout(*limit.value());
            }
            return Ok(builder
                .signer_command(line.value())
                .signer_spawn(child::spawn));
        }
        let Some(path) = &self.private_key else {
            return Ok(builder);
        };
        let builder = builder.key(path.value());
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

    /// Where the value of a parameter comes from, if it was given.
    pub(crate) fn origin(&self, parameter: Parameter) -> Option<Origin> {
        fn of<T>(setting: Option<&Setting<T>>) -> Option<Origin> {
            setting.map(|setting| setting.origin().clone())
        }
        match parameter {
            Parameter::PrivateKey => of(self.private_key.as_ref()),
            Parameter::KeyId => of(self.file.key_id.as_ref()),
            Parameter::KeyIdScheme => of(self.key_id_scheme.as_ref()),
            Parameter::Certificate => of(self.certificate.as_ref()),
            Parameter::Algorithm => of(self.algorithm.as_ref()),
            Parameter::PublicKey => of(self.public_key.as_ref()),
            Parameter::SignerCommand => of(self.signer_command.as_ref()),
            Parameter::SignerTimeout => of(self.signer_timeout.as_ref()),
            _ => None,
        }
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
        let file = self.pin_file.as_ref().map(|path| path.value().clone());
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
