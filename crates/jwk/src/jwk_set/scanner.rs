//! Where the parts of a JSON text stand that has been parsed already.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// The array of a member of the outer object, and its elements, as ranges of
/// bytes; `None` where there is no such array.
pub(super) fn find_array(text: &str, member: &str) -> Option<(Range<usize>, Vec<Range<usize>>)> {
    let mut cursor = Cursor { text, position: 0 };
    cursor.take(b'{')?;
    loop {
        let name = cursor.value()?;
        cursor.take(b':')?;
        // A name may be written with escapes.
        let name: String = serde_json::from_str(text.get(name)?).ok()?;
        if name == member {
            break;
        }
        cursor.value()?;
        cursor.take(b',')?;
    }
    let start = cursor.take(b'[')?;
    let mut elements = Vec::new();
    if let Some(end) = cursor.take(b']') {
        return Some((start..end + 1, elements));
    }
    loop {
        elements.push(cursor.value()?);
        if let Some(end) = cursor.take(b']') {
            return Some((start..end + 1, elements));
        }
        cursor.take(b',')?;
    }
}

struct Cursor<'a> {
    text: &'a str,
    position: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.position += 1;
        }
    }

    /// Passes one character after white space, and says where it stood.
    fn take(&mut self, byte: u8) -> Option<usize> {
        self.skip_space();
        let position = self.position;
        (self.peek() == Some(byte)).then(|| self.position += 1)?;
        Some(position)
    }

    /// Passes a value after white space, and says where it stands.
    fn value(&mut self) -> Option<Range<usize>> {
        self.skip_space();
        let start = self.position;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => self.skip_string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.position += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.position += 1;
                }
                _ if depth == 0 => self.skip_word(),
                _ => self.position += 1,
            }
            if depth == 0 {
                return Some(start..self.position);
            }
        }
    }

    fn skip_string(&mut self) -> Option<()> {
        self.position += 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.position += 2,
                _ => self.position += 1,
            }
        }
        self.position += 1;
        Some(())
    }

    /// A number, `true`, `false` or `null`.
    fn skip_word(&mut self) {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        while self.peek().is_some_and(is_word) {
            self.position += 1;
        }
    }
}
