use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, JwkSetEntry, KeyId, PublicKey};
use tokenring_key_rotation::{Error, Rotation, Stage, Timestamp, next_key_id};

use super::super::keys::explain;
use super::making::{self, Made, Plan};
use super::state::{self, State, refused};
use super::times;
use crate::ExitCode;
use crate::any_key::AnyKey;
use crate::atomic_file::folder_of;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::folder_lock::FolderLock;
use crate::key_files;
use crate::key_input::KeyReader;
use crate::output;
use crate::set_file::SetFile;
use crate::settings::Settings;
use crate::shell::shell_word;
use crate::stated_gateway;

/// Makes the next key and puts its public half into the JWK Set. Each thing that it
/// does is written down before it is done.
pub(super) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let folder = state::folder(settings)?;
    let gateway = stated_gateway::read(settings)?;
    let steps = [
        format!("make the next key in {}", folder.display()),
        "add its public half to the JWK Set".to_owned(),
    ];
    if explain(settings, steps)? {
        return Ok(ExitCode::Success);
    }
    let next_kid = read_next_name(settings)?;
    making::read_scheme(settings, None)?;
    let reader = KeyReader::new(settings, console)?;
    let _lock = FolderLock::take(&folder, console)?;
    let mut state = match State::find(&folder)? {
        Some(state) => state,
        None => take_in(&folder, gateway.as_ref(), settings, &reader, console)?,
    };
    let _other_lock = lock_of_set(&state, console)?;
    let mut making = Making {
        set: open_set(&state)?,
        settings,
        console,
        reader: &reader,
        gateway: gateway.as_ref(),
        next_kid,
    };
    let (key_id, path) = making.run(&mut state)?;
    tell(&state, &key_id, &path, gateway.as_ref(), settings, console)?;
    output::print(&format!(
        "{}\n{}\n",
        path.display(),
        state.set_path().display()
    ))?;
    Ok(ExitCode::Success)
}

/// The lock of the JWK Set's folder, where that is another one.
pub(super) fn lock_of_set(state: &State, console: &Console) -> Result<Option<FolderLock>> {
    let set = state.set_path();
    let real = fs::canonicalize(&set).unwrap_or(set);
    let folder = fs::canonicalize(folder_of(&real)).ok();
    match folder {
        Some(folder) if Some(&folder) != fs::canonicalize(&state.folder).ok().as_ref() => {
            FolderLock::take(&folder, console).map(Some)
        }
        _ => Ok(None),
    }
}

/// The JWK Set of a rotation, which has the active key in it.
pub(super) fn open_set(state: &State) -> Result<SetFile> {
    let path = state.set_path();
    let set = SetFile::open(&path)?;
    let active = state.rotation.active().key_id();
    if entry(&set, active).is_none() {
        return Err(Failure::new(
            ExitCode::Configuration,
            format!(
                "JWK Set {}: it has no key {active}, which signs; add it with: tokenring jwks add {} \
                 {} --kid {}",
                path.display(),
                shell_word(&path.display().to_string()),
                shell_word(
                    &state
                        .folder
                        .join(state.rotation.active().file())
                        .display()
                        .to_string()
                ),
                shell_word(active.as_str())
            ),
        ));
    }
    Ok(set)
}

pub(super) fn entry<'s>(set: &'s SetFile, key_id: &KeyId) -> Option<&'s JwkSetEntry> {
    let mut entries = set.document.entries().iter();
    entries.find(|entry| entry.key_id() == Some(key_id))
}

pub(super) fn public_key_of<'s>(set: &'s SetFile, key_id: &KeyId) -> Option<&'s PublicKey> {
    entry(set, key_id)?
        .jwk()
        .ok()
        .map(tokenring_jwk::Jwk::public_key)
}

/// Begins a state with the key that is in use.
fn take_in(
    folder: &Path,
    gateway: Option<&Gateway>,
    settings: &Settings<'_>,
    reader: &KeyReader,
    console: &Console,
) -> Result<State> {
    let path = settings.path("private-key")?.map(|path| path.into_value());
    let Some(path) = path.filter(|path| !path.is_dir()) else {
        return Err(Failure::usage(format!(
            "{} has no {} yet; name the key in use with --private-key FILE",
            folder.display(),
            Rotation::FILE_NAME
        )));
    };
    let same = |one: &Path, other: &Path| match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    if !same(folder_of(&path), folder) {
        return Err(Failure::usage(format!(
            "the key {} is not in the folder {}; put it there, where the next keys come too",
            path.display(),
            folder.display()
        )));
    }
    let key = AnyKey::read(&path, reader)?;
    if key.private_key.is_none() {
        return Err(Failure::new(
            ExitCode::Configuration,
            format!("{} is a public key; name the private key", path.display()),
        ));
    }
    let stated = settings
        .text("kid")?
        .map(|text| KeyId::new(text.into_value()));
    let Some(key_id) = stated.or_else(|| key.own_name()) else {
        return Err(Failure::usage(format!(
            "what the key {} is called is not known; give its key identifier with --kid KID",
            path.display()
        )));
    };
    let set_path = set_path(folder, &path, settings)?;
    let mut set = SetFile::open_or_new(&set_path)?;
    match (set.is_new(), public_key_of(&set, &key_id)) {
        (true, _) => {
            let algorithm = key.algorithm.or_else(|| {
                gateway?
                    .assertion()
                    .default_algorithm(key.public_key.key_type())
            });
            let plan = Plan::read(settings, gateway, &key.public_key, algorithm, false)?;
            let jwk = plan.jwk(&key.public_key, &key_id)?;
            set.document
                .add(&jwk)
                .map_err(|error| crate::set_file::unusable(&set_path, &error))?;
            set.save()?;
        }
        (false, Some(public_key)) if *public_key == key.public_key => {}
        (false, found) => {
            let problem = match found {
                Some(_) => "holds another key under that name",
                None => "does not hold it",
            };
            return Err(Failure::new(
                ExitCode::Configuration,
                format!(
                    "the key in use is {key_id}, and {} {problem}, so that it is not what the gateway \
                     has; name the JWK Set that is with --jwk-set, and the key with --kid",
                    set_path.display()
                ),
            ));
        }
    }
    let file = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    // For how old a key is, its file is the best witness there is.
    let written = fs::metadata(&path).and_then(|metadata| metadata.modified());
    let made = written.unwrap_or_else(|_| SystemTime::now());
    let made = Timestamp::from(made).min(super::now()?);
    let name = relative(folder, &set_path);
    let rotation =
        Rotation::new(name, key_id.clone(), file, made).map_err(|error| refused(&error))?;
    let state = State {
        folder: folder.to_owned(),
        rotation,
    };
    state.save()?;
    console.say(format_args!("Took in key {key_id}, which signs"));
    Ok(state)
}

fn set_path(folder: &Path, key: &Path, settings: &Settings<'_>) -> Result<PathBuf> {
    if let Some(path) = settings.path("jwk-set")? {
        return Ok(path.into_value());
    }
    let beside = key.with_extension("json");
    if beside.is_file() {
        return Ok(beside);
    }
    Ok(folder.join("jwks.json"))
}

/// A path as the state file has it: from its folder, where that can be.
fn relative(folder: &Path, path: &Path) -> String {
    let absolute = |path: &Path| {
        let name = path.file_name()?;
        Some(fs::canonicalize(folder_of(path)).ok()?.join(name))
    };
    let (Some(real), Ok(folder)) = (absolute(path), fs::canonicalize(folder)) else {
        return path.display().to_string();
    };
    let inside = real.strip_prefix(folder).unwrap_or(&real);
    inside.display().to_string()
}

struct Making<'m> {
    set: SetFile,
    settings: &'m Settings<'m>,
    console: &'m Console,
    reader: &'m KeyReader,
    gateway: Option<&'m Gateway>,
    next_kid: Option<KeyId>,
}

/// The name that is asked for.
fn read_next_name(settings: &Settings<'_>) -> Result<Option<KeyId>> {
    let Some(text) = settings.text("next-kid")? else {
        return Ok(None);
    };
    let key_id = text.parse("next-kid", |text| {
        let key_id = KeyId::new(text.as_str());
        key_files::check_file_name(&key_id).map(|()| key_id)
    })?;
    Ok(Some(key_id.into_value()))
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
                self.console.say(format_args!("Going on with key {key_id}"));
                let key = AnyKey::read(&path, self.reader)?;
                self.finish(state, &key_id, &key.public_key)?;
                return Ok((key_id, path));
            }
            // Nobody has ever seen a key of this name.
            state.rotation.abandon_making();
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
        let begun = state.rotation.begin(key_id.clone(), file, super::now()?);
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
        Plan::read(
            self.settings,
            self.gateway,
            jwk.public_key(),
            algorithm,
            is_encrypted,
        )
    }

    fn is_active_encrypted(&self, state: &State) -> Result<bool> {
        let path = state.folder.join(state.rotation.active().file());
        let (contents, _) = crate::key_input::contents(&path)?;
        let is_encrypted = tokenring_jwk::KeyFile::new(&contents).is_encrypted();
        if is_encrypted {
            // One passphrase opens both, and here it proves to be the right one.
            AnyKey::read(&path, self.reader)?;
        }
        Ok(is_encrypted)
    }

    /// The name that is asked for, or the next that nothing has had.
    fn next_name(&self, state: &State) -> KeyId {
        if let Some(key_id) = &self.next_kid {
            return key_id.clone();
        }
        let newest = state.rotation.keys().last();
        let newest = newest.unwrap_or_else(|| state.rotation.active());
        next_key_id(newest.key_id(), |key_id| {
            state.rotation.find(key_id).is_some()
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
                added.map_err(|error| crate::set_file::unusable(&path, &error))?;
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

/// The name of a key's file; a hash may begin as no file should.
fn file_name(key_id: &KeyId) -> String {
    match key_files::check_file_name(key_id) {
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
    settings: &Settings<'_>,
    console: &Console,
) -> Result<()> {
    let active = state.rotation.active().key_id();
    let set = state.set_path();
    console.say(format_args!(
        "Made key {key_id}, {}: keep it secret. Key {active} goes on signing.",
        path.display()
    ));
    let named = gateway.map(|gateway| format!(" --gateway {}", shell_word(gateway.name())));
    let named = named.unwrap_or_default();
    let waits = match times::cache(gateway, settings)? {
        Some(cache) => format!(
            "once it has been there for {} s, which the next command waits for",
            cache.as_secs()
        ),
        None => "once the gateway has fetched it".into(),
    };
    console.say(format_args!(
        "What to do next:\n  1. Publish {}, which has both keys.\n  2. Let the new key sign {waits}: \
         tokenring rotate activate {}{named} --jwks-url URL --wait\n  3. Later, take the old key \
         away: tokenring rotate retire {}{named}",
        set.display(),
        state.option(),
        state.option()
    ));
    Ok(())
}
