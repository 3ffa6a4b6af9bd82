use alloc::format;
use alloc::string::String;

use crate::der::{self, Reader};

const SET: u8 = 0x31;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// `[0]`, the version of a certificate that isn't of version 1.
const VERSION: u8 = 0xa0;

/// Whom an X.509 certificate is for, who issued it and when it is valid
/// ([RFC 5280 section 4.1](https://www.rfc-editor.org/rfc/rfc5280#section-4.1)).
///
/// For messages and for comparisons with a clock. Nothing is verified, and the
/// key may be of any kind, supported or not.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::CertificateFacts;
///
/// assert_eq!(CertificateFacts::from_der(b"no certificate"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    version: u8,
    subject: Name,
    issuer: Name,
    not_before: u64,
    not_after: u64,
}

impl CertificateFacts {
    /// Reads them from a certificate in DER; [`None`] if it isn't one.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(der);
        let mut certificate = outer.sequence()?;
        outer.end()?;
        let mut contents = certificate.sequence()?;
        let version = match contents.value(VERSION) {
            Some(version) => match Reader::new(version).unsigned()? {
                [] => 1,
                [version @ 1..=8] => version + 1,
                _ => return None,
            },
            None => 1,
        };
        contents.value(der::INTEGER)?;
        contents.sequence()?;
        let issuer = Name::read(contents.whole(der::SEQUENCE)?)?;
        let mut validity = contents.sequence()?;
        let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
        let subject = Name::read(contents.whole(der::SEQUENCE)?)?;
        Some(Self {
            version,
            subject,
            issuer,
            not_before,
            not_after,
        })
    }

    /// The version, 3 for nearly all.
    #[must_use]
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// Whom it is for, such as `CN=example.com, O=Example`; without an order or spelling that can
    /// be relied on, and with whatever characters are in it.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject.text
    }

    /// Who issued it, in the form of [`subject`](Self::subject).
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer.text
    }

    /// Whether it names itself as its issuer.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject.der == self.issuer.der
    }

    /// Whether it names the subject of the other one as its issuer.
    #[must_use]
    pub fn is_issued_by(&self, other: &Self) -> bool {
        self.issuer.der == other.subject.der
    }

    /// When it begins to be valid, in seconds since 1970.
    #[must_use]
    pub const fn not_before(&self) -> u64 {
        self.not_before
    }

    /// The last second in which it is valid, in seconds since 1970.
    #[must_use]
    pub const fn not_after(&self) -> u64 {
        self.not_after
    }
}

/// A distinguished name, to compare and to show.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    der: alloc::vec::Vec<u8>,
    text: String,
}

impl Name {
    fn read(der: &[u8]) -> Option<Self> {
        let mut text = String::new();
        let mut parts = Reader::new(der).sequence()?;
        while parts.end().is_none() {
            let mut set = Reader::new(parts.value(SET)?);
            let mut attribute = set.sequence()?;
            let Some(label) = label(attribute.value(der::OBJECT_IDENTIFIER)?) else {
                continue;
            };
            // UTF8String, PrintableString, TeletexString or IA5String; another is not shown.
            let value = [0x0c, 0x13, 0x14, 0x16]
                .iter()
                .find_map(|tag| attribute.value(*tag));
            if let Some(value) = value {
                let separator = if text.is_empty() { "" } else { ", " };
                let value = String::from_utf8_lossy(value);
                text.push_str(&format!("{separator}{label}={value}"));
            }
        }
        Some(Self {
            der: der.into(),
            text,
        })
    }
}

/// The usual attributes of a name (RFC 4519 section 2), which all begin with 2.5.4.
fn label(id: &[u8]) -> Option<&'static str> {
    match id {
        [0x55, 4, 3] => Some("CN"),
        [0x55, 4, 5] => Some("serialNumber"),
        [0x55, 4, 6] => Some("C"),
        [0x55, 4, 7] => Some("L"),
        [0x55, 4, 8] => Some("ST"),
        [0x55, 4, 10] => Some("O"),
        [0x55, 4, 11] => Some("OU"),
        _ => None,
    }
}

/// A time in seconds since 1970, none before it (RFC 5280 section 4.1.2.5).
fn time(validity: &mut Reader<'_>) -> Option<u64> {
    let (year, rest) = if let Some(text) = validity.value(UTC_TIME) {
        let (year, rest) = text.split_at_checked(2)?;
        let year = number(year)?;
        (if year < 50 { 2000 + year } else { 1900 + year }, rest)
    } else {
        let (year, rest) = validity.value(GENERALIZED_TIME)?.split_at_checked(4)?;
        (number(year)?, rest)
    };
    let rest = rest.strip_suffix(b"Z")?;
    if rest.len() != 10 {
        return None;
    }
    let mut parts = rest.chunks(2).map(number);
    let mut next = || parts.next().flatten();
    let (month, day, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?);
    let is_time = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24;
    if !is_time || minute > 59 || second > 59 {
        return None;
    }
    // Counts from 1 March of the year 0, so that the leap day is a year's last.
    let (year, month) = match month {
        1 | 2 => (year.checked_sub(1)?, month + 9),
        _ => (year, month - 3),
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    // 1 January 1970 by the same count; nobody minds a certificate from before.
    let days = days.saturating_sub(719_469);
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number: u64, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values by `date -u -d TEXT +%s` of GNU coreutils 9.1.
    #[test]
    fn times() {
        #[track_caller]
        fn check(tag: u8, text: &str, expected: Option<u64>) {
            let der = der::write(tag, &[text.as_bytes()]);
            assert_eq!(time(&mut Reader::new(&der)), expected);
        }
        check(UTC_TIME, "941106084937Z", Some(784_111_777));
        check(UTC_TIME, "240229235959Z", Some(1_709_251_199));
        check(UTC_TIME, "491231235959Z", Some(2_524_607_999));
        check(UTC_TIME, "500101000000Z", Some(0));
        check(GENERALIZED_TIME, "21001231120000Z", Some(4_133_937_600));
        check(GENERALIZED_TIME, "20240301000000Z", Some(1_709_251_200));
        for text in [
            "",
            "Z",
            "9411060849Z",
            "941106084937",
            "941306084937Z",
            "9411060849+7Z",
            "941106084937+0000",
        ] {
            check(UTC_TIME, text, None);
        }
        check(GENERALIZED_TIME, "941106084937Z", None);
    }
}
