use crate::nearest::nearest;
use crate::reader::Packed;
use crate::{Error, Gateway};

/// A file in the folder `gateways`, as the build script left it.
#[derive(Debug)]
pub(crate) struct BuiltinFile {
    pub(crate) name: &'static str,
    /// The file without its comments, and behind it what its values mean that are spelled otherwise.
    pub(crate) text: &'static str,
    pub(crate) source_length: usize,
    pub(crate) nodes: &'static [Packed],
}

/// Every file, by name.
const FILES: &[BuiltinFile] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

impl Gateway {
    /// Finds a gateway that the crate brings along.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownGateway`], which lists those that there are.
    pub fn builtin(name: &str) -> Result<Self, Error> {
        match file(name) {
            Some(file) => Ok(Self::read_builtin(file)?),
            None => Err(Error::UnknownGateway {
                name: name.to_owned(),
                known: Self::names().map(str::to_owned).collect(),
                nearest: nearest(name, Self::names()),
            }),
        }
    }

    /// The text that a built-in gateway is made from: a start for a file of one's own.
    ///
    /// It is the file in the folder `gateways` without its comments.
    #[must_use]
    pub fn builtin_source(name: &str) -> Option<&'static str> {
        let file = file(name)?;
        file.text.get(..file.source_length)
    }

    /// The names of the built-in gateways, in alphabetical order.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        FILES.iter().map(|file| file.name)
    }
}

fn file(name: &str) -> Option<&'static BuiltinFile> {
    FILES.iter().find(|file| file.name == name)
}
