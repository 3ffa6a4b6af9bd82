use std::net::SocketAddr;
use std::sync::Arc;

use tokenring_mock_gateway::{ApiAccess, Faults, JwkSource, MockGateway, MockGatewayBuilder};

use crate::ExitCode;
use crate::bounded_file;
use crate::console::Console;
use crate::endpoint;
use crate::explanation::Explanation;
use crate::failure::{Failure, Reason, Result, chain};
use crate::output;
use crate::remedy_words;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// Runs the mock gateway until the process is stopped.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let address = read_address(settings)?;
    let mut builder = read_gateway(settings)?.with_address(*address.value());
    let clients = settings.noted_list("client")?;
    for client in &clients {
        let (id, source) = client
            .parse("client", |text| match text.split_once('=') {
                Some((id, source)) if !id.is_empty() && !source.is_empty() => {
                    Ok((id.to_owned(), source.to_owned()))
                }
                _ => Err(Reason::new("write it as CLIENT_ID=FILE or CLIENT_ID=URL")),
            })?
            .into_value();
        let source = match JwkSource::from_file_or_url(&source) {
            JwkSource::File(path) => {
                let path = client.origin().resolve(&path);
                bounded_file::check_path(&path).map_err(|error| {
                    let reason = Reason::new(format!("{}: {error}", path.display()));
                    Failure::invalid("client", client, &reason)
                })?;
                JwkSource::File(path)
            }
            source => source,
        };
        builder = builder.with_client(id, source);
    }
    if settings.flag("allow-remote")? {
        builder = builder.with_exposure_beyond_loopback();
    } else if !address.value().ip().is_loopback() {
        let reason = Reason::new(
            "other machines can reach this address, and the mock gateway is no place for real \
             keys; use 127.0.0.1, or add --allow-remote if that is what you want",
        );
        return Err(Failure::invalid("listen", &address, &reason));
    }
    if settings.flag("explain")? {
        let mut explanation = Explanation::new(&settings.noted());
        let mut lines = vec![format!("listen on {}", address.value())];
        lines.extend(clients.iter().map(|client| {
            let client = explanation.value("client", client.value());
            format!("register {client}")
        }));
        explanation.section("Gateway, not started", lines);
        explanation.print()?;
        return Ok(ExitCode::Success);
    }
    let log = Arc::new(console.clone());
    let gateway = builder
        .with_observer(move |event| log.say(event))
        .start()
        .map_err(|error| {
            let code = match error {
                tokenring_mock_gateway::Error::Gateway(_) => ExitCode::Usage,
                _ => ExitCode::Configuration,
            };
            Failure::new(code, format!("mock gateway: {}", chain(&error)))
        })?;
    console.say(format_args!("Gateway:         {}", gateway.gateway_name()));
    console.say(format_args!("Token endpoint:  {}", gateway.token_url()));
    if let Some(issuer) = gateway.issuer() {
        console.say(format_args!("Issuer:          {issuer}"));
    }
    console.say(format_args!("Audience:        {}", gateway.audience()));
    console.say(format_args!("Every request:   {}/", gateway.base_url()));
    for access in ApiAccess::ALL {
        console.say(format_args!(
            "API:             {}",
            gateway.api_url(*access, "")
        ));
    }
    if clients.is_empty() {
        console.warning("no client is registered; add one with --client CLIENT_ID=FILE");
    }
    output::print(&format!("{}\n", gateway.base_url()))?;
    gateway.wait();
    Ok(ExitCode::Success)
}

/// The gateway that is to be, and what goes wrong there.
fn read_gateway(settings: &Settings<'_>) -> Result<MockGatewayBuilder> {
    let mut builder = MockGateway::builder().with_remedy_words(remedy_words::words);
    let name = match settings.noted_text("gateway")? {
        Some(name) => name,
        None => {
            let origin = Origin::Default("default".into());
            settings.note("gateway", "nhs", origin.clone());
            Setting::new("nhs".into(), origin)
        }
    };
    let gateway = endpoint::read_gateway(&name)?.gateway;
    let gateway = endpoint::choose_flow(gateway, settings.noted_text("flow")?.as_ref())?;
    builder = builder.with_gateway(&gateway);
    if let Some(environment) = settings.noted_text("env")? {
        environment.parse("env", |name| gateway.environment(Some(name)).map(|_| ()))?;
        builder = builder.with_environment(environment.into_value());
    }
    for (name, value) in settings.noted_pairs("var")? {
        builder = builder.with_variable(name, value.into_value());
    }
    if let Some(issuer) = settings.issuer()?.map(Setting::into_value) {
        builder = builder.with_issuer(issuer);
    }
    if let Some(faults) = settings.noted_text("fault")? {
        let faults = faults.parse("fault", |faults| faults.parse::<Faults>())?;
        builder = builder.with_faults(faults.into_value());
    }
    Ok(builder)
}

fn read_address(settings: &Settings<'_>) -> Result<Setting<SocketAddr>> {
    let Some(text) = settings.noted_text("listen")? else {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        settings.note("listen", &address, Origin::Default("default".into()));
        return Ok(Setting::new(address, Origin::Default("default".into())));
    };
    text.parse("listen", |text| {
        text.parse().map_err(|_| {
            Reason::new(format!(
                "{text:?} is no address and port; write it as 127.0.0.1:8080"
            ))
        })
    })
}
