//! The passphrase of an encrypted key: from a file, a descriptor, the environment
//! or a person, never from an argument.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use tokenring_jwk::Passphrase;
use tokenring_keystore::{PassphraseError, PassphrasePrompt, PassphraseSource as Source};

#[cfg(unix)]
use crate::descriptor;
use crate::options::{NewPassphraseOptions, PassphraseOptions};
use crate::{ExitCode, Failure, Result, Setting, option_words};

/// The variable that holds the passphrase itself.
pub(crate) const VARIABLE: &str = "TOKENRING_PASSPHRASE";

/// Where a passphrase comes from. It is asked for once, and only if it is needed.
pub(crate) struct PassphraseSource(Option<Source>);

impl PassphraseSource {
    /// Of a key that is read.
    pub(crate) fn new(options: &PassphraseOptions) -> Self {
        Self::find(options.file.as_ref(), options.descriptor.as_ref(), true)
    }

    /// Of a key that is written.
    pub(crate) fn of_new(options: &NewPassphraseOptions) -> Self {
        Self::find(options.file.as_ref(), options.descriptor.as_ref(), false)
    }

    fn find(
        path: Option<&Setting<PathBuf>>,
        number: Option<&Setting<u32>>,
        has_variable: bool,
    ) -> Self {
        #[cfg(unix)]
        if let Some(path) = path {
            descriptor::withhold_path(path.value());
        }
        #[cfg(unix)]
        if let Some(number) = number.and_then(|it| i32::try_from(*it.value()).ok()) {
            descriptor::withhold(number);
        }
        let variable = match has_variable {
            true => std::env::var_os(VARIABLE).filter(|value| !value.is_empty()),
            false => None,
        };
        // The variable stands among the others of the environment.
        let variable = variable.map(|_| (1, Source::from_environment(VARIABLE)));
        let path = path.map(|path| {
            let source = Source::from_file(path.value().clone());
            (path.origin().rank(), source)
        });
        let number = number.map(|number| {
            let source = Source::from_descriptor(*number.value());
            (number.origin().rank(), source)
        });
        let stated = [path, number, variable].into_iter().flatten();
        let stated = stated
            .min_by_key(|(rank, _)| *rank)
            .map(|(_, source)| source);
        // Somebody who sits at a terminal.
        let person = || is_attended().then(|| Source::from_prompt(prompt));
        Self(stated.or_else(person))
    }

    /// Where the library finds it.
    pub(crate) const fn source(&self) -> Option<&Source> {
        self.0.as_ref()
    }

    /// Whether somebody said where to find it.
    pub(crate) fn is_stated(&self) -> bool {
        self.0.as_ref().is_some_and(|source| !source.is_prompt())
    }

    /// The passphrase that a key of this name is to be encrypted with.
    pub(crate) fn get_new(&self, name: &str) -> Result<&Passphrase> {
        let Some(source) = &self.0 else {
            return Err(nothing_to_encrypt_with());
        };
        source.choose(name).map_err(|error| failure(&error))
    }
}

/// That nobody gave a passphrase for a new key.
pub(crate) fn nothing_to_encrypt_with() -> Failure {
    let text = "there is no passphrase to encrypt with; give one with --passphrase-file FILE, \
                --passphrase-fd N or TOKENRING_PASSPHRASE";
    Failure::new(ExitCode::Configuration, text)
}

/// Why there is no passphrase, with the options that help.
pub(crate) fn failure(error: &PassphraseError) -> Failure {
    let failure = Failure::from_error(ExitCode::Configuration, error);
    match tokenring::passphrase_advice(error) {
        Some(advice) => failure.with_advice(&option_words::words(&advice)),
        None => failure,
    }
}

/// Whether there is a person to be asked.
pub(crate) fn is_attended() -> bool {
    io::stderr().is_terminal()
}

/// Asks a person on the terminal, without showing what is typed.
pub(crate) fn ask(question: &str) -> io::Result<String> {
    let question = tokenring_text::printable(question).to_string();
    rpassword::prompt_password(question)
}

fn prompt(
    prompt: &PassphrasePrompt<'_>,
) -> Result<Passphrase, Box<dyn std::error::Error + Send + Sync>> {
    let typed = match prompt {
        PassphrasePrompt::Open(key) => ask(&format!("Passphrase of {key}: ")),
        PassphrasePrompt::Choose { key } => ask(&format!("New passphrase for {key}: ")),
        _ => ask("The same once more: "),
    };
    // The bytes of the text become the passphrase's own, which wipes them.
    Ok(Passphrase::new(typed?.into_bytes()))
}
