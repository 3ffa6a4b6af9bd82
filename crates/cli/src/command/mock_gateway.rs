use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokenring::GatewayFile;
use tokenring_gateway::{Error as GatewayError, Gateway};
use tokenring_mock_gateway::{ApiAccess, Error, JwkSource, MockGateway, MockGatewayBuilder};

use crate::ExitCode;
use crate::bounded_file;
use crate::console::Console;
use crate::endpoint;
use crate::explanation::Explanation;
use crate::failure::{Failure, Reason, Result, chain};
use crate::new_file;
use crate::option_words;
use crate::options::{Effective, MockOptions, NonceRule, resolved};
use crate::output;
use crate::setting::Setting;
use crate::settings::value::check_path;

/// Runs the mock gateway until the process is stopped.
pub(crate) fn run(options: &MockOptions, console: &Console) -> Result<ExitCode> {
    let gateway = endpoint::read_gateway(&options.gateway())?.into_gateway();
    let gateway = endpoint::choose_flow(gateway, options.choice.flow.as_ref())?;
    let mut builder = read_gateway(options, &gateway)?.with_address(*options.listen.value());
    for (id, source) in &options.clients {
        let keys = match JwkSource::from_file_or_url(source.value()) {
            JwkSource::File(path) => {
                source.parse("client", |_| check_path(path.as_os_str()))?;
                let path = source.origin().resolve(&path);
                bounded_file::check_path(&path).map_err(|error| {
                    let reason = Reason::new(format!("{}: {error}", path.display()));
                    Failure::invalid("client", source, &reason)
                })?;
                JwkSource::File(path)
            }
            keys => keys,
        };
        builder = builder.with_client(id.as_str(), keys);
    }
    if let Some(file) = &options.client_file {
        builder = builder.with_client_file(read_path("clients", file)?);
    }
    if options.requires_dpop {
        builder = builder.with_dpop_required();
    }
    if let Some(rule) = &options.dpop_nonce {
        builder = builder.with_dpop_nonce(*rule.value() == NonceRule::On);
    }
    builder = builder.with_access_tokens(options.access_tokens()?);
    if let Some(file) = &options.claims {
        builder = builder.with_claims_file(read_path("claims", file)?);
    }
    if options.has_control {
        builder = builder.with_control();
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
    for (path, value) in &options.mounts {
        let (name, environment) = match value.value().split_once('@') {
            Some((name, environment)) => (name, Some(environment)),
            None => (value.value().as_str(), None),
        };
        let name = Setting::new(name.to_owned(), value.origin().clone());
        let mounted = GatewayFile::find(&resolved(&name))
            .map_err(|error| Failure::invalid("mount", value, &error))?
            .into_gateway();
        builder = builder.with_gateway_at(path.as_str(), &mounted, environment);
    }
    builder = stand_in(options, builder)?;
    if let Some(effective) = &options.explanation {
        return explain(options, &gateway, effective.clone());
    }
    let ca_file = options.ca_file.as_ref();
    let ca_file = ca_file.map(|file| file.origin().resolve(file.value()));
    if let Some(path) = &ca_file {
        check_ca_file(path)?;
    }
    let log = Arc::new(console.clone());
    let gateway = builder
        .with_observer(move |event| log.say(event))
        .start()
        .map_err(|error| failure(&error))?;
    if let Some(path) = &ca_file {
        new_file::write(
            path,
            &gateway.ca_certificate().unwrap_or_default(),
            0o644,
            true,
        )?;
    }
    console.say(format_args!("Gateway:         {}", gateway.gateway_name()));
    let is_requested = !gateway.takes_jwts();
    if is_requested {
        console.say(format_args!("Token endpoint:  {}", gateway.token_url()));
    }
    if let Some(issuer) = gateway.issuer() {
        console.say(format_args!("Issuer:          {issuer}"));
    }
    if is_requested || !gateway.audience().is_empty() {
        console.say(format_args!("Audience:        {}", gateway.audience()));
    }
    console.say(format_args!("Every request:   {}/", gateway.base_url()));
    for mounted in gateway.mounted_gateways() {
        let (path, name) = (mounted.path(), mounted.gateway_name());
        console.say(format_args!("Also at {path}: {name}"));
        console.say(format_args!("  Token endpoint:  {}", mounted.token_url()));
        if let Some(issuer) = mounted.issuer() {
            console.say(format_args!("  Issuer:          {issuer}"));
        }
        console.say(format_args!("  Audience:        {}", mounted.audience()));
    }
    if options.has_control {
        let base = gateway.base_url();
        console.say(format_args!("Control:         {base}/-/clients"));
    }
    if let Some(url) = gateway.proxy_url() {
        console.say(format_args!("Proxy:           {url}"));
    }
    if let Some(address) = gateway.https_address() {
        console.say(format_args!("HTTPS:           {address}"));
    }
    if !gateway.hosts().is_empty() {
        let hosts = gateway.hosts().join(", ");
        console.say(format_args!("Stands in for:   {hosts}"));
    }
    for access in ApiAccess::ALL {
        console.say(format_args!(
            "API:             {}",
            gateway.api_url(*access, "")
        ));
    }
    if options.clients.is_empty() && options.client_file.is_none() && !options.has_control {
        console.warning("no client is registered; add one with --client CLIENT_ID=FILE");
    }
    for client_id in gateway.clients_without_usable_keys() {
        console.warning(format_args!(
            "client {client_id} has no registered key that {} verifies an assertion with, so it \
             gets no token; check its keys with `tokenring jwks check`",
            gateway.gateway_name()
        ));
    }
    output::print(&format!("{}\n", gateway.base_url()))?;
    gateway.wait();
    Ok(ExitCode::Success)
}

/// Why the mock does not start, and the option that helps.
fn failure(error: &Error) -> Failure {
    let code = match error {
        Error::Gateway(_) | Error::Mount { .. } | Error::NoHosts { .. } | Error::PublicUrl => {
            ExitCode::Usage
        }
        _ => ExitCode::Configuration,
    };
    let failure = Failure::new(code, format!("mock gateway: {}", chain(error)));
    let missing = |error: &GatewayError| matches!(error, GatewayError::MissingVariable { .. });
    match error {
        Error::Gateway(source) if missing(source) => {
            failure.with_advice("the option is --var NAME=VALUE")
        }
        Error::NoHosts { .. } | Error::PublicUrl => {
            failure.with_advice("the option is --public-url URL")
        }
        _ => failure,
    }
}

/// What makes the mock answer in place of the real hosts, or under another name of its own.
fn stand_in(options: &MockOptions, mut builder: MockGatewayBuilder) -> Result<MockGatewayBuilder> {
    if options.is_proxy {
        if !options.listen.value().ip().is_loopback() {
            let reason = Reason::new("with --tls-proxy only a loopback address is taken");
            return Err(Failure::invalid("listen", &options.listen, &reason));
        }
        builder = builder.with_tls_proxy();
    }
    if let Some(address) = &options.https_listen {
        if !address.value().ip().is_loopback() {
            let reason = Reason::new("only a loopback address is taken, such as 127.0.0.1:443");
            return Err(Failure::invalid("https-listen", address, &reason));
        }
        builder = builder.with_https_address(*address.value());
    }
    if let Some(url) = &options.public_url {
        builder = builder.with_public_url(url.value().as_str());
    }
    if !options.is_proxy && options.https_listen.is_none() && options.ca_file.is_some() {
        return Err(Failure::usage(
            "--ca-out needs --tls-proxy or --https-listen: without them there is no certificate",
        ));
    }
    Ok(builder)
}

/// Refuses to replace a file that is not the certificate of an earlier start.
fn check_ca_file(path: &Path) -> Result<()> {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    if !path.is_file() {
        return Ok(());
    }
    let mut start = Vec::new();
    bounded_file::open(path)
        .and_then(|file| file.take(64).read_to_end(&mut start))
        .map_err(|error| new_file::unwritable(path, &error))?;
    if start.is_empty() || start.starts_with(BEGIN) {
        return Ok(());
    }
    Err(Failure::new(
        ExitCode::Output,
        format!(
            "--ca-out: {} is there already, is no certificate in PEM and stays as it is; name \
             another file",
            path.display()
        ),
    ))
}

/// The path of a file that an option names.
fn read_path(option: &str, file: &Setting<String>) -> Result<PathBuf> {
    file.parse(option, |name| check_path(name.as_ref()))?;
    let path = file.origin().resolve(Path::new(file.value()));
    bounded_file::check_path(&path).map_err(|error| {
        let reason = Reason::new(format!("{}: {error}", path.display()));
        Failure::invalid(option, file, &reason)
    })?;
    Ok(path)
}

fn explain(options: &MockOptions, gateway: &Gateway, mut effective: Effective) -> Result<ExitCode> {
    options.add_defaults(gateway, &mut effective);
    let mut explanation = Explanation::new(&effective);
    let mut lines = vec![format!("listen on {}", options.listen.value())];
    lines.extend(options.clients.iter().map(|(id, keys)| {
        let client = explanation.value("client", &format!("{id}={}", keys.value()));
        format!("register {client}")
    }));
    if let Some(file) = &options.client_file {
        lines.push(format!("register the clients of {}", file.value()));
    }
    if let Some(file) = &options.claims {
        lines.push(format!(
            "add the claims of {} to access tokens",
            file.value()
        ));
    }
    if options.requires_dpop {
        lines.push("require a DPoP proof with every token request".to_owned());
    }
    if options.has_control {
        lines.push("let clients, faults and answers be set over HTTP".to_owned());
    }
    explanation.section("Gateway, not started", lines);
    explanation.print()
}

/// The gateway that is to be, and what goes wrong there.
fn read_gateway(options: &MockOptions, gateway: &Gateway) -> Result<MockGatewayBuilder> {
    let mut builder = MockGateway::builder()
        .with_remedy_words(option_words::remedy)
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
