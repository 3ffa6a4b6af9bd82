use crate::nearest::nearest;
use crate::{Error, Gateway};

/// Name and text of every gateway file that the crate brings along, by name.
const FILES: [(&str, &str); 3] = [
    ("generic", include_str!("../gateways/generic.toml")),
    ("nhs", include_str!("../gateways/nhs.toml")),
    ("rfc10070", include_str!("../gateways/rfc10070.toml")),
];

impl Gateway {
    /// Finds a gateway that the crate brings along.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownGateway`], which lists those that there are.
    pub fn builtin(name: &str) -> Result<Self, Error> {
        match Self::builtin_source(name) {
            Some(text) => Self::parse(text, &format!("{name}.toml")),
            None => Err(Error::UnknownGateway {
                name: name.to_owned(),
                known: Self::names().map(str::to_owned).collect(),
                nearest: nearest(name, Self::names()),
            }),
        }
    }

    /// The file that a built-in gateway is read from: a start for one's own.
    #[must_use]
    pub fn builtin_source(name: &str) -> Option<&'static str> {
        let file = FILES.iter().find(|(other, _)| *other == name);
        file.map(|(_, text)| *text)
    }

    /// The names of the built-in gateways, in alphabetical order.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        FILES.iter().map(|(name, _)| *name)
    }
}
