//! Reads the TOML tables of a gateway file, knowing line and full key of every value.
//!
//! The types of this crate read themselves with it rather than through serde: only so can an
//! error name the full key and list what is allowed in the format's own words.

use core::ops::Range;
use core::time::Duration;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::nearest::nearest;
use crate::variable::Scope;
use crate::{Error, Problem, Template};

/// The text of a gateway file and the name that errors give it.
pub(crate) struct Source<'f> {
    file: &'f str,
    text: &'f str,
}

impl<'f> Source<'f> {
    pub(crate) const fn new(file: &'f str, text: &'f str) -> Self {
        Self { file, text }
    }

    pub(crate) fn parse(&self) -> Result<Spanned<DeTable<'f>>, Error> {
        DeTable::parse(self.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            self.error(start, None, Problem::Syntax(error.message().to_owned()))
        })
    }

    fn error(&self, start: usize, key: Option<String>, problem: Problem) -> Error {
        let before = self.text.as_bytes().iter().take(start);
        Error::Malformed {
            file: self.file.to_owned(),
            line: before.filter(|byte| **byte == b'\n').count() + 1,
            key,
            problem: Box::new(problem),
        }
    }
}

/// One table: its keys are checked when it is opened.
pub(crate) struct Table<'d> {
    source: &'d Source<'d>,
    path: String,
    span: Range<usize>,
    entries: &'d DeTable<'d>,
}

impl<'d> Table<'d> {
    /// Opens the table of the whole file.
    pub(crate) fn root(
        source: &'d Source<'d>,
        document: &'d Spanned<DeTable<'d>>,
        allowed: &[&str],
    ) -> Result<Self, Error> {
        let root = Self {
            source,
            path: String::new(),
            span: 0..0,
            entries: document.get_ref(),
        };
        root.check_keys(allowed)?;
        Ok(root)
    }

    /// The value of a key, if it is there.
    pub(crate) fn optional(&self, key: &str) -> Option<Value<'d>> {
        let value = self.entries.get(key)?;
        Some(self.value(key, value))
    }

    /// The value of a key that has to be there.
    pub(crate) fn required(&self, key: &str) -> Result<Value<'d>, Error> {
        self.optional(key)
            .ok_or_else(|| self.error_at(key, Problem::MissingKey))
    }

    /// The text of a key, if it is there.
    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, Error> {
        match self.optional(key) {
            Some(value) => Ok(Some(value.text()?.to_owned())),
            None => Ok(None),
        }
    }

    /// The template of a key, if it is there.
    pub(crate) fn template(&self, key: &str, scope: &Scope) -> Result<Option<Template>, Error> {
        match self.optional(key) {
            Some(value) => Ok(Some(value.template(scope)?)),
            None => Ok(None),
        }
    }

    /// The value of a key, or else the default.
    pub(crate) fn boolean(&self, key: &str, default: bool) -> Result<bool, Error> {
        match self.optional(key) {
            Some(value) => value.boolean(),
            None => Ok(default),
        }
    }

    /// The meaning of a key's word, or else the default one.
    pub(crate) fn word<T: Copy + Default>(
        &self,
        key: &str,
        choices: &[(&str, T)],
    ) -> Result<T, Error> {
        match self.optional(key) {
            Some(value) => value.one_of(choices),
            None => Ok(T::default()),
        }
    }

    /// The whole seconds of a key, if it is there.
    pub(crate) fn seconds(
        &self,
        key: &str,
        minimum: u64,
        maximum: u64,
    ) -> Result<Option<Duration>, Error> {
        match self.optional(key) {
            Some(value) => Ok(Some(Duration::from_secs(value.integer(minimum, maximum)?))),
            None => Ok(None),
        }
    }

    /// The items of a key's list, if it is there; none stands there twice.
    pub(crate) fn distinct<T: PartialEq>(
        &self,
        key: &str,
        read: impl Fn(&Value<'d>) -> Result<T, Error>,
    ) -> Result<Option<Vec<T>>, Error> {
        match self.optional(key) {
            Some(value) => Ok(Some(value.distinct(read)?)),
            None => Ok(None),
        }
    }

    /// The full key of one of the table's keys.
    pub(crate) fn path_of(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// An error about a value that does not go together with another key of the table.
    pub(crate) fn contradiction(
        &self,
        value: &Value<'_>,
        key: &str,
        is: impl Into<String>,
    ) -> Error {
        value.error(Problem::Contradiction {
            key: self.path_of(key),
            is: is.into(),
        })
    }

    /// An error about a key that is not there.
    pub(crate) fn error_at(&self, key: &str, problem: Problem) -> Error {
        let key = join(&self.path, key);
        self.source.error(self.span.start, Some(key), problem)
    }

    /// Whether the file has the key at this path, such as `assertion.typ` or `notes[0].text`.
    pub(crate) fn holds(&self, path: &str) -> bool {
        let mut table = self.entries;
        let mut rest = path;
        loop {
            // A name can have dots of its own: the longest key that fits is meant.
            let fits = |key: &str| {
                let after = rest.strip_prefix(key)?;
                (after.is_empty() || after.starts_with(['.', '['])).then_some(after)
            };
            let keys = table.iter().filter_map(|(key, value)| {
                fits(key.get_ref()).map(|after| (after, value.get_ref()))
            });
            let Some((after, mut value)) = keys.min_by_key(|(after, _)| after.len()) else {
                return false;
            };
            rest = after;
            if let Some(index) = rest.strip_prefix('[') {
                let item = index.split_once(']').and_then(|(index, after)| {
                    let items = value.as_array()?;
                    Some((items.get(index.parse::<usize>().ok()?)?, after))
                });
                let Some((item, after)) = item else {
                    return false;
                };
                (value, rest) = (item.get_ref(), after);
            }
            if rest.is_empty() {
                return true;
            }
            match (value, rest.strip_prefix('.')) {
                (DeValue::Table(inner), Some(inner_path)) => (table, rest) = (inner, inner_path),
                _ => return false,
            }
        }
    }

    /// Every key with its value, in the order of the file.
    pub(crate) fn entries(&self) -> Vec<(&'d str, Value<'d>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .map(|(key, value)| (key.get_ref().as_ref(), self.value(key.get_ref(), value)))
            .collect()
    }

    fn value(&self, key: &str, value: &'d Spanned<DeValue<'d>>) -> Value<'d> {
        Value {
            source: self.source,
            path: join(&self.path, key),
            span: value.span(),
            value: value.get_ref(),
        }
    }

    fn check_keys(&self, allowed: &[&str]) -> Result<(), Error> {
        let is_unknown = |key: &&Spanned<DeString<'_>>| !allowed.contains(&key.get_ref().as_ref());
        let unknown = self.entries.keys().filter(is_unknown);
        let Some(key) = unknown.min_by_key(|key| key.span().start) else {
            return Ok(());
        };
        let problem = Problem::UnknownKey {
            allowed: owned(allowed.iter().copied()),
            nearest: nearest(key.get_ref(), allowed.iter().copied()),
        };
        let path = join(&self.path, key.get_ref());
        Err(self.source.error(key.span().start, Some(path), problem))
    }
}

/// One value, with its place.
pub(crate) struct Value<'d> {
    source: &'d Source<'d>,
    path: String,
    span: Range<usize>,
    value: &'d DeValue<'d>,
}

impl<'d> Value<'d> {
    /// The full key.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn error(&self, problem: Problem) -> Error {
        let path = Some(self.path.clone());
        self.source.error(self.span.start, path, problem)
    }

    /// A text of one line that is not empty.
    pub(crate) fn text(&self) -> Result<&'d str, Error> {
        let DeValue::String(text) = self.value else {
            return Err(self.wrong_type("a text"));
        };
        if text.trim().is_empty() {
            return Err(self.error(Problem::Empty));
        }
        if text.chars().any(char::is_control) {
            return Err(self.error(Problem::ControlCharacter));
        }
        Ok(text)
    }

    /// A name that is safe in a file name and a URL.
    pub(crate) fn name(&self) -> Result<&'d str, Error> {
        let name = self.text()?;
        self.check_name(name)?;
        Ok(name)
    }

    /// Checks a key of the file's own choice, of which this is the value.
    pub(crate) fn check_name(&self, name: &str) -> Result<(), Error> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins_well && name.chars().all(is_allowed) {
            Ok(())
        } else {
            Err(self.error(Problem::Name))
        }
    }

    /// A text whose variables the file describes.
    pub(crate) fn template(&self, scope: &Scope) -> Result<Template, Error> {
        Template::parse(self.text()?)
            .and_then(|template| scope.admit(&template).map(|()| template))
            .map_err(|problem| self.error(problem))
    }

    /// A text whose variables the file describes, or that names the issuer.
    pub(crate) fn template_with_issuer(&self, scope: &Scope) -> Result<Template, Error> {
        Template::parse(self.text()?)
            .and_then(|template| scope.admit_with_issuer(&template).map(|()| template))
            .map_err(|problem| self.error(problem))
    }

    pub(crate) fn boolean(&self) -> Result<bool, Error> {
        match self.value {
            DeValue::Boolean(boolean) => Ok(*boolean),
            _ => Err(self.wrong_type("true or false")),
        }
    }

    /// A whole number within bounds, which are both allowed.
    pub(crate) fn integer(&self, minimum: u64, maximum: u64) -> Result<u64, Error> {
        let DeValue::Integer(integer) = self.value else {
            return Err(self.wrong_type("a whole number"));
        };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if (minimum..=maximum).contains(&number) => Ok(number),
            _ => Err(self.error(Problem::OutOfRange { minimum, maximum })),
        }
    }

    /// One of the words in `choices`.
    pub(crate) fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, Error> {
        let found = self.text()?;
        let chosen = choices.iter().find(|(word, _)| *word == found);
        if let Some((_, choice)) = chosen {
            return Ok(*choice);
        }
        let words = choices.iter().map(|(word, _)| *word);
        Err(self.unknown_value(found, words))
    }

    pub(crate) fn unknown_value<'a>(
        &self,
        found: &str,
        allowed: impl Iterator<Item = &'a str> + Clone,
    ) -> Error {
        self.error(Problem::UnknownValue {
            found: found.to_owned(),
            nearest: nearest(found, allowed.clone()),
            allowed: owned(allowed),
        })
    }

    pub(crate) fn list(&self) -> Result<Vec<Self>, Error> {
        let DeValue::Array(array) = self.value else {
            return Err(self.wrong_type("a list"));
        };
        let item = |(index, value): (usize, &'d Spanned<DeValue<'d>>)| Self {
            source: self.source,
            path: format!("{}[{index}]", self.path),
            span: value.span(),
            value: value.get_ref(),
        };
        Ok(array.iter().enumerate().map(item).collect())
    }

    /// A list in which nothing stands twice.
    pub(crate) fn distinct<T: PartialEq>(
        &self,
        read: impl Fn(&Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        for item in self.list()? {
            let read = read(&item)?;
            if let Some(first) = items.iter().position(|other| *other == read) {
                let other = format!("{}[{first}]", self.path);
                return Err(item.error(Problem::Duplicate { other }));
            }
            items.push(read);
        }
        Ok(items)
    }

    /// A table whose keys are the format's.
    pub(crate) fn table(&self, allowed: &[&str]) -> Result<Table<'d>, Error> {
        let table = self.open_table()?;
        table.check_keys(allowed)?;
        Ok(table)
    }

    /// A table whose keys are the file's own choice.
    pub(crate) fn open_table(&self) -> Result<Table<'d>, Error> {
        let DeValue::Table(entries) = self.value else {
            return Err(self.wrong_type("a table"));
        };
        Ok(Table {
            source: self.source,
            path: self.path.clone(),
            span: self.span.clone(),
            entries,
        })
    }

    fn wrong_type(&self, expected: &'static str) -> Error {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a decimal number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(Problem::WrongType { expected, found })
    }
}

fn join(path: &str, key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let key = if !key.is_empty() && key.chars().all(is_bare) {
        key.to_owned()
    } else {
        format!("\"{}\"", key.escape_debug())
    };
    if path.is_empty() {
        key
    } else {
        format!("{path}.{key}")
    }
}

fn owned<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}
