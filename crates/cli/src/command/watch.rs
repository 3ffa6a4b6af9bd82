use std::path::PathBuf;
use std::process;
use std::thread;
use std::time::{Duration, SystemTime};

use tokenring_token_cache::CachedToken;

use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::end_signal;
use crate::endpoint::Purpose;
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::format::{self, Format};
use crate::setting::Setting;
use crate::settings::Settings;
use crate::tokens::Tokens;

/// How long to wait after the first failure, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long a token is used whose lifetime nobody told.
const UNTOLD_LIFETIME: Duration = Duration::from_secs(60);

/// Keeps a file with a good token in it until it is told to end.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let format = Format::read(settings)?;
    let Some(path) = settings.path("output")?.map(Setting::into_value) else {
        return Err(Failure::usage(
            "the file is missing; name it with --output FILE",
        ));
    };
    let tokens = Tokens::read(Purpose::GetToken, settings, console)?;
    if settings.flag("explain")? {
        let mut explanation = Explanation::new(settings);
        explanation.token_request(tokens.client())?;
        explanation.print()?;
        return Ok(ExitCode::Success);
    }
    end_when_told(console)?;
    let mut watch = Watch {
        tokens,
        format,
        path,
        console,
    };
    let mut renewal = watch.begin()?;
    loop {
        thread::sleep(renewal.pause);
        watch.follow_rotation(settings);
        renewal = watch.renew(&renewal);
    }
}

/// Ends the process at once when it is told to, be it in the middle of a
/// request: what is in the file is whole at any time.
fn end_when_told(console: &Console) -> Result<()> {
    let end = end_signal::receiver()?;
    let console = console.clone();
    thread::spawn(move || {
        if end.recv().is_ok() {
            log(&console, "ends, as it was told to");
            process::exit(0);
        }
    });
    Ok(())
}

struct Watch<'c> {
    tokens: Tokens,
    format: Format,
    path: PathBuf,
    console: &'c Console,
}

/// What to do next.
struct Renewal {
    pause: Duration,
    failures: u32,
    token: Option<CachedToken>,
}

impl Watch<'_> {
    /// Writes the first token. A refusal now is a fault of the configuration;
    /// an outage is waited for.
    fn begin(&self) -> Result<Renewal> {
        match self.tokens.obtain(self.console) {
            Ok(token) => self.keep(token),
            Err(failure) if failure.exit_code() == ExitCode::Unreachable => {
                Ok(self.put_off(&failure, 1, None))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Looks which key is active, for each renewal.
    #[cfg(feature = "keys")]
    fn follow_rotation(&mut self, settings: &Settings<'_>) {
        if let Err(failure) = self.tokens.follow_rotation(settings, self.console) {
            self.log(&format!("goes on with the key that it has: {failure}"));
        }
    }

    #[cfg(not(feature = "keys"))]
    #[expect(
        clippy::unused_self,
        clippy::needless_pass_by_ref_mut,
        reason = "a build without rotation has one key"
    )]
    const fn follow_rotation(&mut self, _: &Settings<'_>) {}

    fn renew(&self, last: &Renewal) -> Renewal {
        // Of several that watch, one asks, and the others find its token.
        let renewed = match &last.token {
            Some(token) => self.tokens.replace(token.access_token(), self.console),
            None => self.tokens.obtain(self.console),
        };
        match renewed.and_then(|token| self.keep(token)) {
            Ok(renewal) => renewal,
            // A disk that is full for a while is an outage too.
            Err(failure) => self.put_off(&failure, last.failures + 1, last.token.clone()),
        }
    }

    fn keep(&self, token: CachedToken) -> Result<Renewal> {
        let text = self.format.write(&token)?;
        format::write_file(&self.path, &text)?;
        let lifetime = match token.expires_at() {
            Some(_) => token.remaining(clock::now()?),
            None => UNTOLD_LIFETIME,
        };
        let early = self.tokens.early_renewal(lifetime);
        self.log(&format!(
            "wrote {}, good for {} s",
            self.path.display(),
            lifetime.as_secs()
        ));
        Ok(Renewal {
            pause: lifetime.saturating_sub(early).max(FIRST_PAUSE),
            failures: 0,
            token: Some(token),
        })
    }

    /// Says what failed and waits, each time longer.
    fn put_off(&self, failure: &Failure, failures: u32, token: Option<CachedToken>) -> Renewal {
        let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(failures.min(16) - 1));
        let pause = doubled.min(LONGEST_PAUSE);
        let now = clock::now().map_or(0, |now| now.as_seconds());
        let expires_at = token.as_ref().and_then(CachedToken::expires_at);
        let file = match expires_at.map(|at| at.as_seconds()) {
            Some(at) if at > now => format!("the old token is good for {} s", at - now),
            Some(_) => "the old token has expired".into(),
            None => "there is no token yet".into(),
        };
        self.log(&format!(
            "no new token, next try in {} s, {file}: {failure}",
            pause.as_secs()
        ));
        Renewal {
            pause,
            failures,
            token,
        }
    }

    fn log(&self, event: &str) {
        log(self.console, event);
    }
}

fn log(console: &Console, event: &str) {
    let time = humantime::format_rfc3339_seconds(SystemTime::now());
    console.say(format_args!("{time} {event}"));
}
