use std::fmt;
use std::path::PathBuf;

use crate::Parameter;

/// Where a value comes from that a client works with.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ValueSource {
    /// The builder was given it.
    Given,
    /// The gateway has it, whatever the environment.
    Gateway(String),
    /// The gateway's environment has it.
    Environment {
        /// The gateway's name.
        gateway: String,
        /// The environment's name.
        environment: String,
    },
    /// It is the name of the private key's file.
    FileName,
    /// A JWK Set next to the private key publishes this very key so.
    KeySet(PathBuf),
    /// It is the key's thumbprint (RFC 7638).
    Thumbprint,
    /// It is the hash of the public key.
    PublicKeyHash,
    /// The key states it.
    Key,
    /// The key's file, a vendor's, has it besides the key.
    KeyFile,
    /// The signer command states it.
    SignerCommand,
    /// It is that of the active key of a folder.
    KeyFolder,
    /// The key ID scheme that was given makes it.
    KeyIdScheme,
    /// The platform's convention.
    Platform,
    /// The default.
    Default,
}

impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("given"),
            Self::Gateway(name) => write!(f, "gateway {name}"),
            Self::Environment {
                gateway,
                environment,
            } => write!(f, "gateway {gateway}, environment {environment}"),
            Self::FileName => f.write_str("the key file's name"),
            Self::KeySet(path) => write!(f, "the JWK Set {}", path.display()),
            Self::Thumbprint => f.write_str("the key's thumbprint"),
            Self::PublicKeyHash => f.write_str("the public key's hash"),
            Self::Key => f.write_str("the key's own"),
            Self::KeyFile => f.write_str("the key's file"),
            Self::SignerCommand => f.write_str("the signer command"),
            Self::KeyFolder => f.write_str("the active key of the folder"),
            Self::KeyIdScheme => f.write_str("the key ID scheme"),
            Self::Platform => f.write_str("the platform's convention"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value that a client works with, and where it comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct EffectiveValue {
    /// Which value.
    pub parameter: Parameter,
    /// The value as text. Never a secret but for the client ID and form parameters of the caller's
    /// own, which may be.
    pub value: String,
    /// Where it comes from.
    pub source: ValueSource,
}

impl EffectiveValue {
    pub(crate) fn new(parameter: Parameter, value: impl Into<String>, source: ValueSource) -> Self {
        Self {
            parameter,
            value: value.into(),
            source,
        }
    }
}
