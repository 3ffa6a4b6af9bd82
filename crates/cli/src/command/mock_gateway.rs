use std::path::Path;
use std::sync::Arc;

use tokenring_gateway::Gateway;
use tokenring_mock_gateway::{ApiAccess, JwkSource, MockGateway, MockGatewayBuilder};

use crate::ExitCode;
use crate::bounded_file;
use crate::console::Console;
use crate::endpoint;
use crate::explanation::Explanation;
use crate::failure::{Failure, Reason, Result, chain};
use crate::options::{Effective, MockOptions};
use crate::output;
use crate::remedy_words;

/// Runs the mock gateway until the process is stopped.
pub(crate) fn run(options: &MockOptions, console: &Console) -> Result<ExitCode> {
    let gateway = endpoint::read_gateway(&options.gateway())?.into_gateway();
    let gateway = endpoint::choose_flow(gateway, options.choice.flow.as_ref())?;
    let mut builder = read_gateway(options, &gateway)?.with_address(*options.listen.value());
    for client in &options.clients {
        let source = match JwkSource::from_file_or_url(client.source.value()) {
            JwkSource::File(path) => {
                let path = client.source.origin().resolve(&path);
                bounded_file::check_path(&path).map_err(|error| {
                    let reason = Reason::new(format!("{}: {error}", path.display()));
                    Failure::invalid("client", &client.source, &reason)
                })?;
                JwkSource::File(path)
            }
            source => source,
        };
        builder = builder.with_client(client.id.as_str(), source);
    }
    if let Some(file) = &options.client_file {
        let path = file.origin().resolve(Path::new(file.value()));
        bounded_file::check_path(&path).map_err(|error| {
            let reason = Reason::new(format!("{}: {error}", path.display()));
            Failure::invalid("clients", file, &reason)
        })?;
        builder = builder.with_client_file(path);
    }
    if options.allows_remote {
        builder = builder.with_exposure_beyond_loopback();
    } else if !options.listen.value().ip().is_loopback() {
        let reason = Reason::new(
            "other machines can reach this address, and the mock gateway is no place for real \
             keys; use 127.0.0.1, or add --allow-remote if that is what you want",
        );
        return Err(Failure::invalid("listen", &options.listen, &reason));
    }
    if let Some(effective) = &options.explanation {
        return explain(options, &gateway, effective.clone());
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
    if options.clients.is_empty() && options.client_file.is_none() {
        console.warning("no client is registered; add one with --client CLIENT_ID=FILE");
    }
    output::print(&format!("{}\n", gateway.base_url()))?;
    gateway.wait();
    Ok(ExitCode::Success)
}

fn explain(options: &MockOptions, gateway: &Gateway, mut effective: Effective) -> Result<ExitCode> {
    options.add_defaults(gateway, &mut effective);
    let mut explanation = Explanation::new(&effective);
    let mut lines = vec![format!("listen on {}", options.listen.value())];
    lines.extend(options.clients.iter().map(|client| {
        let client = explanation.value("client", &client.to_string());
        format!("register {client}")
    }));
    if let Some(file) = &options.client_file {
        lines.push(format!("register the clients of {}", file.value()));
    }
    explanation.section("Gateway, not started", lines);
    explanation.print()?;
    Ok(ExitCode::Success)
}

/// The gateway that is to be, and what goes wrong there.
fn read_gateway(options: &MockOptions, gateway: &Gateway) -> Result<MockGatewayBuilder> {
    let mut builder = MockGateway::builder()
        .with_remedy_words(remedy_words::words)
        .with_gateway(gateway);
    if let Some(environment) = &options.choice.environment {
        environment.parse("env", |name| gateway.environment(Some(name)).map(|_| ()))?;
        builder = builder.with_environment(environment.value().as_str());
    }
    for (name, value) in &options.choice.variables {
        builder = builder.with_variable(name.as_str(), value.value().as_str());
    }
    if let Some(issuer) = &options.issuer {
        builder = builder.with_issuer(issuer.value().as_str());
    }
    if let Some(faults) = &options.faults {
        builder = builder.with_faults(faults.value().faults.clone());
    }
    Ok(builder)
}
