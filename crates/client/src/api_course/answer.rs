//! What the course of a call reads of an API's answer.

use std::time::Duration;

use tokenring_oauth::ApiResponse;

/// An API's answer, as far as the course depends on it.
pub(crate) trait Answer {
    fn status(&self) -> u16;
    fn retry_after(&self) -> Option<Duration>;
    fn headers(&self) -> impl Iterator<Item = (&str, &str)>;
    fn words_to_show(&self, words: &str) -> String;
}

impl Answer for ApiResponse {
    fn status(&self) -> u16 {
        self.status()
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after()
    }

    fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers()
    }

    fn words_to_show(&self, words: &str) -> String {
        self.words_to_show(words)
    }
}

/// Whether a challenge of the answer states this error.
pub(super) fn names_error(response: &impl Answer, error: &str) -> bool {
    let mut challenges = response
        .headers()
        .filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
    challenges.any(|(_, value)| has_error(value, error))
}

/// Whether a challenge states this error, quoted or not (RFC 9110 section 11.2).
fn has_error(challenge: &str, error: &str) -> bool {
    let mut challenge = challenge.to_ascii_lowercase();
    challenge.retain(|character| !matches!(character, ' ' | '\t' | '"'));
    challenge.split(',').any(|parameter| {
        let scheme = ["bearer", "dpop"]
            .iter()
            .find_map(|scheme| parameter.strip_prefix(scheme));
        scheme.unwrap_or(parameter) == format!("error={error}")
    })
}
