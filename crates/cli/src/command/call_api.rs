mod body;
mod headers;

use std::io::{self, IsTerminal};

use tokenring_oauth::{
    AccessToken, ApiRequest, ApiResponse, SecureUrl, TransportError, UreqTransport, printable,
};

use self::body::Body;
use self::headers::Headers;
use crate::ExitCode;
use crate::client::{self, Client};
use crate::console::Console;
use crate::endpoint::{Purpose, Target};
use crate::explanation::{Explanation, shown};
use crate::failure::{Failure, Reason, Result};
use crate::key_input;
use crate::output::{self, Copied};
use crate::settings::{Origin, Settings};

/// Calls an API and copies its answer to standard output.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let url = client::read_url(settings)?;
    let access = Access::read(settings)?;
    let target = Target::read(settings, Purpose::CallApi)?;
    let body = Body::read(settings)?;
    check_standard_input(settings, &access, &body)?;
    let method = read_method(settings, &body)?;
    let mut headers = Headers::read(&target, settings, console)?;
    if !matches!(body, Body::None) && !headers.contains("Content-Type") {
        console.say(
            "The body is sent without a Content-Type; to state one: \
             --header 'Content-Type: application/json'",
        );
    }
    if matches!(access, Access::SignedJwt) && headers.contains("Authorization") {
        return Err(Failure::usage(
            "--header Authorization and --auth signed-jwt both set the same header; \
             use --auth none to bring a header of your own",
        ));
    }
    let client = match access {
        Access::SignedJwt => Some(Client::read(target, settings, console)?),
        Access::ApiKey => {
            let name = target.gateway.api().key_header().ok_or_else(|| {
                Failure::usage(format!(
                    "gateway {} has no header for API keys; name one with --header 'NAME: KEY' \
                     and --auth none",
                    target.gateway.name()
                ))
            })?;
            headers.set(name, client::read_client_id(settings)?);
            None
        }
        Access::None => None,
    };
    let include = settings.flag("include")?;
    let transport = client::transport(settings)?;
    let call = Call {
        method,
        url,
        headers,
    };
    // What the caller has to correct is told before a token is asked for.
    let request = call.request(settings)?;
    if settings.flag("explain")? {
        return call.explain(client.as_ref(), &body, settings);
    }
    let token = match &client {
        None => None,
        Some(client) => Some(client.get_token(&transport, console)?),
    };
    let token = token
        .as_ref()
        .map(tokenring_oauth::TokenResponse::access_token);
    console.detail(format_args!(
        "Calling {} {}",
        call.method,
        call.url.as_str()
    ));
    let response = call.send(request, &transport, token, body)?;
    print(response, include, console)
}

/// How to get in.
enum Access {
    SignedJwt,
    ApiKey,
    None,
}

impl Access {
    fn read(settings: &Settings<'_>) -> Result<Self> {
        let Some(text) = settings.text("auth")? else {
            settings.note("auth", "signed-jwt", Origin::Default("default".into()));
            return Ok(Self::SignedJwt);
        };
        let access = text.parse("auth", |text| match text.as_str() {
            "signed-jwt" => Ok(Self::SignedJwt),
            "api-key" => Ok(Self::ApiKey),
            "none" => Ok(Self::None),
            _ => Err(Reason::new(format!(
                "unknown way {text:?}; use signed-jwt, api-key or none"
            ))),
        })?;
        Ok(access.into_value())
    }
}

/// A request that is yet to be authenticated.
struct Call {
    method: String,
    url: SecureUrl,
    headers: Headers,
}

impl Call {
    /// The request, yet without token and body.
    fn request(&self, settings: &Settings<'_>) -> Result<ApiRequest<'static>> {
        let mut request = ApiRequest::new(&self.method, &self.url)
            .map_err(|error| Failure::from_error(ExitCode::Usage, &error))?
            .with_idle_timeout(client::timeout(settings)?);
        for (name, value) in self.headers.iter() {
            request = request
                .with_header(name, value)
                .map_err(|error| Failure::usage(format!("header {name}: {error}")))?;
        }
        Ok(request)
    }

    fn send(
        &self,
        mut request: ApiRequest<'static>,
        transport: &UreqTransport,
        token: Option<&AccessToken>,
        body: Body,
    ) -> Result<ApiResponse> {
        if let Some(token) = token {
            request = request.with_bearer_token(token);
        }
        let request = match body {
            Body::None => request,
            Body::Text(text) => request.with_body(text),
            Body::File { file, length, .. } => request.with_body_reader(file, length),
            Body::StandardInput => request.with_body_reader(io::stdin().lock(), None),
        };
        transport
            .open(request)
            .map_err(|error| self.unreachable(&error))
    }

    fn explain(
        &self,
        client: Option<&Client>,
        body: &Body,
        settings: &Settings<'_>,
    ) -> Result<ExitCode> {
        let mut explanation = Explanation::new(settings);
        if let Some(client) = client {
            explanation.token_request(client)?;
        }
        let mut lines = vec![format!("{} {}", self.method, self.url.as_str())];
        if client.is_some() {
            lines.push("Authorization: Bearer (the access token)".into());
        }
        lines.extend(
            self.headers
                .iter()
                .map(|(name, value)| format!("{name}: {}", shown(name, value))),
        );
        lines.extend(body.describe());
        explanation.section("API request, not sent", lines);
        explanation.print()?;
        Ok(ExitCode::Success)
    }

    fn unreachable(&self, error: &TransportError) -> Failure {
        client::unreachable(error).while_doing(&format!("API {}", self.url.as_str()))
    }
}

fn read_method(settings: &Settings<'_>, body: &Body) -> Result<String> {
    if let Some(method) = settings.text("method")? {
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
fn check_standard_input(settings: &Settings<'_>, access: &Access, body: &Body) -> Result<()> {
    let key = match access {
        Access::SignedJwt => settings.path("private-key")?,
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

fn print(response: ApiResponse, include: bool, console: &Console) -> Result<ExitCode> {
    let status = response.status();
    let location = response.header("location").map(str::to_owned);
    if include {
        let mut head = format!("HTTP {status}\n");
        for (name, value) in response.headers() {
            head.push_str(&format!("{name}: {}\n", printable(value)));
        }
        head.push('\n');
        output::print(&head)?;
    }
    if let Copied::ReadFailed(error) =
        output::copy(response.into_body(), io::stdout().is_terminal())?
    {
        return Err(Failure::new(
            ExitCode::Unreachable,
            format!("the API's answer broke off: {error}"),
        ));
    }
    if (300..400).contains(&status) {
        console.warning(format_args!(
            "the API answered {status} and redirects to {}, which is not followed",
            printable(location.as_deref().unwrap_or("no address"))
        ));
    }
    if status >= 400 {
        console.say(format_args!("The API answered with status {status}."));
        return Ok(ExitCode::ApiStatus);
    }
    Ok(ExitCode::Success)
}
