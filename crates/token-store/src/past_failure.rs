use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::printable;
use zeroize::Zeroizing;

use crate::CacheKey;
use crate::sealed_object::SealedObject;

/// How a token request ended without a token.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FailureKind {
    /// No answer came from the token endpoint.
    Unreachable,
    /// The token endpoint answered, and refused.
    Refused,
    /// Anything else.
    Other,
}

impl FailureKind {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Unreachable, "unreachable"),
        (Self::Refused, "refused"),
        (Self::Other, "other"),
    ];
}

/// A token request that failed, told to the processes that would repeat it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PastFailure {
    id: String,
    kind: FailureKind,
    note: String,
    failed_at: NumericDate,
    cool_down: Duration,
    is_stated: bool,
    place: Option<PathBuf>,
}

/// What another process gets to read of a failure, in characters.
const LONGEST_NOTE: usize = 500;

impl PastFailure {
    /// The longest time for which a failed request is not repeated, five minutes.
    pub const LONGEST_COOL_DOWN: Duration = Duration::from_secs(300);

    /// The longest pause that a server can state, an hour. Longer ones count as this.
    pub const LONGEST_STATED_PAUSE: Duration = Duration::from_secs(3600);

    pub(crate) fn new(
        id: String,
        kind: FailureKind,
        note: &str,
        failed_at: NumericDate,
        cool_down: Duration,
    ) -> Self {
        Self {
            id,
            kind,
            note: printable(note)
                .to_string()
                .chars()
                .take(LONGEST_NOTE)
                .collect(),
            failed_at,
            cool_down: cool_down.min(Self::LONGEST_COOL_DOWN),
            is_stated: false,
            place: None,
        }
    }

    /// Takes the server's word for how long the request is not to be repeated.
    pub(crate) fn with_stated_pause(mut self, pause: Duration) -> Self {
        self.cool_down = pause.min(Self::LONGEST_STATED_PAUSE);
        self.is_stated = true;
        self
    }

    /// Sets where the note of it lies, for people. Defaults to nowhere.
    #[must_use]
    pub fn with_place(mut self, place: impl Into<PathBuf>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// How it failed.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        self.kind
    }

    /// What the process that failed said of it, without control characters.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// When it failed, by this machine's clock.
    #[must_use]
    pub const fn failed_at(&self) -> NumericDate {
        self.failed_at
    }

    /// For how long after that the request is not repeated; whole seconds.
    #[must_use]
    pub const fn cool_down(&self) -> Duration {
        self.cool_down
    }

    /// Whether the server stated the cool-down, and may give a token after it
    /// (`Retry-After`). Calls that have the time wait for its end.
    #[must_use]
    pub const fn is_stated_pause(&self) -> bool {
        self.is_stated
    }

    /// The end of the cool-down, by this machine's clock.
    #[must_use]
    pub const fn ends_at(&self) -> NumericDate {
        let end = self.failed_at.as_seconds();
        NumericDate::from_seconds(end.saturating_add(self.cool_down.as_secs()))
    }

    /// Where the note of it lies, if the store says so.
    #[must_use]
    pub fn place(&self) -> Option<&Path> {
        self.place.as_deref()
    }

    /// Whether it keeps the request from being repeated.
    ///
    /// One from the future does not: the clock was set back.
    pub(crate) fn is_cooling(&self, now: NumericDate) -> bool {
        let age = now.as_seconds().checked_sub(self.failed_at.as_seconds());
        age.is_some_and(|age| age < self.cool_down.as_secs())
    }

    /// How long the request is not to be repeated from this moment on; whole seconds.
    #[must_use]
    pub fn cools_for(&self, now: NumericDate) -> Duration {
        let age = now.as_seconds().saturating_sub(self.failed_at.as_seconds());
        self.cool_down.saturating_sub(Duration::from_secs(age))
    }

    /// A text that differs for each failure.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Writes it as JSON under a seal, which finds damage and ties it to this key.
    #[must_use]
    pub fn to_bytes(&self, key: &CacheKey) -> Zeroizing<Vec<u8>> {
        self.write(key.as_str())
    }

    pub(crate) fn write(&self, hash: &str) -> Zeroizing<Vec<u8>> {
        let kind = FailureKind::ALL.iter().find(|(kind, _)| *kind == self.kind);
        let mut object = SealedObject::new();
        object.set("id", self.id.as_str());
        object.set("kind", kind.map_or("other", |(_, name)| name));
        object.set("note", self.note.as_str());
        object.set("failed_at", self.failed_at.as_seconds());
        object.set("cool_down", self.cool_down.as_secs());
        object.set_some("is_stated", self.is_stated.then_some(1));
        object.write(&purpose(hash))
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote for the same key; [`None`] for
    /// anything else.
    #[must_use]
    pub fn from_bytes(key: &CacheKey, bytes: &[u8]) -> Option<Self> {
        Self::read(key.as_str(), bytes)
    }

    pub(crate) fn read(hash: &str, bytes: &[u8]) -> Option<Self> {
        let mut object = SealedObject::parse(&purpose(hash), bytes)?;
        let name = object.text("kind")?;
        let kind = FailureKind::ALL.iter().find(|(_, other)| *other == name);
        let cool_down = Duration::from_secs(object.number("cool_down")?);
        let is_stated = object.number("is_stated") == Some(1);
        let failure = Self::new(
            object.string("id")?,
            kind.map_or(FailureKind::Other, |(kind, _)| *kind),
            &object.text("note")?,
            NumericDate::from_seconds(object.number("failed_at")?),
            cool_down,
        );
        Some(match is_stated {
            true => failure.with_stated_pause(cool_down),
            false => failure,
        })
    }
}

/// The note.
impl fmt::Display for PastFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.note)
    }
}

impl std::error::Error for PastFailure {}

fn purpose(hash: &str) -> String {
    format!("failure {hash}")
}
