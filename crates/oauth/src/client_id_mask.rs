use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::SecretDetector;
use crate::secret_detector::place_of;

/// Hides a client ID in texts, for where it opens APIs by itself or is nobody's business.
///
/// # Examples
///
/// ```
/// use tokenring_oauth::ClientIdMask;
///
/// let mask = ClientIdMask::new("jBK2fXZ5RlvXMr7b");
/// let hide = |text| mask.hide(text, "[client ID]");
/// assert_eq!(hide("no app jBK2fXZ5RlvXMr7b").as_deref(), Some("no app [client ID]"));
/// assert_eq!(hide("no app"), Some("no app".into()));
/// // Encoded, it cannot be cut out.
/// assert_eq!(hide("no app 6A424B3266585A35526C76584D723762"), None);
/// assert_eq!(mask.shortened(), "jBK2… (16 characters)");
/// ```
pub struct ClientIdMask {
    client_id: String,
    detector: SecretDetector,
}

impl ClientIdMask {
    /// Takes the client ID.
    #[must_use]
    pub fn new(client_id: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            detector: SecretDetector::new([client_id]),
        }
    }

    /// Puts another text wherever the client ID stands as it is.
    ///
    /// [`None`] if it is in the text in another form too, such as base64.
    #[must_use]
    pub fn hide(&self, text: &str, by: &str) -> Option<String> {
        const NEUTRAL: &str = "\u{2026}";
        if self.detector.finds(&self.replace(text, NEUTRAL)) {
            return None;
        }
        Some(self.replace(text, by))
    }

    /// So much of the client ID as tells it from another.
    #[must_use]
    pub fn shortened(&self) -> String {
        const SHOWN: usize = 4;
        let length = self.client_id.chars().count();
        let shown = if length > 2 * SHOWN { SHOWN } else { 0 };
        let head: String = self.client_id.chars().take(shown).collect();
        format!("{head}… ({length} characters)")
    }

    /// A short one counts as a word, as it is in many words by chance.
    fn replace(&self, text: &str, by: &str) -> String {
        const SHORTEST_PART: usize = 12;
        let client_id = self.client_id.to_ascii_lowercase();
        let is_word = client_id.len() < SHORTEST_PART;
        let lower = text.to_ascii_lowercase();
        let mut replaced = String::new();
        let mut end = 0;
        while !client_id.is_empty() {
            let Some(start) = place_of(&client_id, is_word, &lower, end) else {
                break;
            };
            let before = text.get(end..start).unwrap_or_default();
            replaced.push_str(before);
            let found = start..start + client_id.len();
            end = found.end;
            // A code such as `invalid_client` names no client.
            replaced.push_str(match is_word && before.ends_with('_') {
                true => text.get(found).unwrap_or_default(),
                false => by,
            });
        }
        replaced.push_str(text.get(end..).unwrap_or_default());
        replaced
    }
}

impl fmt::Debug for ClientIdMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientIdMask(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(client_id: &str, text: &str, expected: &str) {
        let shown = ClientIdMask::new(client_id).replace(text, "*");
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_short_client_id_is_a_word() {
        check(
            "client",
            "invalid_client: Client is unknown",
            "invalid_client: * is unknown",
        );
        check("client", "clients", "clients");
        check("my-app", "(my-app)", "(*)");
        check("my-long-client-id", "x_my-long-client-id_y", "x_*_y");
    }
}
