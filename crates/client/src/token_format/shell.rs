use super::Escape;

/// Whose syntax a line for `eval` has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Shell {
    /// POSIX, and those that extend it: sh, bash, zsh, dash, ksh.
    #[default]
    Posix,
    /// csh and tcsh.
    Csh,
    /// fish.
    Fish,
    /// PowerShell.
    PowerShell,
}

impl Shell {
    /// What stands before the quoted token, and what after it.
    pub(super) const fn assignment(self) -> (&'static str, &'static str) {
        match self {
            Self::Posix => ("export TOKENRING_ACCESS_TOKEN=", ""),
            Self::Csh => ("setenv TOKENRING_ACCESS_TOKEN ", ";"),
            Self::Fish => ("set -gx TOKENRING_ACCESS_TOKEN ", ";"),
            Self::PowerShell => ("$env:TOKENRING_ACCESS_TOKEN = ", ""),
        }
    }

    /// What is special between its single quotes.
    pub(super) const fn escapes(self) -> &'static [Escape] {
        match self {
            Self::Posix => &[('\'', "'\\''")],
            // History is substituted there as well.
            Self::Csh => &[('\'', "'\\''"), ('!', "\\!")],
            Self::Fish => &[('\'', "\\'"), ('\\', "\\\\")],
            Self::PowerShell => &[('\'', "''")],
        }
    }
}
