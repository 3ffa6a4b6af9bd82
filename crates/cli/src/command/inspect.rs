mod input;
mod keys;
mod proof;

use tokenring::{Inspector, ProofInspector};
use tokenring_gateway::{Gateway, Text, UnverifiedJwt};

use self::input::Input;
use self::keys::Keys;
use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::endpoint;
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::option_words;
use crate::options::{Effective, InspectionOptions};

/// Shows a JWT, verifies it if there are keys, and holds a gateway's rules against
/// it if one is named.
pub(crate) fn run(options: &InspectionOptions, console: &Console) -> Result<ExitCode> {
    let input = Input::new(options.jwt.as_ref());
    let gateway = options.gateway.as_ref();
    let target = gateway.map(|gateway| endpoint::target(gateway, Gateway::uses_in_assertion));
    let target = target.transpose()?;
    let keys = options.jwks.as_ref().map(Keys::read).transpose()?;
    if let Some(effective) = &options.explanation {
        return explain(
            effective.clone(),
            options,
            &input,
            keys.as_ref(),
            target.as_ref(),
        );
    }
    let text = input.text(console)?;
    // Somebody may take time to paste it.
    let now = match &options.at {
        Some(now) => *now.value(),
        None => clock::now()?,
    };
    let jwt = UnverifiedJwt::decode(&*text)
        .map_err(|error| Failure::from_error(ExitCode::Usage, &error))?;
    input.warn_of_arguments(&jwt, now, console);
    if ProofInspector::is_proof(&jwt) {
        return proof::report(&jwt, now, options);
    }
    let mut inspector = Inspector::at(now);
    if let Some(keys) = keys {
        inspector = inspector.with_keys(keys.load(&options.connection)?, keys.is_at_url());
    }
    if let Some(target) = target {
        inspector = inspector.with_target(target);
    }
    if let Some(client_id) = &options.client.client_id {
        inspector = inspector.with_client_id(client_id.value());
    }
    let inspection = inspector.inspect(&jwt);
    let chosen = inspection.target().map(tokenring::Target::chosen);
    let chosen = chosen.cloned().unwrap_or_default();
    let words = |text: &Text| option_words::words_for(text, &chosen);
    options
        .report
        .print(|| inspection.to_json(words), || inspection.to_text(words))?;
    Ok(ExitCode::of_check(inspection.is_clean()))
}

fn explain(
    mut effective: Effective,
    options: &InspectionOptions,
    input: &Input,
    keys: Option<&Keys>,
    target: Option<&tokenring::Target>,
) -> Result<ExitCode> {
    if let (Some(target), Some(gateway)) = (target, &options.gateway) {
        endpoint::add_to(target, gateway, &mut effective);
    }
    effective.add_given("client-id", options.client.client_id.as_ref());
    effective.add_given("jwks", options.jwks.as_ref());
    let mut explanation = Explanation::new(&effective);
    let mut lines = vec![format!("decode the JWT {}", input.describe())];
    if let Some(keys) = keys {
        lines.push(format!("verify it with {}", keys.describe()));
    }
    if let Some(target) = target {
        lines.push(format!(
            "hold the rules of gateway {} against it",
            target.gateway().name()
        ));
    }
    explanation.section("Steps, not done", lines);
    explanation.print()
}
