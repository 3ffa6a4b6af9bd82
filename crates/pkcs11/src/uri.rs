use core::fmt;
use core::str::FromStr;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::percent::{decode, encode};
use crate::{Error, ObjectType, UriError};

/// A PKCS#11 URI (RFC 7512): which key, on which token, through which module.
///
/// What it does not name may be anything, as long as one key matches in the
/// end. Attributes before the `?` that RFC 7512 does not know match nothing and
/// are refused (section 2.6), those after it are passed over.
///
/// # Examples
///
/// ```
/// use tokenring_pkcs11::Pkcs11Uri;
///
/// let uri: Pkcs11Uri = "pkcs11:token=my%20token;object=signing?module-name=softhsm2".parse()?;
/// assert_eq!(uri.token(), Some("my token"));
///
/// // A PIN does not belong where a process list shows it.
/// assert!("pkcs11:token=a?pin-value=1234".parse::<Pkcs11Uri>().is_err());
/// # Ok::<(), tokenring_pkcs11::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pkcs11Uri {
    pub(crate) token: Option<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) library_manufacturer: Option<String>,
    pub(crate) library_description: Option<String>,
    pub(crate) library_version: Option<(u8, u8)>,
    pub(crate) slot_manufacturer: Option<String>,
    pub(crate) slot_description: Option<String>,
    pub(crate) slot_id: Option<u64>,
    pub(crate) object: Option<String>,
    pub(crate) object_type: Option<ObjectType>,
    pub(crate) id: Option<Vec<u8>>,
    pub(crate) pin_source: Option<PathBuf>,
    pub(crate) module_name: Option<String>,
    pub(crate) module_path: Option<PathBuf>,
}

impl Pkcs11Uri {
    /// Names the module, in place of one that the URI names.
    #[must_use]
    pub fn with_module_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.module_path = Some(path.into());
        self.module_name = None;
        self
    }

    /// The label of the token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The label of the key.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        self.object.as_deref()
    }

    /// The identifier of the key on its token, which is no `kid`.
    #[must_use]
    pub fn id(&self) -> Option<&[u8]> {
        self.id.as_deref()
    }

    /// The kind of object.
    #[must_use]
    pub const fn object_type(&self) -> Option<ObjectType> {
        self.object_type
    }

    /// The file that holds the PIN.
    #[must_use]
    pub fn pin_source(&self) -> Option<&Path> {
        self.pin_source.as_deref()
    }

    /// The name of the module, without affixes.
    #[must_use]
    pub fn module_name(&self) -> Option<&str> {
        self.module_name.as_deref()
    }

    /// The path of the module, or of the folder that it is in.
    #[must_use]
    pub fn module_path(&self) -> Option<&Path> {
        self.module_path.as_deref()
    }

    fn read_path_attribute(&mut self, name: &str, value: &str) -> Result<(), UriError> {
        let value = decode(value, is_path_character)?;
        match name {
            "token" => text(&mut self.token, "token", value),
            "manufacturer" => text(&mut self.manufacturer, "manufacturer", value),
            "serial" => text(&mut self.serial, "serial", value),
            "model" => text(&mut self.model, "model", value),
            "library-manufacturer" => text(
                &mut self.library_manufacturer,
                "library-manufacturer",
                value,
            ),
            "library-description" => {
                text(&mut self.library_description, "library-description", value)
            }
            "library-version" => {
                let version = version(&value).ok_or(UriError::Value("library-version"))?;
                once(&mut self.library_version, "library-version", version)
            }
            "slot-manufacturer" => text(&mut self.slot_manufacturer, "slot-manufacturer", value),
            "slot-description" => text(&mut self.slot_description, "slot-description", value),
            "slot-id" => {
                let id = number(&value).ok_or(UriError::Value("slot-id"))?;
                once(&mut self.slot_id, "slot-id", id)
            }
            "object" => text(&mut self.object, "object", value),
            "type" => {
                let object_type = ObjectType::from_name(&value).ok_or(UriError::Value("type"))?;
                once(&mut self.object_type, "type", object_type)
            }
            "id" => once(&mut self.id, "id", value),
            _ => Err(UriError::UnknownAttribute(name.to_owned())),
        }
    }

    fn read_query_attribute(&mut self, name: &str, value: &str) -> Result<(), UriError> {
        // Not even its encoding is looked at.
        if name == "pin-value" {
            return Err(UriError::PinValue);
        }
        let value = decode(value, is_query_character)?;
        match name {
            "pin-source" => {
                let path = pin_source(value)?;
                once(&mut self.pin_source, "pin-source", path)
            }
            "module-name" => {
                let name = String::from_utf8(value)
                    .ok()
                    .filter(|name| is_module_name(name))
                    .ok_or(UriError::Value("module-name"))?;
                once(&mut self.module_name, "module-name", name)
            }
            "module-path" => {
                let path = absolute(value).ok_or(UriError::Value("module-path"))?;
                once(&mut self.module_path, "module-path", path)
            }
            _ => Ok(()),
        }
    }
}

impl FromStr for Pkcs11Uri {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).map_err(Error::Uri)
    }
}

fn parse(text: &str) -> Result<Pkcs11Uri, UriError> {
    const SCHEME: &str = "pkcs11:";
    let rest = match text.split_at_checked(SCHEME.len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(SCHEME) => rest,
        _ => return Err(UriError::Scheme),
    };
    if rest.contains('#') {
        return Err(UriError::Fragment);
    }
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let mut uri = Pkcs11Uri::default();
    for attribute in attributes(path, ';') {
        let (name, value) = attribute?;
        uri.read_path_attribute(name, value)?;
    }
    for attribute in attributes(query.unwrap_or_default(), '&') {
        let (name, value) = attribute?;
        uri.read_query_attribute(name, value)?;
    }
    Ok(uri)
}

fn attributes(text: &str, separator: char) -> impl Iterator<Item = Result<(&str, &str), UriError>> {
    let all = (!text.is_empty()).then(|| text.split(separator));
    all.into_iter().flatten().map(|attribute| {
        attribute
            .split_once('=')
            .filter(|(name, _)| is_attribute_name(name))
            .ok_or(UriError::Attribute)
    })
}

/// An attribute of the standard or of a vendor.
fn is_attribute_name(name: &str) -> bool {
    let is_character = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    // A long one is none, and would only fill an error.
    (1..=64).contains(&name.len()) && name.bytes().all(is_character)
}

/// RFC 7512 section 2.3, `pk11-path-res-avail`.
const fn is_path_character(byte: u8) -> bool {
    matches!(
        byte,
        b':' | b'['
            | b']'
            | b'@'
            | b'!'
            | b'$'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b'='
            | b'&'
    )
}

/// RFC 7512 section 2.3, `pk11-query-res-avail`.
const fn is_query_character(byte: u8) -> bool {
    matches!(
        byte,
        b':' | b'['
            | b']'
            | b'@'
            | b'!'
            | b'$'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'='
            | b'/'
            | b'?'
            | b'|'
    )
}

fn once<T>(place: &mut Option<T>, name: &'static str, value: T) -> Result<(), UriError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(UriError::RepeatedAttribute(name)),
    }
}

fn text(place: &mut Option<String>, name: &'static str, value: Vec<u8>) -> Result<(), UriError> {
    let value = String::from_utf8(value).map_err(|_| UriError::Value(name))?;
    once(place, name, value)
}

/// Decimal digits and nothing else.
fn number<N: FromStr>(value: &[u8]) -> Option<N> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    core::str::from_utf8(value).ok()?.parse().ok()
}

/// `3`, which is `3.0`, or `3.12`.
fn version(value: &[u8]) -> Option<(u8, u8)> {
    match value.iter().position(|byte| *byte == b'.') {
        None => Some((number(value)?, 0)),
        Some(point) => Some((
            number(value.get(..point)?)?,
            number(value.get(point + 1..)?)?,
        )),
    }
}

fn pin_source(value: Vec<u8>) -> Result<PathBuf, UriError> {
    if value.starts_with(b"|") {
        return Err(UriError::PinProgram);
    }
    // RFC 8089 section 2: without a host, or with an empty one.
    let path = match value.strip_prefix(b"file:") {
        Some(path) => path.strip_prefix(b"//").unwrap_or(path).to_vec(),
        None => value,
    };
    absolute(path).ok_or(UriError::Value("pin-source"))
}

fn absolute(path: Vec<u8>) -> Option<PathBuf> {
    let path = PathBuf::from(OsString::from_vec(path));
    let has_end = path.as_os_str().as_bytes().contains(&0);
    (path.is_absolute() && !has_end).then_some(path)
}

/// A name, so that the folders to look it up in are ours to choose.
fn is_module_name(name: &str) -> bool {
    let is_character = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
    !name.is_empty() && name.bytes().all(is_character) && !name.starts_with('.')
}

/// Writes the attributes in a fixed order, everything percent-encoded that can be.
impl fmt::Display for Pkcs11Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Option<String>| value.as_ref().map(|value| encode(value.as_bytes()));
        let path = |value: &Option<PathBuf>| {
            value
                .as_ref()
                .map(|value| encode(value.as_os_str().as_bytes()).replace("%2F", "/"))
        };
        let before = [
            ("token", text(&self.token)),
            ("manufacturer", text(&self.manufacturer)),
            ("serial", text(&self.serial)),
            ("model", text(&self.model)),
            ("library-manufacturer", text(&self.library_manufacturer)),
            ("library-description", text(&self.library_description)),
            (
                "library-version",
                self.library_version
                    .map(|(major, minor)| format!("{major}.{minor}")),
            ),
            ("slot-manufacturer", text(&self.slot_manufacturer)),
            ("slot-description", text(&self.slot_description)),
            ("slot-id", self.slot_id.map(|id| id.to_string())),
            ("object", text(&self.object)),
            ("type", self.object_type.map(|kind| kind.name().to_owned())),
            ("id", self.id.as_ref().map(|id| encode(id))),
        ];
        let after = [
            ("pin-source", path(&self.pin_source)),
            ("module-name", text(&self.module_name)),
            ("module-path", path(&self.module_path)),
        ];
        write!(f, "pkcs11:{}", join(before, ";"))?;
        match join(after, "&") {
            query if query.is_empty() => Ok(()),
            query => write!(f, "?{query}"),
        }
    }
}

fn join<const N: usize>(
    attributes: [(&'static str, Option<String>); N],
    separator: &str,
) -> String {
    let written: Vec<String> = attributes
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}={value}")))
        .collect();
    written.join(separator)
}
