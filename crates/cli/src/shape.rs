//! The forms in which programs want a token, by their names.

use tokenring::Shell;

use crate::options::{Named, named};

named! {
    /// How a token is written.
    "format" enum Shape {
        Token = "token",
        Json = "json",
        Header = "header",
        Bearer = "bearer",
        Curl = "curl",
        Env = "env",
        ExecCredential = "exec-credential",
        CredentialHelper = "credential-helper",
        GitCredential = "git-credential",
        Netrc = "netrc",
    }
}

impl Named for Shell {
    const KIND: &'static str = "shell";
    const NAMES: &'static [(&'static str, Self)] = &[
        ("sh", Self::Posix),
        ("bash", Self::Posix),
        ("zsh", Self::Posix),
        ("dash", Self::Posix),
        ("ksh", Self::Posix),
        ("csh", Self::Csh),
        ("tcsh", Self::Csh),
        ("fish", Self::Fish),
        ("powershell", Self::PowerShell),
        ("pwsh", Self::PowerShell),
    ];
}
