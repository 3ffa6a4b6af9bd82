use std::path::{Path, PathBuf};
use std::process::Command;

use super::get_token;
use crate::failure::{Failure, While};
use crate::process;
use crate::workspace;

/// The OpenSSL that Python's `cryptography` brings.
pub(super) struct OpenSsl4 {
    python: PathBuf,
    version: String,
}

impl OpenSsl4 {
    pub(super) fn find() -> Result<Self, Failure> {
        let python = get_token::python()?;
        let mut openssl = Self {
            python,
            version: String::new(),
        };
        let version = openssl.run(&["version"])?;
        // "OpenSSL 4.0.3 29 Sep 2026": the date says no more than the number.
        openssl.version = version.split(' ').take(2).collect::<Vec<_>>().join(" ");
        Ok(openssl)
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// The seconds of a new key pair.
    pub(super) fn generate(&self) -> Result<f64, Failure> {
        self.seconds(&["generate"])
    }

    /// The seconds of so many RS512 signatures.
    pub(super) fn sign(&self, key: &Path, count: u32) -> Result<f64, Failure> {
        self.seconds(&["sign", &key.display().to_string(), &count.to_string()])
    }

    fn seconds(&self, arguments: &[&str]) -> Result<f64, Failure> {
        self.run(arguments)?.parse().while_doing("rsa_4096.py")
    }

    fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        let mut command = Command::new(&self.python);
        command
            .arg(workspace::root().join("tests/bench/rsa_4096.py"))
            .args(arguments);
        Ok(process::capture(&mut command)?.trim().to_owned())
    }
}
