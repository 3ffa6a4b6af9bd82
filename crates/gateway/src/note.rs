use crate::reader::Table;
use crate::{Error, Text};

/// Something that a person should know about a gateway: an item of `[[notes]]`.
#[derive(Clone, Debug)]
pub struct Note {
    topic: Topic,
    text: Text,
}

/// What a note is about, and so when it is worth showing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Topic {
    /// What differs from one environment to another.
    Environments,
    /// How long a change takes until every server knows it.
    Propagation,
    /// How many requests are allowed.
    Rate,
    /// How the public key comes to the gateway.
    Registration,
    /// What ends a key that is out of the JWK Set.
    Retirement,
    /// What a token is good for, and how long.
    Token,
}

const KEYS: [&str; 2] = ["topic", "text"];
const TOPICS: [(&str, Topic); 6] = [
    ("environments", Topic::Environments),
    ("propagation", Topic::Propagation),
    ("rate", Topic::Rate),
    ("registration", Topic::Registration),
    ("retirement", Topic::Retirement),
    ("token", Topic::Token),
];

impl Note {
    /// What the note is about.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        self.topic
    }

    /// The note, in sentences.
    #[must_use]
    pub const fn text(&self) -> &Text {
        &self.text
    }

    pub(crate) fn read_all(root: &Table<'_>) -> Result<Vec<Self>, Box<Error>> {
        let Some(value) = root.optional("notes") else {
            return Ok(Vec::new());
        };
        let mut notes = Vec::new();
        for item in value.list()? {
            let table = item.table(&KEYS)?;
            notes.push(Self {
                topic: table.required("topic")?.one_of(&TOPICS)?,
                text: table.required("text")?.words()?,
            });
        }
        Ok(notes)
    }
}
