use std::net::SocketAddr;
use std::sync::Arc;

use tokenring_mock_gateway::{ApiAccess, JwkSource, MockGateway};

use crate::ExitCode;
use crate::console::Console;
use crate::explanation::Explanation;
use crate::failure::{Failure, Reason, Result, chain};
use crate::output;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// Runs the mock gateway until the process is stopped.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let address = read_address(settings)?;
    let mut builder = MockGateway::builder().with_address(*address.value());
    let clients = settings.list("client")?;
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
            JwkSource::File(path) => JwkSource::File(client.origin().resolve(&path)),
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
        Explanation::new(settings).print()?;
        return Ok(ExitCode::Success);
    }
    let log = Arc::new(console.clone());
    let gateway = builder
        .with_observer(move |event| log.say(event))
        .start()
        .map_err(|error| {
            Failure::new(
                ExitCode::Configuration,
                format!("mock gateway: {}", chain(&error)),
            )
        })?;
    console.say(format_args!("Token endpoint:  {}", gateway.token_url()));
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

fn read_address(settings: &Settings<'_>) -> Result<Setting<SocketAddr>> {
    let Some(text) = settings.text("listen")? else {
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
