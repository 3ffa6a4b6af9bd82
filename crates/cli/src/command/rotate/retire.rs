use std::path::Path;
use std::time::Duration;

use tokenring_jwk::KeyId;
use tokenring_key_rotation::{Error, Readiness, Stage};

use super::deletion::Deletion;
use super::own_key;
use super::published_file::{entry, lock_of_set, open_set};
use super::state::{self, State, refused};
use super::times;
use crate::ExitCode;
use crate::console::Console;
use crate::explanation::explain;
use crate::failure::{Failure, Result};
use crate::key_input::KeyReader;
use crate::keystore;
use crate::options::{Haste, RetirementOptions};
use crate::output;
use crate::progress::Countdown;
use crate::stated_gateway;

/// Takes a key out of the JWK Set. Each thing that it does is written down before it
/// is done, so that it can be run again.
pub(super) fn run(mut options: RetirementOptions, console: &Console) -> Result<ExitCode> {
    let folder = state::folder(&options.rotation)?;
    let gateway = stated_gateway::read(&options.rotation.gateway)?;
    let drain = times::drain(gateway.as_ref(), &options);
    let wanted = options.reading.key_id.as_ref();
    let retirement = Retirement {
        wanted: wanted.map(|text| KeyId::new(text.value().as_str())),
        drain: *drain.value(),
        force: options.haste == Haste::Force,
        deletes: options.deletes_key,
        reader: KeyReader::new(&options.reading, console)?,
        console,
    };
    times::add(&mut options.explanation, "drain-seconds", Some(&drain));
    if explain(
        options.explanation.as_ref(),
        [format!(
            "take an old key in {} out of the JWK Set",
            folder.display()
        )],
    )? {
        return Ok(ExitCode::Success);
    }
    let countdown = Countdown::start(console);
    let key_id = loop {
        match retirement.attempt(&folder)? {
            Attempt::Done(key_id) => break key_id,
            Attempt::NotYet(_, left) if options.haste == Haste::Wait => {
                let pause = left.min(Duration::from_secs(30));
                countdown.wait(
                    pause,
                    Some(left),
                    "until nothing of the old key is under way",
                );
            }
            Attempt::NotYet(failure, _) => return Err(failure),
        }
    };
    countdown.end();
    let set = State::load(&folder)?.set_path();
    console.say(format_args!(
        "Key {key_id} is retired. Publish {} once more, without it.",
        set.display()
    ));
    output::print(&format!("{key_id}\n"))?;
    Ok(ExitCode::Success)
}

struct Retirement<'s> {
    wanted: Option<KeyId>,
    drain: Duration,
    force: bool,
    deletes: bool,
    reader: KeyReader,
    console: &'s Console,
}

enum Attempt {
    Done(KeyId),
    NotYet(Failure, Duration),
}

impl Retirement<'_> {
    fn attempt(&self, folder: &Path) -> Result<Attempt> {
        let now = times::now()?;
        let _lock = keystore::lock_folder(folder, self.console)?;
        let mut state = State::load(folder)?;
        let _other_lock = lock_of_set(&state, self.console)?;
        // Without a key that signs, the old one may be the last that does.
        own_key::check(&state, state.rotation.active(), "active", &self.reader).map_err(
            |failure| failure.with_advice("no key is retired until the active one can sign"),
        )?;
        let key_id = self.choose(&state)?;
        let file = state
            .rotation
            .find(&key_id)
            .map(|key| key.file().to_owned());
        let path = state.folder.join(file.unwrap_or_default());
        let stage = state.rotation.find(&key_id).map(|key| key.stage());
        // What can't be deleted is said before anything is changed.
        let deletion = match self.deletes {
            true => Some(Deletion::of(&path, &key_id, &state, &self.reader)?),
            false => None,
        };
        if let (Some(Stage::Retired), Some(deletion)) = (stage, &deletion) {
            // Asked for later than the retirement.
            deletion.run(self.console)?;
            return Ok(Attempt::Done(key_id));
        }
        let readiness = state.rotation.retirement(&key_id, self.drain, now);
        match readiness.map_err(|error| refused(&error))? {
            Readiness::From(from) if !self.force => {
                let failure = refused(&Error::TooEarly {
                    key_id: key_id.clone(),
                    from,
                })
                .with_advice(&format!(
                    "what it signed may be under way until then ({} s); --wait waits, and --force \
                     does not",
                    self.drain.as_secs()
                ));
                return Ok(Attempt::NotYet(failure, from.since(now)));
            }
            Readiness::From(from) => self.console.warning(format_args!(
                "until {from} assertions of key {key_id} may be under way, and be refused"
            )),
            _ => {}
        }
        let begun = state.rotation.begin_retirement(&key_id);
        begun.map_err(|error| refused(&error))?;
        state.save()?;
        let mut set = open_set(&state)?;
        if entry(&set, &key_id).is_some() {
            let removed = set.document.remove(&key_id);
            removed.map_err(|error| keystore::unusable_set(&state.set_path(), &error))?;
            set.save()?;
        }
        if let Some(deletion) = deletion {
            deletion.run(self.console)?;
        }
        let finished = state.rotation.finish_retirement(&key_id, now);
        finished.map_err(|error| refused(&error))?;
        state.save()?;
        Ok(Attempt::Done(key_id))
    }

    fn choose(&self, state: &State) -> Result<KeyId> {
        if let Some(wanted) = &self.wanted {
            return Ok(wanted.clone());
        }
        // What was interrupted comes first.
        let mut retirable: Vec<_> = state.rotation.retirable().collect();
        retirable.sort_by_key(|key| key.stage() != Stage::Retiring);
        match retirable.first() {
            Some(key) => Ok(key.key_id().clone()),
            None => Err(Failure::new(
                ExitCode::Configuration,
                "no old key is left to be retired; a new key that is not to be used is named with \
                 --kid",
            )),
        }
    }
}
