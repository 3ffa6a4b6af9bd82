use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

/// Returns a text as one word of a POSIX shell, quoted where it has to be.
///
/// # Examples
///
/// ```
/// use tokenring_text::shell_word;
///
/// assert_eq!(shell_word("keys/int-1.pem"), "keys/int-1.pem");
/// assert_eq!(shell_word("my key.pem"), "'my key.pem'");
/// assert_eq!(shell_word(""), "''");
/// ```
#[must_use]
pub fn shell_word(text: &str) -> String {
    let plain = |character: char| {
        character.is_alphanumeric()
            || matches!(
                character,
                '/' | '.' | '-' | '_' | ':' | '=' | '~' | '@' | '+'
            )
    };
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
