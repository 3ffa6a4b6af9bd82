use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

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

impl JwkSetDocument {
    /// Compares this set, as the state before, with another one: the changes
    /// in the order of the new set, and then what was removed.
    ///
    /// Keys are matched by their identifiers, and those that are left by their
    /// thumbprints. Where a key stands in the set makes no difference.
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
