use serde_json::Value;

use crate::reader::Document;
use crate::{Error, Gateway, gateway};

/// What a gateway file says under one key.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Fact<'g> {
    /// The full key, such as `assertion.lifetime-seconds`.
    pub key: String,
    /// The value: a text, a number, a boolean or a list.
    pub value: Value,
    /// Where it is from, see [`Gateway::source_of`].
    pub source: Option<&'g str>,
    /// When it was last compared with that, see [`Gateway::verified_on`].
    pub verified: Option<&'g str>,
    /// Whether the file says that it may be otherwise, see [`Gateway::unknown`].
    pub is_doubtful: bool,
}

/// Keys of a file that methods of [`Gateway`] read: what they hold is words, or about the facts.
const APART: [&str; 8] = [
    "name",
    "notes",
    "refusals",
    "sources",
    "title",
    "unknown",
    "variables",
    "verified",
];

impl Gateway {
    /// The facts of this gateway, as the text of its file has them, each with its source.
    ///
    /// Those outside of tables come first. Name, title and variables, notes and refusals are not
    /// among them.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the text is no TOML, or has keys that gateway files don't have.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_gateway::Gateway;
    ///
    /// let nhs = Gateway::builtin("nhs")?;
    /// let text = Gateway::builtin_source("nhs").unwrap_or_default();
    /// let facts = nhs.facts(&text)?;
    /// let lifetime = facts.iter().find(|fact| fact.key == "assertion.lifetime-seconds");
    /// let lifetime = lifetime.expect("the file has it");
    /// assert_eq!(lifetime.value, 150);
    /// assert!(lifetime.source.is_some() && lifetime.verified.is_some());
    /// # Ok::<(), tokenring_gateway::Error>(())
    /// ```
    pub fn facts(&self, text: &str) -> Result<Vec<Fact<'_>>, Error> {
        let document = Document::parse(text, self.name())?;
        let mut entries: Vec<(String, Value)> = document.root(&gateway::KEYS)?.values();
        entries.retain(|(key, _)| !APART.contains(&key.as_str()));
        entries.sort_by_key(|(_, value)| value.is_object());
        let mut facts = Vec::new();
        for (key, value) in entries {
            self.add_facts(key, value, &mut facts);
        }
        Ok(facts)
    }

    fn add_facts<'g>(&'g self, key: String, value: Value, facts: &mut Vec<Fact<'g>>) {
        if let Value::Object(members) = value {
            for (name, value) in members {
                self.add_facts(format!("{key}.{name}"), value, facts);
            }
            return;
        }
        facts.push(Fact {
            source: self.source_of(&key),
            verified: self.verified_on(&key),
            is_doubtful: self.unknown().iter().any(|it| it.about() == key),
            key,
            value,
        });
    }

    /// The text of a gateway file as JSON: a date is a string.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the text is no TOML, or has keys that gateway files don't have.
    pub fn file_to_json(text: &str, file_name: &str) -> Result<Value, Error> {
        let document = Document::parse(text, file_name)?;
        let entries = document.root(&gateway::KEYS)?.values();
        Ok(entries.into_iter().collect())
    }
}
