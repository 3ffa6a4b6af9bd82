//! What is in a configuration file: values at its top level, and profiles of values.

mod edit;
mod fault;

use std::cell::OnceCell;
use std::sync::Arc;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use self::fault::{ProfileFault, ProfileFaultKind};
use crate::Parameter;

/// A configuration file of the command `tokenring`, parsed and checked.
///
/// [`Client::from_profile`](crate::Client::from_profile) takes values from one; this is for a
/// program that has options of its own in the same file, or shows what is in it.
///
/// # Examples
///
/// ```
/// use tokenring::{ProfileFile, WantedProfiles};
///
/// let text = "scope = \"read\"\n[profiles.int]\nclient-id = \"a\"\n";
/// let file = ProfileFile::parse(text, WantedProfiles::One("int"), |_| true)?;
/// let entry = &file.profile("int").unwrap_or_default()[0];
/// assert_eq!((entry.key(), entry.line()), ("client-id", 3));
/// # Ok::<(), tokenring::ProfileFault>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProfileFile {
    top: Arc<[ProfileEntry]>,
    profiles: Vec<(String, Arc<[ProfileEntry]>)>,
    names: Vec<String>,
}

/// Which profiles of a file are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum WantedProfiles<'n> {
    /// None: the top level only.
    None,
    /// The one of this name.
    One(&'n str),
    /// All of them.
    All,
}

/// A key of a configuration file, with its value.
#[derive(Clone, Debug)]
pub struct ProfileEntry {
    key: String,
    line: usize,
    value: ProfileValue,
}

/// The value of a key.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum ProfileValue {
    /// A text, or a number or switch as a text.
    Text(String),
    /// A list of such.
    List(Vec<String>),
    /// Values by their names: texts, and for the key `claim` any JSON.
    Pairs(Vec<(String, Value)>),
}

impl ProfileFile {
    /// Parses the text of a file and checks every key and value in it, in profiles that are not
    /// wanted too.
    ///
    /// A table can hold values for one command, such as `[get-token]`, where `is_key` accepts its
    /// name with a dot behind it; each of those has the key `get-token.format`.
    ///
    /// # Errors
    ///
    /// A [`ProfileFault`] for the first thing that is wrong; a profile that is not there is none.
    pub fn parse(
        text: &str,
        wanted: WantedProfiles<'_>,
        is_key: impl Fn(&str) -> bool,
    ) -> Result<Self, ProfileFault> {
        let keys = Keys::Checked(&is_key);
        Source::new(text, keys).parse(wanted)
    }

    /// The same for the values of a client: other keys are left alone, and so are other profiles.
    pub(crate) fn parse_parameters(
        text: &str,
        wanted: WantedProfiles<'_>,
    ) -> Result<Self, ProfileFault> {
        Source::new(text, Keys::Parameters).parse(wanted)
    }

    /// What is at the top level.
    #[must_use]
    pub fn top(&self) -> &[ProfileEntry] {
        &self.top
    }

    /// What is in a profile, of those that were wanted.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&[ProfileEntry]> {
        let mut profiles = self.profiles();
        profiles.find_map(|(other, entries)| (other == name).then_some(entries))
    }

    /// The profiles that were wanted.
    pub fn profiles(&self) -> impl Iterator<Item = (&str, &[ProfileEntry])> {
        let profiles = self.profiles.iter();
        profiles.map(|(name, entries)| (name.as_str(), &**entries))
    }

    /// The names of all profiles, where the one that was wanted is not among them.
    #[must_use]
    pub fn other_names(&self) -> &[String] {
        &self.names
    }
}

impl ProfileEntry {
    /// The key, such as `client-id`, also where the file has its alias `api-key`; with the command
    /// in front, such as `get-token.format`, where it is for one.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The line that it stands in, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> &ProfileValue {
        &self.value
    }
}

/// What can be a key.
enum Keys<'k> {
    /// What fits; all else is a fault.
    Checked(&'k dyn Fn(&str) -> bool),
    /// The parameters of a client; all else is ignored.
    Parameters,
}

struct Source<'t> {
    text: &'t str,
    keys: Keys<'t>,
    /// Where each line ends, once that is asked for.
    line_ends: OnceCell<Vec<usize>>,
}

impl<'t> Source<'t> {
    const fn new(text: &'t str, keys: Keys<'t>) -> Self {
        Self {
            text,
            keys,
            line_ends: OnceCell::new(),
        }
    }

    fn parse(&self, wanted: WantedProfiles<'_>) -> Result<ProfileFile, ProfileFault> {
        let document = DeTable::parse(self.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            self.fault(start, ProfileFaultKind::Syntax(error.message().to_owned()))
        })?;
        let (mut top, mut profiles, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in document.get_ref() {
            if key.get_ref() != "profiles" {
                self.add("", key, value, &mut top)?;
                continue;
            }
            let DeValue::Table(tables) = value.get_ref() else {
                return Err(self.fault(value.span().start, ProfileFaultKind::NoProfiles));
            };
            for (name, table) in tables {
                let (name, start) = (name.get_ref().as_ref(), name.span().start);
                let DeValue::Table(table) = table.get_ref() else {
                    return Err(self.fault(start, ProfileFaultKind::NoTable(name.to_owned())));
                };
                match wanted {
                    WantedProfiles::One(one) if one != name => self.check(table)?,
                    WantedProfiles::None => self.check(table)?,
                    _ => profiles.push((name.to_owned(), self.entries(table)?)),
                }
            }
            if matches!(wanted, WantedProfiles::One(_)) && profiles.is_empty() {
                names = tables.keys().map(|it| it.get_ref().to_string()).collect();
            }
        }
        let top = top.into();
        Ok(ProfileFile {
            top,
            profiles,
            names,
        })
    }

    fn fault(&self, start: usize, kind: ProfileFaultKind) -> ProfileFault {
        let line = self.line(start);
        ProfileFault::new(line, kind)
    }

    fn line(&self, start: usize) -> usize {
        let ends = self.line_ends.get_or_init(|| {
            let ends = self.text.match_indices('\n');
            ends.map(|(end, _)| end).collect()
        });
        ends.partition_point(|end| *end < start) + 1
    }

    fn entries(&self, table: &DeTable<'_>) -> Result<Arc<[ProfileEntry]>, ProfileFault> {
        let mut entries = Vec::new();
        for (key, value) in table {
            self.add("", key, value, &mut entries)?;
        }
        Ok(entries.into())
    }

    /// Checks what does not become entries.
    fn check(&self, table: &DeTable<'_>) -> Result<(), ProfileFault> {
        if matches!(self.keys, Keys::Parameters) {
            return Ok(());
        }
        for (key, value) in table {
            // Most values are texts, which are right for every key.
            if !matches!(value.get_ref(), DeValue::String(_)) {
                self.add("", key, value, &mut Vec::new())?;
            } else {
                self.takes(key.get_ref(), key.span().start)?;
            }
        }
        Ok(())
    }

    /// Adds what a key holds: a value, or the values that are for one command.
    fn add(
        &self,
        prefix: &str,
        key: &Key<'_>,
        value: &Spanned<DeValue<'_>>,
        entries: &mut Vec<ProfileEntry>,
    ) -> Result<(), ProfileFault> {
        let name = match prefix {
            "" => canonical(key.get_ref()).to_owned(),
            prefix => format!("{prefix}{}", canonical(key.get_ref())),
        };
        if let (DeValue::Table(table), Keys::Checked(is_key)) = (value.get_ref(), &self.keys) {
            let prefix = format!("{name}.");
            if is_key(&prefix) {
                for (key, value) in table {
                    self.add(&prefix, key, value, entries)?;
                }
                return Ok(());
            }
        }
        let start = key.span().start;
        if self.takes(&name, start)? {
            entries.push(ProfileEntry {
                value: self.value(key, value.get_ref())?,
                key: name,
                line: self.line(start),
            });
        }
        Ok(())
    }

    /// Whether this is a key, and not one that is left alone.
    fn takes(&self, name: &str, start: usize) -> Result<bool, ProfileFault> {
        let name = canonical(name);
        match self.keys {
            Keys::Parameters => Ok(Parameter::from_name(name).is_some()),
            Keys::Checked(is_key) if is_key(name) => Ok(true),
            Keys::Checked(_) => {
                let kind = ProfileFaultKind::UnknownKey(name.to_owned());
                Err(self.fault(start, kind))
            }
        }
    }

    fn value(&self, key: &Key<'_>, value: &DeValue<'_>) -> Result<ProfileValue, ProfileFault> {
        let name = key.get_ref().as_ref();
        let parameter = Parameter::from_name(name).filter(|it| it.is_repeatable());
        let (value, expected) = match (value, parameter) {
            (DeValue::Array(values), _) => {
                let values = values.iter().map(|value| scalar(value.get_ref()));
                let values = values.collect::<Option<_>>();
                (values.map(ProfileValue::List), "is a list of texts")
            }
            (DeValue::Table(table), Some(parameter)) => {
                let pairs = table.iter().map(|(name, value)| {
                    let value = match parameter {
                        Parameter::Claim => json(value.get_ref())?,
                        _ => scalar(value.get_ref())?.into(),
                    };
                    Some((name.get_ref().to_string(), value))
                });
                let pairs = pairs.collect::<Option<_>>().map(ProfileValue::Pairs);
                (pairs, "holds a value of a wrong type")
            }
            (value, _) => {
                let text = scalar(value).map(ProfileValue::Text);
                (text, "is a text, number or switch")
            }
        };
        value.ok_or_else(|| {
            let key_name = name.to_owned();
            let kind = ProfileFaultKind::WrongType {
                key: key_name,
                expected,
            };
            self.fault(key.span().start, kind)
        })
    }
}

/// The name of the parameter that a key is the alias of, else the key.
fn canonical(key: &str) -> &str {
    match Parameter::from_name(key) {
        Some(parameter) if parameter.alias() == Some(key) => parameter.name(),
        _ => key,
    }
}

type Key<'k> = Spanned<std::borrow::Cow<'k, str>>;

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Any value, as a claim takes it.
fn json(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => number.to_string().parse::<i64>().ok()?.into(),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Array(values) => {
            let values = values.iter().map(|value| json(value.get_ref()));
            values.collect::<Option<Vec<_>>>()?.into()
        }
        DeValue::Table(table) => {
            let members = table
                .iter()
                .map(|(name, value)| Some((name.get_ref().to_string(), json(value.get_ref())?)));
            members.collect::<Option<serde_json::Map<_, _>>>()?.into()
        }
        _ => return None,
    })
}
