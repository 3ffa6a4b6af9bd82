use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Arg;
use serde_json::Value as Json;
use tokenring::{ClientBuilder, Parameter};
use tokenring_assertion::Lifetime;

use super::help::{ASSERTION, KEY, WHO};
use super::{Effective, Field, KeyOptions, Row, options};
use crate::failure::{Reason, Result};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

options! {
    /// Who the client is.
    #[derive(Default)]
    struct ClientOptions {
        /// Client identifier, which some gateways call the API key
        client_id: Option<Setting<String>> = "client-id" "ID" in WHO,
            with |argument| argument.visible_alias("api-key");
        alias: ApiKeyAlias;
    }

    /// What an assertion says, as far as the gateway's rules leave it open.
    #[derive(Default)]
    struct AssertionOptions {
        client: ClientOptions;
        /// Lifetime of the assertion [default: the gateway's]
        lifetime: Option<Setting<Lifetime>> = "lifetime" "SECONDS" in ASSERTION;
        /// Header parameter typ; empty for none [default: the gateway's]
        typ: Option<Setting<String>> = "typ" "TYPE" in ASSERTION;
        /// Another claim; can be repeated
        claims: Vec<Claim> = "claim" "NAME=JSON" in ASSERTION;
        /// Scope to ask for, several apart by spaces
        scope: Option<Setting<String>> = "scope" "SCOPE" in WHO;
        /// Hold no rule of the gateway against the assertion and what it is made of
        no_lint: Option<Setting<bool>> = "no-lint" in ASSERTION;
    }

    /// A signature that is made elsewhere.
    struct SigningInputOptions {
        /// Print what is to be signed, without a newline, and sign nothing
        is_printed: bool = "signing-input" in KEY;
        /// Signature of the signing input on standard input; prints both as an assertion
        signature: Option<Setting<PathBuf>> = "attach" "FILE" in KEY;
    }
}

/// One more claim.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    name: String,
    value: Setting<Json>,
    /// The value as it was written.
    text: String,
}

impl Field for Vec<Claim> {
    fn arguments(row: &Row) -> Vec<Arg> {
        vec![row.repeatable()]
    }

    fn read(settings: &Settings<'_>, name: &'static str) -> Result<Self> {
        let claims = settings.pairs(name)?.into_iter();
        let claims = claims.map(|(claim, text)| {
            Ok(Claim {
                name: claim,
                value: text.parse(name, |text| claim_value(text))?,
                text: text.into_value(),
            })
        });
        claims.collect()
    }

    fn add_to(&self, name: &'static str, effective: &mut Effective) {
        for claim in self {
            let text = format!("{}={}", claim.name, claim.text);
            effective.add(name, &text, claim.value.origin().clone());
        }
    }

    fn give_to(&self, _: &'static str, builder: ClientBuilder) -> ClientBuilder {
        let claims = self.iter();
        let claims = claims.map(|claim| (claim.name.clone(), claim.value.value().clone()));
        builder.set_pairs(Parameter::Claim, claims)
    }
}

/// A signature that was made elsewhere, and becomes part of an assertion.
#[derive(Clone, Debug)]
pub(crate) struct AttachmentOptions {
    pub(crate) signature: PathBuf,
    pub(crate) public_key: Option<Setting<PathBuf>>,
    pub(crate) explanation: Option<Effective>,
}

impl Settings<'_> {
    pub(crate) fn attachment_options(&self) -> Result<Option<AttachmentOptions>> {
        let Some(signature) = self.options::<SigningInputOptions>()?.signature else {
            return Ok(None);
        };
        let public_key = self.options::<KeyOptions>()?.public_key;
        Ok(Some(AttachmentOptions {
            explanation: self.explanation_with(|effective| {
                effective.add_given("attach", Some(&signature));
                effective.add_given("public-key", public_key.as_ref());
            })?,
            signature: signature.into_value(),
            public_key,
        }))
    }
}

/// Reads a claim's value: JSON, since a claim has a type.
fn claim_value(text: &str) -> Result<Json, Reason> {
    serde_json::from_str(text).map_err(|_| {
        Reason::new("a claim's value is JSON: write a text in double quotes, as in NAME='\"text\"'")
    })
}

/// Whether the client is named as an API key, and so what names it is a secret.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ApiKeyAlias(bool);

impl Field for ApiKeyAlias {
    fn arguments(_: &Row) -> Vec<Arg> {
        Vec::new()
    }

    fn add_names(_: &'static str, _: &mut BTreeSet<&'static str>) {}

    fn read(settings: &Settings<'_>, _: &'static str) -> Result<Self> {
        settings.check_alias(Parameter::ClientId)?;
        let alias = Parameter::ClientId.alias_variable();
        let is_variable = settings.origin("client-id")?.is_some_and(
            |origin| matches!(origin, Origin::Environment(variable) if Some(&variable) == alias.as_ref()),
        );
        // The parser of arguments doesn't tell by which of its names an option was given.
        let is_argument = || {
            std::env::args_os().any(|argument| {
                let argument = argument.as_encoded_bytes();
                argument == b"--api-key" || argument.starts_with(b"--api-key=")
            })
        };
        Ok(Self(is_variable || is_argument()))
    }
}

impl ClientOptions {
    /// Whether the client was named as an API key.
    pub(super) const fn is_api_key(&self) -> bool {
        self.client_id.is_some() && self.alias.0
    }
}
