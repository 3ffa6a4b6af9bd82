use core::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

use crate::Error;

/// A PIN, wiped when dropped.
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Takes the text of a PIN.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text of the PIN.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// In the form that the module wants; it is wiped as well.
    pub(crate) fn into_module_pin(self) -> Result<AuthPin, Error> {
        // Longer ones are no PIN but a file that was named by mistake.
        if self.0.is_empty() || self.0.len() > LONGEST || self.0.contains(['\n', '\r', '\0']) {
            return Err(Error::MalformedPin);
        }
        Ok(AuthPin::new(Box::from(self.0.as_str())))
    }
}

/// The longest PIN that any token takes, in bytes.
const LONGEST: usize = 255;

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// Where the PIN comes from. It is asked only if the token wants a PIN, once.
///
/// A token that has a PIN pad of its own is not given a PIN.
#[must_use]
pub struct PinSource(Source);

type Prompt = Box<dyn FnOnce(&PinRequest) -> io::Result<Pin> + Send>;

enum Source {
    /// The URI's `pin-source`, if it has one.
    Uri,
    Pin(Pin),
    File(PathBuf),
    Reader(Box<dyn Read + Send>),
    Prompt(Prompt),
}

impl PinSource {
    /// The file that the URI names with `pin-source`.
    pub const fn from_uri() -> Self {
        Self(Source::Uri)
    }

    /// A PIN that is at hand.
    pub const fn from_pin(pin: Pin) -> Self {
        Self(Source::Pin(pin))
    }

    /// A file with the PIN on its only line.
    pub fn from_file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// A stream, such as an open descriptor, with the PIN on its only line.
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Self(Source::Reader(Box::new(reader)))
    }

    /// Someone who is asked, and told for which token.
    pub fn from_prompt(
        prompt: impl FnOnce(&PinRequest) -> io::Result<Pin> + Send + 'static,
    ) -> Self {
        Self(Source::Prompt(Box::new(prompt)))
    }

    /// Whether a person can judge that the PIN is right.
    pub(crate) const fn is_attended(&self) -> bool {
        matches!(self.0, Source::Prompt(_))
    }

    pub(crate) fn read(
        self,
        of_uri: Option<&Path>,
        request: &PinRequest,
    ) -> Result<AuthPin, Error> {
        let pin = match self.0 {
            Source::Uri => read_file(of_uri.ok_or(Error::PinMissing)?)?,
            Source::Pin(pin) => pin,
            Source::File(path) => read_file(&path)?,
            Source::Reader(reader) => read(reader, None)?,
            Source::Prompt(prompt) => prompt(request).map_err(|error| unreadable(None, error))?,
        };
        pin.into_module_pin()
    }
}

/// Shows which kind it is.
impl fmt::Debug for PinSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Source::Uri => "PinSource(URI)",
            Source::Pin(_) => "PinSource(PIN)",
            Source::File(_) => "PinSource(file)",
            Source::Reader(_) => "PinSource(reader)",
            Source::Prompt(_) => "PinSource(prompt)",
        })
    }
}

fn read_file(path: &Path) -> Result<Pin, Error> {
    let file = File::open(path).map_err(|error| unreadable(Some(path), error))?;
    read(file, Some(path))
}

fn unreadable(path: Option<&Path>, source: io::Error) -> Error {
    Error::PinUnreadable {
        path: path.map(Path::to_owned),
        source,
    }
}

/// Reads one line, and no more than it takes to see that it is no PIN.
fn read(mut reader: impl Read, path: Option<&Path>) -> Result<Pin, Error> {
    let mut buffer = Zeroizing::new([0; LONGEST + 3]);
    let mut length = 0;
    while let Some(room) = buffer.get_mut(length..).filter(|room| !room.is_empty()) {
        match reader.read(room) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(path, error)),
        }
    }
    let text = buffer.get(..length).unwrap_or_default();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let text = core::str::from_utf8(text).map_err(|_| Error::MalformedPin)?;
    Ok(Pin::new(text))
}

/// What a prompt can tell a person.
#[derive(Clone, Debug)]
pub struct PinRequest {
    pub(crate) token: String,
    pub(crate) was_wrong: bool,
    pub(crate) is_final_try: bool,
}

impl PinRequest {
    /// The token, as a URI in which whatever it calls itself is percent-encoded.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Whether the last PIN that this token was given was wrong.
    #[must_use]
    pub const fn was_wrong(&self) -> bool {
        self.was_wrong
    }

    /// Whether a wrong PIN locks the token now.
    #[must_use]
    pub const fn is_final_try(&self) -> bool {
        self.is_final_try
    }
}
