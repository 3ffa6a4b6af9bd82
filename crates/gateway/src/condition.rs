use core::fmt;

use crate::{Problem, RequestPart};

/// Something that a request has or lacks: an item of `refusals[].when`.
///
/// `form.client_id` is kept by a request that has the parameter, `!form.client_id` by one that
/// lacks it, and `form.scope=system/*` by one whose value fits the pattern, in which `*` stands for
/// anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    is_negated: bool,
    part: RequestPart,
    pattern: Option<String>,
}

impl Condition {
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let (is_negated, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (name, pattern) = match rest.split_once('=') {
            Some((name, pattern)) => (name, Some(pattern.to_owned())),
            None => (rest, None),
        };
        Ok(Self {
            is_negated,
            part: RequestPart::parse(name.trim())?,
            pattern,
        })
    }

    /// What the condition is about.
    #[must_use]
    pub const fn part(&self) -> &RequestPart {
        &self.part
    }

    /// Whether it compares the part's value, and does not only ask for the part.
    #[cfg(feature = "diagnosis")]
    pub(crate) const fn compares(&self) -> bool {
        self.pattern.is_some()
    }

    /// Whether the condition holds for a request in which the part has this value, or none.
    #[must_use]
    pub fn holds(&self, value: Option<&str>) -> bool {
        let is_so = match (&self.pattern, value) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(pattern), Some(value)) => {
                let parts: Vec<Option<&str>> = pattern
                    .split('*')
                    .flat_map(|literal| [None, Some(literal)])
                    .skip(1)
                    .collect();
                fits(&parts, value)
            }
        };
        is_so != self.is_negated
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negated {
            f.write_str("!")?;
        }
        write!(f, "{}", self.part)?;
        match &self.pattern {
            Some(pattern) => write!(f, "={pattern}"),
            None => Ok(()),
        }
    }
}

/// Whether a text consists of these parts, each a literal one or, for none, anything.
pub(crate) fn fits(parts: &[Option<&str>], text: &str) -> bool {
    match parts.split_first() {
        None => text.is_empty(),
        Some((Some(literal), rest)) => text
            .strip_prefix(literal)
            .is_some_and(|after| fits(rest, after)),
        Some((None, [])) => true,
        Some((None, rest)) => {
            let mut ends = text.char_indices().map(|(index, _)| index);
            let is_found = ends.any(|end| text.get(end..).is_some_and(|after| fits(rest, after)));
            is_found || fits(rest, "")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(condition: &str, kept_by: &[Option<&str>], not_by: &[Option<&str>]) {
        let parsed = Condition::parse(condition).unwrap();
        assert_eq!(parsed.to_string(), condition);
        for value in kept_by {
            assert!(parsed.holds(*value), "{condition} {value:?}");
        }
        for value in not_by {
            assert!(!parsed.holds(*value), "{condition} {value:?}");
        }
    }

    #[test]
    fn a_part_is_there_or_fits_a_pattern() {
        check("form.scope", &[Some("a"), Some("")], &[None]);
        check("!form.scope", &[None], &[Some("a")]);
        check(
            "form.scope=system/*",
            &[Some("system/a")],
            &[None, Some("a")],
        );
        check(
            "!client.authenticator=none",
            &[Some("jwt"), None],
            &[Some("none")],
        );
        check(
            "path=/a/*/b",
            &[Some("/a/c/b")],
            &[Some("/a/b"), Some("/a/c/b/")],
        );
    }

    #[test]
    fn an_unknown_part_is_an_error() {
        for text in ["scope", "client.age", "form.", "forms.a", ""] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
    }
}
