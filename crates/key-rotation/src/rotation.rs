use std::collections::BTreeSet;
use std::time::Duration;

use tokenring_jwk::KeyId;

use crate::key_id_sequence::{is_later, is_same_sequence};
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
    jwk_set: String,
    keys: Vec<RotatingKey>,
    /// The last name of each sequence of names, of keys that are not kept.
    used: Vec<KeyId>,
}

/// So many keys that are retired are kept; of others only the last name is.
const KEPT: usize = 10;
/// So many sequences of names.
const SEQUENCES: usize = 32;
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

    /// The keys that can be retired, the oldest first: those that were superseded, and those
    /// whose retirement was interrupted.
    pub fn retirable(&self) -> impl Iterator<Item = &RotatingKey> {
        let stages = [Stage::Superseded, Stage::Retiring];
        self.keys
            .iter()
            .filter(move |key| stages.contains(&key.stage))
    }

    /// Tells whether a key can be taken out of the JWK Set: nothing that it has signed is under
    /// way any more.
    ///
    /// A waiting key has signed nothing and can go at any time.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownKey`] and [`Error::WrongStage`].
    pub fn retirement(
        &self,
        key_id: &KeyId,
        drain: Duration,
        now: Timestamp,
    ) -> Result<Readiness, Error> {
        let key = self.find(key_id).ok_or_else(|| unknown(key_id))?;
        match key.stage {
            Stage::Making | Stage::Waiting | Stage::Retiring => Ok(Readiness::Ready),
            Stage::Superseded => {
                let since = key.superseded.unwrap_or(key.made);
                Ok(Readiness::at(since.after(drain), now))
            }
            stage @ (Stage::Active | Stage::Retired) => Err(Error::WrongStage {
                key_id: key_id.clone(),
                stage,
            }),
        }
    }

    /// Begins to retire a key: it is about to be taken out of the JWK Set.
    ///
    /// # Errors
    ///
    /// As for [`Rotation::retirement`].
    pub fn begin_retirement(&mut self, key_id: &KeyId) -> Result<(), Error> {
        self.retirement(key_id, Duration::ZERO, Timestamp::from_seconds(u64::MAX))?;
        self.change(key_id, |key| key.stage = Stage::Retiring);
        Ok(())
    }

    /// Ends it: the JWK Set holds the key no more.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownKey`], and [`Error::WrongStage`] if the retirement has not begun.
    pub fn finish_retirement(&mut self, key_id: &KeyId, now: Timestamp) -> Result<(), Error> {
        match self.find(key_id).map(|key| key.stage) {
            None => return Err(unknown(key_id)),
            Some(Stage::Retiring) => {}
            Some(stage) => {
                return Err(Error::WrongStage {
                    key_id: key_id.clone(),
                    stage,
                });
            }
        }
        self.change(key_id, |key| {
            key.stage = Stage::Retired;
            key.retired = Some(now);
        });
        self.forget_old_keys();
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

    /// Tells whether a key had this identifier, as far as is known: of the keys that are not
    /// kept the last of each sequence of names counts, and all that come before it.
    #[must_use]
    pub fn is_used(&self, key_id: &KeyId) -> bool {
        let was_before = |used: &KeyId| is_same_sequence(key_id, used) && !is_later(key_id, used);
        self.find(key_id).is_some() || self.used.iter().any(was_before)
    }

    /// Keeps the last keys that are retired.
    fn forget_old_keys(&mut self) {
        let is_retired = |key: &RotatingKey| key.stage == Stage::Retired;
        let count = self.keys.iter().filter(|key| is_retired(key)).count();
        let mut surplus = count.saturating_sub(KEPT);
        let mut forgotten = Vec::new();
        self.keys.retain(|key| {
            let is_forgotten = surplus > 0 && is_retired(key);
            if is_forgotten {
                surplus -= 1;
                forgotten.push(key.key_id.clone());
            }
            !is_forgotten
        });
        for key_id in forgotten {
            self.remember(key_id);
        }
    }

    /// Notes a name that is never used again, in place of those before it.
    fn remember(&mut self, key_id: KeyId) {
        // No other key has the same hash.
        if is_hash(key_id.as_str()) || self.used.iter().any(|used| is_later(used, &key_id)) {
            return;
        }
        self.used.retain(|used| !is_same_sequence(used, &key_id));
        self.used.push(key_id);
        let surplus = self.used.len().saturating_sub(SEQUENCES);
        self.used.drain(..surplus);
    }

    fn waiting(&mut self) -> Option<&mut RotatingKey> {
        let mut keys = self.keys.iter_mut();
        keys.find(|key| key.stage == Stage::Waiting)
    }

    fn change(&mut self, key_id: &KeyId, change: impl FnOnce(&mut RotatingKey)) {
        let mut keys = self.keys.iter_mut();
        if let Some(key) = keys.find(|key| key.key_id == *key_id) {
            change(key);
        }
    }
}

fn check_length(what: &'static str, text: &str) -> Result<(), Error> {
    if text.len() > LONGEST_TEXT {
        return Err(Error::TooLong { what });
    }
    Ok(())
}

/// Whether a name has the form of a SHA-256 hash in base64url (RFC 7638 section 3).
fn is_hash(text: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.len() == 43 && text.bytes().all(is_base64url)
}

fn unknown(key_id: &KeyId) -> Error {
    Error::UnknownKey {
        key_id: key_id.clone(),
    }
}
