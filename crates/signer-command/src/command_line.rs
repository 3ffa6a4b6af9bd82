use core::iter::Peekable;
use core::str::Chars;

use crate::CommandLineError;

/// Splits a line into words as a shell does, and refuses what a shell would do
/// more with: an accepted line means here what it means in `sh`.
pub(crate) fn split(line: &str) -> Result<Vec<String>, CommandLineError> {
    let mut words = Vec::new();
    let mut rest = line.chars().peekable();
    loop {
        while rest.next_if(|next| is_blank(*next)).is_some() {}
        if rest.peek().is_none() {
            break;
        }
        words.push(word(&mut rest, words.is_empty())?);
    }
    if words.is_empty() {
        return Err(CommandLineError::Empty);
    }
    Ok(words)
}

const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

/// Reads a word up to the blank that ends it.
fn word(rest: &mut Peekable<Chars<'_>>, is_first: bool) -> Result<String, CommandLineError> {
    let mut word = String::new();
    let mut is_quoted = false;
    let mut at_start = true;
    while let Some(character) = rest.next_if(|next| !is_blank(*next)) {
        match character {
            '\'' => {
                is_quoted = true;
                single_quoted(rest, &mut word)?;
            }
            '"' => {
                is_quoted = true;
                double_quoted(rest, &mut word)?;
            }
            '\\' => {
                is_quoted = true;
                // At the end of a line it would join the next one.
                match rest.next() {
                    None | Some('\n') => return Err(CommandLineError::ShellSyntax('\\')),
                    Some('\0') => return Err(CommandLineError::ShellSyntax('\0')),
                    Some(escaped) => word.push(escaped),
                }
            }
            '#' if at_start => return Err(CommandLineError::ShellSyntax(character)),
            // `NAME=value program` sets a variable.
            '=' if is_first && !is_quoted => return Err(CommandLineError::ShellSyntax('=')),
            _ if has_meaning(character) => return Err(CommandLineError::ShellSyntax(character)),
            _ => word.push(character),
        }
        at_start = false;
    }
    if is_first && !is_quoted && RESERVED.contains(&word.as_str()) {
        return Err(CommandLineError::ReservedWord);
    }
    Ok(word)
}

/// Words that begin a construct of the shell in place of a command.
const RESERVED: &[&str] = &[
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then",
    "until", "while",
];

/// What an unquoted character makes a shell do more than take it as it is.
///
/// Braces and `~` inside of a word are among them in some shells only.
const fn has_meaning(character: char) -> bool {
    matches!(
        character,
        '$' | '`'
            | '|'
            | '&'
            | ';'
            | '<'
            | '>'
            | '('
            | ')'
            | '*'
            | '?'
            | '['
            | ']'
            | '{'
            | '}'
            | '!'
            | '~'
            | '\n'
            | '\r'
            | '\0'
    )
}

fn single_quoted(
    rest: &mut Peekable<Chars<'_>>,
    word: &mut String,
) -> Result<(), CommandLineError> {
    loop {
        match rest.next() {
            None => return Err(CommandLineError::OpenQuote),
            Some('\'') => return Ok(()),
            Some('\0') => return Err(CommandLineError::ShellSyntax('\0')),
            Some(character) => word.push(character),
        }
    }
}

fn double_quoted(
    rest: &mut Peekable<Chars<'_>>,
    word: &mut String,
) -> Result<(), CommandLineError> {
    loop {
        match rest.next() {
            None => return Err(CommandLineError::OpenQuote),
            Some('"') => return Ok(()),
            // An interactive shell looks for `!` even here.
            Some(character @ ('$' | '`' | '!' | '\0')) => {
                return Err(CommandLineError::ShellSyntax(character));
            }
            Some('\\') => match rest.next() {
                None => return Err(CommandLineError::OpenQuote),
                Some('\n') => return Err(CommandLineError::ShellSyntax('\\')),
                Some('\0') => return Err(CommandLineError::ShellSyntax('\0')),
                Some(escaped @ ('$' | '`' | '"' | '\\')) => word.push(escaped),
                Some(other) => word.extend(['\\', other]),
            },
            Some(character) => word.push(character),
        }
    }
}
