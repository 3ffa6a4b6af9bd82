use crate::nearest::nearest;
use crate::{Error, Gateway};

/// Every file in the folder `gateways`, by name: its text without comments, and how much of that is
/// not evidence.
const FILES: &[(&str, &str, usize)] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

impl Gateway {
    /// Finds a gateway that the crate brings along.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownGateway`], which lists those that there are.
    pub fn builtin(name: &str) -> Result<Self, Error> {
        let file = FILES.iter().find(|(other, _, _)| *other == name);
        match file.and_then(|(_, text, length)| text.split_at_checked(*length)) {
            Some((text, evidence)) => Self::parse_builtin(text, evidence, &format!("{name}.toml")),
            None => Err(Error::UnknownGateway {
                name: name.to_owned(),
                known: Self::names().map(str::to_owned).collect(),
                nearest: nearest(name, Self::names()),
            }),
        }
    }

    /// The text that a built-in gateway is read from: a start for a file of one's own.
    ///
    /// It is the file in the folder `gateways` without its comments.
    #[must_use]
    pub fn builtin_source(name: &str) -> Option<&'static str> {
        let file = FILES.iter().find(|(other, _, _)| *other == name);
        file.map(|(_, text, _)| *text)
    }

    /// The names of the built-in gateways, in alphabetical order.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        FILES.iter().map(|(name, _, _)| *name)
    }
}
