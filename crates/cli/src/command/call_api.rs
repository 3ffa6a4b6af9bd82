mod access;
mod answer;
mod body;
mod call;
mod headers;
mod limits;

use self::access::Access;
use self::answer::Destination;
use self::body::Body;
use self::call::{Call, Credentials};
use self::headers::Headers;
use self::limits::Limits;
use crate::ExitCode;
use crate::connection;
use crate::console::Console;
use crate::endpoint::{Purpose, Target};
use crate::failure::{Failure, Result};
use crate::key_input;
use crate::minter;
use crate::setting::Origin;
use crate::settings::Settings;
use crate::tokens::Tokens;

/// Calls an API and copies its answer to standard output.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let url = connection::read_url(settings)?;
    let options = settings.gateway_options()?;
    let target = Target::read(&options, Purpose::CallApi)?;
    settings.note_all(|effective| target.add_to(&options, effective));
    let access = Access::read(&target, settings)?;
    let (body, is_json) = Body::read(settings)?;
    check_standard_input(settings, access, &body)?;
    let method = read_method(settings, &body)?;
    let mut headers = Headers::read(&target, settings, console)?;
    if is_json {
        headers.set("Content-Type", "application/json".into());
        headers.set("Accept", "application/json".into());
    }
    if !matches!(body, Body::None) && !headers.contains("Content-Type") {
        console.say(
            "The body is sent without a Content-Type; to state one: \
             --header 'Content-Type: application/json', or use --json",
        );
    }
    if access == Access::SignedJwt && headers.contains("Authorization") {
        return Err(Failure::usage(
            "--header Authorization and --auth signed-jwt both set the same header; \
             use --auth none to bring a header of your own",
        ));
    }
    let limits = Limits::read(settings)?;
    let credentials = match access {
        Access::SignedJwt => {
            let tokens = Tokens::new(target, settings, console)?;
            Credentials::Tokens(Box::new(tokens.until(limits.deadline)))
        }
        Access::ApiKey => {
            let name = target.endpoint.api_key_header().ok_or_else(|| {
                Failure::usage(format!(
                    "gateway {} has no header for API keys; name one with --header 'NAME: KEY' \
                     and --auth none",
                    target.gateway.name()
                ))
            })?;
            let secret = minter::read_client_id(settings)?;
            let prefix = target.endpoint.api_key_prefix();
            headers.set(name, format!("{prefix}{secret}"));
            Credentials::InHeader(name.to_owned())
        }
        Access::None => Credentials::None,
    };
    let destination = Destination::read(settings)?;
    let connection = settings.connection_options()?;
    settings.note_all(|effective| connection.add_to(effective));
    let call = Call {
        method,
        url,
        headers,
        body,
        credentials,
        transport: connection::transport(&connection)?,
        timeout: *connection.timeout.value(),
        retries: call::read_retries(settings)?,
        limits,
    };
    // What the caller has to correct is told before a token is asked for.
    call.check()?;
    if settings.flag("explain")? {
        return call.explain(settings);
    }
    let response = call.send(console)?;
    answer::write(response, &destination, &call.limits, console)
}

fn read_method(settings: &Settings<'_>, body: &Body) -> Result<String> {
    if let Some(method) = settings.noted_text("method")? {
        // Methods are case-sensitive, and all of the usual ones are capitals.
        let capitals = method.value().to_ascii_uppercase();
        let usual = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let is_usual = usual.contains(&capitals.as_str());
        return Ok(if is_usual {
            capitals
        } else {
            method.into_value()
        });
    }
    let method = if matches!(body, Body::None) {
        "GET"
    } else {
        "POST"
    };
    settings.note("method", method, Origin::Default("default".into()));
    Ok(method.into())
}

/// Standard input can be the key or the body, not both.
fn check_standard_input(settings: &Settings<'_>, access: Access, body: &Body) -> Result<()> {
    let key = match access {
        Access::SignedJwt => settings.noted_path("private-key")?,
        _ => None,
    };
    let is_key = key.is_some_and(|path| key_input::is_stdin(path.value()));
    if is_key && matches!(body, Body::StandardInput) {
        return Err(Failure::usage(
            "--private-key - and --data - both read standard input; name a file for one of them",
        ));
    }
    Ok(())
}
