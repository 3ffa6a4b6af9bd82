use std::collections::HashSet;
use std::fmt;

use tokenring::{Parameter, Redactor};

use super::Value;
use crate::setting::{Origin, Setting};

/// The values that have a say and where each comes from, for `--explain`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effective {
    rows: Vec<(String, String, Origin)>,
    /// What there is already of the options that have several values.
    repeated: HashSet<(String, String)>,
}

/// Options that have several values, with a row for each.
const REPEATED: &[&str] = &["claim", "client", "header", "param", "token-header", "var"];

impl Effective {
    /// Adds a value, in place of one that the option has already.
    pub(crate) fn add(&mut self, name: &str, value: &(impl fmt::Display + ?Sized), origin: Origin) {
        self.add_row((name.to_owned(), value.to_string(), origin));
    }

    fn add_row(&mut self, row: (String, String, Origin)) {
        if REPEATED.contains(&row.0.as_str()) {
            if self.repeated.insert((row.0.clone(), row.1.clone())) {
                self.rows.push(row);
            }
            return;
        }
        match self.rows.iter_mut().find(|(other, ..)| *other == row.0) {
            Some(place) => *place = row,
            None => self.rows.push(row),
        }
    }

    /// Adds a value unless the option has one already.
    pub(crate) fn add_default(&mut self, name: &str, value: &str, origin: Origin) {
        if self.value(name).is_none() {
            self.add(name, value, origin);
        }
    }

    /// Adds the value that was given, if one was.
    pub(crate) fn add_given<T: Value>(&mut self, name: &str, given: Option<&Setting<T>>) {
        if let Some(setting) = given {
            self.add(name, &setting.value().shown(), setting.origin().clone());
        }
    }

    /// Adds a row for each pair of a name and a value.
    pub(crate) fn add_pairs(&mut self, name: &str, pairs: &[(String, Setting<String>)]) {
        for (key, value) in pairs {
            let text = format!("{key}={}", value.value());
            self.add(name, &text, value.origin().clone());
        }
    }

    /// Takes the secrets out of the pairs of an option.
    pub(crate) fn hide(&mut self, option: &str, is_secret: impl Fn(&str, &str) -> bool) {
        for (_, pair, _) in self.rows.iter_mut().filter(|(name, ..)| name == option) {
            match pair.split_once('=') {
                Some((name, value)) if is_secret(name, value) => {
                    *pair = format!("{name}={}", Redactor::NOT_SHOWN);
                }
                _ => {}
            }
        }
    }

    /// These values and then those.
    pub(crate) fn followed_by(mut self, others: &Self) -> Self {
        self.extend(others);
        self
    }

    /// Adds those values.
    pub(crate) fn extend(&mut self, others: &Self) {
        for (name, value, origin) in &others.rows {
            self.add(name, value, origin.clone());
        }
    }

    /// Those of these options.
    pub(crate) fn only(mut self, names: &[&str]) -> Self {
        self.rows
            .retain(|(name, ..)| names.contains(&name.as_str()));
        self
    }

    /// Where the value of a parameter comes from.
    pub(crate) fn origin(&self, parameter: Parameter) -> Option<Origin> {
        let mut rows = self.rows.iter();
        let row = rows.find(|(name, ..)| name == parameter.name());
        row.map(|(.., origin)| origin.clone())
    }

    /// What is shown of an option.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let row = self.rows.iter().find(|(other, ..)| other == name);
        row.map(|(_, value, _)| value.as_str())
    }

    /// Option, value and origin, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, &str, &Origin)> {
        let rows = self.rows.iter();
        rows.map(|(name, value, origin)| (name.as_str(), value.as_str(), origin))
    }
}
