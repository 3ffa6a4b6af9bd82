use std::time::Duration;

use tokenring_assertion::NumericDate;

/// What the holder of a lock writes into the lock's file.
///
/// Others read it to tell a holder that is at work from one that was stopped. It
/// is a line of three numbers, and nothing that is read from it does more than
/// end a process's waiting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HolderNote {
    /// The moment at which the holder is done, by its clock.
    pub(crate) busy_until: NumericDate,
    /// The same as a duration, for those whose clock has been set since.
    pub(crate) busy_for: Duration,
    /// The holder's process ID, for a person to look for.
    pub(crate) process: u32,
}

/// Longer than any note.
#[cfg_attr(not(unix), expect(dead_code, reason = "nothing is locked elsewhere"))]
pub(crate) const NOTE_LIMIT: usize = 64;

/// What a request may take beyond the time that it was given: whole seconds are
/// cut off, and a token has to be written.
const MARGIN: Duration = Duration::from_secs(2);

impl HolderNote {
    /// The note of this process, which is going to be busy for so long.
    pub(crate) fn new(now: NumericDate, busy_for: Duration) -> Self {
        let busy_for = Duration::from_secs(busy_for.saturating_add(MARGIN).as_secs());
        let until = now.as_seconds().saturating_add(busy_for.as_secs());
        Self {
            busy_until: NumericDate::from_seconds(until),
            busy_for,
            process: std::process::id(),
        }
    }

    /// The line. What stays behind it of a longer one has no meaning.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing is locked elsewhere"))]
    pub(crate) fn write(&self) -> String {
        let (until, busy_for) = (self.busy_until.as_seconds(), self.busy_for.as_secs());
        format!("{until} {busy_for} {}\n", self.process)
    }

    /// Reads the first line of a file.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing is locked elsewhere"))]
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(bytes.get(..end)?).ok()?;
        let mut numbers = line.split(' ');
        let until = numbers.next()?.parse().ok()?;
        let busy_for = numbers.next()?.parse().ok()?;
        let process = numbers.next()?.parse().ok()?;
        numbers.next().is_none().then_some(Self {
            busy_until: NumericDate::from_seconds(until),
            busy_for: Duration::from_secs(busy_for),
            process,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<(u64, u64, u32)>) {
        let read = HolderNote::read(bytes);
        let read = read.map(|note| {
            let HolderNote {
                busy_until,
                busy_for,
                process,
            } = note;
            (busy_until.as_seconds(), busy_for.as_secs(), process)
        });
        assert_eq!(read, expected, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn reads_one_line_of_three_numbers() {
        check(b"1700000032 32 4711\n", Some((1_700_000_032, 32, 4711)));
        check(b"5 4 3\n32 4711\n", Some((5, 4, 3)));
        check(b"5 4 3\n\xff\xff", Some((5, 4, 3)));
        check(
            b"18446744073709551615 18446744073709551615 4294967295\n",
            Some((u64::MAX, u64::MAX, u32::MAX)),
        );
        for other in [
            &b""[..],
            b"\n",
            b"5 4 3",
            b"5 4\n",
            b"5 4 3 2\n",
            b"5  4 3\n",
            b"-5 4 3\n",
            b"5 4 4294967296\n",
            b"18446744073709551616 4 3\n",
            b"5 4 3\xff\n",
            b"5 4 three\n",
        ] {
            check(other, None);
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for (now, busy_for) in [(0, 0), (1_700_000_000, 30), (u64::MAX, u64::MAX)] {
            let now = NumericDate::from_seconds(now);
            let note = HolderNote::new(now, Duration::from_secs(busy_for));
            let line = note.write();
            assert!(line.len() <= NOTE_LIMIT, "{line}");
            assert_eq!(HolderNote::read(line.as_bytes()), Some(note));
        }
    }
}
