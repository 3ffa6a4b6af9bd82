mod reference;

use core::fmt;
use std::borrow::Cow;

pub use self::reference::{NamedCommand, NamedOption};
use crate::Problem;
use crate::nearest::nearest;

/// A text for a person, in which options and commands of a program have their place.
///
/// `Display` has plain words for them, such as "key ID". A program with options of its own goes
/// through the [parts](Self::parts), and puts in what the option is called there.
///
/// # Examples
///
/// ```
/// use tokenring_gateway::{NamedOption, Text, TextPart};
///
/// let text = Text::parse("Give it as {option:key-id}.")?;
/// assert_eq!(text.to_string(), "Give it as key ID.");
/// assert!(matches!(text.parts(), [_, TextPart::Option(NamedOption::KeyId), _]));
/// # Ok::<(), tokenring_gateway::Problem>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Text {
    parts: Cow<'static, [TextPart]>,
}

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum TextPart {
    /// Words as they are.
    Plain(Cow<'static, str>),
    /// An option.
    Option(NamedOption),
    /// A value by the name that it has in configuration files and the environment.
    Setting(String),
    /// A command, and perhaps one of its options with a value, which is empty if it takes none.
    Command(NamedCommand, Option<(NamedOption, String)>),
}

/// How a reference to an option or a command begins, and how it ends.
const OPTION: &str = "{option:";
const COMMAND: &str = "{command:";
const SETTING: &str = "{setting:";
const END: char = '}';
/// What a value takes the place of.
const VALUE: char = '$';

impl Text {
    /// Reads a text in which `{option:NAME}`, `{command:NAME}` and
    /// `{command:NAME OPTION=VALUE}` stand for options and commands.
    ///
    /// Any other brace is a plain one.
    ///
    /// # Errors
    ///
    /// [`Problem::UnknownValue`] for a name that is none of [`NamedOption::ALL`] or
    /// [`NamedCommand::ALL`], [`Problem::UnclosedReference`] for a missing brace.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Self::read(text, &[Reference::Option, Reference::Command])
    }

    fn read(text: &str, references: &[Reference]) -> Result<Self, Problem> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((start, reference)) = next_reference(rest, references) {
            let (plain, tail) = rest.split_at_checked(start).unwrap_or((rest, ""));
            let opening = reference.opening();
            let inner = tail.strip_prefix(opening).unwrap_or_default();
            let Some((inner, after)) = inner.split_once(END) else {
                return Err(Problem::UnclosedReference { opening });
            };
            if !plain.is_empty() {
                parts.push(TextPart::Plain(plain.to_owned().into()));
            }
            parts.push(reference.read(inner)?);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(TextPart::Plain(rest.to_owned().into()));
        }
        Ok(Self {
            parts: parts.into(),
        })
    }

    /// Reads a sentence of a program as [`parse`](Self::parse) does those of a gateway's file, and
    /// puts a value in the place of each `$`.
    ///
    /// Such a sentence also refers to any value by the name that it has in configuration files, as
    /// `{setting:NAME}`. A value is not read: a reference or `$` in it stays as it is. A sentence with an unknown
    /// reference is plain words.
    #[must_use]
    pub fn fill(sentence: &str, values: &[&str]) -> Self {
        let references = [Reference::Option, Reference::Command, Reference::Setting];
        let text = Self::read(sentence, &references);
        let mut text = text.unwrap_or_else(|_| sentence.to_owned().into());
        let mut values = values.iter().copied();
        for part in text.parts.to_mut() {
            match part {
                TextPart::Plain(words) if words.contains(VALUE) => {
                    *words = fill(words, &mut values).into();
                }
                TextPart::Command(_, Some((_, value))) if value.contains(VALUE) => {
                    *value = fill(value, &mut values);
                }
                _ => {}
            }
        }
        text
    }

    /// The parts, in their order.
    #[must_use]
    pub fn parts(&self) -> &[TextPart] {
        &self.parts
    }

    /// A sentence that names an option.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn with_option(
        before: &'static str,
        option: NamedOption,
        after: &'static str,
    ) -> Self {
        let parts = [
            TextPart::Plain(before.into()),
            TextPart::Option(option),
            TextPart::Plain(after.into()),
        ];
        Self {
            parts: parts.to_vec().into(),
        }
    }

    /// Appends another text after a blank.
    pub fn add(&mut self, other: &Self) {
        let parts = self.parts.to_mut();
        parts.push(TextPart::Plain(" ".into()));
        parts.extend(other.parts.iter().cloned());
    }

    /// What is left without this sentence at the beginning, if anything is.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn after(&self, first: Option<&str>) -> Option<Self> {
        let begins = |first: &str| {
            let found = self.parts.first();
            matches!(found, Some(TextPart::Plain(text)) if text == first)
        };
        let skipped = match first.is_some_and(begins) {
            // The space between the two, too.
            true => 2,
            false => 0,
        };
        let rest: Vec<TextPart> = self.parts.iter().skip(skipped).cloned().collect();
        (!rest.is_empty()).then(|| Self { parts: rest.into() })
    }

    /// The same with another sentence as the first part.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn beginning_with(&self, first: &'static str) -> Self {
        let parts = self.parts.iter().skip(1).cloned();
        let parts = core::iter::once(TextPart::Plain(first.into())).chain(parts);
        Self {
            parts: parts.collect(),
        }
    }
}

/// A text of plain words, in which a brace means nothing.
impl From<&'static str> for Text {
    fn from(words: &'static str) -> Self {
        Cow::Borrowed(words).into()
    }
}

/// A text of plain words, in which a brace means nothing.
impl From<String> for Text {
    fn from(words: String) -> Self {
        Cow::<'static, str>::Owned(words).into()
    }
}

impl From<Cow<'static, str>> for Text {
    fn from(words: Cow<'static, str>) -> Self {
        Self {
            parts: vec![TextPart::Plain(words)].into(),
        }
    }
}

/// In plain words: an option and its value stand next to each other.
impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_option = false;
        for part in self.parts() {
            match part {
                TextPart::Plain(words) => match words.strip_prefix('=') {
                    Some(value) if is_option => write!(formatter, " {value}")?,
                    _ => formatter.write_str(words)?,
                },
                TextPart::Option(option) => option.fmt(formatter)?,
                TextPart::Setting(name) => formatter.write_str(name)?,
                TextPart::Command(command, None) => command.fmt(formatter)?,
                TextPart::Command(command, Some((option, value))) if value.is_empty() => {
                    write!(formatter, "{command} with {option}")?;
                }
                TextPart::Command(command, Some((option, value))) => {
                    write!(formatter, "{command} with {option} {value}")?;
                }
            }
            is_option = matches!(part, TextPart::Option(_) | TextPart::Setting(_));
        }
        Ok(())
    }
}

fn fill<'v>(words: &str, values: &mut impl Iterator<Item = &'v str>) -> String {
    let mut filled = String::new();
    for (index, words) in words.split(VALUE).enumerate() {
        if index > 0 {
            filled.push_str(values.next().unwrap_or_default());
        }
        filled.push_str(words);
    }
    filled
}

#[derive(Clone, Copy)]
enum Reference {
    Option,
    Command,
    Setting,
}

/// The first reference and its place.
fn next_reference(text: &str, references: &[Reference]) -> Option<(usize, Reference)> {
    let found = references.iter().filter_map(|reference| {
        let start = text.find(reference.opening())?;
        Some((start, *reference))
    });
    found.min_by_key(|(start, _)| *start)
}

impl Reference {
    const fn opening(self) -> &'static str {
        match self {
            Self::Option => OPTION,
            Self::Command => COMMAND,
            Self::Setting => SETTING,
        }
    }

    fn read(self, inner: &str) -> Result<TextPart, Problem> {
        match self {
            Self::Option => read_option(inner).map(TextPart::Option),
            Self::Setting => Ok(TextPart::Setting(inner.to_owned())),
            Self::Command => {
                let (name, option) = match inner.split_once(' ') {
                    Some((name, option)) => (name, Some(option)),
                    None => (inner, None),
                };
                let command = find(name, NamedCommand::ALL, NamedCommand::name)?;
                let option =
                    match option.map(|option| option.split_once('=').unwrap_or((option, ""))) {
                        Some((name, value)) => Some((read_option(name)?, value.to_owned())),
                        None => None,
                    };
                Ok(TextPart::Command(command, option))
            }
        }
    }
}

fn read_option(name: &str) -> Result<NamedOption, Problem> {
    find(name, NamedOption::ALL, NamedOption::name)
}

fn find<T: Copy>(found: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, Problem> {
    let names = || all.iter().map(|each| name(*each));
    match all.iter().find(|each| name(**each) == found) {
        Some(each) => Ok(*each),
        None => Err(Problem::UnknownValue {
            found: found.to_owned(),
            allowed: names().map(str::to_owned).collect(),
            nearest: nearest(found, names()),
        }),
    }
}
