use std::collections::BTreeSet;
use std::time::Duration;

use tokenring_jwk::KeyId;

use crate::{Error, Readiness, RotatingKey, Stage, Timestamp, state_file};

/// The state of one client's keys, and the steps from each state to the next.
///
/// It reads no clock and touches no file. Whoever takes a step writes
/// [`Rotation::to_json`] before and after what the step does to other files, so that a crash in
/// between leaves a state from which the step can be taken again.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tokenring_key_rotation::{Rotation, Stage, Timestamp, next_key_id};
///
/// let day = |n: u64| Timestamp::from_seconds(1_800_000_000 + n * 86_400);
/// let mut rotation = Rotation::new("jwks.json", "int-1".into(), "int-1.pem", day(0))?;
/// let next = next_key_id(rotation.active().key_id(), |_| false);
/// rotation.begin(next, "int-2.pem", day(300))?;
/// // … the key and the JWK Set are written, and the set is published …
/// rotation.finish_making()?;
/// rotation.note_published(day(301));
/// let cache = Duration::from_secs(3600);
/// assert!(rotation.activation(cache, day(302))?.is_ready());
/// rotation.activate(day(302))?;
/// assert_eq!(rotation.active().key_id().as_str(), "int-2");
/// # Ok::<(), tokenring_key_rotation::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rotation {
    pub(crate) jwk_set: String,
    pub(crate) keys: Vec<RotatingKey>,
    /// The last name of each sequence of names, of keys that are not kept.
    pub(crate) used: Vec<KeyId>,
}

/// So many keys can be in the JWK Set.
const MOST_KEYS: usize = 100;
/// So many bytes a kid or a path can have, so that any state can be read again.
const LONGEST_TEXT: usize = 4096;

impl Rotation {
    /// The name of the state file, in the folder of the keys.
    pub const FILE_NAME: &'static str = "rotation.json";

    /// No state file that this version writes is larger, in bytes; those of former versions
    /// grew with each rotation, and become small when they are written again.
    pub const LARGEST_FILE: u64 = 4 * 1024 * 1024;

    /// Takes in the key that signs today and is in the published JWK Set.
    ///
    /// # Errors
    ///
    /// [`Error::FileName`] for a file that is not in the folder, and [`Error::TooLong`].
    pub fn new(
        jwk_set: impl Into<String>,
        key_id: KeyId,
        file: impl Into<String>,
        made: Timestamp,
    ) -> Result<Self, Error> {
        let (jwk_set, file) = (jwk_set.into(), file.into());
        state_file::check_file_name(&file)?;
        check_length("path of the JWK Set", &jwk_set)?;
        check_length("key ID", key_id.as_str())?;
        Ok(Self {
            jwk_set,
            used: Vec::new(),
            keys: vec![RotatingKey {
                key_id,
                file,
                stage: Stage::Active,
                made,
                published: Some(made),
                activated: Some(made),
                superseded: None,
                retired: None,
            }],
        })
    }

    /// Reads a state file.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], [`Error::Timestamp`], [`Error::FileName`] and
    /// [`Error::Contradiction`], for a file that somebody has changed.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::check(state_file::read(text)?)
    }

    /// Reads the keys that are not retired, which are those that a program can sign with. It
    /// costs nothing for those that are.
    pub(crate) fn parse_current(text: &str) -> Result<Self, Error> {
        match state_file::read_current(text) {
            Some(state) => Self::check(state),
            // The reader of everything knows what is wrong.
            None => Self::parse(text),
        }
    }

    fn check(state: state_file::State) -> Result<Self, Error> {
        let state_file::State {
            jwk_set,
            keys,
            used,
        } = state;
        let count = |stages: &[Stage]| {
            keys.iter()
                .filter(|key| stages.contains(&key.stage))
                .count()
        };
        let names: BTreeSet<_> = keys.iter().map(|key| key.key_id.as_str()).collect();
        let problem = if count(&[Stage::Active]) != 1 {
            "exactly one key is active"
        } else if count(&[Stage::Making, Stage::Waiting]) > 1 {
            "at most one key is waiting or in the making"
        } else if names.len() != keys.len() {
            "no two keys have the same kid"
        } else {
            let mut rotation = Self {
                jwk_set,
                keys,
                used,
            };
            rotation.forget_old_keys();
            return Ok(rotation);
        };
        Err(Error::Contradiction { problem })
    }

    /// Writes the state file.
    #[must_use]
    pub fn to_json(&self) -> String {
        state_file::write(&self.jwk_set, &self.keys, &self.used)
    }

    /// The path of the JWK Set that is published, from the folder of the state file.
    #[must_use]
    pub fn jwk_set(&self) -> &str {
        &self.jwk_set
    }

    /// All keys, the oldest first, with the last ten of those that are retired.
    #[must_use]
    pub fn keys(&self) -> &[RotatingKey] {
        &self.keys
    }

    /// The key that signs.
    ///
    /// # Panics
    ///
    /// Never: there is always one, from [`Rotation::new`] on.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "every way to a rotation makes sure of an active key"
    )]
    pub fn active(&self) -> &RotatingKey {
        let active = |key: &&RotatingKey| key.stage == Stage::Active;
        self.keys.iter().find(active).unwrap_or(&self.keys[0])
    }

    /// The key that is to sign next, if a rotation is under way.
    #[must_use]
    pub fn next(&self) -> Option<&RotatingKey> {
        let next = |key: &&RotatingKey| matches!(key.stage, Stage::Making | Stage::Waiting);
        self.keys.iter().find(next)
    }

    /// The key of this identifier.
    #[must_use]
    pub fn find(&self, key_id: &KeyId) -> Option<&RotatingKey> {
        self.keys.iter().find(|key| key.key_id == *key_id)
    }

    /// Begins: reserves the name of the next key, which is then [`Stage::Making`].
    ///
    /// # Errors
    ///
    /// [`Error::UnderWay`], [`Error::UsedKeyId`], [`Error::FileName`], [`Error::TooLong`] and
    /// [`Error::TooManyKeys`].
    pub fn begin(
        &mut self,
        key_id: KeyId,
        file: impl Into<String>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let file = file.into();
        state_file::check_file_name(&file)?;
        if let Some(next) = self.next() {
            return Err(Error::UnderWay {
                key_id: next.key_id.clone(),
            });
        }
        if self.is_used(&key_id) {
            return Err(Error::UsedKeyId { key_id });
        }
        check_length("key ID", key_id.as_str())?;
        let is_current = |key: &&RotatingKey| key.stage != Stage::Retired;
        if self.keys.iter().filter(is_current).count() >= MOST_KEYS {
            return Err(Error::TooManyKeys);
        }
        self.keys.push(RotatingKey {
            key_id,
            file,
            stage: Stage::Making,
            made: now,
            published: None,
            activated: None,
            superseded: None,
            retired: None,
        });
        Ok(())
    }

    /// Gives a reserved name back, because no key came to bear it.
    ///
    /// Only for a key whose file was never written: any other may have been published.
    pub fn abandon_making(&mut self) {
        self.keys.retain(|key| key.stage != Stage::Making);
    }

    /// Ends the making: the key's file is written, and the JWK Set holds it.
    ///
    /// # Errors
    ///
    /// [`Error::NothingWaits`] if no key is in the making.
    pub fn finish_making(&mut self) -> Result<(), Error> {
        let mut keys = self.keys.iter_mut();
        match keys.find(|key| key.stage == Stage::Making) {
            Some(key) => {
                key.stage = Stage::Waiting;
                Ok(())
            }
            None => Err(Error::NothingWaits),
        }
    }

    /// Notes that the published JWK Set was seen to hold the waiting key.
    ///
    /// The first sight counts: from it on the gateway's cache runs out.
    pub fn note_published(&mut self, seen: Timestamp) {
        if let Some(key) = self.waiting() {
            key.published.get_or_insert(seen);
        }
    }

    /// Forgets such a sight: the published JWK Set does not hold the waiting key, or no more.
    pub fn forget_published(&mut self) {
        if let Some(key) = self.waiting() {
            key.published = None;
        }
    }

    /// Tells whether the waiting key can sign: the published set has held it for longer than
    /// any copy of the set is kept.
    ///
    /// # Errors
    ///
    /// [`Error::NothingWaits`].
    pub fn activation(&self, cache: Duration, now: Timestamp) -> Result<Readiness, Error> {
        let mut keys = self.keys.iter();
        let waiting = keys.find(|key| key.stage == Stage::Waiting);
        match waiting.ok_or(Error::NothingWaits)?.published {
            None => Ok(Readiness::NotPublished),
            Some(published) => Ok(Readiness::at(published.after(cache), now)),
        }
    }

    /// Lets the waiting key sign, and the active one no more.
    ///
    /// It does not ask whether that is wise: [`Rotation::activation`] does.
    ///
    /// # Errors
    ///
    /// [`Error::NothingWaits`].
    pub fn activate(&mut self, now: Timestamp) -> Result<(), Error> {
        if self.waiting().is_none() {
            return Err(Error::NothingWaits);
        }
        for key in &mut self.keys {
            match key.stage {
                Stage::Active => {
                    key.stage = Stage::Superseded;
                    key.superseded = Some(now);
                }
                Stage::Waiting => {
                    key.stage = Stage::Active;
                    key.activated = Some(now);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Lets another key of the folder sign, because the state does not tell what is true: it
    /// was restored from a backup.
    ///
    /// The key that was active is superseded, to be retired like any other.
    ///
    /// # Errors
    ///
    /// [`Error::FileName`] and [`Error::TooLong`].
    pub fn adopt(
        &mut self,
        key_id: KeyId,
        file: impl Into<String>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Self { keys, .. } = Self::new(self.jwk_set.as_str(), key_id, file, now)?;
        for key in &mut self.keys {
            if key.stage == Stage::Active {
                key.stage = Stage::Superseded;
                key.superseded = Some(now);
            }
        }
        for adopted in keys {
            self.keys.retain(|key| key.key_id != adopted.key_id);
            self.keys.push(adopted);
        }
        Ok(())
    }

    fn waiting(&mut self) -> Option<&mut RotatingKey> {
        let mut keys = self.keys.iter_mut();
        keys.find(|key| key.stage == Stage::Waiting)
    }
}

fn check_length(what: &'static str, text: &str) -> Result<(), Error> {
    if text.len() > LONGEST_TEXT {
        return Err(Error::TooLong { what });
    }
    Ok(())
}
