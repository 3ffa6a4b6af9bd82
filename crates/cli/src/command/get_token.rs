use tokenring_oauth::{TokenResponse, UreqTransport};

use crate::ExitCode;
use crate::client::{self, Client};
use crate::console::Console;
use crate::endpoint::{Purpose, Target};
use crate::explanation::Explanation;
use crate::failure::Result;
use crate::output;
use crate::settings::Settings;

/// Prints an access token, with a newline and nothing else.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    if settings.flag("explain")? {
        let (client, _) = read(settings, console)?;
        let mut explanation = Explanation::new(settings);
        explanation.token_request(&client)?;
        explanation.print()?;
        return Ok(ExitCode::Success);
    }
    let response = token(settings, console)?;
    if let Some(lifetime) = response.expires_in() {
        console.detail(format_args!(
            "The token is good for {} s",
            lifetime.as_secs()
        ));
    }
    let line = zeroize::Zeroizing::new(format!("{}\n", response.access_token().secret()));
    output::print(&line)?;
    Ok(ExitCode::Success)
}

/// Gets an access token.
pub(crate) fn token(settings: &Settings<'_>, console: &Console) -> Result<TokenResponse> {
    let (client, transport) = read(settings, console)?;
    client.get_token(&transport, console)
}

fn read(settings: &Settings<'_>, console: &Console) -> Result<(Client, UreqTransport)> {
    let target = Target::read(settings, Purpose::GetToken)?;
    let client = Client::read(target, settings, console)?;
    Ok((client, client::transport(settings)?))
}
