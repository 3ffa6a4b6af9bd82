/// Returns who writes this text for a value that is not set, such as `JavaScript` for `undefined`;
/// nothing for any other text.
///
/// Programs send such texts when a variable is empty or a request has failed unnoticed.
///
/// # Examples
///
/// ```
/// use tokenring_text::unset_value;
///
/// assert_eq!(unset_value("undefined"), Some("JavaScript"));
/// assert_eq!(unset_value("client-1"), None);
/// ```
#[must_use]
pub fn unset_value(text: &str) -> Option<&'static str> {
    const WRITTEN: [(&str, &[&str]); 5] = [
        (
            "JavaScript",
            &[
                "undefined",
                "NaN",
                "[object Object]",
                "[object Promise]",
                "[object Response]",
            ],
        ),
        ("Python", &["None", "b''"]),
        ("Go", &["<nil>", "%!s(<nil>)", "%!v(<nil>)"]),
        (
            "Java or C#",
            &["Optional.empty", "System.String[]", "System.Object"],
        ),
        ("JSON, JavaScript, Java or PHP", &["null", "NULL"]),
    ];
    let mut written = WRITTEN.iter();
    let (who, _) = written.find(|(_, texts)| texts.contains(&text.trim()))?;
    Some(who)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_none() {
        for text in [
            "",
            "none",
            "nil",
            "nullable",
            "undefined-1",
            "Nan",
            "object",
            "123",
        ] {
            assert_eq!(unset_value(text), None, "{text}");
        }
        for text in ["null", " None\n", "[object Object]", "<nil>"] {
            assert!(unset_value(text).is_some(), "{text}");
        }
    }
}
