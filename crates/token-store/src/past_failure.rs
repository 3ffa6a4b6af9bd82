use std::fmt;
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
}

/// What another process gets to read of a failure, in characters.
const LONGEST_NOTE: usize = 500;

impl PastFailure {
    /// The longest time for which a failed request is not repeated, five minutes.
    pub const LONGEST_COOL_DOWN: Duration = Duration::from_secs(300);

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
        }
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

    /// Whether it keeps the request from being repeated.
    ///
    /// One from the future does not: the clock was set back.
    pub(crate) fn is_cooling(&self, now: NumericDate) -> bool {
        let age = now.as_seconds().checked_sub(self.failed_at.as_seconds());
        age.is_some_and(|age| age < self.cool_down.as_secs())
    }

    /// How long it still does.
    pub(crate) fn cools_for(&self, now: NumericDate) -> Duration {
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
        let kind = FailureKind::ALL.iter().find(|(kind, _)| *kind == self.kind);
        let mut object = SealedObject::new();
        object.set("id", self.id.as_str());
        object.set("kind", kind.map_or("other", |(_, name)| name));
        object.set("note", self.note.as_str());
        object.set("failed_at", self.failed_at.as_seconds());
        object.set("cool_down", self.cool_down.as_secs());
        object.write(&purpose(key.as_str()))
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
        Some(Self::new(
            object.string("id")?,
            kind.map_or(FailureKind::Other, |(kind, _)| *kind),
            &object.text("note")?,
            NumericDate::from_seconds(object.number("failed_at")?),
            Duration::from_secs(object.number("cool_down")?),
        ))
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
