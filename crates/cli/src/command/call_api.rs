mod access;
mod answer;
mod body;
mod call;
mod headers;
mod limits;

use tokenring::{Client, HeaderRole, Purpose};
use tokenring_gateway::Remedy;
use tokenring_oauth::ApiResponse;

use self::body::Body;
use self::call::{Call, Credentials};
use self::limits::Limits;
use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::options::{Access, CallOptions, Effective, TokenOptions};
use crate::setting::Origin;
use crate::settings::Settings;
use crate::words;

/// Calls an API and copies its answer to standard output.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    if settings.given("url") && !settings.positionals("address").is_empty() {
        return Err(Failure::usage(
            "the API's URL is given twice, as an argument and with --url; leave one of them out",
        ));
    }
    if settings.origin("url")?.is_none() {
        let access = settings.value::<Access>("auth")?;
        let needs_token = access.is_none_or(|access| *access.value() == Access::SignedJwt);
        return Err(settings.options::<TokenOptions>()?.without_url(needs_token));
    }
    let call: CallOptions = settings.options()?;
    let mut own = settings.effective();
    own.extend(&call.given(&["url"]));
    let options: TokenOptions = settings.options()?;
    let builder = options.builder(Purpose::CallApi, console)?;
    let target = builder.target();
    let target = target.map_err(|error| options.to_failure(&error))?;
    let access = access::choose(&call, &target, &options, &mut own);
    own.extend(&call.given(&["data", "json"]));
    let body = Body::new(call.body())?;
    let method = choose_method(&call, &body, &mut own);
    let mut own = own.and(&call.headers);
    let mut headers = headers::headers(&call.headers, target.gateway(), console)?;
    let made = Origin::Default("made for this call".into());
    let request_id = headers.role(HeaderRole::RequestId).unwrap_or_default();
    own.add_default("request-id", request_id, made);
    if call.json.is_some() {
        headers.set_default("Content-Type", "application/json");
        headers.set_default("Accept", "application/json");
    }
    if !matches!(body, Body::None) && headers.get("Content-Type").is_none() {
        console.say(
            "The body is sent without a Content-Type; to state one: \
             --header 'Content-Type: application/json', or use --json",
        );
    }
    if access == Access::SignedJwt && headers.get("Authorization").is_some() {
        return Err(Failure::usage(
            "--header Authorization and --auth signed-jwt both set the same header; \
             use --auth none to bring a header of your own",
        ));
    }
    own.extend(&call.given(&["max-time", "max-size"]));
    let limits = Limits::begin(&call.limits);
    let credentials = match access {
        Access::SignedJwt => builder
            .build()
            .map(|client| Credentials::Tokens(Box::new(client))),
        Access::ApiKey => {
            let name = headers::set_api_key(&mut headers, &target, &options)?;
            let client = builder.build_without_token();
            client.map(|client| Credentials::InHeader(name, client))
        }
        Access::None => builder.build_without_token().map(Credentials::None),
    };
    own.extend(&call.given(&["output"]));
    if access != Access::SignedJwt {
        own.extend(&options.effective_of_call(&target));
    }
    own.extend(&call.given(&["retry"]));
    let request = Call {
        method,
        url: call.url.value().clone(),
        headers,
        credentials: credentials.map_err(|error| options.to_failure(&error))?,
        retries: *call.retries.value(),
        limits: limits.clone(),
    };
    if settings.explains()? {
        return request.explain(&body, &options, own);
    }
    let client = request.credentials.client().cloned();
    let mut response = request.send(body, &options)?;
    let causes = client.map(|client| causes(&client, call.url.value().as_str(), &mut response));
    let result = answer::write(response, &call, &limits, console)?;
    for line in causes.into_iter().flatten() {
        console.say(format_args!("  {line}"));
    }
    Ok(result)
}

/// What a rejection of a signed JWT means, where that is the token.
fn causes(client: &Client, url: &str, response: &mut ApiResponse) -> Vec<String> {
    /// The words of a rejection are no longer.
    const LONGEST: usize = 64 * 1024;
    let is_rejection = matches!(response.status(), 401 | 403);
    if !is_rejection || !client.target().gateway().request().jwt_is_token() {
        return Vec::new();
    }
    let rejection = client.explain_api_rejection(url, response.peek_error(LONGEST));
    let causes = |rejection| words::error::causes(&rejection, Remedy::text);
    rejection.map(causes).unwrap_or_default()
}

fn choose_method(options: &CallOptions, body: &Body, own: &mut Effective) -> String {
    if let Some(method) = &options.method {
        own.add("method", method.value(), method.origin().clone());
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
    own.add("method", method, Origin::Default("default".into()));
    method.into()
}
