mod text;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokenring_jwk::KeyId;

use crate::folder_state::{FolderState, entry};
use crate::{Error, Readiness, RotatingKey, Rotation, RotationDriver, Stage, Timestamp};

/// How far the rotation of a folder is, and what comes next.
#[derive(Debug)]
#[non_exhaustive]
pub struct RotationStatus {
    /// The keys and their stages.
    pub rotation: Rotation,
    /// The state file.
    pub state_file: PathBuf,
    /// The JWK Set that is published.
    pub jwk_set: PathBuf,
    /// Whether the waiting key can sign, if there is one and the cache time is known.
    pub readiness: Option<Readiness>,
    /// What to do next.
    pub next_step: NextStep,
    /// What nobody should leave as it is.
    pub warnings: Vec<StatusWarning>,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextStep {
    /// Nothing, until a new key is wanted.
    None,
    /// Put the files of the keys back, or begin with the key that is in use in fact.
    Recover,
    /// Begin again, as the making of this key was interrupted.
    Continue(KeyId),
    /// Publish the JWK Set, which has the key.
    Publish(KeyId),
    /// Activate the key, from this moment on.
    ActivateFrom(KeyId, Timestamp),
    /// Activate the key.
    Activate(KeyId),
    /// Find out how long the gateway keeps its copy of the JWK Set. The key has been published
    /// since this moment.
    LearnCacheTime(KeyId, Timestamp),
    /// Retire the key.
    Retire(KeyId),
}

/// What nobody should leave as it is.
#[derive(Debug)]
#[non_exhaustive]
pub enum StatusWarning {
    /// The active key is older than a year.
    OldKey {
        /// The key.
        key_id: KeyId,
        /// How long ago it was made.
        age: Duration,
    },
    /// A key has been at a stage for so long that the next step was forgotten.
    Forgotten {
        /// The key.
        key_id: KeyId,
        /// Its stage.
        stage: Stage,
        /// For how long.
        time: Duration,
    },
    /// A private key's file does not exist.
    FileMissing {
        /// The file.
        path: PathBuf,
    },
    /// The JWK Set lacks a key that it should have.
    NotInSet {
        /// The set's file.
        jwk_set: PathBuf,
        /// The key.
        key_id: KeyId,
    },
    /// The JWK Set cannot be used.
    Set(Error),
}

impl RotationStatus {
    /// The status as JSON, without the next step and the warnings, which are for words.
    #[must_use]
    pub fn to_json(&self, now: Timestamp) -> Value {
        let moment = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string());
        let folder = self.state_file.parent().unwrap_or(Path::new(""));
        let keys = self.rotation.keys().iter().map(|key| {
            json!({
                "kid": key.key_id().as_str(),
                "file": folder.join(key.file()).display().to_string(),
                "stage": key.stage().name(),
                "age-days": now.since(key.made()).as_secs() / DAY.as_secs(),
                "made": key.made().to_string(),
                "published": moment(key.published()),
                "activated": moment(key.activated()),
                "superseded": moment(key.superseded()),
                "retired": moment(key.retired()),
            })
        });
        let from = match self.readiness {
            Some(Readiness::From(from)) => Some(from),
            _ => None,
        };
        json!({
            "state": self.state_file.display().to_string(),
            "jwk-set": self.jwk_set.display().to_string(),
            "active": self.rotation.active().key_id().as_str(),
            "next": self.rotation.next().map(|key| key.key_id().as_str()),
            "can-activate": self.readiness.is_some_and(Readiness::is_ready),
            "can-activate-from": moment(from),
            "keys": keys.collect::<Vec<Value>>(),
        })
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A step that has not been taken for longer was forgotten.
const FORGOTTEN: Duration = DAY.saturating_mul(30);

impl RotationDriver {
    /// A key that signs for longer than this, a year, is due to be replaced.
    pub const OLD_KEY: Duration = DAY.saturating_mul(365);

    /// Reads how far the rotation is. It changes nothing.
    ///
    /// The cache time is how long the gateway keeps its copy of the JWK Set, if that is known.
    ///
    /// # Errors
    ///
    /// [`Error::NotRotated`] and [`Error::State`].
    pub fn status(&self, cache: Option<Duration>, now: Timestamp) -> Result<RotationStatus, Error> {
        let state = FolderState::load(self.folder())?;
        let readiness = readiness(&state.rotation, cache, now);
        Ok(RotationStatus {
            readiness,
            next_step: next_step(&state, readiness, now),
            warnings: self.warnings(&state, now),
            state_file: state.path(),
            jwk_set: state.set_path(),
            rotation: state.rotation,
        })
    }

    fn warnings(&self, state: &FolderState, now: Timestamp) -> Vec<StatusWarning> {
        let mut warnings = Vec::new();
        let active = state.rotation.active();
        let age = now.since(active.made());
        if age > Self::OLD_KEY {
            let key_id = active.key_id().clone();
            warnings.push(StatusWarning::OldKey { key_id, age });
        }
        for key in state.rotation.keys() {
            let since = match key.stage() {
                Stage::Waiting => key.made(),
                Stage::Superseded => key.superseded().unwrap_or_else(|| key.made()),
                _ => continue,
            };
            let time = now.since(since);
            if time > FORGOTTEN {
                warnings.push(StatusWarning::Forgotten {
                    key_id: key.key_id().clone(),
                    stage: key.stage(),
                    time,
                });
            }
        }
        self.find_missing(state, &mut warnings);
        warnings
    }

    /// What is not where the state says it is.
    fn find_missing(&self, state: &FolderState, warnings: &mut Vec<StatusWarning>) {
        let keys = || state.rotation.keys().iter();
        let has_file = [Stage::Waiting, Stage::Active, Stage::Superseded];
        for key in keys().filter(|key| has_file.contains(&key.stage())) {
            let path = state.key_path(key);
            if !path.exists() {
                warnings.push(StatusWarning::FileMissing { path });
            }
        }
        let set = match state.open_set(self) {
            Ok(set) => set,
            Err(error) => return warnings.push(StatusWarning::Set(error)),
        };
        let is_published = [Stage::Waiting, Stage::Superseded];
        for key in keys().filter(|key| is_published.contains(&key.stage())) {
            if entry(&set, key.key_id()).is_none() {
                warnings.push(StatusWarning::NotInSet {
                    jwk_set: set.path().to_owned(),
                    key_id: key.key_id().clone(),
                });
            }
        }
    }
}

/// Whether the waiting key can sign, if there is one and the time is known.
fn readiness(rotation: &Rotation, cache: Option<Duration>, now: Timestamp) -> Option<Readiness> {
    let published = rotation.next()?.published();
    // The clock was ahead then.
    if published.is_some_and(|published| published > now) {
        return Some(Readiness::NotPublished);
    }
    rotation.activation(cache?, now).ok()
}

fn next_step(state: &FolderState, readiness: Option<Readiness>, now: Timestamp) -> NextStep {
    let rotation = &state.rotation;
    let is_gone = |key: &RotatingKey| !state.key_path(key).exists();
    if is_gone(rotation.active()) && rotation.next().is_none_or(is_gone) {
        return NextStep::Recover;
    }
    let Some(next) = rotation.next() else {
        let old = rotation.retirable().next();
        return old.map_or(NextStep::None, |old| NextStep::Retire(old.key_id().clone()));
    };
    let key_id = next.key_id().clone();
    if next.stage() == Stage::Making {
        return NextStep::Continue(key_id);
    }
    let published = next.published().filter(|published| *published <= now);
    match (published, readiness) {
        (None, _) => NextStep::Publish(key_id),
        (Some(_), Some(Readiness::From(from))) => NextStep::ActivateFrom(key_id, from),
        (Some(_), Some(_)) => NextStep::Activate(key_id),
        (Some(published), None) => NextStep::LearnCacheTime(key_id, published),
    }
}
