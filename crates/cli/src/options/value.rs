//! What one value of an option is, from its text and back.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use tokenring::{CaStore, KeyIdScheme};
use tokenring_assertion::Lifetime;
use tokenring_jwk::{Algorithm, KeyId, KeySpec};
use tokenring_oauth::{SecureUrl, TokenEndpoint};

use crate::failure::{Reason, Result, chain};
use crate::setting::Setting;
use crate::settings::value::{check_path, text_of};

/// The type of an option's value.
pub(crate) trait Value: Sized {
    /// Whether the argument is a switch, without a value.
    const IS_SWITCH: bool = false;

    fn parse(text: &str) -> Result<Self, Reason>;

    /// As the option takes it.
    fn shown(&self) -> String;

    /// As a client takes it, which for a file need not be UTF-8.
    fn given(&self) -> OsString {
        self.shown().into()
    }

    fn read(found: &Setting<OsString>, name: &str) -> Result<Setting<Self>> {
        let text = found.parse(name, |value| text_of(value))?;
        text.parse(name, |text| Self::parse(text))
    }
}

/// A value that is one of a few, each of which has a name.
pub(crate) trait Named: Copy + PartialEq + 'static {
    /// What the option chooses.
    const KIND: &'static str;
    /// A value's first name is the one that is shown.
    const NAMES: &'static [(&'static str, Self)];

    fn name(self) -> &'static str {
        let found = Self::NAMES.iter().find(|(_, value)| *value == self);
        found.map_or("", |(name, _)| name)
    }
}

pub(crate) fn names<T: Named>() -> Vec<&'static str> {
    T::NAMES.iter().map(|(name, _)| *name).collect()
}

/// Declares an enum whose values have names.
macro_rules! named {
    ($(#[doc = $about:literal])+ $kind:literal enum $Name:ident {
        $( $(#[doc = $doc:literal])* $(#[cfg($($cfg:tt)+)])? $Value:ident = $name:literal, )+
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $Name { $( $(#[doc = $doc])* $(#[cfg($($cfg)+)])? $Value, )+ }

        impl $crate::options::Named for $Name {
            const KIND: &'static str = $kind;
            const NAMES: &'static [(&'static str, Self)] = &[
                $( $(#[cfg($($cfg)+)])? ($name, Self::$Value), )+
            ];
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::options::Named::name(*self))
            }
        }
    };
}

pub(crate) use named;

/// A list of names, of which one is chosen.
pub(crate) fn either(names: &[&str]) -> String {
    match names {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        names => names.concat(),
    }
}

impl<T: Named> Value for T {
    fn parse(text: &str) -> Result<Self, Reason> {
        let found = T::NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let names = either(&names::<T>());
            Reason::new(format!("unknown {} {text:?}; use {names}", T::KIND))
        })
    }

    fn shown(&self) -> String {
        self.name().to_owned()
    }
}

/// Types of the libraries: how a text is read, and how a value is shown.
macro_rules! values {
    ($($(#[$attribute:meta])? $Type:ty: $parse:expr, $shown:expr;)+) => { $(
        $(#[$attribute])?
        impl Value for $Type {
            fn parse(text: &str) -> Result<Self, Reason> {
                ($parse)(text).map_err(|error| Reason::new(chain(&error)))
            }

            fn shown(&self) -> String {
                let shown: fn(&Self) -> _ = $shown;
                shown(self).to_string()
            }
        }
    )+ };
}

values! {
    Algorithm: str::parse::<Algorithm>, |algorithm| algorithm.name();
    CaStore: str::parse::<CaStore>, CaStore::to_string;
    Duration: seconds::<0, { u64::MAX }>, Duration::as_secs;
    KeyIdScheme: KeyIdScheme::from_name, |scheme| scheme.name();
    Lifetime: lifetime, |lifetime| lifetime.as_seconds();
    KeyId: |text| Ok::<_, Reason>(KeyId::new(text)), |key_id| key_id.as_str().to_owned();
    SecureUrl: SecureUrl::new, |url| url.as_str().to_owned();
    TokenEndpoint: TokenEndpoint::new, |url| url.as_str().to_owned();
    u32: number::<_, 0, { u64::MAX }>, |number| *number;
    u64: number::<_, 0, { u64::MAX }>, |number| *number;
}

impl Value for String {
    fn parse(text: &str) -> Result<Self, Reason> {
        Ok(text.to_owned())
    }

    fn shown(&self) -> String {
        self.clone()
    }
}

/// A file: relative to the working directory, or to the configuration file that names it.
impl Value for PathBuf {
    fn parse(text: &str) -> Result<Self, Reason> {
        Ok(text.into())
    }

    fn shown(&self) -> String {
        self.display().to_string()
    }

    fn given(&self) -> OsString {
        self.into()
    }

    fn read(found: &Setting<OsString>, name: &str) -> Result<Setting<Self>> {
        found.parse(name, |value| check_path(value))?;
        let path = found.origin().resolve(Path::new(found.value()));
        Ok(Setting::new(path, found.origin().clone()))
    }
}

/// A switch.
impl Value for bool {
    const IS_SWITCH: Self = true;

    fn parse(text: &str) -> Result<Self, Reason> {
        match text {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err(Reason::new("a switch is true or false")),
        }
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Named for KeySpec {
    const KIND: &'static str = "key type";
    const NAMES: &'static [(&'static str, Self)] = &[
        ("rsa-2048", Self::Rsa2048),
        ("rsa-3072", Self::Rsa3072),
        ("rsa-4096", Self::Rsa4096),
        ("p-256", Self::P256),
        ("p-384", Self::P384),
        ("p-521", Self::P521),
        ("ed25519", Self::Ed25519),
    ];
}

/// Takes seconds, or a number with the unit `s`, `m`, `h` or `d` directly behind it.
fn lifetime(text: &str) -> Result<Lifetime, Reason> {
    let (number, unit) = match text.char_indices().next_back() {
        Some((end, 's')) => (&text[..end], 1),
        Some((end, 'm')) => (&text[..end], 60),
        Some((end, 'h')) => (&text[..end], 60 * 60),
        Some((end, 'd')) => (&text[..end], 24 * 60 * 60),
        _ => (text, 1),
    };
    let number: u64 = number.parse().map_err(|_| {
        Reason::new("a lifetime is a whole number of seconds, or has a unit, such as 20m or 180d")
    })?;
    Lifetime::from_seconds(number.saturating_mul(unit)).map_err(|error| Reason::new(chain(&error)))
}

/// The seconds since 1970 at a time in RFC 3339's form.
pub(super) fn seconds_of_time(text: &str) -> Option<u64> {
    let time = humantime::parse_rfc3339_weak(text).ok()?;
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}

/// Takes a whole number of seconds from the least to the most that is allowed.
pub(crate) fn seconds<const LEAST: u64, const MOST: u64>(text: &str) -> Result<Duration, Reason> {
    match text.parse() {
        Ok(seconds) if (LEAST..=MOST).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ if MOST == u64::MAX => Err(Reason::new("it is a whole number of seconds")),
        _ => Err(Reason::new(format!(
            "it is a whole number of seconds, {LEAST} to {MOST}"
        ))),
    }
}

/// Takes a whole number from the least to the most that is allowed.
pub(crate) fn number<T: TryFrom<u64>, const LEAST: u64, const MOST: u64>(
    text: &str,
) -> Result<T, Reason> {
    let number = text.parse().ok();
    let number = number.filter(|number| (LEAST..=MOST).contains(number));
    let number = number.and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| match MOST {
        u64::MAX => Reason::new("it is a whole number"),
        _ => Reason::new(format!("it is a whole number from {LEAST} to {MOST}")),
    })
}
