//! The shape that is asked for, and where it goes.

use std::path::Path;

use tokenring::{ExecVersion, Shell, TokenFormat};

use crate::ExitCode;
use crate::atomic_file;
use crate::failure::{Failure, Result};
use crate::new_file;
use crate::options::TokenOutputOptions;
use crate::shape::Shape;

/// Reads in which form the token is wanted.
pub(crate) fn read(options: &TokenOutputOptions) -> Result<TokenFormat> {
    let shell = options.shell.as_ref();
    let shell = shell.map_or_else(Shell::default, |shell| *shell.value());
    let shape = options.shape.as_ref();
    Ok(match shape.map_or(Shape::Token, |shape| *shape.value()) {
        Shape::Token => TokenFormat::Token,
        Shape::Json => TokenFormat::Json,
        Shape::Header => TokenFormat::Header,
        Shape::Curl => TokenFormat::Curl,
        Shape::Env => TokenFormat::Env(shell),
        Shape::ExecCredential => TokenFormat::ExecCredential(read_exec_version()?),
        Shape::CredentialHelper => TokenFormat::CredentialHelper,
        Shape::GitCredential => TokenFormat::GitCredential,
        Shape::Netrc => match &options.machine {
            Some(host) => TokenFormat::Netrc {
                machine: host.value().clone(),
            },
            None => {
                return Err(Failure::usage(
                    "format netrc names a host; give it as --machine HOST",
                ));
            }
        },
    })
}

/// The version that Kubernetes' client asks for, if one is asking.
fn read_exec_version() -> Result<ExecVersion> {
    const VARIABLE: &str = "KUBERNETES_EXEC_INFO";
    let Some(text) = std::env::var_os(VARIABLE).filter(|text| !text.is_empty()) else {
        return Ok(ExecVersion::default());
    };
    ExecVersion::from_exec_info(&text.to_string_lossy()).map_err(|error| {
        Failure::from_error(ExitCode::Configuration, &error)
            .while_doing(&format!("environment variable {VARIABLE}"))
    })
}

/// Writes a file that its owner alone can read, whole or not at all.
///
/// A symbolic link is replaced and not followed; a device or a pipe is neither.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<ExitCode> {
    if path.as_os_str() == "-" {
        return Err(Failure::usage(
            "--output names a file; leave it out to have the token on standard output",
        ));
    }
    if atomic_file::is_special(path) {
        let path = path.display();
        let text =
            format!("cannot write {path}: it is there and no regular file; name another one");
        return Err(Failure::new(ExitCode::Output, text));
    }
    let written = atomic_file::replace(path, text.as_bytes());
    written.map_err(|error| new_file::unwritable(path, &error))?;
    Ok(ExitCode::Success)
}
