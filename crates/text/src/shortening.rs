use alloc::format;
use alloc::string::String;

/// Returns the first characters of an identifier, and its length: enough to tell it from another.
///
/// Some gateways open APIs by a client ID alone.
///
/// # Examples
///
/// ```
/// use tokenring_text::shortened_id;
///
/// assert_eq!(shortened_id("jBK2fXZ5RlvXMr7b"), "jBK2… (16 characters)");
/// assert_eq!(shortened_id("abc"), "abc");
/// ```
#[must_use]
pub fn shortened_id(id: &str) -> String {
    const SHOWN: usize = 4;
    let head: String = id.chars().take(SHOWN).collect();
    match id.chars().count() {
        length if length <= SHOWN => head,
        length => format!("{head}… ({length} characters)"),
    }
}
