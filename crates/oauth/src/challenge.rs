//! The parameters of `WWW-Authenticate` (RFC 9110 section 11.6.1).

use alloc::string::String;
use alloc::vec::Vec;

use crate::header::is_token_byte;

/// The value of the first parameter of this name, in any case, in any of the challenges of a field.
pub(crate) fn parameter(field: &str, name: &str) -> Option<String> {
    let mut rest = field;
    while !rest.is_empty() {
        let (word, after) = token(rest);
        if word.is_empty() {
            // A separator, or a quoted text without a name.
            rest = match rest.strip_prefix('"') {
                Some(quoted) => quoted_text(quoted).1,
                None => tail(rest),
            };
            continue;
        }
        rest = after;
        // A scheme has no equals sign, and a token68 may end in several.
        let Some(value) = after.trim_start_matches([' ', '\t']).strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start_matches([' ', '\t']);
        let (value, after) = match (value.strip_prefix('"'), single_quoted(value)) {
            (Some(quoted), _) => quoted_text(quoted),
            (None, Some((text, after))) => (text.into(), after),
            (None, None) => {
                let (value, after) = token(value);
                (value.into(), after)
            }
        };
        rest = after;
        if word.eq_ignore_ascii_case(name) && !value.trim().is_empty() {
            return Some(value);
        }
    }
    None
}

/// The authentication schemes of the challenges of a field, as they are written.
pub(crate) fn schemes(field: &str) -> Vec<&str> {
    let mut schemes = Vec::new();
    let mut rest = field;
    let mut begins = true;
    while !rest.is_empty() {
        let (word, after) = token(rest);
        if word.is_empty() {
            begins = rest.starts_with(',') || begins && rest.starts_with([' ', '\t']);
            rest = match rest.strip_prefix('"') {
                Some(quoted) => quoted_text(quoted).1,
                None => tail(rest),
            };
            continue;
        }
        // A parameter has an equals sign; a token68 does not follow a comma.
        let is_parameter = after.trim_start_matches([' ', '\t']).starts_with('=');
        if begins && !is_parameter {
            schemes.push(word);
        }
        begins = false;
        rest = after;
    }
    schemes
}

/// A token at the start, and what follows it.
fn token(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !is_token_byte(byte));
    text.split_at(end.unwrap_or(text.len()))
}

/// All but the first character.
fn tail(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}

/// What some servers write between single quotes, which are characters of a token.
fn single_quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('\'')?.split_once('\'')
}

/// What is between here and the closing quote, and what follows that.
fn quoted_text(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => value.extend(characters.next()),
            character => value.push(character),
        }
    }
    (value, characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: &str, expected: Option<&str>) {
        assert_eq!(parameter(field, "error").as_deref(), expected);
    }

    #[test]
    fn parameters() {
        check(r#"Bearer error="invalid_token""#, Some("invalid_token"));
        check("Bearer error=invalid_token", Some("invalid_token"));
        check(
            r#"Bearer realm="a, error=\"no\"", error="yes""#,
            Some("yes"),
        );
        check(r#"Basic realm="x", Bearer Error = "yes""#, Some("yes"));
        check(r#"Bearer realm="x",error="a \"b\" c""#, Some(r#"a "b" c"#));
        check(r#"Negotiate abc==, Bearer error="yes""#, Some("yes"));
        check(r#"Bearer error="", error="later""#, Some("later"));
        check(r#"Bearer error="never closed"#, Some("never closed"));
        check("Bearer error='not valid', a=b", Some("not valid"));
        check("Bearer error='never closed, a=b", Some("'never"));
        for none in [
            "",
            "Bearer",
            r#"Bearer realm="api""#,
            r#"Bearer my_error="x", error_description="y""#,
            "Bearer error",
            "Bearer error=",
            r#""error=x""#,
            ",,==,",
        ] {
            check(none, None);
        }
    }

    #[track_caller]
    fn check_schemes(field: &str, expected: &[&str]) {
        assert_eq!(schemes(field), expected);
    }

    #[test]
    fn scheme_names() {
        check_schemes("Basic", &["Basic"]);
        check_schemes(r#"Basic realm="a, Digest b", charset="UTF-8""#, &["Basic"]);
        check_schemes("Negotiate, NTLM", &["Negotiate", "NTLM"]);
        check_schemes(
            "Negotiate oYG2+/a==, Basic realm=x",
            &["Negotiate", "Basic"],
        );
        check_schemes("Negotiate YII", &["Negotiate"]);
        check_schemes(
            r#" Digest realm="x", qop="auth, auth-int",, Bearer"#,
            &["Digest", "Bearer"],
        );
        check_schemes("", &[]);
        check_schemes(r#""Basic", realm=x"#, &[]);
    }
}
