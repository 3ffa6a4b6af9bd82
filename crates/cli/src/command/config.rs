mod change;

use std::path::Path;

use crate::ExitCode;
use crate::config_file;
use crate::connection;
use crate::endpoint;
use crate::explanation::{Explanation, explain};
use crate::failure::{Failure, Result};
use crate::format;
use crate::options::{CheckedFile, ProfileOptions};
use crate::output;
use crate::settings::Settings;

/// Tells where the configuration file is, what it makes of every option, and
/// whether it is in order.
pub(crate) fn run(settings: &Settings<'_>) -> Result<ExitCode> {
    let action = settings.action();
    match action {
        Some("set") => return change::set(settings),
        Some("get") => return change::get(settings),
        _ => change::check_no_words(settings)?,
    }
    // To show values and their origins is what an explanation is.
    if action == Some("show") {
        return Explanation::new(&settings.all_values()?).print();
    }
    let is_path = action == Some("path");
    let step = match is_path {
        true => "print where the configuration file is",
        false => "judge the configuration file and each of its profiles",
    };
    if explain(settings.explanation()?.as_ref(), [step.to_owned()])? {
        return Ok(ExitCode::Success);
    }
    match (is_path, settings.checked_file()?) {
        (true, _) => output::print(&place(settings.configuration_path()?.as_deref())?),
        (false, None) => output::print("There is no configuration file, which is in order.\n"),
        (false, Some(file)) => output::print_page(&check(&file)?),
    }
}

/// Where the file is, or would be.
fn place(path: Option<&Path>) -> Result<String> {
    let Some(path) = path else {
        return Err(no_place());
    };
    Ok(format!("{}\n", path.display()))
}

fn no_place() -> Failure {
    Failure::new(
        ExitCode::Configuration,
        "this platform tells no place for configuration files; name one with --config",
    )
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
        config_file::listed(&names)
    ))
}

/// What can be judged without an argument or a key.
fn check_values(options: &ProfileOptions) -> Result<()> {
    connection::transport(&options.connection)?;
    // A profile may leave what these ask for to the command line.
    unless_incomplete(format::read(&options.output))?;
    let gateway = options.gateway.as_ref().map_err(Clone::clone);
    unless_incomplete(gateway.and_then(|gateway| endpoint::target(gateway, |_, _| true)))
}

fn unless_incomplete<T>(result: Result<T>) -> Result<()> {
    match result {
        Err(failure) if failure.exit_code() == ExitCode::Usage => Ok(()),
        result => result.map(drop),
    }
}
