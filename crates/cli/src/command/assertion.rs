#[cfg(feature = "keys")]
mod attachment;

use zeroize::Zeroizing;

use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::endpoint::{Purpose, Target};
use crate::explanation::Explanation;
use crate::failure::Result;
use crate::minter::Minter;
use crate::output;
use crate::settings::Settings;

/// Makes an assertion and prints it with a newline, and nothing else.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    #[cfg(feature = "keys")]
    if let Some(options) = settings.attachment_options()? {
        return attachment::run(&options, console);
    }
    let options = settings.gateway_options()?;
    let target = Target::read(&options, Purpose::GetToken)?;
    settings.note_all(|effective| target.add_to(&options, effective));
    let minter = Minter::read(target, settings, console)?;
    let now = clock::now()?;
    if settings.flag("explain")? {
        let mut explanation = Explanation::new(&settings.noted());
        explanation.assertion(&minter.signing_input(now)?);
        explanation.section(
            "Output, not made",
            ["(header and claims above, and their signature)".to_owned()],
        );
        explanation.print()?;
        return Ok(ExitCode::Success);
    }
    #[cfg(feature = "keys")]
    if settings.flag("signing-input")? {
        let input = minter.signing_input(now)?;
        // No newline: it would be signed along with the rest.
        output::print(&String::from_utf8_lossy(input.as_bytes()))?;
        return Ok(ExitCode::Success);
    }
    output::check_open()?;
    let mut text = Zeroizing::new(minter.client_assertion(now, console)?.into_secret());
    text.reserve_exact(1);
    text.push('\n');
    output::print(&text)?;
    Ok(ExitCode::Success)
}
