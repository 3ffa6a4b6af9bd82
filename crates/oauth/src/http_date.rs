use tokenring_assertion::NumericDate;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads the fixed-length form of RFC 9110 section 5.6.7, the one form that
/// may still be written: `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// The name of the day is redundant and not looked at.
pub(crate) fn parse(text: &str) -> Option<NumericDate> {
    let (_, date) = text.trim().split_once(", ")?;
    let mut parts = date.split(' ');
    let day = number(parts.next()?, 2)?;
    let month_name = parts.next()?;
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month_name)?.0;
    let year = number(parts.next()?, 4)?;
    let mut clock = parts.next()?.split(':');
    let hour = number(clock.next()?, 2)?;
    let minute = number(clock.next()?, 2)?;
    let second = number(clock.next()?, 2)?;
    if parts.next()? != "GMT" || parts.next().is_some() || clock.next().is_some() {
        return None;
    }
    // 60 is a leap second.
    if year < 1970 || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_1970(year, month, day)?;
    Some(NumericDate::from_seconds(
        days * 86_400 + hour * 3_600 + minute * 60 + second,
    ))
}

fn number(digits: &str, length: usize) -> Option<u64> {
    let is_number = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// Counts from 1 March of the year 0, so that the leap day is a year's last.
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    let (year, month) = match month {
        1 | 2 => (year.checked_sub(1)?, month + 9),
        _ => (year, month - 3),
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    // 1 January 1970 by the same count.
    days.checked_sub(719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, seconds: Option<u64>) {
        assert_eq!(parse(text), seconds.map(NumericDate::from_seconds));
    }

    // Expected values by `date -u -d TEXT +%s` of GNU coreutils 9.1.
    #[test]
    fn fixed_length_form() {
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777));
        check("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
        check("Thu, 29 Feb 2024 23:59:59 GMT", Some(1_709_251_199));
        check("Fri, 01 Mar 2024 00:00:00 GMT", Some(1_709_251_200));
        check("Fri, 31 Dec 2100 12:00:00 GMT", Some(4_133_937_600));
        check(" Sun, 06 Nov 1994 08:49:37 GMT ", Some(784_111_777));
    }

    #[test]
    fn everything_else() {
        check("", None);
        check("Sunday, 06-Nov-94 08:49:37 GMT", None);
        check("Sun Nov  6 08:49:37 1994", None);
        check("Sun, 06 Nov 1994 08:49:37 +0000", None);
        check("Sun, 06 Nov 1994 08:49:37 GMT x", None);
        check("Sun, 06 Nov 1994 08:49:37:00 GMT", None);
        check("Sun, 00 Nov 1994 08:49:37 GMT", None);
        check("Sun, 32 Nov 1994 08:49:37 GMT", None);
        check("Sun, 06 Nov 1994 24:00:00 GMT", None);
        check("Sun, +6 Nov 1994 08:49:37 GMT", None);
        check("Sun, 06 Foo 1994 08:49:37 GMT", None);
        check("Wed, 31 Dec 1969 23:59:59 GMT", None);
    }
}
