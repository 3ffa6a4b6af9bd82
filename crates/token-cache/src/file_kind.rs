use std::path::Path;

/// What a file of the cache is, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FileKind {
    Token,
    Failure,
    /// What the holder of the lock is writing.
    Draft,
    Lock,
}

impl FileKind {
    const ALL: [Self; 4] = [Self::Token, Self::Failure, Self::Draft, Self::Lock];

    const fn extension(self) -> &'static str {
        match self {
            Self::Token => "json",
            Self::Failure => "failure",
            Self::Draft => "new",
            Self::Lock => "lock",
        }
    }

    pub(crate) fn name(self, hash: &str) -> String {
        format!("{hash}.{}", self.extension())
    }

    /// Tells the cache's files from those that happen to lie beside them.
    pub(crate) fn of(name: &str) -> Option<(&str, Self)> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let hash = Path::new(name).file_stem()?.to_str()?;
        let is_hash = hash.len() == 64 && hash.bytes().all(is_digit);
        let kind = Self::ALL.into_iter().find(|kind| kind.name(hash) == name)?;
        is_hash.then_some((hash, kind))
    }
}
