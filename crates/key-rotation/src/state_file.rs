//! The form of the state file: JSON that a person can read.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use tokenring_jwk::{JsonObject, KeyId};

use crate::{Error, RotatingKey, Stage, Timestamp};

const FORMAT: &str = "tokenring key rotation, version 1";

const MEMBERS: [&str; 3] = ["format", "jwk-set", "keys"];
const KEY_MEMBERS: [&str; 8] = [
    "kid",
    "file",
    "stage",
    "made",
    "published",
    "activated",
    "superseded",
    "retired",
];

pub(crate) fn read(text: &str) -> Result<(String, Vec<RotatingKey>), Error> {
    // The one reader finds the line of a fault, the other members that are there twice.
    let _: serde::de::IgnoredAny =
        serde_json::from_str(text).map_err(|error| Error::Malformed {
            line: error.line(),
            problem: "it is no JSON from there on".to_owned(),
        })?;
    let object = JsonObject::parse(text.as_bytes())
        .map_err(|_| malformed("it is no JSON object whose members have names of their own"))?;
    if let Some((name, _)) = object.iter().find(|(name, _)| !MEMBERS.contains(name)) {
        return Err(unknown_member(name));
    }
    let format = text_of("format", object.get("format"))?;
    if format != FORMAT {
        return Err(malformed(&format!("its format is not {FORMAT:?}")));
    }
    let jwk_set = text_of("jwk-set", object.get("jwk-set"))?.to_owned();
    let Some(Value::Array(entries)) = object.get("keys") else {
        return Err(malformed("keys is missing, or no list"));
    };
    let keys: Result<_, _> = entries.iter().map(read_key).collect();
    Ok((jwk_set, keys?))
}

fn read_key(entry: &Value) -> Result<RotatingKey, Error> {
    let Value::Object(entry) = entry else {
        return Err(malformed("an entry of keys is no object"));
    };
    if let Some(name) = entry
        .keys()
        .find(|name| !KEY_MEMBERS.contains(&name.as_str()))
    {
        return Err(unknown_member(name));
    }
    let file = text_of("file", entry.get("file"))?;
    check_file_name(file)?;
    let stage = text_of("stage", entry.get("stage"))?;
    let Some(stage) = Stage::ALL.into_iter().find(|each| each.name() == stage) else {
        let names = Stage::ALL.map(Stage::name).join(", ");
        return Err(malformed(&format!("a stage is none of {names}")));
    };
    Ok(RotatingKey {
        key_id: KeyId::new(text_of("kid", entry.get("kid"))?),
        file: file.to_owned(),
        stage,
        made: text_of("made", entry.get("made"))?.parse()?,
        published: moment(entry, "published")?,
        activated: moment(entry, "activated")?,
        superseded: moment(entry, "superseded")?,
        retired: moment(entry, "retired")?,
    })
}

fn moment(entry: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, Error> {
    match entry.get(name) {
        None => Ok(None),
        value => Ok(Some(text_of(name, value)?.parse()?)),
    }
}

fn text_of<'v>(name: &str, value: Option<&'v Value>) -> Result<&'v str, Error> {
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(malformed(&format!("{name} is missing, or no text"))),
    }
}

fn unknown_member(name: &str) -> Error {
    let name: String = name.chars().take(40).collect();
    malformed(&format!("{name:?} is no member that it has"))
}

fn malformed(problem: &str) -> Error {
    Error::Malformed {
        line: 0,
        problem: problem.to_owned(),
    }
}

pub(crate) fn write(jwk_set: &str, keys: &[RotatingKey]) -> String {
    // Texts and lists of texts are JSON without a doubt.
    let mut text = serde_json::to_string_pretty(&State { jwk_set, keys }).unwrap_or_default();
    text.push('\n');
    text
}

struct State<'s> {
    jwk_set: &'s str,
    keys: &'s [RotatingKey],
}

impl Serialize for State<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries: Vec<_> = self.keys.iter().map(Entry).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", FORMAT)?;
        map.serialize_entry("jwk-set", self.jwk_set)?;
        map.serialize_entry("keys", &entries)?;
        map.end()
    }
}

struct Entry<'s>(&'s RotatingKey);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(key) = self;
        let moments = [
            ("made", Some(key.made)),
            ("published", key.published),
            ("activated", key.activated),
            ("superseded", key.superseded),
            ("retired", key.retired),
        ];
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kid", key.key_id.as_str())?;
        map.serialize_entry("file", &key.file)?;
        map.serialize_entry("stage", key.stage.name())?;
        for (name, moment) in moments {
            if let Some(moment) = moment {
                map.serialize_entry(name, &moment.to_string())?;
            }
        }
        map.end()
    }
}

/// A state file that someone else has written must not lead out of its folder.
pub(crate) fn check_file_name(name: &str) -> Result<(), Error> {
    let leads_away = name.contains(['/', '\\', ':']) || matches!(name, "" | "." | "..");
    if leads_away || name.chars().any(char::is_control) {
        return Err(Error::FileName {
            name: name.chars().take(80).collect(),
        });
    }
    Ok(())
}
