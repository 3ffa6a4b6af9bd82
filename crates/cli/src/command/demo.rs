use std::path::{Path, PathBuf};

use tokenring_mock_gateway::{ApiAccess, JwkSource, MockGateway};
use tokenring_text::shell_word;

use super::{call_api, generate_keys, get_token};
#[cfg(unix)]
use crate::end_signal;
use crate::failure::chain;
use crate::{Console, ExitCode, Failure, Result, Settings, clock, definition, option_words};

/// The client that the demonstration registers.
const CLIENT_ID: &str = "demo-api-key";
/// Where the gateway has its token endpoint.
const TOKEN_PATH: &str = "/oauth2/token";

/// Goes from nothing to an API's answer with the commands that do it by hand.
pub(crate) fn run(explain: bool, console: &Console) -> Result<ExitCode> {
    let folder = tempfile::Builder::new()
        .prefix("tokenring-demo-")
        .tempdir()
        .map_err(|error| Failure::output("cannot make a temporary folder", &error))?;
    #[cfg(unix)]
    remove_when_interrupted(folder.path())?;
    let steps = Steps::new(folder.path());
    if explain {
        for number in 1..=4 {
            steps.tell(console, number, "http://127.0.0.1:PORT");
        }
        return Ok(ExitCode::Success);
    }
    let generate = steps.tell(console, 1, "");
    let files = run_with(&generate, |settings| {
        generate_keys::generate(&settings.options()?, console)
    })?;
    for path in files.paths() {
        console.say(format_args!("   made {}", path.display()));
    }

    steps.tell(console, 2, "");
    let log = console.clone();
    let gateway = MockGateway::builder()
        .with_client(CLIENT_ID, JwkSource::File(steps.set.clone()))
        .with_remedy_words(option_words::remedy)
        .with_observer(move |event| {
            log.say(format_args!("   gateway: {event}"));
        })
        .start()
        .map_err(|error| {
            let text = format!("mock gateway: {}", chain(&error));
            Failure::new(ExitCode::Configuration, text)
        })?;
    let token_url = gateway.token_url();
    console.say(format_args!("   token endpoint {token_url}"));

    let address = token_url.trim_end_matches(TOKEN_PATH);
    let get = steps.tell(console, 3, address);
    let token = run_with(&get, |settings| {
        get_token::token(&settings.options()?, console)
    })?;
    let shortened: String = token.secret().chars().take(4).collect();
    let lifetime = token.remaining(clock::now()?).as_secs();
    console.say(format_args!(
        "   token {shortened}... is good for {lifetime} s"
    ));

    let call = steps.tell(console, 4, address);
    let code = run_with(&call, |settings| call_api::run(settings, console))?;
    console.say("");
    console.say("That was the API's answer. Keys and gateway are gone again.");
    Ok(code)
}

/// What is done, and with which files.
struct Steps {
    folder: PathBuf,
    set: PathBuf,
}

impl Steps {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            set: folder.join("int-1.json"),
        }
    }

    /// Tells a step and the command that does it, of a gateway at this address, and returns the
    /// command's arguments.
    fn tell(&self, console: &Console, number: u8, address: &str) -> Vec<String> {
        let (what, command) = match number {
            1 => ("Make a key pair and a JWK Set", "generate-keys"),
            2 => (
                "Start a gateway on loopback and register the public key with it",
                "mock-gateway",
            ),
            3 => (
                "Sign a client assertion and exchange it for an access token",
                "get-token",
            ),
            _ => ("Call a protected API, with a token of its own", "call-api"),
        };
        let (folder, set) = (self.folder.display(), self.set.display());
        let (folder, key, client) = (
            folder.to_string(),
            self.folder.join("int-1.pem").display().to_string(),
            format!("{CLIENT_ID}={set}"),
        );
        let token_url = format!("{address}{TOKEN_PATH}");
        let url = format!("{address}{}/hello", ApiAccess::Bearer);
        let mut arguments = vec![command];
        match number {
            2 => arguments.extend(["--client", &client]),
            _ => arguments.extend(["--gateway", "nhs", "--env", "int"]),
        }
        match number {
            1 => arguments.extend(["--output-dir", &folder]),
            2 => {}
            _ => {
                arguments.extend(["--client-id", CLIENT_ID, "--private-key", &key]);
                arguments.extend(["--no-cache", "--token-url", &token_url]);
            }
        }
        if number == 4 {
            arguments.extend(["--url", url.as_str()]);
        }
        if number > 1 {
            console.say("");
        }
        let words = arguments.iter().map(|argument| shell_word(argument));
        let line = words.collect::<Vec<_>>().join(" ");
        console.say(format_args!("{number}. {what}"));
        console.say(format_args!("   $ tokenring {line}"));
        arguments.into_iter().map(str::to_owned).collect()
    }
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

/// Runs what a command does, on these arguments and nothing else: neither
/// environment nor configuration file have a say.
fn run_with<T>(arguments: &[String], run: impl FnOnce(&Settings<'_>) -> Result<T>) -> Result<T> {
    let line = ["tokenring"].into_iter();
    let line = line.chain(arguments.iter().map(String::as_str));
    let matches = definition::command()
        .try_get_matches_from(line)
        .map_err(|error| Failure::new(ExitCode::Unexpected, error.to_string()))?;
    let Some((_, matches)) = matches.subcommand() else {
        return Err(Failure::new(ExitCode::Unexpected, "no command"));
    };
    run(&Settings::from_arguments(matches))
}
