use std::path::{Path, PathBuf};
use std::time::Duration;

use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, KeyId, PublicKey};
use tokenring_key_rotation::{Error, Stage, latest_key_id, next_key_id};
use tokenring_keystore::SetFile;
use tokenring_keystore::check_file_name;

use super::making::{self, Made, Plan};
use super::published_file::{entry, lock_of_set, open_set, public_key_of};
use super::state::{self, State, refused};
use super::take_in::{adopt, take_in};
use super::times;
use crate::ExitCode;
use crate::explanation::explain;

use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::key_input::KeyReader;
use crate::keystore;
use crate::options::NextKeyOptions;
use crate::output;
use crate::setting::Setting;
use crate::shell::shell_word;
use crate::stated_gateway;

/// Makes the next key and puts its public half into the JWK Set. Each thing that it
/// does is written down before it is done.
pub(super) fn run(options: NextKeyOptions, console: &Console) -> Result<ExitCode> {
    let folder = state::folder(&options.rotation)?;
    let gateway = stated_gateway::read(&options.rotation.gateway)?;
    let steps = [
        format!("make the next key in {}", folder.display()),
        "add its public half to the JWK Set".to_owned(),
    ];
    if explain(options.explanation.as_ref(), steps)? {
        return Ok(ExitCode::Success);
    }
    making::read_scheme(&options, None)?;
    let reader = KeyReader::new(&options.reading, console)?;
    let _lock = keystore::lock_folder(&folder, console)?;
    let mut state = match State::find(&folder)? {
        Some(mut state) => {
            adopt(&mut state, &options, &reader, console)?;
            state
        }
        None => take_in(&folder, gateway.as_ref(), &options, &reader, console)?,
    };
    let _other_lock = lock_of_set(&state, console)?;
    let mut making = Making {
        set: open_set(&state)?,
        options: &options,
        console,
        reader: &reader,
        gateway: gateway.as_ref(),
    };
    let (key_id, path) = making.run(&mut state)?;
    let cache = times::cache(gateway.as_ref(), &options.rotation);
    let cache = cache.map(Setting::into_value);
    tell(&state, &key_id, &path, gateway.as_ref(), cache, console);
    output::print(&format!(
        "{}\n{}\n",
        path.display(),
        state.set_path().display()
    ))?;
    Ok(ExitCode::Success)
}

struct Making<'m> {
    set: SetFile,
    options: &'m NextKeyOptions,
    console: &'m Console,
    reader: &'m KeyReader,
    gateway: Option<&'m Gateway>,
}

impl Making<'_> {
    /// Goes on from wherever the last attempt stopped.
    fn run(&mut self, state: &mut State) -> Result<(KeyId, PathBuf)> {
        if let Some(next) = state.rotation.next() {
            let key_id = next.key_id().clone();
            let path = state.folder.join(next.file());
            if next.stage() == Stage::Waiting {
                return Err(refused(&Error::UnderWay { key_id }));
            }
            if path.exists() {
                let key = self
                    .reader
                    .read_any(&path)
                    .map_err(|failure| failure.with_advice(&state.give_up_advice(&key_id)))?;
                let there = public_key_of(&self.set, &key_id);
                if there.is_none_or(|there| *there == key.public_key) {
                    self.console.say(format_args!("Going on with key {key_id}"));
                    self.finish(state, &key_id, &key.public_key)?;
                    return Ok((key_id, path));
                }
                // The state was restored from a backup, and is older than the set.
                self.console.say(format_args!(
                    "The JWK Set has another key {key_id} than {}, which stays as it is; making \
                     one of another name",
                    path.display()
                ));
                give_up(state, &key_id)?;
            } else {
                // Nobody has ever seen a key of this name.
                state.rotation.abandon_making();
            }
        }
        let (plan, made) = self.plan(state)?;
        let key_id = match made.as_ref().and_then(|made| plan.name_of(made)) {
            Some(key_id) => key_id,
            None => self.next_name(state),
        };
        let file = file_name(&key_id);
        let path = state.folder.join(&file);
        if path.symlink_metadata().is_ok() {
            return Err(Failure::new(
                ExitCode::Output,
                format!(
                    "{} is there already and stays as it is; choose another --next-kid",
                    path.display()
                ),
            ));
        }
        let begun = state.rotation.begin(key_id.clone(), file, times::now()?);
        begun.map_err(|error| refused(&error))?;
        state.save()?;
        let made = match made {
            Some(made) => made,
            None => plan.make(self.console)?,
        };
        plan.write(&made, &path, self.reader)?;
        self.finish(state, &key_id, &made.public_key)?;
        Ok((key_id, path))
    }

    /// What to make; the key itself where that gives it its name.
    fn plan(&self, state: &State) -> Result<(Plan, Option<Made>)> {
        let plan = self.plan_for(state, self.is_active_encrypted(state)?)?;
        let made = match plan.is_named_by_itself() {
            true => Some(plan.make(self.console)?),
            false => None,
        };
        Ok((plan, made))
    }

    fn plan_for(&self, state: &State, is_encrypted: bool) -> Result<Plan> {
        let active = state.rotation.active().key_id();
        let jwk = entry(&self.set, active).and_then(|entry| entry.jwk().ok());
        let Some(jwk) = jwk else {
            let text = format!("the key {active} in the JWK Set is not usable");
            return Err(Failure::new(ExitCode::Configuration, text));
        };
        let algorithm: Option<Algorithm> = jwk.algorithm();
        Plan::new(
            self.options,
            self.gateway,
            jwk.public_key(),
            algorithm,
            is_encrypted,
        )
    }

    fn is_active_encrypted(&self, state: &State) -> Result<bool> {
        let path = state.folder.join(state.rotation.active().file());
        let contents = crate::key_input::contents(&path)?;
        let is_encrypted = tokenring_jwk::KeyFile::new(contents.secret()).is_encrypted();
        if is_encrypted {
            // One passphrase opens both, and here it proves to be the right one.
            self.reader.read_any(&path)?;
        }
        Ok(is_encrypted)
    }

    /// The name that is asked for, or the next that nothing has had.
    fn next_name(&self, state: &State) -> KeyId {
        if let Some(key_id) = &self.options.next_key_id {
            return key_id.clone();
        }
        let newest = state.rotation.keys().last();
        let newest = newest.unwrap_or_else(|| state.rotation.active());
        let entries = self.set.document.entries().iter();
        let published = entries.filter_map(|entry| entry.key_id());
        let newest = latest_key_id(newest.key_id(), published);
        next_key_id(newest, |key_id| {
            state.rotation.is_used(key_id)
                || entry(&self.set, key_id).is_some()
                || state
                    .folder
                    .join(file_name(key_id))
                    .symlink_metadata()
                    .is_ok()
        })
    }

    /// Publishes the public half in the file, and notes that all is done.
    fn finish(&mut self, state: &mut State, key_id: &KeyId, public_key: &PublicKey) -> Result<()> {
        let path = state.set_path();
        match public_key_of(&self.set, key_id) {
            Some(there) if there == public_key => {}
            Some(_) => {
                return Err(Failure::new(
                    ExitCode::Configuration,
                    format!(
                        "JWK Set {}: it holds another key under the name {key_id}; choose another \
                         --next-kid, or remove that one",
                        path.display()
                    ),
                ));
            }
            None => {
                let plan = self.plan_for(state, false)?;
                let jwk = plan.jwk(public_key, key_id)?;
                let added = self.set.document.add(&jwk);
                added.map_err(|error| keystore::unusable_set(&path, &error))?;
                self.set.save()?;
            }
        }
        state
            .rotation
            .finish_making()
            .map_err(|error| refused(&error))?;
        state.save()
    }
}

/// Lets nobody have the name of a key again that was not finished.
fn give_up(state: &mut State, key_id: &KeyId) -> Result<()> {
    let now = times::now()?;
    let rotation = &mut state.rotation;
    let given_up = rotation.begin_retirement(key_id);
    let given_up = given_up.and_then(|()| rotation.finish_retirement(key_id, now));
    given_up.map_err(|error| refused(&error))
}

/// The name of a key's file; a hash may begin as no file should.
fn file_name(key_id: &KeyId) -> String {
    match check_file_name(key_id) {
        Ok(()) => format!("{key_id}.pem"),
        Err(_) => {
            let sound = |character: char| character.is_ascii_alphanumeric();
            let name: String = key_id
                .as_str()
                .chars()
                .filter(|it| sound(*it))
                .take(100)
                .collect();
            format!("key-{name}.pem")
        }
    }
}

/// What a person does now.
fn tell(
    state: &State,
    key_id: &KeyId,
    path: &Path,
    gateway: Option<&Gateway>,
    cache: Option<Duration>,
    console: &Console,
) {
    let active = state.rotation.active().key_id();
    let set = state.set_path();
    console.say(format_args!(
        "Made key {key_id}, {}: keep it secret. Key {active} goes on signing.",
        path.display()
    ));
    let named = gateway.map(|gateway| format!(" --gateway {}", shell_word(gateway.name())));
    let named = named.unwrap_or_default();
    let cache_option = times::cache_option(gateway, cache);
    let waits = match cache {
        Some(cache) => format!(
            "once it has been there for {} s, which the next command waits for",
            cache.as_secs()
        ),
        None => "once the gateway has fetched it".into(),
    };
    let option = state.option();
    console.say("What to do next:");
    console.say(format_args!(
        "  1. Publish {}, which has both keys.",
        set.display()
    ));
    console.say(format_args!(
        "  2. Let the new key sign {waits}: \
         tokenring rotate activate {option}{named}{cache_option} --jwks-url URL --wait"
    ));
    console.say(format_args!(
        "  3. Later, take the old key away: tokenring rotate retire {option}{named}"
    ));
}
