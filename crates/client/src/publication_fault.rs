use std::fmt;
use std::time::Duration;

use tokenring_oauth::{HttpResponse, printable};

#[cfg(feature = "diagnosis")]
use crate::published_set::copies;

/// Something about how a JWK Set is served that keeps a gateway from reading it, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicationFault {
    /// The set begins with a byte order mark (RFC 8259 section 8.1).
    ByteOrderMark,
    /// It is served as this media type.
    MediaType(String),
    /// It is served as a file to save.
    Download,
    /// Copies of it are valid for so long.
    LongCopies(Duration),
}

/// A rotation should not have to wait longer for copies.
const LONG: Duration = Duration::from_secs(24 * 60 * 60);

impl PublicationFault {
    /// Whether a gateway cannot read the set because of it.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::ByteOrderMark)
    }

    #[cfg(feature = "diagnosis")]
    pub(crate) fn of_answer(response: &HttpResponse) -> Vec<Self> {
        Self::all_of(response, copies(response))
    }

    pub(crate) fn all_of(response: &HttpResponse, copies: Duration) -> Vec<Self> {
        let mut faults = Vec::new();
        if response.body().starts_with(b"\xef\xbb\xbf") {
            faults.push(Self::ByteOrderMark);
        }
        let stated = response.header("Content-Type").unwrap_or_default();
        let media_type = stated.split(';').next().unwrap_or_default().trim();
        let media_type = media_type.to_ascii_lowercase();
        let is_json = media_type == "application/json" || media_type.ends_with("+json");
        if !media_type.is_empty() && !is_json {
            faults.push(Self::MediaType(response.words_to_show(&media_type)));
        }
        let disposition = response.header("Content-Disposition").unwrap_or_default();
        if disposition
            .trim()
            .to_ascii_lowercase()
            .starts_with("attachment")
        {
            faults.push(Self::Download);
        }
        if copies > LONG {
            faults.push(Self::LongCopies(copies));
        }
        faults
    }
}

impl fmt::Display for PublicationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByteOrderMark => f.write_str(
                "the published set begins with a byte order mark, which many servers reject; save \
                 it as UTF-8 without one",
            ),
            Self::MediaType(found) => write!(
                f,
                "the media type is {}, which some servers reject; serve the set as \
                 application/jwk-set+json or application/json",
                printable(found)
            ),
            Self::Download => f.write_str(
                "the set is served as a download (Content-Disposition); serve it without that header",
            ),
            Self::LongCopies(copies) => write!(
                f,
                "caches may keep copies for {} s, so a rotation takes at least as long; lower the \
                 max-age",
                copies.as_secs()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: (&str, &str), body: &[u8], copies: u64, expected: &[PublicationFault]) {
        let headers = vec![(header.0.to_owned(), header.1.to_owned())];
        let response = HttpResponse::new(200, headers, body.to_vec());
        let faults = PublicationFault::all_of(&response, Duration::from_secs(copies));
        assert_eq!(faults, expected);
    }

    #[test]
    fn faults() {
        for fine in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/jwk-set+json",
            "",
        ] {
            check(("Content-Type", fine), b"{}", 86_400, &[]);
        }
        for other in [
            "text/html",
            "text/plain",
            "application/octet-stream",
            "application/x-json",
        ] {
            let fault = PublicationFault::MediaType(other.into());
            check(("Content-Type", other), b"{}", 0, &[fault]);
        }
        let download = "attachment; filename=jwks.json";
        check(
            ("Content-Disposition", download),
            b"{}",
            0,
            &[PublicationFault::Download],
        );
        check(("Content-Disposition", "inline"), b"{}", 0, &[]);
        check(
            ("Date", ""),
            b"\xef\xbb\xbf{}",
            0,
            &[PublicationFault::ByteOrderMark],
        );
        let week = Duration::from_secs(604_800);
        check(
            ("Date", ""),
            b"{}",
            604_800,
            &[PublicationFault::LongCopies(week)],
        );
        assert!(PublicationFault::ByteOrderMark.is_failure());
        assert!(!PublicationFault::Download.is_failure());
    }
}
