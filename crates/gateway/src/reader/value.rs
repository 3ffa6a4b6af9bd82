use tokenring_text::is_deceptive;

use super::{Document, Kind, Node, Table, owned, place};
use crate::nearest::nearest;
use crate::variable::Scope;
use crate::{AnswerText, Error, Problem, Template, Text};

/// One value, with its place.
#[derive(Clone, Copy)]
pub(crate) struct Value<'d> {
    document: &'d Document<'d>,
    index: usize,
    node: Node,
}

impl<'d> Value<'d> {
    pub(super) const fn new(document: &'d Document<'d>, index: usize, node: Node) -> Self {
        Self {
            document,
            index,
            node,
        }
    }

    /// The full key.
    pub(crate) fn path(&self) -> String {
        place::of(self.document, self.index)
    }

    pub(crate) fn error(&self, problem: Problem) -> Box<Error> {
        self.document.error(self.node.start, self.path(), problem)
    }

    /// A text of one line that is not empty.
    pub(crate) fn text(&self) -> Result<&'d str, Box<Error>> {
        if self.node.kind != Kind::Text {
            return Err(self.wrong_type("a text"));
        }
        let text = self.document.slice(self.node.value);
        if self.is_builtin() {
            return Ok(text);
        }
        if text.trim_start().is_empty() {
            return Err(self.error(Problem::Empty));
        }
        // The controls beyond ASCII are two bytes: what is nothing but graphic has neither.
        let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if !is_plain && text.chars().any(is_deceptive) {
            return Err(self.error(Problem::ControlCharacter));
        }
        Ok(text)
    }

    /// A text of any number of lines, which can be empty.
    pub(crate) fn lines(&self) -> Result<&'d str, Box<Error>> {
        if self.node.kind != Kind::Text {
            return Err(self.wrong_type("a text"));
        }
        let text = self.document.slice(self.node.value);
        let is_line_end = |c: char| matches!(c, '\n' | '\r' | '\t');
        let is_bad = |c: char| is_deceptive(c) && !is_line_end(c);
        if !self.is_builtin() && text.chars().any(is_bad) {
            return Err(self.error(Problem::ControlCharacter));
        }
        Ok(text)
    }

    /// A text of the server's, which can quote what was sent.
    pub(crate) fn answer_text(&self, text: &str) -> Result<AnswerText, Box<Error>> {
        text.parse().map_err(|problem| self.error(problem))
    }

    /// Whether this is a whole number.
    pub(crate) fn is_integer(&self) -> bool {
        self.node.kind == Kind::Integer
    }

    /// Whether this is true or false.
    pub(crate) fn is_boolean(&self) -> bool {
        self.node.kind == Kind::Boolean
    }

    /// A text that can refer to options and commands.
    pub(crate) fn words(&self) -> Result<Text, Box<Error>> {
        Text::parse(self.text()?).map_err(|problem| self.error(problem))
    }

    /// Whether it was found good when the crate was tested: what is built in is not checked again.
    pub(crate) const fn is_builtin(&self) -> bool {
        self.document.is_builtin()
    }

    /// A name that is safe in a file name and a URL.
    pub(crate) fn name(&self) -> Result<&'d str, Box<Error>> {
        let name = self.text()?;
        self.check_name(name)?;
        Ok(name)
    }

    /// Checks a key of the file's own choice, of which this is the value.
    pub(crate) fn check_name(&self, name: &str) -> Result<(), Box<Error>> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        if self.is_builtin() || (begins_well && name.chars().all(is_allowed)) {
            Ok(())
        } else {
            Err(self.error(Problem::Name))
        }
    }

    /// A text whose variables the file describes.
    pub(crate) fn template(&self, scope: &Scope) -> Result<Template, Box<Error>> {
        Template::parse(self.text()?)
            .and_then(|template| scope.admit(&template).map(|()| template))
            .map_err(|problem| self.error(problem))
    }

    /// A text whose variables the file describes, or that names the issuer.
    pub(crate) fn template_with_issuer(&self, scope: &Scope) -> Result<Template, Box<Error>> {
        Template::parse(self.text()?)
            .and_then(|template| scope.admit_with_issuer(&template).map(|()| template))
            .map_err(|problem| self.error(problem))
    }

    /// A text in which nothing but these names stands for something.
    pub(crate) fn template_of(&self, names: &[&str]) -> Result<Template, Box<Error>> {
        let scope = Scope::new(Vec::new());
        Template::parse(self.text()?)
            .and_then(|template| scope.admit_with(&template, names).map(|()| template))
            .map_err(|problem| self.error(problem))
    }

    pub(crate) fn boolean(&self) -> Result<bool, Box<Error>> {
        if self.node.kind != Kind::Boolean {
            return Err(self.wrong_type("true or false"));
        }
        Ok(self.document.slice(self.node.value) == "true")
    }

    /// A date without a time, as `2026-11-29`.
    pub(crate) fn date(&self) -> Result<&'d str, Box<Error>> {
        let expected = "a date without a time";
        if self.node.kind != Kind::Date {
            return Err(self.wrong_type(expected));
        }
        let date = self.document.slice(self.node.value);
        if date.contains(':') {
            let found = "a date with a time";
            return Err(self.error(Problem::WrongType { expected, found }));
        }
        Ok(date)
    }

    pub(crate) const fn is_text(&self) -> bool {
        matches!(self.node.kind, Kind::Text)
    }

    pub(crate) const fn is_list(&self) -> bool {
        matches!(self.node.kind, Kind::List)
    }

    pub(crate) const fn is_table(&self) -> bool {
        matches!(self.node.kind, Kind::Table)
    }

    /// A whole number within bounds, which are both allowed.
    pub(crate) fn integer(&self, minimum: u64, maximum: u64) -> Result<u64, Box<Error>> {
        if self.node.kind != Kind::Integer {
            return Err(self.wrong_type("a whole number"));
        }
        match self.document.slice(self.node.value).parse() {
            Ok(number) if (minimum..=maximum).contains(&number) => Ok(number),
            _ => Err(self.error(Problem::OutOfRange { minimum, maximum })),
        }
    }

    /// One of the words in `choices`.
    pub(crate) fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, Box<Error>> {
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
    ) -> Box<Error> {
        self.error(Problem::UnknownValue {
            found: found.to_owned(),
            nearest: nearest(found, allowed.clone()),
            allowed: owned(allowed),
        })
    }

    pub(crate) fn list(&self) -> Result<Vec<Self>, Box<Error>> {
        if self.node.kind != Kind::List {
            return Err(self.wrong_type("a list"));
        }
        let items = self.document.nodes_in(self.node);
        let items = items.map(|(index, node)| Self::new(self.document, index, node));
        Ok(items.collect())
    }

    /// A list in which nothing stands twice.
    pub(crate) fn distinct<T: PartialEq>(
        &self,
        read: impl Fn(&Self) -> Result<T, Box<Error>>,
    ) -> Result<Vec<T>, Box<Error>> {
        let mut items = Vec::new();
        for item in self.list()? {
            let read = read(&item)?;
            if let Some(first) = items.iter().position(|other| *other == read) {
                let other = format!("{}[{first}]", self.path());
                return Err(item.error(Problem::Duplicate { other }));
            }
            items.push(read);
        }
        Ok(items)
    }

    /// A table whose keys are the format's.
    pub(crate) fn table(&self, allowed: &[&str]) -> Result<Table<'d>, Box<Error>> {
        self.open_table()?.with_keys(allowed)
    }

    /// A table whose keys are the file's own choice.
    pub(crate) fn open_table(&self) -> Result<Table<'d>, Box<Error>> {
        if self.node.kind != Kind::Table {
            return Err(self.wrong_type("a table"));
        }
        Ok(Table::new(self.document, self.index, self.node))
    }

    pub(crate) fn wrong_type(&self, expected: &'static str) -> Box<Error> {
        let found = match self.node.kind {
            Kind::Text => "a text",
            Kind::Integer => "a whole number",
            Kind::Float => "a decimal number",
            Kind::Boolean => "true or false",
            Kind::Date => "a date or time",
            Kind::List => "a list",
            Kind::Table => "a table",
        };
        self.error(Problem::WrongType { expected, found })
    }
}
