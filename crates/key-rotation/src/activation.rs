use std::time::Duration;

use tokenring_jwk::{Jwk, JwkSetDocument, KeyId};

use crate::folder_state::{FolderState, public_key_of};
use crate::{Error, Event, Readiness, RotationDriver, Stage, Timestamp};

/// When [`RotationDriver::activate`] lets the new key sign.
#[derive(Clone, Copy, Debug)]
pub struct Activation<'a> {
    cache: Duration,
    sight: Sight<'a>,
    force: bool,
}

/// What is known of the published JWK Set.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub enum Sight<'s> {
    /// Nothing but what the state file has.
    #[default]
    None,
    /// The new key has been in it since this moment.
    Since(Timestamp),
    /// This is it, as it was fetched just now.
    Fetched(&'s JwkSetDocument),
    /// It could not be fetched. What was seen before still counts.
    Failed,
}

/// Moments are whole seconds, and the one of a sight may be nearly one too early.
const ROUNDING: Duration = Duration::from_secs(1);

impl<'a> Activation<'a> {
    /// Waits for as long as a copy of the published JWK Set can be kept: the gateway's cache, and
    /// the caches on the way to it.
    #[must_use]
    pub const fn new(cache: Duration) -> Self {
        Self {
            cache,
            sight: Sight::None,
            force: false,
        }
    }

    /// Says what is known of the published JWK Set. Defaults to nothing.
    #[must_use]
    pub const fn with_sight(mut self, sight: Sight<'a>) -> Self {
        self.sight = sight;
        self
    }

    /// Activates the key even if it is too early. The gateway may reject what it signs. Defaults
    /// to an error.
    #[must_use]
    pub const fn forced(mut self) -> Self {
        self.force = true;
        self
    }
}

impl RotationDriver {
    /// Lets the waiting key sign, if the published JWK Set has had it for long enough. Notes what
    /// is known of the set either way.
    ///
    /// # Errors
    ///
    /// What can be tried again later: [`Error::TooEarly`], [`Error::NotPublished`],
    /// [`Error::NotInPublishedSet`] and [`Error::PublishedSetUnavailable`]. Otherwise
    /// [`Error::NothingWaits`], [`Error::MakingInterrupted`], [`Error::PublishedBeforeMade`],
    /// [`Error::CannotSign`] and what is wrong with the files.
    pub fn activate(&self, activation: &Activation<'_>, now: Timestamp) -> Result<KeyId, Error> {
        let _lock = self.lock(self.folder())?;
        let mut state = FolderState::load(self.folder())?;
        let next = state.rotation.next().ok_or(Error::NothingWaits)?;
        let key_id = next.key_id().clone();
        if next.stage() == Stage::Making {
            return Err(Error::MakingInterrupted { key_id });
        }
        let before = state.rotation.clone();
        let problem = self.note(&mut state, &key_id, activation.sight, now)?;
        if state.rotation != before {
            state.save()?;
        }
        let rounding = match activation.cache.is_zero() {
            true => Duration::ZERO,
            false => ROUNDING,
        };
        let wait = activation.cache + rounding;
        let readiness = state.rotation.activation(wait, now)?;
        match (problem, readiness) {
            (None, Readiness::Ready) => {}
            (_, readiness) if activation.force => {
                if readiness != Readiness::Ready {
                    self.report(&Event::ActivatedEarly {
                        key_id: &key_id,
                        readiness,
                        cache: activation.cache,
                        now,
                    });
                }
            }
            (Some(problem), _) => return Err(problem),
            (None, Readiness::From(from)) => return Err(Error::TooEarly { key_id, from }),
            (None, Readiness::NotPublished) => return Err(Error::NotPublished { key_id }),
        }
        if let Some(next) = state.rotation.next() {
            state.check_key(next, self)?;
        }
        state.rotation.activate(now)?;
        state.save()?;
        Ok(key_id)
    }

    /// Notes since when the key is published; says why it is not.
    fn note(
        &self,
        state: &mut FolderState,
        key_id: &KeyId,
        sight: Sight<'_>,
        now: Timestamp,
    ) -> Result<Option<Error>, Error> {
        if let Sight::Since(published) = sight {
            let made = state.rotation.find(key_id).map(|key| key.made());
            if made.is_some_and(|made| published < made.min(now)) {
                return Err(Error::PublishedBeforeMade {
                    key_id: key_id.clone(),
                });
            }
            state.rotation.forget_published();
            state.rotation.note_published(published);
            return Ok(None);
        }
        // The clock was ahead when that was noted: nobody knows when it was, and the time
        // counts from the next look.
        let noted = state.rotation.next().and_then(|next| next.published());
        if noted.is_some_and(|noted| noted > now) {
            state.rotation.forget_published();
        }
        let published = match sight {
            Sight::Fetched(published) => published,
            // A server that is away for a while takes no key away.
            Sight::Failed => {
                return Ok(Some(Error::PublishedSetUnavailable {
                    key_id: key_id.clone(),
                }));
            }
            Sight::None | Sight::Since(_) => return Ok(None),
        };
        let own = state.read_set(self)?;
        let expected = public_key_of(&own, key_id);
        let mut entries = published.entries().iter();
        let is_published = entries.any(|entry| {
            let public_key = entry.jwk().ok().map(Jwk::public_key);
            entry.key_id() == Some(key_id) && public_key.is_some() && public_key == expected
        });
        if is_published {
            state.rotation.note_published(now);
            return Ok(None);
        }
        state.rotation.forget_published();
        Ok(Some(Error::NotInPublishedSet {
            key_id: key_id.clone(),
            jwk_set: state.set_path(),
        }))
    }
}
