//! Finds where a value stands in a document: only errors ask, so nothing is kept for it.

use super::Document;
use super::outline::{Kind, Node};

/// The full key of a value, such as `assertion.claims[0]`; that of the whole file has none.
pub(super) fn of(document: &Document<'_>, wanted: usize) -> String {
    find(document, document.node(0), "", wanted).unwrap_or_default()
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
pub(super) fn is_there(document: &Document<'_>, table: Node, path: &str) -> bool {
    // A name can have dots of its own, so that several keys can fit.
    document.nodes_in(table).any(|(_, node)| {
        path.strip_prefix(document.slice(node.key))
            .is_some_and(|rest| is_below(document, node, rest))
    })
}

fn is_below(document: &Document<'_>, node: Node, rest: &str) -> bool {
    if rest.is_empty() {
        return true;
    }
    match node.kind {
        Kind::Table => rest
            .strip_prefix('.')
            .is_some_and(|path| is_there(document, node, path)),
        Kind::List => {
            let index = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            index.is_some_and(|(index, rest)| {
                let index: Option<usize> = index.parse().ok();
                let item = index.and_then(|index| document.nodes_in(node).nth(index));
                item.is_some_and(|(_, item)| is_below(document, item, rest))
            })
        }
        _ => false,
    }
}

fn find(document: &Document<'_>, parent: Node, path: &str, wanted: usize) -> Option<String> {
    let mut nodes = document.nodes_in(parent).enumerate();
    nodes.find_map(|(place, (index, node))| {
        let path = match parent.kind {
            Kind::List => format!("{path}[{place}]"),
            _ => join(path, document.slice(node.key)),
        };
        match index == wanted {
            true => Some(path),
            false => find(document, node, &path, wanted),
        }
    })
}
