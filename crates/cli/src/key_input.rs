use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use tokenring_jwk::{Error, KeyFile, KeyId, PrivateKey};
use zeroize::Zeroizing;

use crate::ExitCode;
use crate::bounded_file;
use crate::console::Console;
use crate::failure::{Failure, Result, chain};
use crate::key_id;
use crate::key_journal;
#[cfg(feature = "keys")]
use crate::passphrase::PassphraseSource;
use crate::setting::Setting;
use crate::settings::Settings;
use crate::shell::shell_word;

/// More than any key file has.
const LARGEST: u64 = 256 * 1024;

/// What it takes to read private keys: all of it is asked for when it is needed.
pub(crate) struct KeyReader {
    /// Which key of a JWK Set is meant.
    key_id: Option<KeyId>,
    #[cfg(feature = "keys")]
    passphrase: PassphraseSource,
    console: Console,
}

impl KeyReader {
    pub(crate) fn new(settings: &Settings<'_>, console: &Console) -> Result<Self> {
        let key_id = settings.text("kid")?;
        if let Some(key_id) = &key_id {
            let checked = key_id::check_length(key_id.value());
            checked.map_err(|reason| Failure::invalid("kid", key_id, &reason))?;
        }
        let key_id = key_id.map(Setting::into_value);
        Ok(Self {
            key_id: key_id.filter(|text| !text.is_empty()).map(KeyId::new),
            #[cfg(feature = "keys")]
            passphrase: PassphraseSource::read(settings)?,
            console: console.clone(),
        })
    }

    /// The passphrase that encrypted keys are read with.
    #[cfg(feature = "keys")]
    pub(crate) const fn passphrase(&self) -> &PassphraseSource {
        &self.passphrase
    }

    /// Which key of a JWK Set is meant.
    #[cfg(feature = "keys")]
    pub(crate) const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// Reads a private key from a file, or from standard input where the path is `-`.
    pub(crate) fn read(&self, path: &Path) -> Result<PrivateKey> {
        self.read_key(path, self.key_id.as_ref())
    }

    /// As [`KeyReader::read`], for the key of this identifier.
    #[cfg(feature = "keys")]
    pub(crate) fn read_as(&self, path: &Path, key_id: &KeyId) -> Result<PrivateKey> {
        self.read_key(path, Some(key_id))
    }

    fn read_key(&self, path: &Path, key_id: Option<&KeyId>) -> Result<PrivateKey> {
        let (contents, mode) = contents(path)?;
        let mut file = KeyFile::new(&contents);
        if let Some(key_id) = key_id {
            file = file.with_key_id(key_id);
        }
        match self.open_file(file, path) {
            Ok((key, _)) => {
                self.warn(path, mode);
                Ok(key)
            }
            Err((failure, _)) => Err(failure),
        }
    }

    /// Reads the private key in these contents of a file, and says whether it is
    /// encrypted; else what there is instead.
    #[cfg(feature = "keys")]
    pub(crate) fn open(
        &self,
        path: &Path,
        contents: &[u8],
        mode: Option<u32>,
    ) -> Result<(PrivateKey, bool), (Failure, Option<Error>)> {
        let mut file = KeyFile::new(contents);
        if let Some(key_id) = &self.key_id {
            file = file.with_key_id(key_id);
        }
        let key = self.open_file(file, path)?;
        self.warn(path, mode);
        Ok(key)
    }

    fn open_file(
        &self,
        file: KeyFile<'_>,
        path: &Path,
    ) -> Result<(PrivateKey, bool), (Failure, Option<Error>)> {
        let name = name(path);
        #[cfg(feature = "keys")]
        if file.is_encrypted() {
            let passphrase = self.passphrase.get(&name).map_err(|failure| {
                let failure = failure.while_doing(&format!("private key {name}"));
                (failure, None)
            })?;
            let key = file.with_passphrase(passphrase).private_key();
            let key = key.map(|key| (key, true));
            return key.map_err(|error| (unusable(&name, &chain(&error)), Some(error)));
        }
        let key = file.private_key();
        let key = key.map_err(|error| (unusable(&name, &why(&error)), Some(error)))?;
        let key_id = key.stated_key_id().map_or("", KeyId::as_str);
        let checked = key_id::check_length(key_id);
        checked.map_err(|reason| (unusable(&name, &reason.to_string()), None))?;
        Ok((key, false))
    }

    fn warn(&self, path: &Path, mode: Option<u32>) {
        let name = name(path);
        if let Some(mode) = mode {
            self.console.warning(format_args!(
                "others can read the private key {name} (mode {mode:04o}); run: chmod 600 {}",
                shell_word(&name)
            ));
        }
    }
}

/// What is wrong with a key file, with the option that helps.
fn why(error: &Error) -> String {
    let Error::SeveralKeys(key_ids) = error else {
        return chain(error);
    };
    let is_unique = |key_id: &&KeyId| {
        let same = key_ids.iter().flatten().filter(|other| other == key_id);
        same.count() == 1
    };
    let names: Vec<String> = key_ids
        .iter()
        .flatten()
        .filter(is_unique)
        .map(|key_id| format!("{:?}", key_id.as_str()))
        .collect();
    let alone = "put the one that is meant, its JSON object, into a file of its own (tokenring keys \
                 convert makes PEM of that)";
    let count = key_ids.len();
    if names.is_empty() {
        let shared = key_ids.iter().flatten().next();
        let problem = shared.map_or("without key IDs", |_| "that share key IDs");
        return format!("the JWK Set holds several private keys {problem}; {alone}");
    }
    let rest = count - names.len();
    let names = names.join(", ");
    let text = format!("the JWK Set holds several private keys; say which with --kid KID: {names}");
    if rest == 0 {
        return text;
    }
    format!("{text}; the other {rest} have no key ID of their own: for one of them, {alone}")
}

/// A file's contents, and its mode where others can read it.
type Contents = (Zeroizing<Vec<u8>>, Option<u32>);

/// Reads a file that may hold a private key, or standard input where the path is `-`.
pub(crate) fn contents(path: &Path) -> Result<Contents> {
    let name = name(path);
    #[cfg(unix)]
    crate::core_dump::forbid();
    #[cfg(all(feature = "keys", unix))]
    crate::descriptor::withhold_path(path);
    // Room for all of it from the start: growing would leave copies behind.
    let mut contents = Zeroizing::new(Vec::with_capacity(16 * 1024));
    let mut mode = None;
    let read = if is_stdin(path) {
        io::stdin()
            .lock()
            .take(LARGEST + 1)
            .read_to_end(&mut contents)
    } else {
        key_journal::settle_of(path);
        bounded_file::open(path).and_then(|file| {
            mode = open_mode(&file)?;
            #[cfg(unix)]
            tell_of_waiting(path, &file);
            file.take(LARGEST + 1).read_to_end(&mut contents)
        })
    };
    match read {
        Err(error) => Err(unusable(&name, &format!("cannot be read: {error}"))),
        Ok(length) if u64::try_from(length).is_ok_and(|length| length > LARGEST) => Err(unusable(
            &name,
            "is larger than any key; name the key's own file",
        )),
        Ok(_) => Ok((contents, mode)),
    }
}

/// Says what is waited for, where that takes a moment: a pipe that nobody writes to
/// would be waited for without a word, and for ever.
#[cfg(unix)]
fn tell_of_waiting(path: &Path, file: &File) {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    /// Somebody who waits longer wants to know for what.
    const PATIENCE: Timespec = Timespec {
        tv_sec: 1,
        tv_nsec: 0,
    };
    let mut files = [PollFd::new(file, PollFlags::IN)];
    if bounded_file::may_be_no_file(path) && poll(&mut files, Some(&PATIENCE)) == Ok(0) {
        Console::new().say(format_args!(
            "Waiting for somebody to write the private key into {}",
            path.display()
        ));
    }
}

fn unusable(name: &str, text: &str) -> Failure {
    let text = format!("private key {name}: {text}");
    Failure::new(ExitCode::Configuration, text)
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

pub(crate) fn name(path: &Path) -> String {
    if is_stdin(path) {
        "from standard input".into()
    } else {
        path.display().to_string()
    }
}

/// The mode of a file that others can read.
#[cfg(unix)]
fn open_mode(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata()?;
    let mode = metadata.permissions().mode() & 0o777;
    // A pipe or a device, as of a shell's <(..), is nobody else's to open.
    Ok((metadata.is_file() && mode & 0o077 != 0).then_some(mode))
}

#[cfg(not(unix))]
fn open_mode(_: &File) -> io::Result<Option<u32>> {
    Ok(None)
}
