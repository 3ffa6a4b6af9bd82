//! The end of a key, and what is kept of it.

use std::time::Duration;

use tokenring_jwk::KeyId;

use crate::key_id_sequence::{is_later, is_same_sequence};
use crate::{Error, Readiness, RotatingKey, Rotation, Stage, Timestamp};

/// So many keys that are retired are kept; of others only the last name is.
const KEPT: usize = 10;
/// So many sequences of names.
const SEQUENCES: usize = 32;
impl Rotation {
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

    /// Tells whether a key had this identifier, as far as is known: of the keys that are not
    /// kept the last of each sequence of names counts, and all that come before it.
    #[must_use]
    pub fn is_used(&self, key_id: &KeyId) -> bool {
        let was_before = |used: &KeyId| is_same_sequence(key_id, used) && !is_later(key_id, used);
        self.find(key_id).is_some() || self.used.iter().any(was_before)
    }

    /// Keeps the last keys that are retired.
    pub(crate) fn forget_old_keys(&mut self) {
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

    fn change(&mut self, key_id: &KeyId, change: impl FnOnce(&mut RotatingKey)) {
        let mut keys = self.keys.iter_mut();
        if let Some(key) = keys.find(|key| key.key_id == *key_id) {
            change(key);
        }
    }
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
