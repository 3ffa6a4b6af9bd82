//! The names of the cache's files.

/// What a file of the cache is, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FileKind {
    Token,
    Failure,
    /// The lock of a key.
    Lock,
    /// A lock for those that don't wait any longer.
    SideLock,
    /// What the holder of a lock is writing.
    Draft,
}

impl FileKind {
    /// Tells the cache's files from those that happen to lie beside them.
    pub(crate) fn of(name: &str) -> Option<(&str, Self)> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let (hash, extension) = name.split_once('.')?;
        if hash.len() != HASH_LENGTH || !hash.bytes().all(is_digit) {
            return None;
        }
        let kind = match extension {
            "json" => Self::Token,
            "failure" => Self::Failure,
            "lock" => Self::Lock,
            // As earlier versions named it.
            "new" => Self::Draft,
            _ => match extension.split_once('.')? {
                (number, "lock") if number.len() == 1 && number.bytes().all(is_digit) => {
                    Self::SideLock
                }
                (number, "new") if number.bytes().all(is_digit) => Self::Draft,
                _ => return None,
            },
        };
        Some((hash, kind))
    }
}

const HASH_LENGTH: usize = 64;

pub(crate) fn token(hash: &str) -> String {
    format!("{hash}.json")
}

pub(crate) fn failure(hash: &str) -> String {
    format!("{hash}.failure")
}

pub(crate) fn lock(hash: &str) -> String {
    format!("{hash}.lock")
}

/// One of the locks beside the key's: 0 is the gate, others are for requests.
pub(crate) fn side_lock(hash: &str, number: u32) -> String {
    format!("{hash}.{number}.lock")
}

/// The draft of whoever holds the lock whose file has this number.
pub(crate) fn draft(hash: &str, inode: u64) -> String {
    format!("{hash}.{inode:x}.new")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<FileKind>) {
        let kind = FileKind::of(name);
        assert_eq!(kind.map(|(_, kind)| kind), expected, "{name}");
        assert!(kind.is_none_or(|(hash, _)| name.starts_with(hash)));
    }

    #[test]
    fn the_kind_is_in_the_name() {
        let hash = "0123456789abcdef".repeat(4);
        check(&token(&hash), Some(FileKind::Token));
        check(&failure(&hash), Some(FileKind::Failure));
        check(&lock(&hash), Some(FileKind::Lock));
        check(&side_lock(&hash, 3), Some(FileKind::SideLock));
        check(&draft(&hash, 0), Some(FileKind::Draft));
        check(&draft(&hash, u64::MAX), Some(FileKind::Draft));
        check(&format!("{hash}.new"), Some(FileKind::Draft));
        for other in ["", ".json", "json", "a.json", "stranger.json"] {
            check(other, None);
        }
        for end in [
            "",
            ".",
            ".jsonx",
            ".json.new",
            ".x.lock",
            ".12.lock",
            ".x.new",
            ".new.1",
        ] {
            check(&format!("{hash}{end}"), None);
        }
        check(&token(&hash.to_uppercase()), None);
        check(&token(&hash[1..]), None);
        check(&token(&format!("{hash}0")), None);
    }
}
