use std::ffi::OsStr;
use std::io;
use std::io::IsTerminal;
use std::process::Command;

#[cfg(unix)]
use rustix::process::{Pid, Signal};
#[cfg(unix)]
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
#[cfg(unix)]
use signal_hook::iterator::Signals;
use tokenring::Token;
use tokenring_keystore::TemporarySecret;

use crate::explanation::Explanation;
use crate::failure::TOO_MANY_PROCESSES;
use crate::options::{ProgramOptions, TokenOptions};
use crate::{Console, ExitCode, Failure, Result, Settings, child};

/// Starts a program that finds an access token in its environment, or in a file
/// that its environment names.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let start: ProgramOptions = settings.options()?;
    let [program, arguments @ ..] = start.words.as_slice() else {
        return Err(Failure::usage(
            "the program is missing; write it last, as in: tokenring run --profile NAME curl URL",
        ));
    };
    let options: TokenOptions = settings.options()?;
    if settings.explains()? {
        let own = settings.effective().and(&start.place);
        let mut explanation = Explanation::of_token_request(&options, own, console)?;
        let words = start
            .words
            .iter()
            .map(|word| word.to_string_lossy().into_owned());
        explanation.section("Program, not started", words);
        return explanation.print();
    }
    let token = super::get_token::token(&options, console)?;
    if token.key_thumbprint().is_some() && io::stderr().is_terminal() {
        console.warning(
            "the token is bound to a key by DPoP, and is rejected without a proof for each request, \
             which the program has to send",
        );
    }
    let mut command = Command::new(program);
    command.args(arguments);
    // What opens the key is for this process alone, and so are secrets among its settings.
    child::withhold_variables(&mut command);
    #[cfg(unix)]
    crate::descriptor::withhold_input(&mut command);
    let variable = start.place.variable();
    if start.place.is_file {
        start_with_file(command, &token, variable)
    } else {
        command.env(variable, token.access_token().secret());
        start_alone(command)
    }
}

/// Runs the program while the file that holds the token is there.
fn start_with_file(mut command: Command, token: &Token, variable: &str) -> Result<ExitCode> {
    let file = TemporarySecret::write("token", token.secret().as_bytes());
    let file = file
        .map_err(|error| Failure::output("cannot write the token to a temporary file", &error))?;
    command.env(format!("{variable}_FILE"), file.path());
    wait(command)
}

/// Becomes the program, where the platform can: signals and exit code are its
/// own then.
#[cfg(unix)]
fn start_alone(mut command: Command) -> Result<ExitCode> {
    let error = child::become_program(&mut command);
    Err(not_started(command.get_program(), &error))
}

#[cfg(not(unix))]
fn start_alone(command: Command) -> Result<ExitCode> {
    wait(command)
}

/// Runs the program to its end, hands signals on to it and its exit code back.
#[cfg(unix)]
fn wait(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::ExitStatusExt;

    let unexpected = |what: &str, error: io::Error| {
        Failure::new(ExitCode::Unexpected, format!("cannot {what}: {error}"))
    };
    // Listened for before there is a program: the file must be gone in the end.
    let mut signals = Signals::new([SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM])
        .map_err(|error| unexpected("listen for signals", error))?;
    let mut child =
        child::spawn(&mut command).map_err(|error| not_started(command.get_program(), &error))?;
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    // A terminal sends what is typed to the program itself.
    let is_typed = |signal| matches!(signal, SIGINT | SIGQUIT) && io::stdin().is_terminal();
    let mut status = None;
    for signal in &mut signals {
        if signal == SIGCHLD {
            // Stopping and going on are told of as well.
            status = child
                .try_wait()
                .map_err(|error| unexpected("wait for the program", error))?;
            if status.is_some() {
                break;
            }
        } else if let (false, Some(id), Some(signal)) =
            (is_typed(signal), id, Signal::from_named_raw(signal))
        {
            // A program that has ended needs no signal.
            let _ = rustix::process::kill_process(id, signal);
        }
    }
    // The signals end with the program alone.
    let status = match status {
        Some(status) => status,
        None => child
            .wait()
            .map_err(|error| unexpected("wait for the program", error))?,
    };
    // For a signal as a shell has it.
    let code = match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, signal) => 128 + signal.unwrap_or_default(),
    };
    Ok(ExitCode::Program(u8::try_from(code).unwrap_or(u8::MAX)))
}

#[cfg(not(unix))]
fn wait(mut command: Command) -> Result<ExitCode> {
    let status = command
        .status()
        .map_err(|error| not_started(command.get_program(), &error))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::Program(code.unwrap_or(u8::MAX)))
}

/// The exit codes that shells have for this.
fn not_started(program: &OsStr, error: &io::Error) -> Failure {
    let (code, advice) = match error.kind() {
        io::ErrorKind::NotFound => (127, "check the program's name"),
        io::ErrorKind::WouldBlock => (126, TOO_MANY_PROCESSES),
        // On Linux one variable has 128 kB.
        io::ErrorKind::ArgumentListTooLong => (
            126,
            "the token or the command line is too long; --token-file hands the token over in a file",
        ),
        _ => (126, "check that it is a program, and yours to run"),
    };
    let program = program.to_string_lossy();
    let text = format!("cannot start {program}: {error}; {advice}");
    Failure::new(ExitCode::Program(code), text)
}
