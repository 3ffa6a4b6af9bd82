//! The library's errors: its words with the command's options, and an exit code.

use tokenring::{ChosenGateway, Error, ErrorClass, Parameter, Rejection};
use tokenring_gateway::{Finding, Remedy, Text};

use crate::failure::TOO_MANY_PROCESSES;
use crate::{ExitCode, Failure, Origin, advised_command, key_folder, keystore, option_words};

/// Words an error that no option of the command is to blame for.
pub(crate) fn of_library(error: &Error) -> Failure {
    to_failure(error, |_| None)
}

/// Words an error; the origin of a value is that of the option that gave it.
pub(crate) fn to_failure(error: &Error, origin: impl Fn(Parameter) -> Option<Origin>) -> Failure {
    let failure = match error {
        Error::Key { source } => keystore::failure(source),
        error => {
            let origin = &|parameter| origin(parameter).unwrap_or(Origin::Argument);
            let failure = describe(error, origin);
            if let Error::KeyAlgorithm { chosen, .. } | Error::KeyType { chosen, .. } = error {
                let command = advised_command::generate_keys(chosen);
                return failure.with_advice(&format!("make a fitting key with `{command}`"));
            }
            match error.advice() {
                Some(advice) => failure.with_advice(&option_words::words(&advice)),
                None => failure,
            }
        }
    };
    failure.with_retry_after(error.retry_after())
}

/// The exit code of a command that fails so.
impl From<&Error> for ExitCode {
    fn from(error: &Error) -> Self {
        of_library(error).exit_code()
    }
}

fn describe(error: &Error, origin: &dyn Fn(Parameter) -> Origin) -> Failure {
    match error {
        Error::Invalid { parameter, source } => {
            Failure::invalid_from(parameter.name(), &origin(*parameter), &**source)
        }
        Error::FormParameter { name, source } => {
            let failure = Failure::from_error(ExitCode::Usage, &**source);
            failure.while_doing(&format!("--param {name:?}"))
        }
        // It is the scheme that wants one.
        Error::Missing {
            parameter: Parameter::Certificate,
            gateway: None,
        } => {
            let scheme = Parameter::KeyIdScheme;
            Failure::invalid_from(scheme.name(), &origin(scheme), error)
        }
        Error::PublishedAlgorithm { .. } => {
            let algorithm = Parameter::Algorithm;
            Failure::invalid_from(algorithm.name(), &origin(algorithm), error)
        }
        Error::Rotation { folder, source } => match source.downcast_ref() {
            Some(error) => key_folder::failure(folder, error),
            None => Failure::from_error(ExitCode::Configuration, &**source),
        },
        Error::ExternalKey { source, .. } => {
            let failure = Failure::from_error(ExitCode::Configuration, error);
            match source.downcast_ref() {
                Some(tokenring_signer_command::Error::Start(error))
                    if error.kind() == std::io::ErrorKind::WouldBlock =>
                {
                    failure.with_advice(TOO_MANY_PROCESSES)
                }
                _ => failure,
            }
        }
        Error::RuleBroken {
            gateway,
            findings,
            chosen,
        } => {
            let findings = findings.iter();
            let texts: Vec<_> = findings.map(|it| finding(it, chosen)).collect();
            let text = format!(
                "the assertion breaks a rule of gateway {gateway}: {}",
                texts.join("; ")
            );
            Failure::new(ExitCode::RuleBroken, text)
        }
        Error::Rejected(rejection) => Failure::from_error(ExitCode::Refused, error)
            .with_details(causes(rejection, Remedy::text)),
        error => Failure::from_error(exit_code(error), error),
    }
}

fn exit_code(error: &Error) -> ExitCode {
    match error.class() {
        ErrorClass::Usage => ExitCode::Usage,
        ErrorClass::Configuration => ExitCode::Configuration,
        ErrorClass::Signing => ExitCode::Signing,
        ErrorClass::Unreachable => ExitCode::Unreachable,
        ErrorClass::Rejected => ExitCode::Refused,
        ErrorClass::NotInOrder => ExitCode::RuleBroken,
        _ => ExitCode::Unexpected,
    }
}

/// The causes of a rejection, each with what to do about it on the next line.
pub(crate) fn causes(rejection: &Rejection, text: fn(&Remedy) -> Text) -> Vec<String> {
    let lines = rejection.causes().iter().flat_map(|cause| {
        let remedy = option_words::words_for(&text(cause.remedy()), rejection.chosen());
        [option_words::words(&cause.text()), format!("  > {remedy}")]
    });
    lines.collect()
}

/// A finding, what fixes it and where the rule is from.
fn finding(finding: &Finding, chosen: &ChosenGateway) -> String {
    let remedy = option_words::remedy_for(finding.remedy(), chosen);
    format!("{finding}. {remedy} [{}]", finding.source())
}
