use tokenring::{ApiHeaders, HeaderFault, HeaderRole, Target};
use tokenring_gateway::{Gateway, nhs_number};

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::options::{HeaderOptions, TokenOptions};

/// The headers that the options ask for, and a request identifier.
///
/// What `--header` sets goes before what an option of its own would.
pub(super) fn headers<'g>(
    options: &HeaderOptions,
    gateway: &'g Gateway,
    console: &Console,
) -> Result<ApiHeaders<'g>> {
    let mut headers = ApiHeaders::new(gateway);
    for header in &options.headers {
        let added = headers.add_line(header.value());
        added.map_err(|fault| Failure::invalid("header", header, &fault))?;
    }
    if let Some(number) = &options.nhs_number {
        if let Err(fault) = nhs_number::check(number.value()) {
            console.warning(format_args!(
                "the NHS number is not valid ({fault}); it is sent all the same, as test data \
                 break the rule"
            ));
        }
    }
    let by_role = [
        (HeaderRole::NhsNumber, &options.nhs_number),
        (HeaderRole::ProductId, &options.product_id),
        (HeaderRole::CorrelationId, &options.correlation_id),
    ];
    for (role, value) in by_role {
        if let Some(value) = value {
            headers.set_role(role, value.value()).map_err(unnamed)?;
        }
    }
    let id = options.request_id.as_ref();
    let set = headers.set_request_id(id.map(|id| id.value().as_str()));
    set.map_err(|fault| match id {
        Some(id) => Failure::invalid("request-id", id, &fault),
        None => Failure::from_error(ExitCode::Unexpected, &fault),
    })?;
    Ok(headers)
}

/// Sets the header that the environment has for API keys, and gives its name.
pub(super) fn set_api_key(
    headers: &mut ApiHeaders<'_>,
    target: &Target,
    options: &TokenOptions,
) -> Result<String> {
    let name = target.endpoint().api_key_header().ok_or_else(|| {
        Failure::usage(format!(
            "gateway {} has no header for API keys; name one with --header 'NAME: KEY' and --auth \
             none",
            target.gateway().name()
        ))
    })?;
    let prefix = target.endpoint().api_key_prefix();
    let secret = options.client_id()?;
    headers.set_default(name, &format!("{prefix}{secret}"));
    Ok(name.to_owned())
}

fn unnamed(fault: HeaderFault) -> Failure {
    Failure::usage(match &fault {
        HeaderFault::NoHeader { gateway, role } => format!(
            "gateway {gateway} has no header for --{}; use --header 'NAME: VALUE'",
            role.name()
        ),
        fault => fault.to_string(),
    })
}
