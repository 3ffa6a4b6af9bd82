use tokenring_token_store::Token;

use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::endpoint::Purpose;
use crate::explanation::Explanation;
use crate::failure::Result;
use crate::format::{self, Format};
use crate::output;
use crate::settings::Settings;
use crate::tokens::Tokens;

/// Prints an access token in the shape asked for; unasked, that is the token
/// with a newline and nothing else.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    // Git calls its helpers to store and to erase too, which is not for us.
    if matches!(settings.action(), Some("store" | "erase")) {
        return Ok(ExitCode::Success);
    }
    let options = settings.token_output_options()?;
    settings.note_all(|effective| options.add_to(effective));
    let format = Format::new(&options)?;
    if settings.flag("explain")? {
        let tokens = Tokens::read(Purpose::GetToken, settings, console)?;
        let mut explanation = Explanation::new(&settings.noted());
        explanation.token_request(tokens.client())?;
        explanation.print()?;
        return Ok(ExitCode::Success);
    }
    if options.output.is_none() {
        output::check_open()?;
    }
    let token = token(settings, console)?;
    if token.expires_at().is_some() {
        let left = token.remaining(clock::now()?);
        console.detail(format_args!("The token is good for {} s", left.as_secs()));
    }
    let text = format.write(&token)?;
    match options.output {
        None => output::print(&text)?,
        Some(path) => format::write_file(path.value(), &text)?,
    }
    Ok(ExitCode::Success)
}

/// Gets an access token.
pub(crate) fn token(settings: &Settings<'_>, console: &Console) -> Result<Token> {
    Tokens::read(Purpose::GetToken, settings, console)?.obtain(console)
}
