use crate::ExitCode;
use crate::config_file;
use crate::connection;
use crate::definition;
use crate::endpoint::{Purpose, Target};
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::format::Format;
use crate::output;
use crate::setting::Setting;
use crate::settings::Settings;

/// Tells where the configuration file is, what it makes of every option, and
/// whether it is in order.
pub(crate) fn run(settings: &Settings<'_>) -> Result<ExitCode> {
    if settings.flag("explain")? && settings.action() != Some("show") {
        let mut explanation = Explanation::new(&settings.noted());
        let action = match settings.action() {
            Some("path") => "print where the configuration file is",
            _ => "judge the configuration file and each of its profiles",
        };
        explanation.section("Action, not done", [action.to_owned()]);
        explanation.print()?;
        return Ok(ExitCode::Success);
    }
    // To show values and their origins is what an explanation is.
    match settings.action() {
        Some("path") => path(settings),
        Some("show") => show(settings),
        _ => check(settings),
    }
}

/// Prints where the file is, or would be.
fn path(settings: &Settings<'_>) -> Result<ExitCode> {
    let named = settings.noted_path("config")?.map(Setting::into_value);
    let path = named.or_else(config_file::default_path);
    let Some(path) = path else {
        return Err(Failure::new(
            ExitCode::Configuration,
            "this platform tells no place for configuration files; name one with --config",
        ));
    };
    output::print(&format!("{}\n", path.display()))?;
    Ok(ExitCode::Success)
}

/// Prints every value that is set, and where it comes from.
fn show(settings: &Settings<'_>) -> Result<ExitCode> {
    for name in definition::OPTION_NAMES {
        if config_file::PAIRS.contains(name) {
            settings.noted_pairs(name)?;
        } else {
            settings.noted_list(name)?;
        }
    }
    Explanation::new(&settings.noted()).print()?;
    Ok(ExitCode::Success)
}

/// Reads the whole file, and looks up what each profile names.
fn check(settings: &Settings<'_>) -> Result<ExitCode> {
    let Some(file) = settings.config_file() else {
        output::print("There is no configuration file, which is in order.\n")?;
        return Ok(ExitCode::Success);
    };
    let (without, profiles) = file.each_profile()?;
    check_values(&settings.with_config(without))?;
    let mut names = Vec::new();
    for (name, file) in profiles {
        check_values(&settings.with_config(file))
            .map_err(|failure| failure.while_doing(&format!("profile {name}")))?;
        names.push(name);
    }
    output::print(&format!(
        "{} is in order; profiles: {}\n",
        file.path().display(),
        if names.is_empty() {
            "none".into()
        } else {
            names.join(", ")
        }
    ))?;
    Ok(ExitCode::Success)
}

/// What can be judged without an argument or a key.
fn check_values(settings: &Settings<'_>) -> Result<()> {
    connection::transport(&settings.connection_options()?)?;
    settings.cache_options()?;
    settings.request_options()?;
    match Format::read(settings) {
        Err(failure) if failure.exit_code() == ExitCode::Usage => {}
        result => drop(result?),
    }
    // A profile may leave what a gateway asks for to the command line.
    let target = settings
        .gateway_options()
        .and_then(|options| Target::read(&options, Purpose::GetToken));
    match target {
        Err(failure) if failure.exit_code() == ExitCode::Usage => Ok(()),
        result => result.map(|_| ()),
    }
}
