use std::path::Path;

use crate::ExitCode;
use crate::connection;
use crate::endpoint;
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::format::Format;
use crate::options::{CheckedFile, ConfigurationAction, ConfigurationOptions, ProfileOptions};
use crate::output;

/// Tells where the configuration file is, what it makes of every option, and
/// whether it is in order.
pub(crate) fn run(options: &ConfigurationOptions) -> Result<ExitCode> {
    let text = match (&options.action, &options.explanation) {
        // To show values and their origins is what an explanation is.
        (ConfigurationAction::Show(values), _) => {
            Explanation::new(values).print()?;
            return Ok(ExitCode::Success);
        }
        (action, Some(effective)) => {
            let mut explanation = Explanation::new(effective);
            let action = match action {
                ConfigurationAction::Path(_) => "print where the configuration file is",
                _ => "judge the configuration file and each of its profiles",
            };
            explanation.section("Action, not done", [action.to_owned()]);
            explanation.print()?;
            return Ok(ExitCode::Success);
        }
        (ConfigurationAction::Path(path), None) => place(path.as_deref())?,
        (ConfigurationAction::Check(None), None) => {
            "There is no configuration file, which is in order.\n".into()
        }
        (ConfigurationAction::Check(Some(file)), None) => check(file)?,
    };
    output::print(&text)?;
    Ok(ExitCode::Success)
}

/// Where the file is, or would be.
fn place(path: Option<&Path>) -> Result<String> {
    let Some(path) = path else {
        return Err(Failure::new(
            ExitCode::Configuration,
            "this platform tells no place for configuration files; name one with --config",
        ));
    };
    Ok(format!("{}\n", path.display()))
}

/// Looks up what each profile names.
fn check(file: &CheckedFile) -> Result<String> {
    let mut names = Vec::new();
    for (name, options) in &file.profiles {
        let checked = options
            .as_ref()
            .map_err(Clone::clone)
            .and_then(check_values);
        match name {
            None => checked?,
            Some(name) => {
                checked.map_err(|failure| failure.while_doing(&format!("profile {name}")))?;
                names.push(name.as_str());
            }
        }
    }
    Ok(format!(
        "{} is in order; profiles: {}\n",
        file.path.display(),
        if names.is_empty() {
            "none".into()
        } else {
            names.join(", ")
        }
    ))
}

/// What can be judged without an argument or a key.
fn check_values(options: &ProfileOptions) -> Result<()> {
    connection::transport(&options.connection)?;
    // A profile may leave what these ask for to the command line.
    unless_incomplete(Format::new(&options.output))?;
    let gateway = options.gateway.as_ref().map_err(Clone::clone);
    unless_incomplete(gateway.and_then(|gateway| endpoint::target(gateway, |_, _| true)))
}

fn unless_incomplete<T>(result: Result<T>) -> Result<()> {
    match result {
        Err(failure) if failure.exit_code() == ExitCode::Usage => Ok(()),
        result => result.map(drop),
    }
}
