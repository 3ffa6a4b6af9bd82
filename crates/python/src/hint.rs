//! What to do about an error, in the words of a Python program.

use std::fmt::Write as _;

use tokenring::{Error, Parameter, Remedy};
use tokenring_gateway::{NamedOption, Text, TextPart};

use crate::keyword;

/// What to do about an error, if that is known.
pub(crate) fn of(error: &Error) -> Option<String> {
    if let Error::Rejected(rejection) = error {
        if let Some(cause) = rejection.causes().first() {
            let likelihood = cause.likelihood();
            let explanation = words(cause.explanation());
            let explanation = explanation.trim_end_matches('.');
            let remedy = words(&cause.remedy().text());
            return Some(format!("{likelihood}: {explanation}. {remedy}"));
        }
    }
    error.remedy().map(|remedy| of_remedy(&remedy))
}

fn of_remedy(remedy: &Remedy) -> String {
    match remedy {
        Remedy::Set(parameter) => format!("give {}", name(*parameter)),
        Remedy::Correct(parameter) => format!("correct {}", name(*parameter)),
        Remedy::LeaveOneOut([one, other]) => {
            format!("leave {} or {} out", name(*one), name(*other))
        }
        Remedy::SetVariables(names) => {
            let pairs: Vec<_> = names.iter().map(|name| format!("{name:?}: …")).collect();
            format!("give variable={{{}}}", pairs.join(", "))
        }
        Remedy::UseName(name) => format!("did you mean {name:?}?"),
        Remedy::UseOneOf(names) => format!("use one of {}", names.join(", ")),
        Remedy::CorrectClock(_) => {
            "set the clock, or correct for it with clock_skew=\"auto\"".into()
        }
        Remedy::TrustAuthority => {
            "if it is the right server, trust its authority with ca_cert=".into()
        }
        Remedy::AllowMoreTime => "try again, or give more time with timeout=".into(),
        Remedy::SkipLint => "lint=False sends it all the same".into(),
        other => other.to_string(),
    }
}

/// What a parameter is called here.
fn name(parameter: Parameter) -> String {
    match parameter {
        Parameter::Gateway => "the gateway's name (the first argument)".into(),
        Parameter::Url => "the URL".into(),
        parameter => match keyword::of_parameter(parameter) {
            Some(keyword) => format!("{keyword}="),
            None => parameter.to_string(),
        },
    }
}

/// A text with the keywords in the place of options, and the command in that of commands.
pub(crate) fn words(text: &Text) -> String {
    let mut words = String::new();
    for part in text.parts() {
        let written = match part {
            TextPart::Plain(plain) => words.write_str(plain),
            TextPart::Option(option) => match parameter(*option) {
                Some(parameter) => words.write_str(&name(parameter)),
                None => write!(words, "{option}"),
            },
            TextPart::Setting(setting) => match Parameter::from_name(setting) {
                Some(parameter) => words.write_str(&name(parameter)),
                None => words.write_str(setting),
            },
            TextPart::Command(command, _) => write!(words, "{command}"),
            other => write!(words, "{other:?}"),
        };
        // Writing to a string does not fail.
        let _ = written;
    }
    words
}

/// The parameter that an option of texts sets.
fn parameter(option: NamedOption) -> Option<Parameter> {
    Some(match option {
        NamedOption::Algorithm => Parameter::Algorithm,
        NamedOption::ApiKey => Parameter::ClientId,
        NamedOption::Environment => Parameter::Environment,
        NamedOption::Key | NamedOption::KeyFolder => Parameter::PrivateKey,
        NamedOption::KeyId => Parameter::KeyId,
        NamedOption::Parameter => Parameter::FormParameter,
        NamedOption::Variable => Parameter::Variable,
        // The others are called as in configuration files.
        other => return Parameter::from_name(other.name()),
    })
}
