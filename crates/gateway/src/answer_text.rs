use core::fmt;
use std::borrow::Cow;

use crate::condition::fits;
use crate::placeholders::{Piece, pieces};
use crate::{Problem, RequestPart};

/// A text of a server's answer, in which `${NAME}` stands for something that was sent.
///
/// # Examples
///
/// ```
/// use tokenring_gateway::AnswerText;
///
/// let text: AnswerText = "Invalid scopes: ${form.scope}".parse()?;
/// assert!(text.fits("Invalid scopes: read write"));
/// assert_eq!(text.fill(|_| "read".to_owned()), "Invalid scopes: read");
/// # Ok::<(), tokenring_gateway::Problem>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerText {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Literal(String),
    Sent(RequestPart),
}

impl AnswerText {
    /// A text that quotes nothing.
    pub(crate) fn literal(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            parts: vec![Part::Literal(text.to_owned())],
        }
    }

    /// The text as it is in the file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it quotes, in the order of the text.
    pub fn quoted(&self) -> impl Iterator<Item = &RequestPart> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Sent(part) => Some(part),
        })
    }

    /// The text with what was sent.
    pub fn fill(&self, value_of: impl Fn(&RequestPart) -> String) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Sent(part) => text.push_str(&value_of(part)),
            }
        }
        text
    }

    /// Whether these are the words, whatever was sent. White space at the ends does not count.
    #[must_use]
    pub fn fits(&self, words: &str) -> bool {
        let last = self.parts.len().saturating_sub(1);
        let literals: Vec<Option<Cow<'_, str>>> = self
            .parts
            .iter()
            .enumerate()
            .map(|(index, part)| match part {
                Part::Literal(literal) => {
                    let mut literal = literal.as_str();
                    if index == 0 {
                        literal = literal.trim_start();
                    }
                    if index == last {
                        literal = literal.trim_end();
                    }
                    Some(without_entities(literal))
                }
                Part::Sent(_) => None,
            })
            .collect();
        let parts: Vec<Option<&str>> = literals.iter().map(Option::as_deref).collect();
        fits(&parts, without_entities(words.trim()).as_ref())
    }
}

/// A text as a person reads it: some servers write their words for HTML.
fn without_entities(text: &str) -> Cow<'_, str> {
    const ENTITIES: [(&str, &str); 5] = [
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let replaced = ENTITIES
        .iter()
        .fold(text.to_owned(), |text, (entity, plain)| {
            text.replace(entity, plain)
        });
    Cow::Owned(replaced)
}

impl core::str::FromStr for AnswerText {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let parts = pieces(text).map(|piece| {
            Ok(match piece? {
                Piece::Literal(literal) => Part::Literal(literal.to_owned()),
                Piece::Name(name) => Part::Sent(RequestPart::parse(name)?),
            })
        });
        Ok(Self {
            text: text.to_owned(),
            parts: parts.collect::<Result<_, Problem>>()?,
        })
    }
}

impl fmt::Display for AnswerText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
