use std::path::Path;

use tokenring_mock_gateway::{ApiAccess, JwkSource, MockGateway};
use tokenring_text::shell_word;

use super::{call_api, generate_keys, get_token};
use crate::clock;
use crate::console::Console;
#[cfg(unix)]
use crate::end_signal;
use crate::failure::{Failure, Result, chain};
use crate::remedy_words;
use crate::settings::Settings;
use crate::{ExitCode, definition};

/// The client that the demonstration registers.
const CLIENT_ID: &str = "demo-api-key";

/// Goes from nothing to an API's answer with the commands that do it by hand.
pub(crate) fn run(explain: bool, console: &Console) -> Result<ExitCode> {
    let folder = tempfile::Builder::new()
        .prefix("tokenring-demo-")
        .tempdir()
        .map_err(|error| Failure::output("cannot make a temporary folder", &error))?;
    #[cfg(unix)]
    remove_when_interrupted(folder.path())?;
    let folder_name = folder.path().display().to_string();
    let key = folder.path().join("int-1.pem").display().to_string();
    let set = folder.path().join("int-1.json");

    let generate = [
        "generate-keys",
        "--gateway",
        "nhs",
        "--env",
        "int",
        "--output-dir",
        &folder_name,
    ];
    if explain {
        explain_steps(console, &generate, &key, &set);
        return Ok(ExitCode::Success);
    }
    step(console, 1, "Make a key pair and a JWK Set", &generate);
    let files = run_with(&generate, |settings| {
        generate_keys::generate(&settings.options()?, console)
    })?;
    for path in files.paths() {
        console.say(format_args!("   made {}", path.display()));
    }

    let client = format!("{CLIENT_ID}={}", set.display());
    step(
        console,
        2,
        "Start a gateway on loopback and register the public key with it",
        &["mock-gateway", "--client", &client],
    );
    let log = console.clone();
    let gateway = MockGateway::builder()
        .with_client(CLIENT_ID, JwkSource::File(set))
        .with_remedy_words(remedy_words::words)
        .with_observer(move |event| {
            log.say(format_args!("   gateway: {event}"));
        })
        .start()
        .map_err(|error| {
            Failure::new(
                ExitCode::Configuration,
                format!("mock gateway: {}", chain(&error)),
            )
        })?;
    let token_url = gateway.token_url();
    console.say(format_args!("   token endpoint {token_url}"));

    let get = credentials("get-token", &token_url, &key);
    step(
        console,
        3,
        "Sign a client assertion and exchange it for an access token",
        &get,
    );
    let token = run_with(&get, |settings| {
        get_token::token(&settings.options()?, console)
    })?;
    let secret = token.access_token().secret();
    let shortened: String = secret.chars().take(4).collect();
    let lifetime = token.remaining(clock::now()?).as_secs();
    console.say(format_args!(
        "   token {shortened}... is good for {lifetime} s"
    ));

    let url = gateway.api_url(ApiAccess::Bearer, "hello");
    let mut call = credentials("call-api", &token_url, &key);
    call.extend(["--url", url.as_str()]);
    step(
        console,
        4,
        "Call a protected API, with a token of its own",
        &call,
    );
    let code = run_with(&call, |settings| call_api::run(settings, console))?;
    console.say("");
    console.say("That was the API's answer. Keys and gateway are gone again.");
    Ok(code)
}

/// Takes the key along when the process is asked to end before it is done.
#[cfg(unix)]
fn remove_when_interrupted(folder: &Path) -> Result<()> {
    let end = end_signal::receiver()?;
    let folder = folder.to_owned();
    let ended = move || {
        if let Ok(signal) = end.recv() {
            let _ = std::fs::remove_dir_all(folder);
            // The exit code that a shell gives a process ended by this signal.
            std::process::exit(128 + signal);
        }
    };
    let started = std::thread::Builder::new().spawn(ended);
    started
        .map(drop)
        .map_err(|error| Failure::no_thread(&error))
}

fn credentials<'a>(command: &'a str, token_url: &'a str, key: &'a str) -> Vec<&'a str> {
    vec![
        command,
        "--gateway",
        "nhs",
        "--env",
        "int",
        "--client-id",
        CLIENT_ID,
        "--private-key",
        key,
        "--no-cache",
        "--token-url",
        token_url,
    ]
}

/// Runs what a command does, on these arguments and nothing else: neither
/// environment nor configuration file have a say.
fn run_with<T>(arguments: &[&str], run: impl FnOnce(&Settings<'_>) -> Result<T>) -> Result<T> {
    let line = ["tokenring"].iter().chain(arguments);
    let matches = definition::command()
        .try_get_matches_from(line)
        .map_err(|error| Failure::new(ExitCode::Unexpected, error.to_string()))?;
    let Some((_, matches)) = matches.subcommand() else {
        return Err(Failure::new(ExitCode::Unexpected, "no command"));
    };
    run(&Settings::from_arguments(matches))
}

fn step(console: &Console, number: u8, what: &str, arguments: &[&str]) {
    if number > 1 {
        console.say("");
    }
    console.say(format_args!("{number}. {what}"));
    console.say(format_args!("   $ {}", command_line(arguments)));
}

fn command_line(arguments: &[&str]) -> String {
    let mut line = String::from("tokenring");
    for argument in arguments {
        line.push(' ');
        line.push_str(&shell_word(argument));
    }
    line
}

fn explain_steps(console: &Console, generate: &[&str], key: &str, set: &Path) {
    let client = format!("{CLIENT_ID}={}", set.display());
    let url = "http://127.0.0.1:PORT";
    let token_url = format!("{url}/oauth2/token");
    let api_url = format!("{url}{}/hello", ApiAccess::Bearer);
    step(console, 1, "Make a key pair and a JWK Set", generate);
    step(
        console,
        2,
        "Start a gateway on loopback",
        &["mock-gateway", "--client", &client],
    );
    step(
        console,
        3,
        "Get an access token",
        &credentials("get-token", &token_url, key),
    );
    let mut call = credentials("call-api", &token_url, key);
    call.extend(["--url", api_url.as_str()]);
    step(console, 4, "Call a protected API", &call);
}
