use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::printable;

/// Lines of columns, each as wide as its widest cell, safe on a terminal.
///
/// # Examples
///
/// ```
/// use tokenring_text::columns;
///
/// let rows = [vec!["type".to_owned(), "RSA".to_owned()], vec!["use".to_owned(), "sig".to_owned()]];
/// assert_eq!(columns(&rows), "type  RSA\nuse   sig\n");
/// ```
#[must_use]
pub fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widths = cells.map(|cell| cell.chars().count());
        widths.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(&printable(line.trim_end()).to_string());
        text.push('\n');
    }
    text
}
