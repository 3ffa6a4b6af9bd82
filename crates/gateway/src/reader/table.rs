use core::time::Duration;

use super::{Document, Node, Value, owned, place};
use crate::nearest::nearest;
use crate::variable::Scope;
use crate::{Error, Problem, Template, Text};

/// One table: its keys are checked when it is opened.
pub(crate) struct Table<'d> {
    document: &'d Document<'d>,
    index: usize,
    node: Node,
}

impl<'d> Table<'d> {
    pub(super) const fn new(document: &'d Document<'d>, index: usize, node: Node) -> Self {
        Self {
            document,
            index,
            node,
        }
    }

    /// Refuses other keys than these.
    pub(super) fn with_keys(self, allowed: &[&str]) -> Result<Self, Box<Error>> {
        let document = self.document;
        if document.is_builtin() {
            return Ok(self);
        }
        let mut nodes = document.nodes_in(self.node).map(|(_, node)| node);
        let Some(node) = nodes.find(|node| !allowed.contains(&document.slice(node.key))) else {
            return Ok(self);
        };
        let key = document.slice(node.key);
        let problem = Problem::UnknownKey {
            allowed: owned(allowed.iter().copied()),
            nearest: nearest(key, allowed.iter().copied()),
        };
        Err(document.error(node.key_start, self.path_of(key), problem))
    }

    /// Everything in it, as JSON.
    pub(crate) fn values(&self) -> Vec<(String, serde_json::Value)> {
        let document = self.document;
        let nodes = document.nodes_in(self.node);
        nodes
            .map(|(_, node)| (document.slice(node.key).to_owned(), document.json(node)))
            .collect()
    }

    /// The value of a key, if it is there.
    pub(crate) fn optional(&self, key: &str) -> Option<Value<'d>> {
        let document = self.document;
        let (index, node) = document.find(self.node, key)?;
        Some(Value::new(document, index, node))
    }

    /// The value of a key that has to be there.
    pub(crate) fn required(&self, key: &str) -> Result<Value<'d>, Box<Error>> {
        self.optional(key)
            .ok_or_else(|| self.error_at(key, Problem::MissingKey))
    }

    /// The text of a key, if it is there.
    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, Box<Error>> {
        match self.optional(key) {
            Some(value) => Ok(Some(value.text()?.to_owned())),
            None => Ok(None),
        }
    }

    /// The text with references of a key, if it is there.
    pub(crate) fn words(&self, key: &str) -> Result<Option<Text>, Box<Error>> {
        match self.optional(key) {
            Some(value) => Ok(Some(value.words()?)),
            None => Ok(None),
        }
    }

    /// The template of a key, if it is there.
    pub(crate) fn template(
        &self,
        key: &str,
        scope: &Scope,
    ) -> Result<Option<Template>, Box<Error>> {
        match self.optional(key) {
            Some(value) => Ok(Some(value.template(scope)?)),
            None => Ok(None),
        }
    }

    /// The value of a key, or else the default.
    pub(crate) fn boolean(&self, key: &str, default: bool) -> Result<bool, Box<Error>> {
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
    ) -> Result<T, Box<Error>> {
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
    ) -> Result<Option<Duration>, Box<Error>> {
        match self.optional(key) {
            Some(value) => Ok(Some(Duration::from_secs(value.integer(minimum, maximum)?))),
            None => Ok(None),
        }
    }

    /// The items of a key's list, if it is there; none stands there twice.
    pub(crate) fn distinct<T: PartialEq>(
        &self,
        key: &str,
        read: impl Fn(&Value<'d>) -> Result<T, Box<Error>>,
    ) -> Result<Option<Vec<T>>, Box<Error>> {
        match self.optional(key) {
            Some(value) => Ok(Some(value.distinct(read)?)),
            None => Ok(None),
        }
    }

    /// The full key of the table.
    pub(crate) fn path(&self) -> String {
        place::of(self.document, self.index)
    }

    /// The full key of one of the table's keys.
    pub(crate) fn path_of(&self, key: &str) -> String {
        place::join(&self.path(), key)
    }

    /// An error about a value that does not go together with another key of the table.
    pub(crate) fn contradiction(
        &self,
        value: &Value<'_>,
        key: &str,
        is: impl Into<String>,
    ) -> Box<Error> {
        value.error(Problem::Contradiction {
            key: self.path_of(key),
            is: is.into(),
        })
    }

    /// An error about a key that is not there.
    pub(crate) fn error_at(&self, key: &str, problem: Problem) -> Box<Error> {
        self.document
            .error(self.node.start, self.path_of(key), problem)
    }

    /// An error about what the file has at this path.
    pub(crate) fn error_on(&self, path: &str, problem: Problem) -> Box<Error> {
        let node = place::locate(self.document, self.node, path);
        let start = node.map_or(self.node.start, |node| node.start);
        self.document.error(start, path.to_owned(), problem)
    }

    /// Whether the table has something at this path, such as `assertion.typ` or `notes[0].text`,
    /// which in a built-in file a source always has.
    pub(crate) fn holds(&self, path: &str) -> bool {
        self.document.is_builtin() || place::locate(self.document, self.node, path).is_some()
    }

    /// Every key with its value, in the order of the file.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'d str, Value<'d>)> + use<'d> {
        let document = self.document;
        let nodes = document.nodes_in(self.node);
        nodes.map(move |(index, node)| {
            let value = Value::new(document, index, node);
            (document.slice(node.key), value)
        })
    }
}
