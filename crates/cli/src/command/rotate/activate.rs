use std::time::Duration;

use tokenring_gateway::Gateway;
use tokenring_jwk::KeyId;
use tokenring_key_rotation::{Error, Readiness, Stage, Timestamp};

use super::own_key;
use super::published_file::public_key_of;
use super::state::{self, State, refused};
use super::times;
use crate::ExitCode;
use crate::console::Console;
use crate::explanation::explain;
use crate::failure::{Failure, Reason, Result};
use crate::key_input::KeyReader;
use crate::keystore;
use crate::options::{ActivationOptions, Haste};
use crate::output;
use crate::progress::Countdown;
use crate::published_set;
use crate::stated_gateway;

/// How often the published set is looked at while waiting.
const INTERVAL: Duration = Duration::from_secs(30);
/// Moments are whole seconds, and the one of a sight may be nearly one too early.
const ROUNDING: Duration = Duration::from_secs(1);

/// Lets the waiting key sign.
pub(super) fn run(mut options: ActivationOptions, console: &Console) -> Result<ExitCode> {
    let folder = state::folder(&options.rotation)?;
    let gateway = stated_gateway::read(&options.rotation.gateway)?;
    let cache = times::cache(gateway.as_ref(), &options.rotation);
    times::add(&mut options.explanation, "cache-seconds", cache.as_ref());
    let force = options.haste == Haste::Force;
    let mut activation = Activation {
        cache: match cache {
            Some(cache) => cache.into_value(),
            None if force => Duration::ZERO,
            None => return Err(times::unknown_cache(gateway.as_ref())),
        },
        copies: Duration::ZERO,
        force,
        gateway,
        options: &options,
        console,
    };
    if explain(
        options.explanation.as_ref(),
        [format!("let the new key in {} sign", folder.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let countdown = Countdown::start(console);
    let mut is_told = false;
    let key_id = loop {
        let (failure, left) = match activation.attempt(&folder)? {
            Attempt::Done(key_id) => break key_id,
            Attempt::NotYet(failure, left) => (failure, left),
        };
        let is_watched = left.is_some() || options.published_at.is_some();
        if options.haste != Haste::Wait || !is_watched {
            return Err(failure);
        }
        if !is_told {
            console.detail(format_args!("Waiting: {failure}"));
            is_told = true;
        }
        let pause = left.map_or(INTERVAL, |left| left.min(INTERVAL));
        let what = match left {
            Some(_) => "until every copy has the new key",
            None => "until the new key is published",
        };
        countdown.wait(pause, left, what);
    };
    countdown.end();
    console.say(format_args!(
        "Key {key_id} signs now; processes that run take it up at their next assertion."
    ));
    output::print(&format!("{key_id}\n"))?;
    Ok(ExitCode::Success)
}

struct Activation<'s> {
    options: &'s ActivationOptions,
    console: &'s Console,
    gateway: Option<Gateway>,
    cache: Duration,
    /// How long copies on the way are good, as the last look told.
    copies: Duration,
    force: bool,
}

enum Attempt {
    Done(KeyId),
    /// Why not, and after how long, if that is known.
    NotYet(Failure, Option<Duration>),
}

impl Activation<'_> {
    /// Looks at what is published, notes it, and activates if it is time.
    fn attempt(&mut self, folder: &std::path::Path) -> Result<Attempt> {
        // Fetched before anything is locked: a server may take its time.
        let sight = self.options.published_at.as_ref();
        let sight = sight.map(|(url, connection)| published_set::fetch(url, connection));
        let now = times::now()?;
        let _lock = keystore::lock_folder(folder, self.console)?;
        let mut state = State::load(folder)?;
        let Some(next) = state.rotation.next() else {
            return Err(refused(&Error::NothingWaits));
        };
        let key_id = next.key_id().clone();
        if next.stage() == Stage::Making {
            return Err(Failure::new(
                ExitCode::Configuration,
                format!(
                    "the making of key {key_id} was interrupted; run again: tokenring rotate begin {}",
                    state.option()
                ),
            ));
        }
        let before = state.rotation.clone();
        let problem = self.note(&mut state, &key_id, sight, now)?;
        if state.rotation != before {
            state.save()?;
        }
        let wait = self.cache + self.copies;
        let rounding = if wait.is_zero() {
            Duration::ZERO
        } else {
            ROUNDING
        };
        let readiness = state.rotation.activation(wait + rounding, now);
        let readiness = readiness.map_err(|error| refused(&error))?;
        let not_yet = match (problem, readiness) {
            (Some(problem), _) if !self.force => Attempt::NotYet(problem, None),
            (None, Readiness::Ready) => return self.activate(&mut state, key_id, now),
            (_, readiness) if self.force => {
                self.warn(&key_id, readiness, wait, now);
                return self.activate(&mut state, key_id, now);
            }
            (_, Readiness::From(from)) => {
                let failure = refused(&Error::TooEarly {
                    key_id,
                    from,
                })
                .with_advice(&format!(
                    "copies of the JWK Set that lack it are good until then ({} s); --wait waits, and \
                     --force does not",
                    wait.as_secs()
                ));
                Attempt::NotYet(failure, Some(from.since(now)))
            }
            _ => {
                let text = format!(
                    "key {key_id} has not been seen in the published JWK Set; publish {}, and name \
                     its URL with --jwks-url, or the time with --published",
                    state.set_path().display()
                );
                Attempt::NotYet(Failure::new(ExitCode::RuleBroken, text), None)
            }
        };
        Ok(not_yet)
    }

    /// Notes since when the key is published; says why it is not.
    fn note(
        &mut self,
        state: &mut State,
        key_id: &KeyId,
        sight: Option<Result<tokenring::PublishedSet>>,
        now: Timestamp,
    ) -> Result<Option<Failure>> {
        if let Some(published) = &self.options.published_since {
            let made = state.rotation.find(key_id).map(|key| key.made());
            if made.is_some_and(|made| *published.value() < made.min(now)) {
                let reason = Reason::new("that is before the key was made");
                return Err(Failure::invalid("published", published, &reason));
            }
            state.rotation.forget_published();
            state.rotation.note_published(*published.value());
            return Ok(None);
        }
        // The clock was ahead when that was noted: nobody knows when it was, and the time
        // counts from the next look.
        let noted = state.rotation.next().and_then(|next| next.published());
        if noted.is_some_and(|noted| noted > now) {
            state.rotation.forget_published();
        }
        let published = match sight {
            None => return Ok(None),
            Some(Ok(published)) => published,
            // A server that is away for a while takes no key away.
            Some(Err(failure)) => return Ok(Some(failure)),
        };
        self.copies = self.copies.max(published.copies());
        let own = keystore::open_set(&state.set_path())?;
        let expected = public_key_of(&own, key_id);
        let mut entries = published.document().entries().iter();
        let is_there = entries.any(|entry| {
            let public_key = entry.jwk().ok().map(tokenring_jwk::Jwk::public_key);
            entry.key_id() == Some(key_id) && public_key.is_some() && public_key == expected
        });
        if is_there {
            state.rotation.note_published(now);
            return Ok(None);
        }
        state.rotation.forget_published();
        let place = self.options.published_at.as_ref();
        let place = place.map(|(url, _)| url.as_str()).unwrap_or_default();
        let text = format!(
            "the JWK Set at {} has no key {key_id}, or another one of that name; publish {} there",
            place.split(['?', '#']).next().unwrap_or_default(),
            state.set_path().display()
        );
        Ok(Some(Failure::new(ExitCode::RuleBroken, text)))
    }

    fn activate(&self, state: &mut State, key_id: KeyId, now: Timestamp) -> Result<Attempt> {
        let reader = KeyReader::new(&self.options.reading, self.console)?;
        if let Some(next) = state.rotation.next() {
            own_key::check(state, next, "new", &reader)
                .map_err(|failure| failure.with_advice(&state.give_up_advice(&key_id)))?;
        }
        let activated = state.rotation.activate(now);
        activated.map_err(|error| refused(&error))?;
        state.save()?;
        Ok(Attempt::Done(key_id))
    }

    /// What not waiting costs.
    fn warn(&self, key_id: &KeyId, readiness: Readiness, wait: Duration, now: Timestamp) {
        let until = match readiness {
            Readiness::From(from) => format!("until {from}"),
            Readiness::Ready => return,
            _ if wait.is_zero() => "until it has fetched the published set".into(),
            _ => format!(
                "until {} if the set is published this moment, and longer if not",
                now.after(wait)
            ),
        };
        self.console.warning(format_args!(
            "{until} the gateway may not know key {key_id}, and refuses what it signs {}",
            times::refusal(self.gateway.as_ref())
        ));
    }
}
