//! What is read from standard input, or from another open descriptor, can be read once.

use std::ffi::OsStr;
use std::path::Path;

use tokenring_keystore::KeyPlace;

use super::Settings;
use super::value::path_of;
use crate::failure::{Failure, Result};

/// Who reads from a descriptor of this process.
struct Reader {
    name: String,
    purpose: Purpose,
    descriptor: u32,
}

/// What is read. Of options for the same, only those of the first source that gives any are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Key,
    Passphrase,
    NewPassphrase,
    Body,
    Other,
}

/// How a value says where it is read from.
#[derive(Clone, Copy)]
enum Form {
    /// A path.
    Path,
    /// A path, or `-` for standard input.
    Key,
    /// The number of a descriptor.
    Number,
    /// `@` and a path, or `-`, or something else.
    Data,
    /// Not from a descriptor.
    Elsewhere,
}

const OPTIONS: &[(&str, Form, Purpose)] = &[
    ("private-key", Form::Key, Purpose::Key),
    ("signer-command", Form::Elsewhere, Purpose::Key),
    ("passphrase-file", Form::Path, Purpose::Passphrase),
    ("passphrase-fd", Form::Number, Purpose::Passphrase),
    ("new-passphrase-file", Form::Path, Purpose::NewPassphrase),
    ("new-passphrase-fd", Form::Number, Purpose::NewPassphrase),
    ("data", Form::Data, Purpose::Body),
    ("json", Form::Data, Purpose::Body),
];

/// Options that name a file of their own.
const PATHS: &[&str] = &[
    "attach",
    "ca-cert",
    "certificate",
    "clients",
    "config",
    "gateway",
    "jwk-set",
    "jwks",
    "pin-file",
    "public-key",
];

/// Options of the form NAME=@FILE and NAME: @FILE.
const PAIRS: &[&str] = &["param", "token-header"];

/// Arguments without an option.
const POSITIONALS: &[(&str, Form, Purpose)] = &[
    ("file", Form::Key, Purpose::Key),
    ("set", Form::Path, Purpose::Other),
    ("other", Form::Path, Purpose::Other),
];

impl Settings<'_> {
    /// Refuses two options that read the same input, of which the second would find nothing.
    pub(crate) fn check_inputs(&self) -> Result<()> {
        let readers = self.readers()?;
        for (place, first) in readers.iter().enumerate() {
            let others = readers.iter().skip(place + 1);
            if let Some(second) = { others }.find(|second| first.excludes(second)) {
                return Err(Failure::usage(format!(
                    "{} and {} both read {}; name a file for one of them",
                    first.name,
                    second.name,
                    match first.descriptor {
                        0 => "standard input".into(),
                        number => format!("descriptor {number}"),
                    }
                )));
            }
        }
        Ok(())
    }

    fn readers(&self) -> Result<Vec<Reader>> {
        // What is no option of this command is not read.
        let takes = |name: &str| self.matches.try_contains_id(name).is_ok();
        let mut readers = Vec::new();
        let mut add = |name: String, purpose: Purpose, descriptor: Option<u32>| {
            readers.extend(descriptor.map(|descriptor| Reader {
                name,
                purpose,
                descriptor,
            }));
        };
        for (name, form, purpose) in POSITIONALS {
            for value in self.positionals(name) {
                let shown = format!("the argument {}", value.to_string_lossy());
                add(shown, *purpose, form.descriptor(&value));
            }
        }
        if takes("jwt") && self.reads_jwt() {
            add("the JWT".into(), Purpose::Other, Some(0));
        }
        if takes("attach") && self.find("attach")?.is_some() {
            add("the signing input".into(), Purpose::Other, Some(0));
        }
        let way = self.find("auth")?;
        let uses_key = way.is_none_or(|way| way.value() == "signed-jwt");
        let paths = PATHS.iter().map(|name| (*name, Form::Path, Purpose::Other));
        let mut given = Vec::new();
        for (name, form, purpose) in OPTIONS.iter().copied().chain(paths) {
            if takes(name) && (purpose != Purpose::Key || uses_key) {
                given.extend(self.find(name)?.map(|value| (name, form, purpose, value)));
            }
        }
        for (name, form, purpose, value) in &given {
            let rank = value.origin().rank();
            let is_replaced = given.iter().any(|(_, _, other, value)| {
                other == purpose && *purpose != Purpose::Other && value.origin().rank() < rank
            });
            let descriptor = form.descriptor(value.value()).filter(|_| !is_replaced);
            add(format!("--{name}"), *purpose, descriptor);
        }
        for name in PAIRS.iter().filter(|name| takes(name)) {
            for (pair, value) in self.pairs(name)? {
                let descriptor = Form::Data.descriptor(OsStr::new(value.value()));
                // Only data can be a hyphen.
                let descriptor = descriptor.filter(|_| value.value() != "-");
                add(format!("--{name} {pair}"), Purpose::Other, descriptor);
            }
        }
        Ok(readers)
    }

    /// Whether the JWT that is inspected comes from standard input.
    fn reads_jwt(&self) -> bool {
        let words = self.positionals("jwt");
        let is_standard_input = |word: &OsStr| {
            let path = path_of(word).map(Path::new);
            word == "-" || path.is_some_and(|path| KeyPlace::new(path).descriptor() == Some(0))
        };
        words.first().is_none_or(|word| is_standard_input(word))
    }
}

impl Reader {
    fn excludes(&self, other: &Self) -> bool {
        // Whether a passphrase is read is known when the key was.
        let is_late = matches!(
            (self.purpose, other.purpose),
            (Purpose::Key, Purpose::Passphrase) | (Purpose::Passphrase, Purpose::Key)
        );
        self.descriptor == other.descriptor && !is_late
    }
}

impl Form {
    /// The descriptor that a value names.
    fn descriptor(self, value: &OsStr) -> Option<u32> {
        let of_path = |path: &OsStr| KeyPlace::File(path.into()).descriptor();
        match self {
            Self::Path => of_path(value),
            Self::Key => KeyPlace::new(value).descriptor(),
            Self::Number => value.to_str()?.parse().ok(),
            Self::Elsewhere => None,
            Self::Data if value == "-" => Some(0),
            Self::Data => match path_of(value)? {
                path if path == "-" => Some(0),
                path => of_path(path),
            },
        }
    }
}
