//! The shape that is asked for, and where it goes.

use std::io::IsTerminal;
use std::path::Path;

use tokenring::{DpopRule, ExecVersion, Shell, Token, TokenFormat};

use crate::options::Named;
use crate::options::TokenOutputOptions;
use crate::shape::Shape;
use crate::{Console, ExitCode, Failure, Result, atomic_file, new_file};

/// Reads in which form the token is wanted.
pub(crate) fn read(options: &TokenOutputOptions) -> Result<TokenFormat> {
    let shell = options.shell.as_ref();
    let shell = shell.map_or_else(Shell::default, |shell| *shell.value());
    let shape = options.shape.as_ref();
    Ok(match shape.map_or(Shape::Token, |shape| *shape.value()) {
        Shape::Token => TokenFormat::Token,
        Shape::Json => TokenFormat::Json,
        Shape::Header => TokenFormat::Header,
        Shape::Bearer => TokenFormat::Bearer,
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

/// Fails before anything is sent where the tokens will be bound to a key, and the form has no place
/// for proofs of it.
pub(crate) fn check_rule(
    format: &TokenFormat,
    options: &TokenOutputOptions,
    rule: DpopRule,
) -> Result<()> {
    match rule {
        DpopRule::Required => check_fit(format, options),
        _ => Ok(()),
    }
}

/// The same for a token that came, with a word to a person who would paste it.
pub(crate) fn check_token(
    format: &TokenFormat,
    options: &TokenOutputOptions,
    token: &Token,
    console: &Console,
) -> Result<()> {
    let Some(thumbprint) = token.key_thumbprint() else {
        return Ok(());
    };
    check_fit(format, options)?;
    let is_for_person = options.output.is_none() && std::io::stdout().is_terminal();
    if is_for_person && *format != TokenFormat::Json {
        console.warning(format_args!(
            "the token is bound to the DPoP key {thumbprint}, and is rejected without a proof for \
             each request; `tokenring call-api` makes them"
        ));
    }
    Ok(())
}

fn check_fit(format: &TokenFormat, options: &TokenOutputOptions) -> Result<()> {
    if format.fits_bound_token() || options.unbound {
        return Ok(());
    }
    let shape = options.shape.as_ref();
    let name = shape.map_or("token", |shape| shape.value().name());
    Err(Failure::usage(format!(
        "the token is bound to a key by DPoP, and --format {name} has no place for the proofs \
         without which it is rejected; call the API with `tokenring call-api`, or use \
         --format json and make the proofs yourself (--allow-unbound-output writes it anyway)"
    )))
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
