use core::error;
use core::fmt;

/// What a PKCS#11 module answered, where this crate has no words of its own for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleError(String);

impl ModuleError {
    pub(crate) fn new(error: &cryptoki::error::Error) -> Self {
        use cryptoki::error::Error;

        Self(match error {
            // The names of the standard, without its paragraphs.
            Error::Pkcs11(code, function) => format!("C_{function:?} answered {code:?}"),
            Error::LibraryLoading(error) => one_line(&error.to_string()),
            Error::MissingSymbol(name) => format!("it has no function {name}"),
            Error::NullFunctionPointer => "it lacks a function that is needed".to_owned(),
            _ => "it answered something that makes no sense".to_owned(),
        })
    }
}

/// The dynamic linker's words hold a path, and that may hold anything.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            _ if character.is_control() => char::REPLACEMENT_CHARACTER,
            _ => character,
        })
        .collect()
}

impl fmt::Display for ModuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl error::Error for ModuleError {}
