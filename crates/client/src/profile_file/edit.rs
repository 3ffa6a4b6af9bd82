//! A value in a configuration file is set, and all else in it stays as it was written.

use std::fmt::Write as _;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ProfileFault, ProfileFaultKind, ProfileFile, canonical, scalar};

impl ProfileFile {
    /// Sets the value of a key in the text of a file, at its top level or in a profile, which is
    /// added if it is missing. Comments, order and all other values stay.
    ///
    /// # Errors
    ///
    /// A [`ProfileFault`] if the text is not TOML, or if the place of the key has a form that
    /// cannot be added to, such as an inline table.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring::ProfileFile;
    ///
    /// let text = "# mine\ngateway = \"pca\"\n";
    /// let text = ProfileFile::with_value(text, None, "gateway", "nhs")?;
    /// let text = ProfileFile::with_value(&text, Some("int"), "env", "int")?;
    /// assert_eq!(text, "# mine\ngateway = \"nhs\"\n\n[profiles.int]\nenv = \"int\"\n");
    /// # Ok::<(), tokenring::ProfileFault>(())
    /// ```
    pub fn with_value(
        text: &str,
        profile: Option<&str>,
        key: &str,
        value: &str,
    ) -> Result<String, ProfileFault> {
        let document = parse(text)?;
        let place = place(text, document.get_ref(), profile, key);
        let mut line = literal(value);
        if !matches!(place, Place::Value(_)) {
            line = format!("{key} = {line}\n");
        }
        let mut edited = text.to_owned();
        match place {
            Place::Value(range) => edited.replace_range(range, &line),
            Place::After(end) => {
                if !edited.get(..end).unwrap_or_default().ends_with('\n') && end > 0 {
                    line.insert(0, '\n');
                }
                edited.insert_str(end, &line);
            }
            Place::Before(start) if edited.trim().is_empty() => edited.insert_str(start, &line),
            Place::Before(start) => edited.insert_str(start, &format!("{line}\n")),
            Place::NewProfile => {
                if !edited.is_empty() {
                    edited.push_str(if edited.ends_with('\n') { "\n" } else { "\n\n" });
                }
                let name = name(profile.unwrap_or_default());
                let _ = write!(edited, "[profiles.{name}]\n{line}");
            }
        }
        let is_set = parse(&edited).is_ok_and(|document| {
            let table = table(document.get_ref(), profile);
            let set = table.and_then(|table| find(table, key));
            set.and_then(|found| scalar(found.get_ref())).as_deref() == Some(value)
                && is_same_but_for(text, &edited, profile, key)
        });
        match is_set {
            true => Ok(edited),
            false => Err(ProfileFault::new(
                1,
                ProfileFaultKind::NotEditable(key.to_owned()),
            )),
        }
    }
}

/// Where a value goes.
enum Place {
    /// In place of the one that is there.
    Value(Range<usize>),
    /// After the line that ends here.
    After(usize),
    /// In front of the first table.
    Before(usize),
    NewProfile,
}

fn place(text: &str, document: &DeTable<'_>, profile: Option<&str>, key: &str) -> Place {
    let Some(table) = table(document, profile) else {
        return Place::NewProfile;
    };
    if let Some(found) = find(table, key) {
        return Place::Value(found.span());
    }
    let is_value = |value: &&Spanned<DeValue<'_>>| !matches!(value.get_ref(), DeValue::Table(_));
    let last = table.iter().map(|(_, value)| value).filter(is_value);
    let header = profile.and_then(|profile| {
        let profiles = find(document, "profiles")?.get_ref().as_table()?;
        Some(find(profiles, profile)?.span().end)
    });
    match last.map(|value| value.span().end).max().or(header) {
        Some(end) => Place::After(line_end(text, end)),
        // What is said of the whole file stays in front, and what is said of a table with it.
        None => Place::Before(0),
    }
}

fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, ProfileFault> {
    DeTable::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        ProfileFault::new(line, ProfileFaultKind::Syntax(error.message().to_owned()))
    })
}

fn table<'t, 'd>(document: &'t DeTable<'d>, profile: Option<&str>) -> Option<&'t DeTable<'d>> {
    let Some(profile) = profile else {
        return Some(document);
    };
    let profiles = find(document, "profiles")?.get_ref().as_table()?;
    find(profiles, profile)?.get_ref().as_table()
}

fn find<'t, 'd>(table: &'t DeTable<'d>, key: &str) -> Option<&'t Spanned<DeValue<'d>>> {
    let mut entries = table.iter();
    let found = entries.find(|(other, _)| canonical(other.get_ref()) == canonical(key));
    found.map(|(_, value)| value)
}

/// Whether all values but one are what they were.
fn is_same_but_for(text: &str, edited: &str, profile: Option<&str>, key: &str) -> bool {
    let place: Vec<_> = { profile.into_iter() }
        .flat_map(|profile| ["profiles", profile])
        .chain([canonical(key)])
        .collect();
    let others = |text: &str| {
        let mut values = Vec::new();
        collect(text, parse(text).ok()?.get_ref(), &[], &mut values);
        values.retain(|(path, _)| *path != place);
        Some(values)
    };
    others(text).is_some_and(|before| others(edited) == Some(before))
}

/// Collects the values of a table and of those in it: where each is, and how it is written.
fn collect(
    text: &str,
    table: &DeTable<'_>,
    path: &[String],
    values: &mut Vec<(Vec<String>, String)>,
) {
    for (key, value) in table {
        let mut path = path.to_vec();
        path.push(canonical(key.get_ref()).to_owned());
        match value.get_ref() {
            DeValue::Table(table) => collect(text, table, &path, values),
            _ => values.push((path, text.get(value.span()).unwrap_or_default().to_owned())),
        }
    }
}

/// The end of the line that this is in, with the line break.
fn line_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |end| start + end + 1)
}

/// A key of a table, in quotes where it needs them.
fn name(text: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match !text.is_empty() && text.bytes().all(is_bare) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// A value as a person would write it.
fn literal(text: &str) -> String {
    let is_number = text
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == text);
    match is_number || matches!(text, "true" | "false") {
        true => text.to_owned(),
        // A path of Windows stays readable.
        false if text.contains('\\') && !text.contains(['\'', '\n', '\r']) => format!("'{text}'"),
        false => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            character if character.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, profile: Option<&str>, value: &str, expected: &str) {
        let edited = ProfileFile::with_value(text, profile, "scope", value);
        assert_eq!(edited.as_deref(), Ok(expected));
    }

    #[test]
    fn at_the_top_level() {
        check("", None, "a b", "scope = \"a b\"\n");
        check("env = 1", None, "a", "env = 1\nscope = \"a\"\n");
        check(
            "scope = 'a' # why\r\nenv = 1\r\n",
            None,
            "b",
            "scope = \"b\" # why\r\nenv = 1\r\n",
        );
        check(
            "[profiles.a]\nenv = 1\n",
            None,
            "5",
            "scope = 5\n\n[profiles.a]\nenv = 1\n",
        );
        check(
            "env = 1\n[var]\na = 1\n",
            None,
            "true",
            "env = 1\nscope = true\n[var]\na = 1\n",
        );
        check("", None, "C:\\a", "scope = 'C:\\a'\n");
        check("", None, "\"'\\\n", "scope = \"\\\"'\\\\\\u000A\"\n");
        check(
            "scope = [\"a\",\n \"b\"]\nenv = 1\n",
            None,
            "c",
            "scope = \"c\"\nenv = 1\n",
        );
    }

    #[test]
    fn in_a_profile() {
        check(
            "env = 1\n",
            Some("a.b"),
            "x",
            "env = 1\n\n[profiles.\"a.b\"]\nscope = \"x\"\n",
        );
        let two = "[profiles.a]\n\n[profiles.b]\nenv = 1\n";
        check(
            two,
            Some("a"),
            "x",
            "[profiles.a]\nscope = \"x\"\n\n[profiles.b]\nenv = 1\n",
        );
        check(
            two,
            Some("b"),
            "x",
            "[profiles.a]\n\n[profiles.b]\nenv = 1\nscope = \"x\"\n",
        );
        let with_table = "[profiles.a]\nenv = 1\n[profiles.a.var]\nx = 1\n";
        check(
            with_table,
            Some("a"),
            "x",
            "[profiles.a]\nenv = 1\nscope = \"x\"\n[profiles.a.var]\nx = 1\n",
        );
    }

    #[test]
    fn what_cannot_be_set() {
        for text in [
            "profiles = 1\n",
            "profiles.a = { env = 1 }\n",
            "[profiles]\na = {}\n",
        ] {
            let edited = ProfileFile::with_value(text, Some("a"), "scope", "x");
            let kind = edited.map_err(|fault| fault.kind().clone());
            assert_eq!(
                kind,
                Err(ProfileFaultKind::NotEditable("scope".into())),
                "{text}"
            );
        }
        let fault = ProfileFile::with_value("a = 1\n=", None, "scope", "x").unwrap_err();
        assert_eq!(fault.line(), 2);
    }
}
