use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use serde_json::Value;

use super::entry::JwkSetEntry;
use super::layout::Layout;
use super::scanner;
use crate::{Error, JsonObject, Jwk, KeyId};

/// The text of a JWK Set, to be changed without touching what isn't meant.
///
/// Members and keys that this crate knows nothing of, the order of everything
/// and all white space stay as they are, byte for byte, and what is added is
/// laid out like its neighbours. It holds public keys alone, as [`JwkSet`]
/// does.
///
/// [`JwkSet`]: crate::JwkSet
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{Jwk, JwkSetDocument, KeyId, KeySpec, ring};
///
/// let private_key = ring::generate(KeySpec::P256)?;
/// let public_key = private_key.stated_public_key().cloned();
/// let jwk = Jwk::new(public_key.expect("a generated key has it")).with_key_id(KeyId::new("b"));
///
/// let mut document = JwkSetDocument::parse(r#"{"owner": "us", "keys": []}"#)?;
/// document.add(&jwk)?;
/// document.remove(&KeyId::new("b"))?;
/// assert_eq!(document.as_str(), r#"{"owner": "us", "keys": []}"#);
/// # Ok::<(), tokenring_jwk::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct JwkSetDocument {
    text: String,
    array: Range<usize>,
    places: Vec<Range<usize>>,
    entries: Vec<JwkSetEntry>,
}

impl JwkSetDocument {
    /// Makes an empty set, laid out as [`JwkSet::to_json`] does.
    ///
    /// [`JwkSet::to_json`]: crate::JwkSet::to_json
    #[must_use]
    pub fn new() -> Self {
        let text = "{\n  \"keys\": []\n}";
        Self {
            text: text.into(),
            array: text.len() - 4..text.len() - 2,
            places: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// Reads a set.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedJson`] or [`Error::NotAJwkSet`] where the text isn't
    /// a JWK Set, and [`Error::PrivateMember`] where one of its keys isn't
    /// public.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let document = Self::parse_any(text)?;
        if document.entries.iter().any(JwkSetEntry::is_private) {
            return Err(Error::PrivateMember);
        }
        Ok(document)
    }

    /// Reads a set that may have private members.
    pub(super) fn parse_any(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // The scanner relies on what it scans being JSON.
        let members = JsonObject::parse(text.as_bytes())?;
        let found = scanner::find_array(text, "keys");
        let (array, places) = found.ok_or_else(|| super::not_a_set(&members))?;
        let items = members.get("keys").and_then(Value::as_array);
        let mut entries = Vec::with_capacity(places.len());
        for (position, place) in places.iter().enumerate() {
            let entry = text.get(place.clone()).unwrap_or_default();
            let members = JsonObject::parse(entry.as_bytes()).map_err(|error| {
                let item = items.and_then(|items| items.get(position));
                item.map_or(error, |item| super::not_a_key(position, item))
            })?;
            entries.push(JwkSetEntry::new(position, members));
        }
        Ok(Self {
            text: text.into(),
            array,
            places,
            entries,
        })
    }

    /// The text as it stands now.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The keys, those that this crate cannot use among them.
    #[must_use]
    pub fn entries(&self) -> &[JwkSetEntry] {
        &self.entries
    }

    /// Adds a key at the end.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateKeyId`] where a key has its identifier already.
    pub fn add(&mut self, jwk: &Jwk) -> Result<(), Error> {
        self.check_unique(jwk.key_id(), None)?;
        let layout = self.layout();
        let entry = layout.write(jwk)?;
        self.append(&entry, &layout)
    }

    /// Removes every key with this identifier, and says how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::KeyNotFound`] where there is none.
    pub fn remove(&mut self, key_id: &KeyId) -> Result<usize, Error> {
        let mut count = 0;
        while let Some(position) = self.position(key_id) {
            self.remove_at(position)?;
            count += 1;
        }
        if count == 0 {
            return Err(self.not_found());
        }
        Ok(count)
    }

    /// Puts a key in the place of the first one with this identifier, with all
    /// of whose members it does away.
    ///
    /// # Errors
    ///
    /// [`Error::KeyNotFound`] where there is none, and
    /// [`Error::DuplicateKeyId`] where another key has the new one's identifier.
    pub fn replace(&mut self, key_id: &KeyId, jwk: &Jwk) -> Result<(), Error> {
        let position = self.position(key_id).ok_or_else(|| self.not_found())?;
        self.check_unique(jwk.key_id(), Some(position))?;
        let place = self.places.get(position).cloned();
        let place = place.ok_or(Error::MalformedJwk("keys"))?;
        let entry = self.text.get(place.clone()).unwrap_or_default();
        let entry = Layout::of_entry(entry).write(jwk)?;
        self.splice(place, &entry)
    }

    /// Puts a key in the place of the first one with its identifier, or else at the end.
    ///
    /// # Errors
    ///
    /// Those of [`replace`](Self::replace) and [`add`](Self::add).
    pub fn put(&mut self, jwk: &Jwk) -> Result<(), Error> {
        match jwk.key_id() {
            Some(key_id) if self.position(key_id).is_some() => self.replace(key_id, jwk),
            _ => self.add(jwk),
        }
    }

    /// Adds the keys of another set that aren't here yet, with all of their
    /// members, and says how many those were.
    ///
    /// A key that is here under another identifier, or with other members
    /// beside it, counts as being here where neither has an identifier of its
    /// own.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateKeyId`] where both sets have different keys under one
    /// identifier; nothing is added then.
    pub fn merge(&mut self, other: &Self) -> Result<usize, Error> {
        let mut merged = self.clone();
        // A set may be large, and so may the other one.
        let mut named: BTreeMap<Option<KeyId>, Vec<usize>> = BTreeMap::new();
        for entry in &self.entries {
            let places = named.entry(entry.key_id().cloned()).or_default();
            places.push(entry.position());
        }
        let mut count = 0;
        for (entry, place) in other.entries.iter().zip(&other.places) {
            let here = named.entry(entry.key_id().cloned()).or_default();
            let mut entries = here.iter().filter_map(|index| merged.entries.get(*index));
            if entries.any(|here| here.is_same_key(entry)) {
                continue;
            }
            if let (Some(key_id), false) = (entry.key_id(), here.is_empty()) {
                return Err(Error::DuplicateKeyId(key_id.clone()));
            }
            here.push(merged.entries.len());
            let text = other.text.get(place.clone()).unwrap_or_default();
            let layout = merged.layout();
            // A key of a known type is laid out anew; what else is in it has
            // to come along, and then it comes as it is.
            let text = match entry.plain_jwk() {
                Some(jwk) => layout.write(&jwk)?,
                None => text.into(),
            };
            merged.append(&text, &layout)?;
            count += 1;
        }
        *self = merged;
        Ok(count)
    }

    fn position(&self, key_id: &KeyId) -> Option<usize> {
        let mut entries = self.entries.iter();
        entries.position(|entry| entry.key_id() == Some(key_id))
    }

    fn not_found(&self) -> Error {
        let key_ids = self.entries.iter().map(|entry| entry.key_id().cloned());
        Error::KeyNotFound(key_ids.collect())
    }

    fn check_unique(&self, key_id: Option<&KeyId>, except: Option<usize>) -> Result<(), Error> {
        let Some(key_id) = key_id else {
            return Ok(());
        };
        let taken = self
            .entries
            .iter()
            .any(|entry| entry.key_id() == Some(key_id) && Some(entry.position()) != except);
        if taken {
            return Err(Error::DuplicateKeyId(key_id.clone()));
        }
        Ok(())
    }

    fn layout(&self) -> Layout {
        match self.places.last() {
            Some(last) => Layout::of_entry(self.text.get(last.clone()).unwrap_or_default()),
            None => Layout::around_empty(self.text.get(..self.array.start).unwrap_or_default()),
        }
    }

    fn append(&mut self, entry: &str, layout: &Layout) -> Result<(), Error> {
        let Some(last) = self.places.last() else {
            return self.splice(self.array.clone(), &layout.write_array(entry));
        };
        let end = last.end;
        let separator = layout.separator(&self.text, &self.array, &self.places);
        let members = JsonObject::parse(entry.as_bytes())?;
        let new = JwkSetEntry::new(self.entries.len(), members);
        if new.is_private() {
            return Err(Error::PrivateMember);
        }
        // The rest stays as it was read: to read it again for each key takes long in a large set.
        self.text.insert_str(end, &[&separator, entry].concat());
        let start = end + separator.len();
        self.places.push(start..start + entry.len());
        self.array.end += separator.len() + entry.len();
        self.entries.push(new);
        Ok(())
    }

    fn remove_at(&mut self, position: usize) -> Result<(), Error> {
        let gone = self.place_with_comma(position)?;
        let (start, length) = (gone.start, gone.len());
        self.text.replace_range(gone, "");
        self.array.end -= length;
        self.places.remove(position);
        self.entries.remove(position);
        for place in self.places.iter_mut().filter(|place| place.start > start) {
            *place = place.start - length..place.end - length;
        }
        for (position, entry) in self.entries.iter_mut().enumerate().skip(position) {
            entry.move_to(position);
        }
        Ok(())
    }

    /// Where an entry stands, with the comma that goes with it.
    fn place_with_comma(&self, position: usize) -> Result<Range<usize>, Error> {
        let here = self.places.get(position);
        let here = here.ok_or(Error::MalformedJwk("keys"))?;
        let before = position
            .checked_sub(1)
            .and_then(|index| self.places.get(index));
        Ok(match (before, self.places.get(position + 1)) {
            (_, Some(after)) => here.start..after.start,
            (Some(before), None) => before.end..here.end,
            (None, None) => self.array.start + 1..self.array.end - 1,
        })
    }

    /// Puts a text in the place of another, and reads the whole again.
    fn splice(&mut self, place: Range<usize>, replacement: &str) -> Result<(), Error> {
        let before = self.text.get(..place.start).unwrap_or_default();
        let after = self.text.get(place.end..).unwrap_or_default();
        *self = Self::parse(&[before, replacement, after].concat())?;
        Ok(())
    }
}

impl Default for JwkSetDocument {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for JwkSetDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.entries).finish()
    }
}
