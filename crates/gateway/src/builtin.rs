use crate::nearest::nearest;
use crate::reader::Packed;
use crate::{Error, Gateway};

/// A file in the folder `gateways`, as the build script left it.
#[derive(Debug)]
pub(crate) struct BuiltinFile {
    pub(crate) name: &'static str,
    /// What a token needs, in [`RULES`].
    pub(crate) rules: Part,
    /// The tables that are read when somebody asks for them: a number in [`EVIDENCE`].
    pub(crate) evidence: Part,
}

/// A part of a file: its tables, without the comments.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) start: usize,
    /// With what its values mean that are spelled otherwise, which is behind the tables.
    pub(crate) length: usize,
    /// Of the tables alone.
    pub(crate) source: usize,
    /// The first one in [`NODES`], and how many there are.
    pub(crate) nodes: (usize, usize),
}

/// Every file, by name.
pub(crate) const FILES: &[BuiltinFile] = include!(concat!(env!("OUT_DIR"), "/files.rs"));
static RULES: &str = include!(concat!(env!("OUT_DIR"), "/rules.rs"));
static NODES: &[Packed] = include!(concat!(env!("OUT_DIR"), "/nodes.rs"));
/// That of each file, in pairs of bytes: most programs never read it.
static EVIDENCE: &[&[u8]] = include!(concat!(env!("OUT_DIR"), "/evidence.rs"));
/// What a byte stands for in the evidence, by its number; `[0, 0]` is the byte itself.
static PAIRS: [[u8; 2]; 256] = include!(concat!(env!("OUT_DIR"), "/pairs.rs"));

impl BuiltinFile {
    /// The rules, with what is behind them.
    pub(crate) fn rules_text(&self) -> &'static str {
        let Part { start, length, .. } = self.rules;
        RULES.get(start..start + length).unwrap_or_default()
    }

    /// The evidence, with what is behind it.
    pub(crate) fn evidence_text(&self) -> String {
        let bytes = EVIDENCE.get(self.evidence.start).copied();
        let mut text = Vec::with_capacity(self.evidence.length);
        for byte in bytes.unwrap_or_default() {
            expand(*byte, &mut text);
        }
        String::from_utf8(text).unwrap_or_default()
    }
}

impl Part {
    pub(crate) fn nodes(&self) -> &'static [Packed] {
        let (first, count) = self.nodes;
        NODES.get(first..first + count).unwrap_or_default()
    }
}

fn expand(byte: u8, text: &mut Vec<u8>) {
    match PAIRS.get(usize::from(byte)) {
        Some([first, second]) if *first != 0 => {
            expand(*first, text);
            expand(*second, text);
        }
        _ => text.push(byte),
    }
}

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
    pub fn builtin_source(name: &str) -> Option<String> {
        let file = file(name)?;
        let mut text = file.rules_text().get(..file.rules.source)?.to_owned();
        text += file.evidence_text().get(..file.evidence.source)?;
        Some(text)
    }

    /// The names of the built-in gateways that have an environment of this name or alias.
    #[must_use]
    pub fn names_with_environment(environment: &str) -> Vec<&'static str> {
        let has = |name: &&str| {
            let gateway = Self::builtin(name);
            gateway.is_ok_and(|gateway| gateway.environment(Some(environment)).is_ok())
        };
        Self::names().filter(has).collect()
    }

    /// The names of the built-in gateways, in alphabetical order.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        FILES.iter().map(|file| file.name)
    }
}

fn file(name: &str) -> Option<&'static BuiltinFile> {
    FILES.iter().find(|file| file.name == name)
}
