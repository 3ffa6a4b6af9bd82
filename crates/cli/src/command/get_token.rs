use tokenring::{Purpose, Token};

use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::explanation::Explanation;
use crate::failure::Result;
use crate::format;
use crate::options::{TokenOptions, TokenOutputOptions};
use crate::output;
use crate::settings::Settings;

/// Prints an access token in the shape asked for; unasked, that is the token
/// with a newline and nothing else.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    // Git calls its helpers to store and to erase too, which is not for us.
    if matches!(settings.action(), Some("store" | "erase")) {
        return Ok(ExitCode::Success);
    }
    let shape: TokenOutputOptions = settings.options()?;
    let format = format::read(&shape)?;
    let options: TokenOptions = settings.options()?;
    if settings.explains()? {
        let own = settings.effective().and(&shape);
        return Explanation::of_token_request(&options, own, console)?.print();
    }
    if shape.output.is_none() {
        output::check_open()?;
    }
    let client = options.client(Purpose::GetToken, console)?;
    format::check_rule(&format, &shape, client.dpop())?;
    let token = client.token().map_err(|error| options.to_failure(&error))?;
    format::check_token(&format, &shape, &token, console)?;
    if token.expires_at().is_some() {
        let left = token.remaining(clock::now()?);
        console.detail(format_args!("The token is good for {} s", left.as_secs()));
    }
    let text = format.write(&token, clock::now()?);
    match shape.output {
        None => output::print(&text),
        Some(path) => format::write_file(path.value(), &text),
    }
}

/// Gets an access token.
pub(crate) fn token(options: &TokenOptions, console: &Console) -> Result<Token> {
    let client = options.client(Purpose::GetToken, console)?;
    client.token().map_err(|error| options.to_failure(&error))
}
