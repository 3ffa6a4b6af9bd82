mod access;
mod answer;
mod body;
mod call;
mod headers;
mod limits;

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
use crate::options::{Access, CallOptions};
use crate::setting::Origin;
use crate::settings::Settings;
use crate::tokens::Tokens;

/// Calls an API and copies its answer to standard output.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let call = settings.call_options()?;
    let note = |names: &[&str]| {
        settings.note_all(|effective| call.add_given(names, effective));
    };
    note(&["url"]);
    let options = settings.gateway_options()?;
    let target = Target::read(&options, Purpose::CallApi)?;
    settings.note_all(|effective| target.add_to(&options, effective));
    let access = access::choose(&call, &target, settings)?;
    note(&["data", "json"]);
    let body = Body::new(call.body.as_ref())?;
    check_standard_input(settings, access, &body)?;
    let method = choose_method(&call, &body, settings);
    settings.note_all(|effective| call.headers.add_to(effective));
    let mut headers = Headers::new(&call.headers, &target, console)?;
    let made = Origin::Default("made for this call".into());
    settings.note_default("request-id", headers.request_id(&target), made);
    if call.body.as_ref().is_some_and(|body| body.is_json) {
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
    note(&["max-time", "max-size"]);
    let limits = Limits::begin(call.limits);
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
    settings.note_all(|effective| effective.add_path("output", call.output.as_ref()));
    let connection = settings.connection_options()?;
    settings.note_all(|effective| connection.add_to(effective));
    note(&["retry"]);
    let request = Call {
        method,
        url: call.url.clone(),
        headers,
        body,
        credentials,
        transport: connection::transport(&connection)?,
        timeout: *connection.timeout.value(),
        retries: call.retries,
        limits,
    };
    // What the caller has to correct is told before a token is asked for.
    request.check()?;
    if settings.flag("explain")? {
        return request.explain(&settings.noted());
    }
    let response = request.send(console)?;
    answer::write(response, &call, &request.limits, console)
}

fn choose_method(options: &CallOptions, body: &Body, settings: &Settings<'_>) -> String {
    if let Some(method) = &options.method {
        settings.note_all(|effective| effective.add_given("method", Some(method)));
        // Methods are case-sensitive, and all of the usual ones are capitals.
        let capitals = method.value().to_ascii_uppercase();
        let usual = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let is_usual = usual.contains(&capitals.as_str());
        return if is_usual {
            capitals
        } else {
            method.value().clone()
        };
    }
    let method = if matches!(body, Body::None) {
        "GET"
    } else {
        "POST"
    };
    settings.note("method", method, Origin::Default("default".into()));
    method.into()
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
