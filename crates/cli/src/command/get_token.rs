use tokenring::{Purpose, Token, TokenFormat};
use tokenring_token_store::DirectoryStore;

use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::explanation::Explanation;
use crate::failure::Result;
use crate::format;
use crate::options::{KeptTokenOptions, TokenOptions, TokenOutputOptions};
use crate::output;
use crate::rejected_token::GitLines;
use crate::settings::Settings;

/// Prints an access token in the shape asked for; unasked, that is the token
/// with a newline and nothing else.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    // Git calls its helpers to store as well, which is not for us.
    match settings.action() {
        Some("store") => return Ok(ExitCode::Success),
        Some("erase") => return erase(settings, console),
        _ => {}
    }
    let shape: TokenOutputOptions = settings.options()?;
    let mut format = format::read(&shape)?;
    let is_asked = settings.action() == Some("get") && format == TokenFormat::GitCredential;
    if is_asked && !GitLines::read()?.knows_tokens() {
        format = TokenFormat::GitPassword;
    }
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

/// Forgets the token that a server rejected, as Git says, if it is a cached one.
fn erase(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let Some(token) = GitLines::read()?.token() else {
        return Ok(ExitCode::Success);
    };
    let directory = settings.options::<KeptTokenOptions>()?.directory()?;
    let forgotten = DirectoryStore::open(directory.value()).and_then(|cache| cache.forget(&token));
    match forgotten {
        Ok(removed) => console.detail(format_args!("{removed} cached token(s) removed")),
        // Then nothing is kept there that could be given out again.
        Err(reason) => console.detail(format_args!("{}: {reason}", directory.value().display())),
    }
    Ok(ExitCode::Success)
}

/// Gets an access token.
pub(crate) fn token(options: &TokenOptions, console: &Console) -> Result<Token> {
    let client = options.client(Purpose::GetToken, console)?;
    client.token().map_err(|error| options.to_failure(&error))
}
