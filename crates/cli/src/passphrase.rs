//! The passphrase of an encrypted key: from a file, a descriptor, the environment
//! or a person, never from an argument.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tokenring_jwk::Passphrase;
use zeroize::Zeroizing;

use crate::ExitCode;
use crate::bounded_file;
#[cfg(unix)]
use crate::core_dump;
#[cfg(unix)]
use crate::descriptor;
use crate::failure::{Failure, Reason, Result};
use crate::settings::Settings;

/// The variable that holds the passphrase itself.
pub(crate) const VARIABLE: &str = "TOKENRING_PASSPHRASE";

/// Where a passphrase comes from. It is asked for once, and only if it is needed.
pub(crate) struct PassphraseSource {
    place: Option<Place>,
    found: OnceLock<Passphrase>,
}

enum Place {
    File(PathBuf),
    Descriptor(u32),
    Environment(OsString),
    /// Somebody who sits at a terminal.
    Person,
}

/// More than anybody types, and far less than a file that was named by mistake.
const LONGEST: usize = 4096;

impl PassphraseSource {
    /// That of a key that is read.
    pub(crate) fn read(settings: &Settings<'_>) -> Result<Self> {
        let variable = std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
        Self::find(settings, "passphrase-file", "passphrase-fd", variable)
    }

    /// That of a key that is written.
    pub(crate) fn read_new(settings: &Settings<'_>) -> Result<Self> {
        Self::find(settings, "new-passphrase-file", "new-passphrase-fd", None)
    }

    fn find(
        settings: &Settings<'_>,
        file: &'static str,
        descriptor_option: &'static str,
        variable: Option<OsString>,
    ) -> Result<Self> {
        let path = settings.path(file)?;
        let number = match settings.text(descriptor_option)? {
            None => None,
            Some(text) => Some(text.parse(descriptor_option, |text| {
                let reason = "a descriptor is a number, as in --passphrase-fd 3 3<FILE";
                text.parse::<u32>().map_err(|_| Reason::new(reason))
            })?),
        };
        #[cfg(unix)]
        if let Some(path) = &path {
            descriptor::withhold_path(path.value());
        }
        #[cfg(unix)]
        if let Some(number) = number
            .as_ref()
            .and_then(|it| i32::try_from(*it.value()).ok())
        {
            descriptor::withhold(number);
        }
        // The variable stands among the others of the environment.
        let variable = variable.map(|value| (1, Place::Environment(value)));
        let path = path.map(|path| (path.origin().rank(), Place::File(path.into_value())));
        let number =
            number.map(|number| (number.origin().rank(), Place::Descriptor(*number.value())));
        if let (Some((one, _)), Some((other, _))) = (&path, &number) {
            if one == other {
                return Err(Failure::usage(format!(
                    "--{file} and --{descriptor_option} exclude each other; leave one out"
                )));
            }
        }
        let stated = [path, number, variable].into_iter().flatten();
        let place = stated.min_by_key(|(rank, _)| *rank).map(|(_, place)| place);
        Ok(Self {
            place: place.or_else(|| is_attended().then_some(Place::Person)),
            found: OnceLock::new(),
        })
    }

    /// Whether somebody said where to find it.
    pub(crate) const fn is_stated(&self) -> bool {
        !matches!(self.place, None | Some(Place::Person))
    }

    /// The passphrase that opens a key of this name.
    pub(crate) fn get(&self, name: &str) -> Result<&Passphrase> {
        self.get_with(|| prompt(&format!("Passphrase of {name}: ")))
    }

    /// The passphrase that a key of this name is to be encrypted with, which a person
    /// is asked for twice: nobody sees what is typed.
    pub(crate) fn get_new(&self, name: &str) -> Result<&Passphrase> {
        if self.place.is_none() {
            let text = "there is no passphrase to encrypt with; give one with --passphrase-file FILE, \
                        --passphrase-fd N or TOKENRING_PASSPHRASE";
            return Err(Failure::new(ExitCode::Configuration, text));
        }
        let found = self.get_with(|| {
            let first = prompt(&format!("New passphrase for {name}: "))?;
            let second = prompt("The same once more: ")?;
            if first.secret() != second.secret() {
                let text = "the two passphrases differ; begin again";
                return Err(Failure::new(ExitCode::Configuration, text));
            }
            Ok(first)
        })?;
        if found.secret().is_empty() {
            let text = "the new passphrase is empty; give one, or leave the encryption out";
            return Err(Failure::new(ExitCode::Configuration, text));
        }
        Ok(found)
    }

    fn get_with(&self, ask: impl FnOnce() -> Result<Passphrase>) -> Result<&Passphrase> {
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        #[cfg(unix)]
        core_dump::forbid();
        let passphrase = match &self.place {
            None => {
                return Err(Failure::new(
                    ExitCode::Configuration,
                    "the private key is encrypted and nobody is here to be asked; give its \
                     passphrase with --passphrase-file FILE, --passphrase-fd N or \
                     TOKENRING_PASSPHRASE",
                ));
            }
            Some(Place::File(path)) => from_file(path, &path.display().to_string())?,
            Some(Place::Descriptor(number)) => {
                let path = PathBuf::from(format!("/dev/fd/{number}"));
                from_file(&path, &format!("descriptor {number}"))?
            }
            Some(Place::Environment(value)) => Passphrase::new(value.as_encoded_bytes().to_vec()),
            Some(Place::Person) => ask()?,
        };
        Ok(self.found.get_or_init(|| passphrase))
    }
}

/// Keeps what a passphrase could be read from, and isn't, from the programs that are started.
pub(crate) fn withhold(settings: &Settings<'_>) -> Result<()> {
    PassphraseSource::read(settings).map(drop)
}

/// Whether there is a person to be asked.
pub(crate) fn is_attended() -> bool {
    io::stderr().is_terminal()
}

/// Asks a person on the terminal, without showing what is typed.
pub(crate) fn ask(question: &str) -> io::Result<String> {
    let question = tokenring_oauth::printable(question).to_string();
    rpassword::prompt_password(question)
}

fn prompt(question: &str) -> Result<Passphrase> {
    match ask(question) {
        // The bytes of the text become the passphrase's own, which wipes them.
        Ok(text) => Ok(Passphrase::new(text.into_bytes())),
        Err(error) => Err(Failure::new(
            ExitCode::Configuration,
            format!("no passphrase was typed: {error}; --passphrase-file FILE names a file"),
        )),
    }
}

/// Takes the first line of a file, as `openssl` does.
fn from_file(path: &Path, name: &str) -> Result<Passphrase> {
    let unusable = |text: String| {
        let text = format!("the passphrase from {name}: {text}");
        Failure::new(ExitCode::Configuration, text)
    };
    // With room for all, the buffer never moves and leaves no copy behind.
    let mut contents = Zeroizing::new(Vec::with_capacity(LONGEST + 2));
    let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    let read =
        bounded_file::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut contents));
    match read {
        Err(error) => Err(unusable(format!("cannot be read: {error}"))),
        Ok(length) if length > LONGEST && !contents.contains(&b'\n') => Err(unusable(
            "its first line is longer than any passphrase; name the right file".into(),
        )),
        Ok(_) => Ok(Passphrase::from_first_line(&contents)),
    }
}
