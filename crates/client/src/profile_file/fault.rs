//! What is wrong with a configuration file, and where.

use std::fmt;

/// What is wrong with a configuration file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProfileFault {
    line: usize,
    kind: ProfileFaultKind,
}

/// A kind of [`ProfileFault`].
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ProfileFaultKind {
    /// It is not TOML, for this reason.
    Syntax(String),
    /// No parameter or option has this name.
    UnknownKey(String),
    /// The value of this key has a wrong type.
    WrongType {
        /// The key.
        key: String,
        /// What its value has to be.
        expected: &'static str,
    },
    /// `profiles` holds something else than profiles.
    NoProfiles,
    /// The profile of this name is a value.
    NoTable(String),
    /// The place of this key cannot be changed without losing something else.
    NotEditable(String),
}

impl ProfileFault {
    pub(super) const fn new(line: usize, kind: ProfileFaultKind) -> Self {
        Self { line, kind }
    }

    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// What is wrong there.
    #[must_use]
    pub const fn kind(&self) -> &ProfileFaultKind {
        &self.kind
    }
}

impl fmt::Display for ProfileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ProfileFaultKind::Syntax(reason) => f.write_str(reason),
            ProfileFaultKind::UnknownKey(key) => write!(f, "unknown key {key:?}"),
            ProfileFaultKind::WrongType { key, expected } => write!(f, "{key} {expected}"),
            ProfileFaultKind::NoProfiles => {
                f.write_str("profiles is a table of tables: write [profiles.NAME]")
            }
            ProfileFaultKind::NoTable(name) => {
                write!(f, "profiles.{name} is a table: write [profiles.{name}]")
            }
            ProfileFaultKind::NotEditable(key) => {
                write!(
                    f,
                    "{key} cannot be set here without rewriting the file; edit it by hand"
                )
            }
        }
    }
}

impl std::error::Error for ProfileFault {}
