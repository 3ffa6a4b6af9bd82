mod exchange;
mod network;
mod published;
mod report;
#[cfg(feature = "keys")]
mod rotation;
mod setup;

use tokenring_gateway::{Lint, UnverifiedJwt};
use tokenring_jwk::{KeyId, any};
use tokenring_oauth::{SecureUrl, UreqTransport};

use self::published::Named;
use self::report::{Check, Report};
use crate::ExitCode;
use crate::client::Client;
use crate::clock;
use crate::connection;
use crate::console::Console;
use crate::disclosure::fit_to_show;
use crate::endpoint::{Purpose, Target};
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::options::ExaminationOptions;
use crate::output;
use crate::remedy_words;
use crate::setting::Setting;
use crate::settings::Settings;

/// Looks at everything between this machine and a token, and says what is in order.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    if settings.flag("explain").unwrap_or_default() {
        return explain(settings, console);
    }
    let mut report = Report::default();
    let options = settings.examination_options();
    setup::configuration(&options.configuration, &mut report);
    let as_json = keep(&options.as_json, &mut report)?.copied();
    let as_json = as_json.unwrap_or_default();
    let url = keep(&options.url, &mut report)?.and_then(Option::as_ref);
    examine(&options, url, settings, &console.quietly(), &mut report)?;
    output::print(&if as_json {
        report.json()
    } else {
        report.text(console.is_quiet())
    })?;
    Ok(report.exit_code())
}

/// Reports a value that cannot be used and is not the fault of this command line.
fn keep<'o, T>(result: &'o Result<T>, report: &mut Report) -> Result<Option<&'o T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(failure) if failure.exit_code() == ExitCode::Usage => Err(failure.clone()),
        Err(failure) => {
            report.add(Check::failed("configuration", failure));
            Ok(None)
        }
    }
}

fn examine(
    options: &ExaminationOptions,
    url: Option<&SecureUrl>,
    settings: &Settings<'_>,
    quietly: &Console,
    report: &mut Report,
) -> Result<()> {
    let purpose = match url {
        Some(_) => Purpose::CallApi,
        None => Purpose::GetToken,
    };
    let connection = keep(&options.connection, report)?.cloned();
    let connection = connection.unwrap_or_default();
    let transport = keep(&connection::transport(&connection), report)?.cloned();
    let timeout = *connection.timeout.value();
    let transport = transport.unwrap_or_else(|| UreqTransport::new().with_timeout(timeout));
    let target = setup::gateway(options, purpose, report);
    setup::client_id(options, report);
    let key = setup::key_file(options, quietly, report);
    let client = client(options, target.as_ref(), purpose, settings, quietly, report);

    let signs = client.as_ref().map(|client| client.minter().key());
    let path = key.as_ref().map(|(path, _)| path.as_path());
    let key_id = signs.map(|key| key.key_id().map(KeyId::as_str));
    if let Some(target) = &target {
        report.add(setup::environment(target, key_id.flatten(), path));
    }
    let public_key = signs.map(|key| key.public_key());
    let public_key = public_key.or(key.as_ref().map(|(_, public_key)| public_key));
    let algorithm = signs.map(|key| key.algorithm());
    let published = published::read(options, path, &transport, report);
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
        Some(endpoint) => network::reach(endpoint.url(), &transport, report),
        None => {
            report.add(Check::blocked(
                "network",
                "no token endpoint is known",
                FIRST,
            ));
            false
        }
    };
    let (Some(target), true) = (&target, is_reached) else {
        report.add(Check::blocked(
            "token",
            "the token endpoint was not reached",
            FIRST,
        ));
        return Ok(());
    };
    exchange::metadata(target, client.as_ref(), algorithm, &transport, report);
    let token = match &client {
        Some(client) => {
            let published = published.as_ref();
            exchange::token(client, &transport, timeout, published, quietly, report)
        }
        None => {
            let why = "there is no assertion to ask for one with";
            report.add(Check::blocked("token", why, FIRST));
            None
        }
    };
    report.add(match (url, &token) {
        (None, _) => Check::skipped("api", "no API named; --url does"),
        (Some(_), None) => Check::blocked("api", "there is no token to call it with", FIRST),
        (Some(url), Some(token)) => {
            exchange::api(url, target, token.access_token(), &transport, timeout)
        }
    });
    Ok(())
}

/// All that a token request is made of; and an assertion that is made and not sent.
fn client(
    options: &ExaminationOptions,
    target: Option<&Target>,
    purpose: Purpose,
    settings: &Settings<'_>,
    quietly: &Console,
    report: &mut Report,
) -> Option<Client> {
    const NAME: &str = "assertion";
    let Some(target) = target else {
        report.add(Check::blocked(NAME, "the gateway is not known", FIRST));
        return None;
    };
    let has_key = matches!(options.private_key, Ok(Some(_)));
    let has_client = matches!(options.client_id, Ok(Some(_)));
    if !has_key || !has_client || target.endpoint.token_endpoint().is_err() {
        let why = "client, key and token endpoint make one, and not all are given";
        report.add(Check::blocked(NAME, why, FIRST));
        return None;
    }
    let read = || {
        let client = Client::read(
            Target::read(&settings.gateway_options()?, purpose)?,
            settings,
            quietly,
        )?;
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
        .with_public_key(key.public_key(), &any::Verifier)
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
            Check::warning(NAME, text, remedy_words::words(first.remedy())).with_details(details)
        }
    });
    Some(client)
}

/// What is missing has a line of its own.
const FIRST: &str = "Mend what stands above, then run this again.";

fn explain(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    if let Some(failure) = settings.trouble() {
        return Err(failure.clone());
    }
    let options = settings.examination_options();
    options.as_json?;
    options.url?;
    settings.note_all(|effective| {
        for name in ["format", "url"] {
            effective.add_given(name, settings.shown(name).ok().flatten().as_ref());
        }
    });
    let connection = settings.connection_options()?;
    settings.note_all(|effective| connection.add_timeout(effective));
    let jwks = settings.noted_text("jwks")?.map(Setting::into_value);
    let options = settings.gateway_options()?;
    let target = Target::read(&options, Purpose::GetToken)?;
    settings.note_all(|effective| target.add_to(&options, effective));
    // What is missing is for the examination to tell; what is there is shown.
    let quietly = console.quietly();
    for name in [
        "client-id",
        "kid",
        "alg",
        "audience",
        "typ",
        "lifetime",
        "scope",
    ] {
        settings.noted_text(name)?;
    }
    for name in ["private-key", "certificate", "ca-cert"] {
        settings.noted_path(name)?;
    }
    for name in ["claim", "param"] {
        settings.noted_pairs(name)?;
    }
    // A complete client adds what the gateway gives.
    let _ = Target::read(&options, Purpose::GetToken)
        .and_then(|target| Client::read(target, settings, &quietly));
    let mut explanation = Explanation::new(&settings.noted());
    let mut lines = vec![
        "look at the configuration, the client and the key's file".to_owned(),
        match jwks {
            Some(_) => "compare the key with the JWK Set of --jwks".into(),
            None => "compare the key with the JWK Set beside it, if there is one".into(),
        },
    ];
    if let Ok(url) = target.endpoint.token_endpoint() {
        let url = fit_to_show(url.as_str());
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
