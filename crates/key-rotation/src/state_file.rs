//! The form of the state file: JSON that a person can read.

use serde::de::{self, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserializer as _, Serialize, Serializer};
use serde_json::Value;
use tokenring_jwk::{JsonObject, KeyId};

use crate::{Error, RotatingKey, Stage};

/// Every state had this format before there was one that kept no more than the last keys.
const FIRST_FORMAT: &str = "tokenring key rotation, version 1";
/// It is written where the first one has no place for something.
const FORMAT: &str = "tokenring key rotation, version 2";

/// What [`read_current`] does not read comes last.
const MEMBERS: [&str; 5] = ["format", "jwk-set", "keys", USED, PAST];
const USED: &str = "used-up-to";
const PAST: &str = "past";
const KEY_MEMBERS: [&str; 9] = [
    "kid",
    "file",
    "stage",
    "made",
    "published",
    "activated",
    "superseded",
    "retired",
    PLACE,
];
/// Where a key that is retired stands among all of them.
const PLACE: &str = "place";

/// What a state file says.
pub(crate) struct State {
    pub(crate) jwk_set: String,
    pub(crate) keys: Vec<RotatingKey>,
    /// The last name of each sequence of names, of keys that are not in the file.
    pub(crate) used: Vec<KeyId>,
}

/// Reads all of it.
pub(crate) fn read(text: &str) -> Result<State, Error> {
    // The one reader finds the line of a fault, the other members that are there twice.
    let _: IgnoredAny = serde_json::from_str(text).map_err(|error| Error::Malformed {
        line: error.line(),
        problem: "it is no JSON from there on".to_owned(),
    })?;
    let object = JsonObject::parse(text.as_bytes())
        .map_err(|_| malformed("it is no JSON object whose members have names of their own"))?;
    if let Some((name, _)) = object.iter().find(|(name, _)| !MEMBERS.contains(name)) {
        return Err(unknown_member(name));
    }
    let format = text_of("format", object.get("format"))?;
    if ![FIRST_FORMAT, FORMAT].contains(&format) {
        return Err(malformed(&format!("its format is not {FORMAT:?}")));
    }
    let entries = list_of("keys", object.get("keys"))?.iter();
    let mut keys: Vec<_> = entries.map(read_key).collect::<Result<_, _>>()?;
    if let past @ Some(_) = object.get(PAST) {
        for entry in list_of(PAST, past)? {
            let place = entry.get(PLACE).and_then(Value::as_u64);
            let place = place.and_then(|place| usize::try_from(place).ok());
            let key = read_key(entry)?;
            keys.insert(place.unwrap_or_default().min(keys.len()), key);
        }
    }
    let mut used = Vec::new();
    if let names @ Some(_) = object.get(USED) {
        for name in list_of(USED, names)? {
            used.push(KeyId::new(text_of(USED, Some(name))?));
        }
    }
    Ok(State {
        jwk_set: text_of("jwk-set", object.get("jwk-set"))?.to_owned(),
        keys,
        used,
    })
}

/// Reads what comes before the keys that are retired; nothing where that is not in order.
pub(crate) fn read_current(text: &str) -> Option<State> {
    let mut head = Head::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let is_whole = reader.deserialize_map(&mut head).is_ok() && reader.end().is_ok();
    if !is_whole && !head.has_past || !matches!(head.format.as_str(), FIRST_FORMAT | FORMAT) {
        return None;
    }
    let keys = head.keys.iter().map(|entry| {
        let names = entry.iter().map(|(name, _)| name);
        read_members(names, |name| entry.get(name))
    });
    Some(State {
        jwk_set: head.jwk_set?,
        keys: keys.collect::<Result<_, _>>().ok()?,
        used: Vec::new(),
    })
}

#[derive(Default)]
struct Head {
    format: String,
    jwk_set: Option<String>,
    keys: Vec<JsonObject>,
    has_past: bool,
}

impl<'de> Visitor<'de> for &mut Head {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the state of a rotation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        while let Some(name) = access.next_key::<String>()? {
            match name.as_str() {
                "format" if self.format.is_empty() => self.format = access.next_value()?,
                "jwk-set" if self.jwk_set.is_none() => self.jwk_set = Some(access.next_value()?),
                "keys" if self.keys.is_empty() => self.keys = access.next_value()?,
                USED | PAST => {
                    self.has_past = true;
                    return Err(de::Error::custom("the rest is not read"));
                }
                _ => return Err(de::Error::custom("a member that it has not")),
            }
        }
        Ok(())
    }
}

fn read_key(entry: &Value) -> Result<RotatingKey, Error> {
    let Value::Object(entry) = entry else {
        return Err(malformed("an entry of keys is no object"));
    };
    let names = entry.keys().map(String::as_str);
    read_members(names, |name| entry.get(name))
}

fn read_members<'e>(
    mut names: impl Iterator<Item = &'e str>,
    get: impl Fn(&str) -> Option<&'e Value>,
) -> Result<RotatingKey, Error> {
    if let Some(name) = names.find(|name| !KEY_MEMBERS.contains(name)) {
        return Err(unknown_member(name));
    }
    let moment = |name: &str| match get(name) {
        None => Ok(None),
        value => text_of(name, value)?.parse().map(Some),
    };
    let file = text_of("file", get("file"))?;
    check_file_name(file)?;
    let stage = text_of("stage", get("stage"))?;
    let Some(stage) = Stage::ALL.into_iter().find(|each| each.name() == stage) else {
        let names = Stage::ALL.map(Stage::name).join(", ");
        return Err(malformed(&format!("a stage is none of {names}")));
    };
    Ok(RotatingKey {
        key_id: KeyId::new(text_of("kid", get("kid"))?),
        file: file.to_owned(),
        stage,
        made: text_of("made", get("made"))?.parse()?,
        published: moment("published")?,
        activated: moment("activated")?,
        superseded: moment("superseded")?,
        retired: moment("retired")?,
    })
}

fn list_of<'v>(name: &str, value: Option<&'v Value>) -> Result<&'v [Value], Error> {
    match value {
        Some(Value::Array(entries)) => Ok(entries),
        _ => Err(malformed(&format!("{name} is missing, or no list"))),
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

pub(crate) fn write(jwk_set: &str, keys: &[RotatingKey], used: &[KeyId]) -> String {
    let file = StateFile {
        jwk_set,
        keys,
        used,
    };
    // Texts and lists of texts are JSON without a doubt.
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}

struct StateFile<'s> {
    jwk_set: &'s str,
    keys: &'s [RotatingKey],
    used: &'s [KeyId],
}

impl Serialize for StateFile<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut current, mut past) = (Vec::new(), Vec::new());
        for (place, key) in self.keys.iter().enumerate() {
            match key.stage {
                Stage::Retired => past.push(Entry(key, Some(place))),
                _ => current.push(Entry(key, None)),
            }
        }
        let is_first = past.is_empty() && self.used.is_empty();
        let format = if is_first { FIRST_FORMAT } else { FORMAT };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", format)?;
        map.serialize_entry("jwk-set", self.jwk_set)?;
        map.serialize_entry("keys", &current)?;
        if !self.used.is_empty() {
            let used: Vec<&str> = self.used.iter().map(KeyId::as_str).collect();
            map.serialize_entry(USED, &used)?;
        }
        if !past.is_empty() {
            map.serialize_entry(PAST, &past)?;
        }
        map.end()
    }
}

struct Entry<'s>(&'s RotatingKey, Option<usize>);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(key, place) = self;
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
        if let Some(place) = place {
            map.serialize_entry(PLACE, place)?;
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
