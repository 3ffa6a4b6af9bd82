use std::path::PathBuf;
use std::process;
use std::thread;
use std::time::{Duration, SystemTime};

use tokenring::{Client, Purpose, Token};

use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::end_signal;
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::format::{self, Format};
use crate::options::TokenOptions;
use crate::pause::{self, Stopwatch};
use crate::setting::Setting;
use crate::settings::Settings;

/// How long to wait after the first failure, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The longest pause that a server can ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);
/// How long a token is used whose lifetime nobody told.
const UNTOLD_LIFETIME: Duration = Duration::from_secs(60);

/// Keeps a file with a good token in it until it is told to end.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let options = settings.token_output_options()?;
    settings.note_all(|effective| options.add_to(effective));
    let format = Format::new(&options)?;
    let Some(path) = options.output.map(Setting::into_value) else {
        return Err(Failure::usage(
            "the file is missing; name it with --output FILE",
        ));
    };
    let options = settings.token_options()?;
    if settings.explains()? {
        Explanation::of_token_request(&options, settings.noted(), console)?.print()?;
        return Ok(ExitCode::Success);
    }
    let client = options.client(Purpose::GetToken, console)?;
    end_when_told(console)?;
    let mut watch = Watch {
        client,
        options,
        format,
        path,
        console,
        newest: None,
        is_written: false,
        in_file: None,
        failures: 0,
    };
    let mut next = watch.begin()?;
    loop {
        pause::wait(next);
        next = watch.renew();
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

struct Watch<'c> {
    client: Client,
    options: TokenOptions,
    format: Format,
    path: PathBuf,
    console: &'c Console,
    /// The newest token, in the file or not.
    newest: Option<(Token, Lifetime)>,
    is_written: bool,
    /// How long the token in the file is valid.
    in_file: Option<Lifetime>,
    /// How many tries have failed since one succeeded.
    failures: u32,
}

/// How long a token is valid from now on.
#[derive(Clone, Copy)]
struct Lifetime {
    length: Duration,
    is_stated: bool,
    stopwatch: Stopwatch,
}

impl Lifetime {
    fn of(token: &Token) -> Result<Self> {
        let is_stated = token.expires_at().is_some();
        Ok(Self {
            length: match is_stated {
                true => token.remaining(clock::now()?),
                false => UNTOLD_LIFETIME,
            },
            is_stated,
            stopwatch: Stopwatch::start(),
        })
    }

    fn left(&self) -> Duration {
        self.length.saturating_sub(self.stopwatch.elapsed())
    }
}

impl Watch<'_> {
    /// Writes the first token, and returns how long to wait for the next one. A
    /// refusal now is a fault of the configuration; an outage is waited for.
    fn begin(&mut self) -> Result<Duration> {
        loop {
            let failure = match self.token(None) {
                Ok(token) => return self.keep(token),
                Err(failure) => failure,
            };
            if failure.retry_after().is_none() {
                return Err(failure);
            }
            let pause = self.put_off("no new token", &failure);
            pause::wait(pause);
        }
    }

    /// A valid token, or one in place of this one.
    fn token(&self, old: Option<&Token>) -> Result<Token> {
        let token = match old {
            Some(old) => self.client.replace(old),
            None => self.client.token(),
        };
        token.map_err(|error| self.options.to_failure(&error))
    }

    fn renew(&mut self) -> Duration {
        let renewed = match &self.newest {
            // It could not be written, and need not be replaced for that.
            Some((token, lifetime))
                if !self.is_written && lifetime.left() > self.early(lifetime) =>
            {
                Ok(token.clone())
            }
            // Of several that watch, one asks, and the others find its token.
            Some((token, _)) => self.token(Some(token)),
            None => self.token(None),
        };
        let token = match renewed {
            Ok(token) => token,
            Err(failure) => return self.put_off("no new token", &failure),
        };
        // A disk that is full for a while is an outage too.
        self.keep(token)
            .unwrap_or_else(|failure| self.put_off("the new token was not written", &failure))
    }

    fn keep(&mut self, token: Token) -> Result<Duration> {
        let lifetime = Lifetime::of(&token)?;
        let text = self.format.write(&token)?;
        self.newest = Some((token, lifetime));
        self.is_written = false;
        format::write_file(&self.path, &text)?;
        self.is_written = true;
        self.in_file = Some(lifetime);
        self.failures = 0;
        let pause = lifetime
            .length
            .saturating_sub(self.early(&lifetime))
            .max(FIRST_PAUSE);
        let path = self.path.display();
        self.log(&match lifetime.is_stated {
            true => format!("wrote {path}, good for {} s", lifetime.length.as_secs()),
            false => format!(
                "wrote {path}; the server states no lifetime, so it is unknown; next renewal in {} s",
                pause.as_secs()
            ),
        });
        Ok(pause)
    }

    fn early(&self, lifetime: &Lifetime) -> Duration {
        self.client.early_renewal(lifetime.length)
    }

    /// Says what failed and how long it waits: each time longer, and as long as the
    /// server asks for.
    fn put_off(&mut self, what: &str, failure: &Failure) -> Duration {
        let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.failures.min(16)));
        self.failures = self.failures.saturating_add(1);
        let asked_for = failure.retry_after().unwrap_or_default();
        let pause = doubled
            .min(LONGEST_PAUSE)
            .max(asked_for.min(LONGEST_RETRY_AFTER));
        let file = match self.in_file.map(|lifetime| (lifetime, lifetime.left())) {
            Some((
                Lifetime {
                    is_stated: false, ..
                },
                _,
            )) => "the file has the old token".into(),
            Some((_, Duration::ZERO)) => "the old token has expired".into(),
            Some((_, left)) => format!("the old token is good for {} s", left.as_secs()),
            None => "there is no token yet".into(),
        };
        self.log(&format!(
            "{what}, next try in {} s, {file}: {failure}",
            pause.as_secs()
        ));
        pause
    }

    fn log(&self, event: &str) {
        log(self.console, event);
    }
}

fn log(console: &Console, event: &str) {
    let time = humantime::format_rfc3339_seconds(SystemTime::now());
    console.say(format_args!("{time} {event}"));
}
