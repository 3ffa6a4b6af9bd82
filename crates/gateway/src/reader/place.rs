//! Finds where a value stands in a document: only errors ask, so nothing is kept for it.

use core::ptr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The full key of a value, such as `assertion.claims[0]`.
pub(super) fn of_value(root: &DeTable<'_>, wanted: &DeValue<'_>) -> String {
    find(root, "", &|value| ptr::eq(value, wanted)).unwrap_or_default()
}

/// The full key of a table; that of the whole file has none.
pub(super) fn of_table(root: &DeTable<'_>, wanted: &DeTable<'_>) -> String {
    let is_wanted = |value: &DeValue<'_>| match value {
        DeValue::Table(table) => ptr::eq(table, wanted),
        _ => false,
    };
    find(root, "", &is_wanted).unwrap_or_default()
}

/// The full key of something in a table.
pub(super) fn join(path: &str, key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let key = if !key.is_empty() && key.chars().all(is_bare) {
        key.to_owned()
    } else {
        format!("\"{}\"", key.escape_debug())
    };
    if path.is_empty() {
        key
    } else {
        format!("{path}.{key}")
    }
}

/// Whether a table has something at this path, such as `assertion.typ` or `notes[0].text`.
pub(super) fn is_there(table: &DeTable<'_>, path: &str) -> bool {
    // A name can have dots of its own, so that several keys can fit.
    table.iter().any(|(key, value)| {
        path.strip_prefix(key.get_ref().as_ref())
            .is_some_and(|rest| is_below(value.get_ref(), rest))
    })
}

fn is_below(value: &DeValue<'_>, rest: &str) -> bool {
    if rest.is_empty() {
        return true;
    }
    match value {
        DeValue::Table(table) => rest
            .strip_prefix('.')
            .is_some_and(|path| is_there(table, path)),
        DeValue::Array(items) => {
            let index = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            index.is_some_and(|(index, rest)| {
                let item = index.parse().ok().and_then(|index: usize| items.get(index));
                item.is_some_and(|item| is_below(item.get_ref(), rest))
            })
        }
        _ => false,
    }
}

fn find(
    table: &DeTable<'_>,
    path: &str,
    is_wanted: &impl Fn(&DeValue<'_>) -> bool,
) -> Option<String> {
    table
        .iter()
        .find_map(|(key, value)| find_in(value, join(path, key.get_ref()), is_wanted))
}

fn find_in(
    value: &Spanned<DeValue<'_>>,
    path: String,
    is_wanted: &impl Fn(&DeValue<'_>) -> bool,
) -> Option<String> {
    match value.get_ref() {
        value if is_wanted(value) => Some(path),
        DeValue::Table(table) => find(table, &path, is_wanted),
        DeValue::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| find_in(item, format!("{path}[{index}]"), is_wanted)),
        _ => None,
    }
}
