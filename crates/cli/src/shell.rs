//! Command lines that a person may copy.

/// A text as one word of a shell.
pub(crate) fn shell_word(text: &str) -> String {
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
