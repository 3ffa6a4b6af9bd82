mod attachment;
mod proof;

use tokenring::ExternalKey;
use tokenring::{Client, Purpose};

use crate::ExitCode;
use crate::console::Console;
use crate::explanation::Explanation;
use crate::failure::Failure;
use crate::failure::Result;
use crate::keystore::read_public_key;
use crate::options::{SigningInputOptions, TokenOptions};
use crate::output;
use crate::setting::Origin;
use crate::settings::Settings;

/// Makes an assertion and prints it with a newline, and nothing else.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    if let Some(options) = settings.attachment_options()? {
        return attachment::run(&options, console);
    }
    let options: TokenOptions = settings.options()?;
    let client = client(&options, settings, console)?;
    if makes_proof(&options) && !settings.explains()? {
        return proof::run(&client, &settings.options()?, &options);
    }
    if settings.explains()? {
        let effective = settings
            .effective()
            .followed_by(&options.effective_of_assertion(&client));
        let mut explanation = Explanation::new(&effective);
        let input = client.signing_input();
        explanation.assertion(&input.map_err(|error| options.to_failure(&error))?);
        explanation.section(
            "Output, not made",
            ["(header and claims above, and their signature)".to_owned()],
        );
        return explanation.print();
    }
    if settings.options::<SigningInputOptions>()?.is_printed {
        let input = client.signing_input();
        let input = input.map_err(|error| options.to_failure(&error))?;
        // No newline: it would be signed along with the rest.
        return output::print(&String::from_utf8_lossy(input.as_bytes()));
    }
    output::check_open()?;
    let assertion = client.assertion();
    let mut text = assertion.map_err(|error| options.to_failure(&error))?;
    text.reserve_exact(1);
    text.push('\n');
    output::print(&text)
}

/// Whether a DPoP proof is wanted. What is set for all commands does not turn this one into another.
fn makes_proof(options: &TokenOptions) -> bool {
    let rule = options.request.binding.dpop.as_ref();
    rule.is_some_and(|rule| *rule.origin() == Origin::Argument)
}

fn client(options: &TokenOptions, settings: &Settings<'_>, console: &Console) -> Result<Client> {
    let mut builder = options.builder(Purpose::MakeAssertion, console)?;
    let has_key = options.key.private_key.is_some() || options.key.signer_command.is_some();
    if !has_key && settings.options::<SigningInputOptions>()?.is_printed {
        builder = builder.signer(key_elsewhere(options)?);
    }
    if makes_proof(options) && options.gateway.audience.is_none() {
        // A proof names no audience, so that nothing has to be known of the token endpoint.
        builder = builder.audience("urn:none");
    }
    builder.build().map_err(|error| options.to_failure(&error))
}

/// The public half of a key that is on another machine, which signs nothing here.
fn key_elsewhere(options: &TokenOptions) -> Result<ExternalKey> {
    let Some(public_key) = read_public_key(options.key.public_key.as_ref())? else {
        return Err(Failure::usage(
            "whose key is to sign is not known; name its public half with --public-key FILE",
        ));
    };
    Ok(ExternalKey::new(
        "on another machine",
        public_key,
        |_, _| Err("the private key is on another machine".into()),
    ))
}
