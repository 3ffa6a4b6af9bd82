//! How a struct of options is declared: each option once, as a row of [`options!`].
//!
//! From a row come the argument with its help, the environment variable, the key of the
//! configuration file, the typed value with its origin, and the line of `--explain`.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::{Arg, ArgAction, value_parser};
use tokenring::ClientBuilder;

use super::{Effective, help};
use crate::failure::Result;
use crate::settings::Settings;

/// What a row says besides its type.
pub(crate) struct Row {
    /// Empty where the field is a struct of options.
    pub(crate) name: &'static str,
    pub(crate) value_name: &'static str,
    pub(crate) heading: Option<&'static str>,
    pub(crate) help: &'static str,
}

/// What a field can be: an option with one or several values, a switch, an argument without an
/// option, or a struct of options.
pub(crate) trait Field: Sized {
    fn arguments(row: &Row) -> Vec<Arg>;

    fn read(settings: &Settings<'_>, name: &'static str) -> Result<Self>;

    /// Adds what was given to what `--explain` shows, if it is shown.
    fn add_to(&self, _name: &'static str, _effective: &mut Effective) {}

    /// Gives a client what was given, where it is a parameter of one.
    fn give_to(&self, _name: &'static str, builder: ClientBuilder) -> ClientBuilder {
        builder
    }

    /// All that was given of a struct of options.
    fn all_given(&self) -> Effective {
        let mut effective = Effective::default();
        self.add_to("", &mut effective);
        effective
    }

    /// Whether the field is the explanation of the struct that it is in, and one is asked for.
    fn is_explanation(&self) -> bool {
        false
    }

    /// Adds what was given of the struct, if the field is its explanation.
    fn explain(&mut self, _given: &Effective) {}

    fn add_names(name: &'static str, names: &mut BTreeSet<&'static str>) {
        names.insert(name);
    }
}

/// Declares structs of options.
///
/// A row is its help, then `field: Type = "name" "VALUE" in HEADING`, and by commas: `with`, what
/// else the argument has; `by`, a parser other than that of the type; `or`, the default; `else`,
/// what to say where the value is missing. A row without a name is a struct of options, or the
/// explanation of this one.
macro_rules! options {
    ($(
        $(#[doc = $about:literal])+
        $(#[derive($($derived:ident),+)])?
        struct $Name:ident $(, check $check:path)? { $(
            $(#[doc = $help:literal])*
            $(#[cfg($($cfg:tt)+)])?
            $field:ident: $Type:ty $(= $name:literal $($value:literal)? $(in $heading:ident)?
                $(, with $with:expr)? $(, by $parse:expr)? $(, or $default:expr)?
                $(, else $missing:expr)?)?;
        )+ }
    )+) => { $(
        $(#[doc = $about])+
        #[derive(Clone, Debug $($(, $derived)+)?)]
        pub(crate) struct $Name { $(
            $(#[doc = $help])*
            $(#[cfg($($cfg)+)])?
            pub(crate) $field: $Type,
        )+ }

        impl $crate::options::Field for $Name {
            fn arguments(_: &$crate::options::Row) -> Vec<clap::Arg> {
                let mut arguments = Vec::new();
                $( $(#[cfg($($cfg)+)])? {
                    let row = $crate::options::Row {
                        name: concat!($($name)?),
                        value_name: concat!($($($value)?)?),
                        heading: [$($($heading)?)?].first().copied(),
                        help: concat!($($help),*),
                    };
                    let added = <$Type as $crate::options::Field>::arguments(&row).into_iter();
                    $($(
                        let with: fn(clap::Arg) -> clap::Arg = $with;
                        let added = added.map(with);
                    )?)?
                    arguments.extend(added);
                } )+
                arguments
            }

            fn add_names(_: &'static str, names: &mut std::collections::BTreeSet<&'static str>) {
                $(
                    $(#[cfg($($cfg)+)])?
                    <$Type as $crate::options::Field>::add_names(concat!($($name)?), names);
                )+
            }

            fn read(
                settings: &$crate::settings::Settings<'_>,
                _: &'static str,
            ) -> $crate::failure::Result<Self> {
                let mut options = Self { $(
                    $(#[cfg($($cfg)+)])?
                    $field: $crate::options::read_field!(
                        settings, concat!($($name)?),
                        [$($($parse)?)?] [$($($default)?)?] [$($($missing)?)?]
                    ),
                )+ };
                $(($check)(&options)?;)?
                let is_explained = [$(
                    $(#[cfg($($cfg)+)])?
                    $crate::options::Field::is_explanation(&options.$field),
                )+];
                if is_explained.contains(&true) {
                    let given = $crate::options::Field::all_given(&options);
                    $(
                        $(#[cfg($($cfg)+)])?
                        $crate::options::Field::explain(&mut options.$field, &given);
                    )+
                }
                Ok(options)
            }

            fn give_to(
                &self,
                _: &'static str,
                builder: tokenring::ClientBuilder,
            ) -> tokenring::ClientBuilder {
                $(
                    $(#[cfg($($cfg)+)])?
                    let builder = $crate::options::Field::give_to(
                        &self.$field, concat!($($name)?), builder
                    );
                )+
                builder
            }

            fn add_to(&self, _: &'static str, effective: &mut $crate::options::Effective) {
                $(
                    $(#[cfg($($cfg)+)])?
                    $crate::options::Field::add_to(&self.$field, concat!($($name)?), effective);
                )+
            }
        }
    )+ };
}

/// Reads a field as its type is read, or as its row says.
macro_rules! read_field {
    ($settings:ident, $name:expr, [] [] []) => {
        $crate::options::Field::read($settings, $name)?
    };
    ($settings:ident, $name:expr, [$parse:expr] [] []) => {
        $settings.parsed($name, $parse)?
    };
    ($settings:ident, $name:expr, [$parse:expr] [$default:expr] []) => {
        $crate::setting::Setting::or($settings.parsed($name, $parse)?, $default)
    };
    ($settings:ident, $name:expr, [] [$default:expr] []) => {
        $crate::setting::Setting::or($settings.value($name)?, $default)
    };
    ($settings:ident, $name:expr, [$parse:expr] [] [$missing:expr]) => {
        $settings
            .parsed($name, $parse)?
            .ok_or_else(|| $crate::failure::Failure::usage($missing))?
    };
    ($settings:ident, $name:expr, [] [] [$missing:expr]) => {
        $settings
            .value($name)?
            .ok_or_else(|| $crate::failure::Failure::usage($missing))?
    };
}

pub(crate) use {options, read_field};

impl Settings<'_> {
    /// A struct of options.
    pub(crate) fn options<T: Field>(&self) -> Result<T> {
        T::read(self, "")
    }
}

impl Effective {
    /// These values, and what was given of those options.
    pub(crate) fn and(mut self, options: &impl Field) -> Self {
        options.add_to("", &mut self);
        self
    }
}

impl Row {
    /// That of a struct of options.
    pub(crate) const STRUCT: Self = Self {
        name: "",
        value_name: "",
        heading: None,
        help: "",
    };

    pub(super) fn switch(&self) -> Arg {
        let argument = Arg::new(self.name).long(self.name);
        let argument = argument.action(ArgAction::SetTrue);
        argument
            .help(help::of_option(self.name, self.help))
            .help_heading(self.heading)
    }

    pub(super) fn option(&self) -> Arg {
        let argument = self.switch().action(ArgAction::Set);
        argument
            .value_name(self.value_name)
            .value_parser(value_parser!(OsString))
    }

    pub(crate) fn repeatable(&self) -> Arg {
        self.option().action(ArgAction::Append)
    }

    /// An argument without an option.
    pub(crate) fn positional(&self) -> Arg {
        Arg::new(self.name)
            .value_name(self.value_name)
            .value_parser(value_parser!(OsString))
            .help(self.help.trim_start())
    }

    pub(crate) fn positionals(&self) -> Arg {
        let argument = self.positional().required(true);
        argument.num_args(1..).action(ArgAction::Append)
    }
}
