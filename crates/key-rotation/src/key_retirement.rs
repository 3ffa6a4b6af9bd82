use std::path::PathBuf;
use std::time::Duration;

use tokenring_jwk::KeyId;

use crate::deletion::Deletion;
use crate::folder_state::{FolderState, entry};
use crate::key_in_use::unusable_set;
use crate::{Error, Event, Readiness, RotationDriver, Stage, Timestamp};

/// Which key [`RotationDriver::retire`] takes out of the JWK Set, and when.
#[derive(Clone, Debug)]
pub struct Retirement {
    key_id: Option<KeyId>,
    drain: Duration,
    force: bool,
    deletes_key: bool,
}

/// What [`RotationDriver::retire`] has done.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetiredKey {
    /// The key.
    pub key_id: KeyId,
    /// The JWK Set to publish, which does not have the key any more.
    pub jwk_set: PathBuf,
}

impl Retirement {
    /// How long assertions are under way at a gateway of which nothing is known: twice the longest
    /// lifetime that most take.
    pub const USUAL_DRAIN_TIME: Duration = Duration::from_secs(600);

    /// Waits for as long as an assertion can be under way, from when the key stopped signing.
    #[must_use]
    pub const fn new(drain: Duration) -> Self {
        Self {
            key_id: None,
            drain,
            force: false,
            deletes_key: false,
        }
    }

    /// Names the key. Defaults to the oldest one that does not sign any more.
    ///
    /// A new key that was never activated can be named as well: that ends the rotation.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<KeyId>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Retires the key even if it is too early. The gateway may reject what it has signed.
    /// Defaults to an error.
    #[must_use]
    pub const fn forced(mut self) -> Self {
        self.force = true;
        self
    }

    /// Deletes the files of the private key, too. Defaults to leaving them.
    #[must_use]
    pub const fn deleting_key(mut self) -> Self {
        self.deletes_key = true;
        self
    }
}

impl RotationDriver {
    /// Takes a key out of the JWK Set, which is to be published again then.
    ///
    /// # Errors
    ///
    /// What can be tried again later: [`Error::TooEarly`]. Otherwise [`Error::CannotSign`] where
    /// the active key could not, [`Error::NothingToRetire`], [`Error::UnknownKey`],
    /// [`Error::WrongStage`], [`Error::NotDeleted`] and what is wrong with the files.
    pub fn retire(&self, retirement: &Retirement, now: Timestamp) -> Result<RetiredKey, Error> {
        let _lock = self.lock(self.folder())?;
        let mut state = FolderState::load(self.folder())?;
        let _other_lock = state.lock_of_set(self)?;
        // Without a key that signs, the old one may be the last that does.
        state.check_key(state.rotation.active(), self)?;
        let key_id = match &retirement.key_id {
            Some(key_id) => key_id.clone(),
            None => next_to_retire(&state).ok_or(Error::NothingToRetire)?,
        };
        let retired = RetiredKey {
            key_id: key_id.clone(),
            jwk_set: state.set_path(),
        };
        let key = state.rotation.find(&key_id);
        // What can't be deleted is said before anything is changed.
        let deletion = match key.filter(|_| retirement.deletes_key) {
            Some(key) => Some(Deletion::of(key, &state, self)?),
            None => None,
        };
        let is_retired = key.is_some_and(|key| key.stage() == Stage::Retired);
        if let (true, Some(deletion)) = (is_retired, &deletion) {
            // Asked for later than the retirement.
            deletion.run(self)?;
            return Ok(retired);
        }
        match state.rotation.retirement(&key_id, retirement.drain, now)? {
            Readiness::From(from) if !retirement.force => {
                return Err(Error::TooEarly { key_id, from });
            }
            Readiness::From(from) => self.report(&Event::RetiredEarly {
                key_id: &key_id,
                from,
            }),
            _ => {}
        }
        state.rotation.begin_retirement(&key_id)?;
        state.save()?;
        let mut set = state.open_set(self)?;
        if entry(&set, &key_id).is_some() {
            let removed = set.document.remove(&key_id);
            removed.map_err(|source| unusable_set(set.path(), source))?;
            set.save()?;
        }
        if let Some(deletion) = deletion {
            deletion.run(self)?;
        }
        state.rotation.finish_retirement(&key_id, now)?;
        state.save()?;
        Ok(retired)
    }
}

/// The key that is due; what was interrupted comes first.
fn next_to_retire(state: &FolderState) -> Option<KeyId> {
    let mut retirable: Vec<_> = state.rotation.retirable().collect();
    retirable.sort_by_key(|key| key.stage() != Stage::Retiring);
    retirable.first().map(|key| key.key_id().clone())
}
