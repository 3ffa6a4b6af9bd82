//! What the gateway itself says: token, scope, an API, and its metadata.

use std::time::Duration;

use serde_json::Value;
use tokenring_assertion::JwtId;
use tokenring_gateway::{HeaderRole, ScopeRule};
use tokenring_jwk::Algorithm;
use tokenring_oauth::{
    AccessToken, ApiRequest, HttpRequest, SecretDetector, SecureUrl, TokenResponse, Transport,
    UreqTransport,
};

use super::published::Published;
use super::report::{Check, Report};
use crate::ExitCode;
use crate::client::Client;
use crate::clock::Skew;
use crate::connection;
use crate::console::Console;
use crate::diagnosis;
use crate::disclosure::fit_to_show;
use crate::endpoint::Target;
use crate::failure::Result;
use crate::refusal::Refusal;

/// Asks for a token once, with a new assertion.
pub(super) fn token(
    client: &Client,
    transport: &UreqTransport,
    timeout: Duration,
    published: Option<&Published>,
    quietly: &Console,
    report: &mut Report,
) -> Option<TokenResponse> {
    const NAME: &str = "token";
    let send = |request: HttpRequest| transport.send_within(request, timeout);
    match client.get_token(&send, timeout, Skew::default(), quietly) {
        Ok(response) => {
            let text = match response.expires_in() {
                Some(time) => format!("granted, for {} s", time.as_secs()),
                None => "granted, for a time that is not told".into(),
            };
            report.add(Check::ok(NAME, text));
            report.add(scope(client, &response));
            Some(response)
        }
        Err(refusal) => {
            let mut check = Check::failed(NAME, &client.word(&refusal));
            if let Refusal::Request(tokenring_oauth::Error::Refused(response)) = &refusal {
                let published = published.map(Published::for_diagnosis);
                check = check.with_details(diagnosis::lines(client, response, published));
            }
            report.add(check);
            None
        }
    }
}

fn scope(client: &Client, response: &TokenResponse) -> Check {
    const NAME: &str = "scope";
    let Some(asked) = client.scope() else {
        return Check::ok(
            NAME,
            match response.scope() {
                Some(granted) => format!("none asked for, {granted:?} granted"),
                None => "none asked for".into(),
            },
        );
    };
    let rules = client.minter().target().gateway.request();
    if rules.scope() == ScopeRule::Ignored {
        let text = "asked for, and this gateway takes no notice of it";
        return Check::warning(NAME, format!("{asked:?} {text}"), "Leave --scope out.");
    }
    let missing: Vec<&str> = response.missing_scope(asked).collect();
    if missing.is_empty() {
        Check::ok(NAME, format!("{asked:?} granted"))
    } else {
        Check::warning(
            NAME,
            format!(
                "{asked:?} asked for, and not granted: {}",
                missing.join(" ")
            ),
            "Have the client registered for these, or leave them out.",
        )
    }
}

/// Calls an API once with the token.
pub(super) fn api(
    url: &SecureUrl,
    target: &Target,
    token: &AccessToken,
    transport: &UreqTransport,
    timeout: Duration,
) -> Check {
    const NAME: &str = "api";
    let place = fit_to_show(url.as_str());
    let request = match request(url, target, token, timeout) {
        Ok(request) => request,
        Err(failure) => return Check::failed(NAME, &failure),
    };
    let response = match transport.open(request) {
        Ok(response) => response,
        Err(error) => {
            return Check::failed(NAME, &connection::unreachable(&error).while_doing(&place));
        }
    };
    let status = response.status();
    if status < 400 {
        return Check::ok(NAME, format!("{place} answers with status {status}"));
    }
    let words = response.into_error_response(LARGEST);
    let remedy = match status {
        401 => {
            "The API does not take this token: check --env, and that token endpoint and API \
                belong together."
        }
        403 => "The token is good and not enough: have the client's access to this API checked.",
        404 => "Check the URL.",
        429 => "Ask less often.",
        _ => "Ask the API's operator, quoting the answer's identifier.",
    };
    Check::failure(
        NAME,
        ExitCode::ApiStatus,
        format!("{place}: {words}"),
        remedy,
    )
}

/// The words of a refusal are no longer.
const LARGEST: u64 = 64 * 1024;

fn request<'r>(
    url: &SecureUrl,
    target: &Target,
    token: &AccessToken,
    timeout: Duration,
) -> Result<ApiRequest<'r>> {
    let unexpected = |error: &dyn std::error::Error| {
        crate::failure::Failure::from_error(ExitCode::Unexpected, error)
    };
    let mut request = ApiRequest::new("GET", url).map_err(|error| unexpected(&error))?;
    request = request.with_bearer_token(token).with_timeout(timeout);
    if let Some(name) = target.gateway.api().header(HeaderRole::RequestId) {
        let id = JwtId::random().map_err(|error| unexpected(&error))?;
        request = request
            .with_header(name, id.as_str())
            .map_err(|error| unexpected(&error))?;
    }
    Ok(request)
}

/// Compares the published description of the server with what is pinned; nothing in it is
/// followed.
pub(super) fn metadata(
    target: &Target,
    client: Option<&Client>,
    algorithm: Option<Algorithm>,
    transport: &UreqTransport,
    report: &mut Report,
) {
    const NAME: &str = "metadata";
    let Some(url) = target.endpoint.metadata() else {
        report.add(Check::skipped(NAME, "the gateway's file names no document"));
        return;
    };
    let response = match SecureUrl::new(url).map(|url| transport.send(HttpRequest::get(&url))) {
        Ok(Ok(response)) if response.status() == 200 => response,
        Ok(Ok(response)) => {
            let text = format!("{url} answers with status {}", response.status());
            let remedy = "Check the values of --var; the token endpoint is not taken from there.";
            report.add(Check::warning(NAME, text, remedy));
            return;
        }
        Ok(Err(error)) => {
            let text = format!("{url}: {}", connection::unreachable(&error));
            let remedy = "It is not needed; the token endpoint is not taken from there.";
            report.add(Check::warning(NAME, text, remedy));
            return;
        }
        Err(error) => {
            let text = crate::failure::chain(&error);
            report.add(Check::warning(NAME, text, "Check the gateway's file."));
            return;
        }
    };
    let Ok(document) = serde_json::from_slice::<Value>(response.body()) else {
        let text = format!("{url} is no JSON");
        report.add(Check::warning(NAME, text, "Check the values of --var."));
        return;
    };
    let secrets = client.into_iter().flat_map(Client::secret_parameters);
    let secrets = SecretDetector::new(secrets);
    let shown = |stated: &str| match secrets.finds(stated) {
        true => "[withheld: it repeats a secret]".into(),
        false => response.words_to_show(stated),
    };
    let differences = differences(&document, target, algorithm, &shown);
    if differences.is_empty() {
        report.add(Check::ok(NAME, format!("{url} agrees with what is used")));
    } else {
        let text = format!("{url} says otherwise than what is used");
        let remedy = "Find out which is right; what is used stays as it is set up.";
        report.add(Check::warning(NAME, text, remedy).with_details(differences));
    }
}

fn differences(
    document: &Value,
    target: &Target,
    algorithm: Option<Algorithm>,
    shown: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let endpoint = &target.endpoint;
    let mut differences = Vec::new();
    let pinned = [
        ("issuer", endpoint.issuer()),
        (
            "token_endpoint",
            endpoint.token_endpoint().ok().map(|url| url.as_str()),
        ),
    ];
    for (name, used) in pinned {
        let stated = document.get(name).and_then(Value::as_str);
        if let (Some(stated), Some(used)) = (stated, used) {
            if stated != used {
                let stated = shown(stated);
                differences.push(format!("{name} is {stated:?} there, {used:?} is used"));
            }
        }
    }
    let wanted = [
        (
            "token_endpoint_auth_methods_supported",
            Some("private_key_jwt"),
        ),
        (
            "token_endpoint_auth_signing_alg_values_supported",
            algorithm.map(Algorithm::name),
        ),
    ];
    for (name, wanted) in wanted {
        let stated = document.get(name).and_then(Value::as_array);
        if let (Some(stated), Some(wanted)) = (stated, wanted) {
            if !stated.iter().any(|value| value == wanted) {
                differences.push(format!("{name} does not have {wanted}"));
            }
        }
    }
    differences
}
