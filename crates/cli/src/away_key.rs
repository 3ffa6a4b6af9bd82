//! Keys that stay away: on a token, or with a program that signs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokenring_jwk::{Algorithm, KeyId, PublicKey, Signer, any};
use tokenring_signer_command::{Error, SignerCommand};

use crate::ExitCode;
use crate::child;
#[cfg(unix)]
use crate::core_dump;
use crate::failure::{Failure, Reason, Result, TOO_MANY_PROCESSES, chain};
use crate::passphrase;
use crate::setting::{Setting, is_token_uri};
use crate::settings::Settings;

/// What is known of such a key, and what signs with it.
pub(crate) struct AwayKey {
    name: String,
    public_key: PublicKey,
    algorithm: Option<Algorithm>,
    key_id: Option<KeyId>,
    open: Box<Open>,
}

type Open = dyn Fn(Algorithm, Option<&KeyId>) -> Result<Box<dyn Signer>>;

/// An hour: somebody may have to walk to a box.
const LONGEST_TIMEOUT: u64 = 60 * 60;

impl AwayKey {
    /// The key that the settings name, if it is such a one.
    pub(crate) fn read(settings: &Settings<'_>) -> Result<Option<Self>> {
        let command = settings.noted_text("signer-command")?;
        let key = settings.noted_path("private-key")?;
        match (command, key) {
            (Some(command), Some(key)) if command.origin().rank() == key.origin().rank() => Err(
                Failure::usage("--signer-command and --private-key both name a key; leave one out"),
            ),
            (Some(command), Some(key)) if key.origin().rank() < command.origin().rank() => {
                Self::on_token(&key, settings)
            }
            (Some(command), _) => Self::of_command(&command, settings).map(Some),
            (None, Some(key)) => Self::on_token(&key, settings),
            (None, None) => Ok(None),
        }
    }

    /// The public half of a key that is on another machine, which signs nothing here.
    pub(crate) fn elsewhere(settings: &Settings<'_>) -> Result<Self> {
        let Some(public_key) = read_public_key(settings.noted_path("public-key")?.as_ref())? else {
            return Err(Failure::usage(
                "whose key is to sign is not known; name its public half with --public-key FILE",
            ));
        };
        Ok(Self {
            name: "on another machine".into(),
            public_key,
            algorithm: None,
            key_id: None,
            open: Box::new(|_, _| {
                let text = "the private key is on another machine";
                Err(Failure::new(ExitCode::Configuration, text))
            }),
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The algorithm that whoever has the key says it is for.
    pub(crate) const fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    pub(crate) const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    pub(crate) fn signer(
        &self,
        algorithm: Algorithm,
        key_id: Option<&KeyId>,
    ) -> Result<Box<dyn Signer>> {
        (self.open)(algorithm, key_id)
    }

    fn of_command(line: &Setting<String>, settings: &Settings<'_>) -> Result<Self> {
        #[cfg(unix)]
        core_dump::forbid();
        passphrase::withhold(&settings.passphrase_options()?);
        let command = line
            .parse("signer-command", |line| {
                SignerCommand::from_command_line(line)
            })?
            .into_value()
            .with_verifier(&any::Verifier)
            .with_spawn(child::spawn);
        let command = match read_timeout(settings)? {
            Some(limit) => command.with_timeout(limit),
            None => command,
        };
        let stated_key = read_public_key(settings.noted_path("public-key")?.as_ref())?;
        let is_stated = stated_key.is_some() && settings.noted_text("alg")?.is_some();
        let described = match is_stated {
            true => None,
            false => match command.describe() {
                Ok(description) => Some(description),
                Err(Error::NotDescribed) if stated_key.is_some() => None,
                Err(error) => return Err(unusable_command(&error)),
            },
        };
        let described_key = described.as_ref().and_then(|it| it.public_key().cloned());
        if let (Some(stated), Some(described)) = (&stated_key, &described_key) {
            if stated != described {
                return Err(Failure::new(
                    ExitCode::Configuration,
                    "--public-key is another key than the one that the signer command describes; \
                     leave it out",
                ));
            }
        }
        let Some(public_key) = stated_key.or(described_key) else {
            return Err(Failure::new(
                ExitCode::Configuration,
                "the signer command does not tell its public key; name that with --public-key FILE",
            ));
        };
        let command = command.with_public_key(public_key.clone());
        Ok(Self {
            name: "of the signer command".into(),
            public_key,
            algorithm: described.as_ref().map(|it| it.algorithm()),
            key_id: described.and_then(|it| it.key_id().cloned()),
            open: Box::new(move |algorithm, key_id| {
                let mut command = command.clone().with_algorithm(algorithm);
                if let Some(key_id) = key_id {
                    command = command.with_key_id(key_id.clone());
                }
                let signer = command.into_signer();
                Ok(Box::new(signer.map_err(|error| unusable_command(&error))?))
            }),
        })
    }

    #[cfg(all(feature = "pkcs11", unix))]
    fn on_token(key: &Setting<PathBuf>, settings: &Settings<'_>) -> Result<Option<Self>> {
        use crate::token_key::TokenKey;

        let Some(uri) = token_uri(key.value()) else {
            return Ok(None);
        };
        // A PIN will be in memory.
        core_dump::forbid();
        passphrase::withhold(&settings.passphrase_options()?);
        let stated = read_public_key(settings.noted_path("public-key")?.as_ref())?;
        let key = TokenKey::read(
            &Setting::new(uri.to_owned(), key.origin().clone()),
            settings,
        )?;
        // Where the public half is known nobody is asked for a PIN until something is signed.
        let public_key = match stated {
            Some(public_key) => public_key,
            None => key.public_key()?,
        };
        let expected = public_key.clone();
        Ok(Some(Self {
            name: uri.to_owned(),
            public_key,
            algorithm: None,
            key_id: None,
            open: Box::new(move |algorithm, _| key.signer(algorithm, &expected)),
        }))
    }

    #[cfg(not(all(feature = "pkcs11", unix)))]
    fn on_token(key: &Setting<PathBuf>, _: &Settings<'_>) -> Result<Option<Self>> {
        match token_uri(key.value()) {
            None => Ok(None),
            Some(_) => Err(Failure::new(
                ExitCode::Configuration,
                "this build has no PKCS#11; take one with the feature pkcs11, on Unix",
            )),
        }
    }
}

/// The URI of a key on a token (RFC 7512), if this is one.
pub(crate) fn token_uri(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| is_token_uri(text))
}

fn unusable_command(error: &Error) -> Failure {
    let failure = Failure::new(
        ExitCode::Configuration,
        format!("the signer command: {}", chain(error)),
    );
    match error {
        Error::NotDescribed => {
            failure.with_advice("--alg NAME, --kid KID and --public-key FILE do")
        }
        Error::Start(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            failure.with_advice(TOO_MANY_PROCESSES)
        }
        Error::TimedOut(_) => failure.with_advice("--signer-timeout SECONDS sets the time"),
        _ => failure,
    }
}

/// The public half of a key that does not tell it.
pub(crate) fn read_public_key(path: Option<&Setting<PathBuf>>) -> Result<Option<PublicKey>> {
    let Some(path) = path else {
        return Ok(None);
    };
    Ok(Some(tokenring_keystore::read_public_key(path.value())?))
}

fn read_timeout(settings: &Settings<'_>) -> Result<Option<Duration>> {
    let Some(text) = settings.noted_text("signer-timeout")? else {
        return Ok(None);
    };
    let seconds = text.parse("signer-timeout", |text| match text.parse() {
        Ok(seconds @ 1..=LONGEST_TIMEOUT) => Ok(seconds),
        _ => Err(Reason::new(format!(
            "it is a whole number of seconds, 1 to {LONGEST_TIMEOUT}"
        ))),
    })?;
    Ok(Some(Duration::from_secs(seconds.into_value())))
}
