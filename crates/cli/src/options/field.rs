//! What a field of a struct of options can be.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Arg;
use tokenring::{ClientBuilder, Parameter};

use super::{Effective, Field, Row, Value};
use crate::failure::{Failure, Result};
use crate::setting::Setting;
use crate::settings::Settings;
use crate::settings::value::check_path;

impl<T: Value> Field for Option<Setting<T>> {
    fn arguments(row: &Row) -> Vec<Arg> {
        vec![match T::IS_SWITCH {
            true => row.switch(),
            false => row.option(),
        }]
    }

    fn read(settings: &Settings<'_>, name: &'static str) -> Result<Self> {
        settings.value(name)
    }

    fn add_to(&self, name: &'static str, effective: &mut Effective) {
        effective.add_given(name, self.as_ref());
    }

    fn give_to(&self, name: &'static str, builder: ClientBuilder) -> ClientBuilder {
        match self {
            Some(setting) => setting.give_to(name, builder),
            None => builder,
        }
    }
}

/// One that has a default, or that cannot be missing: its row says which.
impl<T: Value> Field for Setting<T> {
    fn arguments(row: &Row) -> Vec<Arg> {
        vec![row.option()]
    }

    fn read(settings: &Settings<'_>, name: &'static str) -> Result<Self> {
        let missing = || Failure::usage(format!("--{name} is missing"));
        settings.value(name)?.ok_or_else(missing)
    }

    fn add_to(&self, name: &'static str, effective: &mut Effective) {
        effective.add_given(name, Some(self));
    }

    fn give_to(&self, name: &'static str, builder: ClientBuilder) -> ClientBuilder {
        match Parameter::from_name(name) {
            Some(parameter) => builder.set(parameter, self.value().given()),
            None => builder,
        }
    }
}

/// A switch that is not shown.
impl Field for bool {
    fn arguments(row: &Row) -> Vec<Arg> {
        vec![row.switch()]
    }

    fn read(settings: &Settings<'_>, name: &'static str) -> Result<Self> {
        let switch = settings.value(name)?;
        Ok(switch.is_some_and(Setting::into_value))
    }

    fn give_to(&self, name: &'static str, builder: ClientBuilder) -> ClientBuilder {
        match Parameter::from_name(name) {
            Some(parameter) => builder.set(parameter, self.to_string()),
            None => builder,
        }
    }
}

/// Values by name, `NAME=VALUE`.
impl Field for Vec<(String, Setting<String>)> {
    fn arguments(row: &Row) -> Vec<Arg> {
        vec![row.repeatable()]
    }

    fn read(settings: &Settings<'_>, name: &'static str) -> Result<Self> {
        settings.pairs(name)
    }

    fn add_to(&self, name: &'static str, effective: &mut Effective) {
        effective.add_pairs(name, self);
    }

    fn give_to(&self, name: &'static str, builder: ClientBuilder) -> ClientBuilder {
        let Some(parameter) = Parameter::from_name(name) else {
            return builder;
        };
        let pairs = self.iter().map(|(name, value)| {
            let text = match value.value().strip_prefix('@') {
                // A file for who reads values from files, and nothing special for others.
                Some(path) if parameter != Parameter::Variable => {
                    let path = value.origin().resolve(Path::new(path));
                    format!("@{}", path.display())
                }
                _ => value.value().clone(),
            };
            (name.clone(), text.into())
        });
        builder.set_pairs(parameter, pairs)
    }
}

impl Field for Vec<Setting<String>> {
    fn arguments(row: &Row) -> Vec<Arg> {
        vec![row.repeatable()]
    }

    fn read(settings: &Settings<'_>, name: &'static str) -> Result<Self> {
        settings.list(name)
    }

    fn add_to(&self, name: &'static str, effective: &mut Effective) {
        for value in self {
            effective.add_given(name, Some(value));
        }
    }
}

/// Declares what an argument without an option can be: how it is taken, and what is made of its words.
macro_rules! positional {
    ($(#[doc = $about:literal])+ $Type:ty: $argument:expr, $read:expr) => {
        $(#[doc = $about])+
        impl $crate::options::Field for $Type {
            fn arguments(row: &$crate::options::Row) -> Vec<clap::Arg> {
                let argument: fn(&$crate::options::Row) -> clap::Arg = $argument;
                vec![argument(row)]
            }

            fn read(
                settings: &$crate::settings::Settings<'_>,
                name: &'static str,
            ) -> $crate::failure::Result<Self> {
                let read: fn(Vec<std::ffi::OsString>) -> $crate::failure::Result<Self> = $read;
                read(settings.positionals(name))
            }

            fn add_names(_: &'static str, _: &mut std::collections::BTreeSet<&'static str>) {}
        }
    };
}

pub(crate) use positional;

positional! {
    /// A file.
    PathBuf: |row| row.positional().required(true), |words| {
        let missing = || Failure::usage("the file is missing");
        words.into_iter().next().map_or_else(|| Err(missing()), file)
    }
}

positional! {
    /// Files.
    Vec<PathBuf>: Row::positionals, |words| words.into_iter().map(file).collect()
}

fn file(word: OsString) -> Result<PathBuf> {
    match check_path(&word) {
        Ok(()) => Ok(word.into()),
        Err(reason) => Err(Failure::usage(reason.to_string())),
    }
}

/// What `--explain` shows, where that is asked for.
impl Field for Option<Effective> {
    fn arguments(_: &Row) -> Vec<Arg> {
        Vec::new()
    }

    fn add_names(_: &'static str, _: &mut BTreeSet<&'static str>) {}

    fn read(settings: &Settings<'_>, _: &'static str) -> Result<Self> {
        settings.explanation()
    }

    fn is_explanation(&self) -> bool {
        self.is_some()
    }

    fn explain(&mut self, given: &Effective) {
        if let Some(effective) = self {
            effective.extend(given);
        }
    }
}
