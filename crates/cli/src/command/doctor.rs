mod exchange;
mod network;
mod published;
mod report;
#[cfg(feature = "keys")]
mod rotation;
mod setup;

use tokenring_gateway::{Lint, UnverifiedJwt};
use tokenring_jwk::KeyId;
use tokenring_oauth::SecureUrl;

use self::published::Named;
use self::report::{Check, Report};
use crate::ExitCode;
use crate::client::Client;
use crate::clock;
use crate::connection;
use crate::console::Console;
use crate::cryptography::Cryptography;
use crate::endpoint::{Purpose, Target};
use crate::explanation::Explanation;
use crate::failure::{Failure, Reason, Result};
use crate::output;
use crate::setting::Setting;
use crate::settings::Settings;

/// Looks at everything between this machine and a token, and says what is in order.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let as_json = read_format(settings)?;
    let url = match settings.text("url")? {
        Some(url) => Some(url.parse("url", |url| SecureUrl::new(url))?.into_value()),
        None => None,
    };
    let timeout = connection::timeout(settings)?;
    if settings.flag("explain")? {
        return explain(settings);
    }
    let mut report = Report::default();
    examine(
        settings,
        url.as_ref(),
        timeout,
        &console.quietly(),
        &mut report,
    )?;
    output::print(&if as_json {
        report.json()
    } else {
        report.text(console.is_quiet())
    })?;
    Ok(report.exit_code())
}

fn examine(
    settings: &Settings<'_>,
    url: Option<&SecureUrl>,
    timeout: std::time::Duration,
    quietly: &Console,
    report: &mut Report,
) -> Result<()> {
    let purpose = match url {
        Some(_) => Purpose::CallApi,
        None => Purpose::GetToken,
    };
    let transport = connection::transport(settings)?;
    setup::configuration(settings, report);
    let target = setup::gateway(settings, purpose, report);
    setup::client_id(settings, report);
    let key = setup::key_file(settings, quietly, report);
    let client = client(settings, target.as_ref(), purpose, quietly, report);

    let signs = client.as_ref().map(|client| client.minter().key());
    let path = key.as_ref().map(|(path, _)| path.as_path());
    let key_id = signs.map(|key| key.key_id().map(KeyId::as_str));
    if let Some(target) = &target {
        report.add(setup::environment(target, key_id.flatten(), path));
    }
    let public_key = signs.map(|key| key.public_key());
    let public_key = public_key.or(key.as_ref().map(|(_, public_key)| public_key));
    let algorithm = signs.map(|key| key.algorithm());
    let published = published::read(settings, path, &transport, report);
    if let (Some(published), Some(public_key)) = (&published, public_key) {
        let named = Named {
            public_key,
            key_id,
            algorithm,
        };
        published::compare(published, &named, target.as_ref(), report);
    }

    let endpoint = target
        .as_ref()
        .and_then(|target| target.endpoint.token_endpoint().ok());
    let is_reached = match endpoint {
        Some(endpoint) => network::reach(endpoint.url(), &transport, timeout, report),
        None => {
            report.add(Check::skipped("network", "no token endpoint is known"));
            false
        }
    };
    let (Some(target), true) = (&target, is_reached) else {
        report.add(Check::skipped(
            "token",
            "the token endpoint was not reached",
        ));
        return Ok(());
    };
    exchange::metadata(target, algorithm, &transport, report);
    let token = match &client {
        Some(client) => {
            let published = published.as_ref();
            exchange::token(client, &transport, timeout, published, quietly, report)
        }
        None => {
            report.add(Check::skipped(
                "token",
                "there is no assertion to ask for one with",
            ));
            None
        }
    };
    report.add(match (url, &token) {
        (None, _) => Check::skipped("api", "no API named; --url does"),
        (Some(_), None) => Check::skipped("api", "there is no token to call it with"),
        (Some(url), Some(token)) => {
            exchange::api(url, target, token.access_token(), &transport, timeout)
        }
    });
    Ok(())
}

/// All that a token request is made of; and an assertion that is made and not sent.
fn client(
    settings: &Settings<'_>,
    target: Option<&Target>,
    purpose: Purpose,
    quietly: &Console,
    report: &mut Report,
) -> Option<Client> {
    const NAME: &str = "assertion";
    let target = target?;
    let is_given = |name| matches!(settings.text(name), Ok(Some(_)));
    let has_key = matches!(settings.path("private-key"), Ok(Some(_)));
    if !has_key || !is_given("client-id") || target.endpoint.token_endpoint().is_err() {
        report.add(Check::skipped(
            NAME,
            "client, key and token endpoint make one, and not all are given",
        ));
        return None;
    }
    let read = || {
        let client = Client::read(Target::read(settings, purpose)?, settings, quietly)?;
        let now = clock::now()?;
        // What is a grant elsewhere is judged by the same rules.
        let assertion = client.minter().client_assertion(now, quietly)?;
        let jwt = UnverifiedJwt::decode(assertion.secret())
            .map_err(|error| Failure::from_error(ExitCode::Unexpected, &error))?;
        Ok((client, jwt, now))
    };
    let (client, jwt, now) = match read() {
        Ok(made) => made,
        Err(failure) => {
            report.add(Check::failed(NAME, &failure));
            return None;
        }
    };
    let key = client.minter().key();
    let findings = Lint::new(&target.gateway, &target.endpoint, now)
        .with_public_key(key.public_key(), &Cryptography)
        .check(&jwt);
    let kid = match key.key_id() {
        Some(key_id) => format!("kid {:?}", key_id.as_str()),
        None => "no kid".into(),
    };
    let gateway = target.gateway.name();
    let text = format!("{}, {kid}", key.algorithm());
    report.add(match findings.first() {
        None => Check::ok(NAME, format!("{text}; all as {gateway} wants it")),
        Some(first) => {
            let text = format!("{text}; not all as {gateway} wants it");
            let details = findings.iter().map(ToString::to_string);
            Check::warning(NAME, text, first.remedy()).with_details(details)
        }
    });
    Some(client)
}

fn read_format(settings: &Settings<'_>) -> Result<bool> {
    let Some(name) = settings.text("format")? else {
        return Ok(false);
    };
    let as_json = name.parse("format", |name| match name.as_str() {
        "text" => Ok(false),
        "json" => Ok(true),
        _ => Err(Reason::new(format!(
            "unknown format {name:?}; use text or json"
        ))),
    })?;
    Ok(as_json.into_value())
}

fn explain(settings: &Settings<'_>) -> Result<ExitCode> {
    let jwks = settings.text("jwks")?.map(Setting::into_value);
    let target = Target::read(settings, Purpose::GetToken)?;
    let mut explanation = Explanation::new(settings);
    let mut lines = vec![
        "look at the configuration, the client and the key's file".to_owned(),
        match jwks {
            Some(_) => "compare the key with the JWK Set of --jwks".into(),
            None => "compare the key with the JWK Set beside it, if there is one".into(),
        },
    ];
    if let Ok(url) = target.endpoint.token_endpoint() {
        let url = url.as_str();
        lines.push(format!(
            "look up the host of {url}, and ask it without an assertion"
        ));
        if let Some(url) = target.endpoint.metadata() {
            lines.push(format!("read {url}"));
        }
        lines.push("ask for an access token, once".into());
        lines.push("with --url, call the API once with it".into());
    }
    explanation.section("Steps, not done", lines);
    explanation.print()?;
    Ok(ExitCode::Success)
}
