//! What is set up on this machine: configuration, gateway, client, key.

use std::fs;
use std::path::{Path, PathBuf};

use tokenring_gateway::Environment;
use tokenring_jwk::{PublicKey, any};

use super::report::{Check, Report};
use crate::ExitCode;
use crate::console::Console;
use crate::disclosure::shortened;
use crate::endpoint::{Purpose, Target};
use crate::key_input::{self, KeyReader};
use crate::options::{ConfigurationState, ExaminationOptions};
use crate::shell::shell_word;

pub(super) fn configuration(state: &ConfigurationState, report: &mut Report) {
    const NAME: &str = "configuration";
    let mut text = match (&state.file, &state.default_path) {
        (Some((path, origin)), _) => format!("{} (by {origin})", path.display()),
        (None, Some(path)) => format!("no file {}", path.display()),
        (None, None) => "no file, and no place for one".into(),
    };
    if !state.variables.is_empty() {
        text.push_str(&format!(
            "; set in the environment: {}",
            state.variables.join(", ")
        ));
    }
    let console = state.console.as_ref().map_err(Clone::clone);
    let configured = console.and_then(|options| Console::new().configure(options));
    match (&state.trouble, configured) {
        (Some(failure), _) => report.add(Check::failed(NAME, failure)),
        (None, Err(failure)) => report.add(Check::failed(NAME, &failure)),
        (None, Ok(())) => report.add(Check::ok(NAME, text)),
    }
    if let Some((path, _)) = &state.file {
        if let Guard::Open(words, remedy) = guard(path) {
            let text = format!("{}, {words}", path.display());
            report.add(Check::warning(NAME, text, remedy));
        }
    }
    if !state.empty_variables.is_empty() {
        report.add(Check::warning(
            NAME,
            format!(
                "set to nothing, and so not counted: {}",
                state.empty_variables.join(", ")
            ),
            "Unset what is not meant, or give it a value.",
        ));
    }
}

/// The gateway and its addresses, if they are known.
pub(super) fn gateway(
    options: &ExaminationOptions,
    purpose: Purpose,
    report: &mut Report,
) -> Option<Target> {
    const NAME: &str = "gateway";
    let target = options.gateway.as_ref().map_err(Clone::clone);
    let target = match target.and_then(|gateway| Target::read(gateway, purpose)) {
        Ok(target) => target,
        Err(failure) => {
            report.add(Check::failed(NAME, &failure));
            return None;
        }
    };
    let endpoint = &target.endpoint;
    let mut text = format!(
        "{}, environment {}",
        target.gateway.name(),
        endpoint.environment()
    );
    if let Some(flow) = target.gateway.flow() {
        text.push_str(&format!(", flow {flow}"));
    }
    match endpoint.token_endpoint() {
        Ok(url) => report.add(Check::ok(NAME, format!("{text}: {}", url.as_str()))),
        Err(_) => report.add(Check::failure(
            NAME,
            ExitCode::Configuration,
            format!("{text}: no token endpoint is known"),
            "Name the gateway with --gateway, or its token endpoint with --token-url.",
        )),
    }
    if target.gateway.needs_mutual_tls() {
        report.add(Check::warning(
            "certificate",
            "this gateway wants a TLS client certificate too, and tokenring has none",
            "Send through a proxy that presents it, with --token-url.",
        ));
    }
    Some(target)
}

pub(super) fn client_id(options: &ExaminationOptions, report: &mut Report) {
    const NAME: &str = "client";
    let id = match &options.client_id {
        Ok(Some(id)) if !id.value().is_empty() => id,
        Ok(_) => {
            report.add(Check::failure(
                NAME,
                ExitCode::Configuration,
                "no client identifier is given",
                "Give it as --client-id, as the gateway's portal shows it.",
            ));
            return;
        }
        Err(failure) => {
            report.add(Check::failed(NAME, failure));
            return;
        }
    };
    let text = id.value();
    let is_odd = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || !character.is_ascii()
            || matches!(character, '"' | '\'' | '`' | '<' | '>')
    };
    let shown = format!("{} (from {})", shortened(text), id.origin());
    if text.contains(is_odd) {
        report.add(Check::warning(
            NAME,
            format!("{shown} has white space, quotes or letters in it that are seldom meant"),
            "Give --client-id exactly as the gateway's portal shows it.",
        ));
    } else {
        report.add(Check::ok(NAME, shown));
    }
}

/// The private key's file: whether it is one, whose it is, and what is in it.
pub(super) fn key_file(
    options: &ExaminationOptions,
    quietly: &Console,
    report: &mut Report,
) -> Option<(PathBuf, PublicKey)> {
    const NAME: &str = "key";
    #[cfg(feature = "keys")]
    if options.has_signer_command {
        report.add(Check::skipped(
            NAME,
            "with a signer command, so there is no file to look at",
        ));
        return None;
    }
    let path = match &options.private_key {
        Ok(Some(path)) => path.value().clone(),
        Ok(None) => {
            report.add(Check::failure(
                NAME,
                ExitCode::Configuration,
                "no private key is given",
                "Name its file with --private-key, or make one with `tokenring generate-keys`.",
            ));
            return None;
        }
        Err(failure) => {
            report.add(Check::failed(NAME, failure));
            return None;
        }
    };
    if key_input::is_stdin(&path) {
        report.add(Check::skipped(
            NAME,
            "from standard input, so there is no file to look at",
        ));
        return None;
    }
    #[cfg(feature = "keys")]
    if crate::away_key::token_uri(&path).is_some() {
        report.add(Check::skipped(
            NAME,
            "on a token, so there is no file to look at",
        ));
        return None;
    }
    #[cfg(feature = "keys")]
    if path.is_dir() {
        return super::rotation::active_key(&path, options, quietly, report);
    }
    let name = path.display();
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(metadata) if metadata.is_dir() => {
            report.add(Check::failure(
                NAME,
                ExitCode::Configuration,
                format!("{name} is a folder"),
                "Name the key's file in it with --private-key.",
            ));
            return None;
        }
        Ok(_) => {
            report.add(Check::skipped(
                NAME,
                format!("{name} is no plain file, and left for signing"),
            ));
            return None;
        }
        Err(error) => {
            report.add(Check::failure(
                NAME,
                ExitCode::Configuration,
                format!("{name} cannot be looked at: {error}"),
                "Name the key's file with --private-key, or make one with `tokenring generate-keys`.",
            ));
            return None;
        }
    }
    let reading = options.reading.as_ref().map_err(Clone::clone);
    let key = reading
        .and_then(|options| KeyReader::new(options, quietly))
        .and_then(|reader| reader.read(&path));
    let key = match key {
        Ok(key) => key,
        Err(failure) => {
            report.add(Check::failed(NAME, &failure));
            return None;
        }
    };
    let public_key = match (any::public_key(&key), key.stated_public_key()) {
        (Ok(public_key), _) => public_key,
        (_, Some(public_key)) => public_key.clone(),
        (Err(error), None) => {
            report.add(Check::failure(
                NAME,
                ExitCode::Configuration,
                format!("{name}: {}", crate::failure::chain(&error)),
                "Make a key that fits with `tokenring generate-keys`.",
            ));
            return None;
        }
    };
    let text = format!(
        "{name}: {} key of {} bits",
        public_key.key_type(),
        public_key.bits()
    );
    report.add(match guard(&path) {
        Guard::Good(mode) => Check::ok(NAME, format!("{text}{mode}")),
        Guard::Open(words, remedy) => Check::warning(NAME, format!("{text}, {words}"), remedy),
    });
    Some((path, public_key))
}

/// Who can reach a file.
enum Guard {
    /// Its owner alone; the words for that, where the system has some.
    Good(String),
    /// Others; in words, and what mends it.
    Open(String, String),
}

#[cfg(unix)]
fn guard(path: &Path) -> Guard {
    use std::os::unix::fs::MetadataExt;

    let Ok(metadata) = fs::metadata(path) else {
        return Guard::Good(String::new());
    };
    let mode = metadata.mode() & 0o777;
    let own = rustix::process::geteuid().as_raw();
    let word = shell_word(&path.display().to_string());
    if mode & 0o077 != 0 {
        return Guard::Open(
            format!(
                "mode {mode:04o}: others can {}",
                match mode & 0o022 {
                    0 => "read it",
                    _ => "read or change it",
                }
            ),
            format!("Run: chmod 600 {word}"),
        );
    }
    if metadata.uid() != own {
        return Guard::Open(
            format!("owned by user {} and used by user {own}", metadata.uid()),
            "Let each user have a file of their own.".into(),
        );
    }
    Guard::Good(format!(", mode {mode:04o}, owned by this user"))
}

#[cfg(not(unix))]
fn guard(_: &Path) -> Guard {
    Guard::Good(String::new())
}

/// Whether the key's name is that of another environment.
pub(super) fn environment(target: &Target, key_id: Option<&str>, path: Option<&Path>) -> Check {
    const NAME: &str = "environment";
    let stem = path.and_then(|path| path.file_stem()?.to_str());
    let mine = target.endpoint.environment();
    let default = target.endpoint.default_key_id();
    let default = default.map(tokenring_jwk::KeyId::as_str);
    let Some(name) = key_id.or(stem) else {
        return Check::blocked(
            NAME,
            "there is no key whose name could tell",
            "Name the key's file with --private-key, or its identifier with --kid.",
        );
    };
    if default == Some(name) {
        return Check::ok(NAME, format!("the key's name {name:?} is one for {mine}"));
    }
    let is_of = |environment: &&Environment| {
        let mut builder = target.gateway.endpoint(environment);
        for (name, value) in target.endpoint.variables() {
            builder = builder.with_variable(name.as_str(), value.as_str());
        }
        environment.name() != mine
            && builder.build().is_ok_and(|endpoint| {
                let default = endpoint.default_key_id();
                default.is_some_and(|default| default.as_str() == name)
            })
    };
    let mut environments = target.gateway.environments().iter();
    match environments.find(is_of) {
        Some(other) => Check::warning(
            NAME,
            format!(
                "the key's name {name:?} is one for {}, and the requests go to {mine}",
                other.name()
            ),
            format!("Use --env {}, or client and key of {mine}.", other.name()),
        ),
        None => Check::ok(
            NAME,
            format!("{mine}; the key's name {name:?} tells of no other"),
        ),
    }
}
