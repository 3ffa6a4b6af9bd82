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

/// What a table has at this path, such as `assertion.typ` or `notes[0].text`.
pub(super) fn locate(document: &Document<'_>, table: Node, path: &str) -> Option<Node> {
    // A name can have dots of its own, so that several keys can fit.
    document.nodes_in(table).find_map(|(_, node)| {
        let rest = path.strip_prefix(document.slice(node.key))?;
        below(document, node, rest)
    })
}

fn below(document: &Document<'_>, node: Node, rest: &str) -> Option<Node> {
    if rest.is_empty() {
        return Some(node);
    }
    match node.kind {
        Kind::Table => locate(document, node, rest.strip_prefix('.')?),
        Kind::List => {
            let (index, rest) = rest.strip_prefix('[')?.split_once(']')?;
            let (_, item) = document.nodes_in(node).nth(index.parse().ok()?)?;
            below(document, item, rest)
        }
        _ => None,
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
