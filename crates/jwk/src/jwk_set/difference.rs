use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::document::JwkSetDocument;
use super::entry::JwkSetEntry;

/// What is different between two states of a JWK Set.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum JwkSetChange {
    /// A key that was not there before.
    Added(JwkSetEntry),
    /// A key that is no longer there.
    Removed(JwkSetEntry),
    /// A key identifier with another key behind it, a key under another
    /// identifier, or a key with other members.
    Changed {
        /// The key as it was.
        before: JwkSetEntry,
        /// The key as it is.
        after: JwkSetEntry,
        /// The names of the members that were added, removed or changed.
        members: Vec<String>,
    },
}

/// One line, in the way of `diff`.
impl fmt::Display for JwkSetChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(entry) => write!(f, "+ {entry}"),
            Self::Removed(entry) => write!(f, "- {entry}"),
            Self::Changed {
                before,
                after,
                members,
            } => {
                write!(f, "~ {after}: {} changed", members.join(", "))?;
                match before.key_id() == after.key_id() {
                    true => Ok(()),
                    false => write!(f, ", before {before}"),
                }
            }
        }
    }
}

/// An object with the member `change`: `added`, `removed` or `changed`.
impl Serialize for JwkSetChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        match self {
            Self::Added(entry) => {
                object.serialize_entry("change", "added")?;
                object.serialize_entry("kid", &entry.key_id())?;
            }
            Self::Removed(entry) => {
                object.serialize_entry("change", "removed")?;
                object.serialize_entry("kid", &entry.key_id())?;
            }
            Self::Changed {
                before,
                after,
                members,
            } => {
                object.serialize_entry("change", "changed")?;
                object.serialize_entry("kid", &after.key_id())?;
                object.serialize_entry("kid-before", &before.key_id())?;
                object.serialize_entry("members", members)?;
            }
        }
        object.end()
    }
}

impl JwkSetDocument {
    /// Compares this set, as the state before, with another one: the changes
    /// in the order of the new set, and then what was removed.
    ///
    /// Keys are matched by their identifiers, and those that are left by their
    /// thumbprints. Where a key stands in the set makes no difference.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_jwk::JwkSetDocument;
    ///
    /// let before = JwkSetDocument::parse(r#"{"keys":[{"kid":"a","kty":"x"}]}"#)?;
    /// let after = JwkSetDocument::parse(r#"{"keys":[{"kid":"b","kty":"y"}]}"#)?;
    /// let changes = before.changes_to(&after);
    /// let lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
    /// assert_eq!(lines, ["+ b (of no use here)", "- a (of no use here)"]);
    /// let json = serde_json::to_string(&changes).unwrap_or_default();
    /// assert_eq!(json, r#"[{"change":"added","kid":"b"},{"change":"removed","kid":"a"}]"#);
    /// # Ok::<(), tokenring_jwk::Error>(())
    /// ```
    #[must_use]
    pub fn changes_to(&self, after: &Self) -> Vec<JwkSetChange> {
        let mut left: Vec<&JwkSetEntry> = self.entries().iter().collect();
        let mut pairs: Vec<(Option<&JwkSetEntry>, &JwkSetEntry)> = Vec::new();
        for entry in after.entries() {
            let same_id = |old: &&JwkSetEntry| old.key_id() == entry.key_id();
            // Of several without an identifier, the one with the same key.
            let found = take(&mut left, |old| same_id(&old) && old.is_same_key(entry))
                .or_else(|| take(&mut left, |old| old.key_id().is_some() && same_id(&old)));
            pairs.push((found, entry));
        }
        let mut changes = Vec::new();
        for (found, entry) in pairs {
            let found = found.or_else(|| take(&mut left, |old| old.is_same_key(entry)));
            match found {
                None => changes.push(JwkSetChange::Added(entry.clone())),
                Some(before) if before.members() == entry.members() => {}
                Some(before) => changes.push(JwkSetChange::Changed {
                    before: before.clone(),
                    after: entry.clone(),
                    members: changed_members(before, entry),
                }),
            }
        }
        changes.extend(left.into_iter().cloned().map(JwkSetChange::Removed));
        changes
    }
}

fn take<'a>(
    entries: &mut Vec<&'a JwkSetEntry>,
    is_wanted: impl Fn(&JwkSetEntry) -> bool,
) -> Option<&'a JwkSetEntry> {
    let position = entries.iter().position(|entry| is_wanted(entry))?;
    Some(entries.remove(position))
}

fn changed_members(before: &JwkSetEntry, after: &JwkSetEntry) -> Vec<String> {
    let (before, after) = (before.members(), after.members());
    let mut names: Vec<&str> = after
        .iter()
        .chain(before.iter())
        .map(|(name, _)| name)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter(|name| before.get(name) != after.get(name))
        .map(ToOwned::to_owned)
        .collect()
}
