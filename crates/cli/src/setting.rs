//! Values, and where they come from.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use tokenring::TokenFormat;

use crate::failure::{Failure, Result};

/// A value and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Setting<T> {
    value: T,
    origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Argument,
    Environment(String),
    Profile { name: String, file: PathBuf },
    ConfigFile(PathBuf),
    Gateway(String),
    Default(Cow<'static, str>),
}

impl<T> Setting<T> {
    pub(crate) const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// What was given, else the default.
    pub(crate) fn or(given: Option<Self>, default: T) -> Self {
        let default = || Self::new(default, Origin::Default("default".into()));
        given.unwrap_or_else(default)
    }

    pub(crate) const fn value(&self) -> &T {
        &self.value
    }

    pub(crate) fn into_value(self) -> T {
        self.value
    }

    pub(crate) const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Makes something of the value, or says whose fault it is that it can't.
    pub(crate) fn parse<U, E: std::error::Error>(
        &self,
        name: &str,
        parse: impl FnOnce(&T) -> Result<U, E>,
    ) -> Result<Setting<U>> {
        match parse(&self.value) {
            Ok(value) => Ok(Setting::new(value, self.origin.clone())),
            Err(error) => Err(Failure::invalid(name, self, &error)),
        }
    }
}

impl Origin {
    /// How soon a source is asked, the first being 0.
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Self::Argument => 0,
            Self::Environment(_) => 1,
            Self::Profile { .. } => 2,
            Self::ConfigFile(_) => 3,
            Self::Gateway(_) | Self::Default(_) => 4,
        }
    }

    /// A path as whoever wrote it means it: relative to the working directory,
    /// or to the configuration file that it stands in.
    pub(crate) fn resolve(&self, path: &Path) -> PathBuf {
        match self {
            Self::Profile { file, .. } | Self::ConfigFile(file) => beside(file, path),
            _ => path.to_owned(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument => f.write_str("argument"),
            Self::Environment(variable) => write!(f, "environment variable {variable}"),
            Self::Profile { name, file } => write!(f, "profile {name} in {}", file.display()),
            Self::ConfigFile(file) => write!(f, "{}", file.display()),
            Self::Gateway(name) => write!(f, "gateway {name}"),
            Self::Default(reason) => f.write_str(reason),
        }
    }
}

/// The environment variable that stands for an option.
pub(crate) fn variable(option: &str) -> String {
    let variable = format!(
        "TOKENRING_{}",
        option.to_ascii_uppercase().replace('-', "_")
    );
    // A token is handed over in that one, and is no value of an option.
    match variable == TokenFormat::VARIABLE {
        true => format!("{variable}_FORM"),
        false => variable,
    }
}

/// Whether this is the URI of a key on a PKCS#11 token. A scheme is that in any case
/// (RFC 3986 section 3.1).
pub(crate) fn is_token_uri(text: &str) -> bool {
    const SCHEME: &str = "pkcs11:";
    text.get(..SCHEME.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

/// A path as a configuration file means it; a key on a token has none.
fn beside(file: &Path, path: &Path) -> PathBuf {
    if path.as_os_str() == "-" || path.to_str().is_some_and(is_token_uri) {
        return path.to_owned();
    }
    if let Ok(rest) = path.strip_prefix("~") {
        if let Ok(home) = etcetera::home_dir() {
            return home.join(rest);
        }
    }
    file.parent()
        .map_or_else(|| path.to_owned(), |folder| folder.join(path))
}
