use std::path::Path;
use std::process;
use std::thread;
use std::time::{Duration, SystemTime};

use tokenring::{OldToken, Purpose, Token, TokenKeeper, Upkeep};

use crate::explanation::Explanation;
use crate::options::{TokenOptions, TokenOutputOptions};
use crate::{Console, ExitCode, Failure, Result, Setting, Settings, clock, end_signal, format};

/// Keeps a file with a good token in it until it is told to end.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let output: TokenOutputOptions = settings.options()?;
    let format = format::read(&output)?;
    let Some(path) = output.output.as_ref().map(Setting::value) else {
        return Err(Failure::usage(
            "the file is missing; name it with --output FILE",
        ));
    };
    let options: TokenOptions = settings.options()?;
    if settings.explains()? {
        let own = settings.effective().and(&output);
        return Explanation::of_token_request(&options, own, console)?.print();
    }
    let client = options.client(Purpose::GetToken, console)?;
    format::check_rule(&format, &output, client.dpop())?;
    let mut keeper = TokenKeeper::new(client);
    end_when_told(console)?;
    let deliver = |token: &Token| {
        format::check_token(&format, &output, token, console)?;
        format::write_file(path, &format.write(token, clock::now()?)).map(drop)
    };
    let mut is_written = false;
    loop {
        let upkeep = keeper.renew(deliver);
        let pause = upkeep.pause();
        let failed = match upkeep {
            Upkeep::Delivered { lifetime, .. } => {
                is_written = true;
                log(console, &written(path, lifetime, pause));
                None
            }
            Upkeep::NoToken { error, old, .. } => {
                let failure = options.to_failure(&error);
                // A refusal at the start is a fault of the configuration; an outage is waited for.
                Some(("no new token", failure, old))
            }
            Upkeep::NotDelivered { error, old, .. } => {
                Some(("the new token was not written", error, old))
            }
            _ => None,
        };
        if let Some((what, failure, old)) = failed {
            if !is_written && failure.retry_after().is_none() {
                return Err(failure);
            }
            let (next, old) = (pause.as_secs(), left(old));
            log(
                console,
                &format!("{what}, next try in {next} s, {old}: {failure}"),
            );
        }
        TokenKeeper::wait(pause);
    }
}

fn written(path: &Path, lifetime: Option<Duration>, pause: Duration) -> String {
    let path = path.display();
    match lifetime {
        Some(lifetime) if lifetime < pause || lifetime.is_zero() => format!(
            "warning: wrote {path}, but the server says that the token is valid for only {} s; \
             next renewal in {} s",
            lifetime.as_secs(),
            pause.as_secs()
        ),
        Some(lifetime) => format!("wrote {path}, good for {} s", lifetime.as_secs()),
        None => format!(
            "wrote {path}; the server states no lifetime, so it is unknown; next renewal in {} s",
            pause.as_secs()
        ),
    }
}

fn left(old: OldToken) -> String {
    match old {
        OldToken::Unstated => "the file has the old token".into(),
        OldToken::Expired => "the old token has expired".into(),
        OldToken::Valid(left) => format!("the old token is good for {} s", left.as_secs()),
        _ => "there is no token yet".into(),
    }
}

/// Ends the process at once when it is told to, be it in the middle of a
/// request: what is in the file is whole at any time.
fn end_when_told(console: &Console) -> Result<()> {
    let end = end_signal::receiver()?;
    let console = console.clone();
    thread::Builder::new()
        .spawn(move || {
            if end.recv().is_ok() {
                log(&console, "ends, as it was told to");
                process::exit(0);
            }
        })
        .map_err(|error| Failure::no_thread(&error))?;
    Ok(())
}

fn log(console: &Console, event: &str) {
    let time = humantime::format_rfc3339_seconds(SystemTime::now());
    console.say(format_args!("{time} {event}"));
}
