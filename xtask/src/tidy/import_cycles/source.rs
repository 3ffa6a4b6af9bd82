use std::collections::BTreeSet;
use std::iter::Peekable;
use std::vec::IntoIter;

/// What a module's file says of other modules.
#[derive(Default)]
pub(super) struct Source {
    pub(super) imports: Vec<Import>,
    /// Paths that are written out where they are used.
    pub(super) paths: Vec<Vec<String>>,
    words: BTreeSet<String>,
}

/// One name that a `use` brings in.
pub(super) struct Import {
    pub(super) path: Vec<String>,
    pub(super) name: String,
    /// Whether others get it from here.
    is_re_export: bool,
}

type Tokens = Peekable<IntoIter<String>>;

impl Source {
    /// Reads the text of a file, without the modules that are written out in it: its tests.
    pub(super) fn parse(text: &str) -> Self {
        let mut source = Self::default();
        let mut tokens: Tokens = tokens(text).into_iter().peekable();
        let mut last = String::new();
        while let Some(token) = tokens.next() {
            match token.as_str() {
                // `use<'a>` lists what a type captures.
                "use" if tokens.peek().is_none_or(|next| next != "<") => {
                    let is_re_export = matches!(last.as_str(), "pub" | ")");
                    source.take_use(&mut tokens, &mut Vec::new(), is_re_export);
                }
                "mod" => {
                    tokens.next();
                    if tokens.peek().is_some_and(|next| next == "{") {
                        skip_block(&mut tokens);
                    }
                }
                word if is_word(word) && last != "::" => {
                    let path = path(token.clone(), &mut tokens);
                    source.words.extend(path.first().cloned());
                    if path.len() > 1 {
                        source.paths.push(path);
                    }
                }
                _ => {}
            }
            last = token;
        }
        source
    }

    /// Whether the file itself uses what it imports, rather than handing it on.
    pub(super) fn uses(&self, import: &Import) -> bool {
        !import.is_re_export || self.words.contains(&import.name)
    }

    /// Takes one tree of a `use`, up to the comma or semicolon behind it.
    fn take_use(&mut self, tokens: &mut Tokens, path: &mut Vec<String>, is_re_export: bool) {
        let length = path.len();
        let mut name = None;
        while let Some(token) = tokens.peek() {
            match token.as_str() {
                "}" | "," | ";" => break,
                "{" => {
                    tokens.next();
                    while tokens.peek().is_some_and(|next| next != "}" && next != ";") {
                        self.take_use(tokens, path, is_re_export);
                        tokens.next_if(|next| next == ",");
                    }
                    tokens.next();
                    path.truncate(length);
                    return;
                }
                "as" => {
                    tokens.next();
                    name = tokens.next();
                }
                "::" => drop(tokens.next()),
                _ => path.extend(tokens.next()),
            }
        }
        let name = name.or_else(|| path.last().cloned());
        let mut full = path.clone();
        // `use a::{self, B}` and `use a::*` are of the module itself.
        if full.len() > 1
            && full
                .last()
                .is_some_and(|last| last == "self" || last == "*")
        {
            full.pop();
        }
        if let Some(name) = name {
            self.imports.push(Import {
                path: full,
                name,
                is_re_export,
            });
        }
        path.truncate(length);
    }
}

/// A path that begins with a word.
fn path(first: String, tokens: &mut Tokens) -> Vec<String> {
    let mut path = vec![first];
    while tokens.next_if(|next| next == "::").is_some() {
        match tokens.next_if(|next| is_word(next)) {
            Some(word) => path.push(word),
            None => break,
        }
    }
    path
}

fn skip_block(tokens: &mut Tokens) {
    let mut depth = 0_usize;
    for token in tokens.by_ref() {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return;
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// The words and signs of a file, without comments, texts and lifetimes.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_text(rest) {
            length
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            character(rest)
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let end = end.unwrap_or(rest.len());
            tokens.extend(rest.get(..end).map(str::to_owned));
            end
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// The length of a raw text, if one begins here.
fn raw_text(rest: &str) -> Option<usize> {
    let start = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = start.bytes().take_while(|byte| *byte == b'#').count();
    let body = start.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let before = rest.len() - body.len();
    Some(
        body.find(&end)
            .map_or(rest.len(), |at| before + at + end.len()),
    )
}

/// The length of a text in quotes.
fn quoted(rest: &str) -> usize {
    let mut is_escaped = false;
    for (index, character) in rest.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character in quotes, or of a lifetime.
fn character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), Some(_)) => {
            let end = characters.find(|(_, character)| *character == '\'');
            end.map_or(rest.len(), |(index, _)| index + 1)
        }
        (Some(_), Some((index, '\''))) => index + 1,
        _ => {
            let name = rest.get(1..).unwrap_or_default();
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            1 + end.unwrap_or(name.len())
        }
    }
}
