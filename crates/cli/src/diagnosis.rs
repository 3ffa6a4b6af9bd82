//! What is told beside a refusal: likely causes, each with what mends it.

use tokenring_assertion::NumericDate;
use tokenring_gateway::UnverifiedJwt;
use tokenring_gateway::diagnosis::{Cause, Diagnosis, Incident, PublishedKeys};
use tokenring_jwk::any;
use tokenring_keystore::SiblingJwkSet;
use tokenring_oauth::ErrorResponse;

use crate::client::Client;
use crate::{option_words, remedy_words};

/// The assertion that was sent last, as far as it is of use afterwards.
pub(crate) struct Sent {
    assertion: UnverifiedJwt,
    at: NumericDate,
}

impl Sent {
    /// Keeps what it takes to explain a refusal; nothing of an assertion that cannot be read.
    pub(crate) fn new(compact: &str, at: NumericDate) -> Option<Self> {
        let assertion = UnverifiedJwt::decode(compact).ok()?;
        Some(Self { assertion, at })
    }
}

/// The causes of a refusal, most likely first: a line for each, and one with the remedy.
pub(crate) fn lines(
    client: &Client,
    response: &ErrorResponse,
    published: Option<PublishedKeys<'_>>,
) -> Vec<String> {
    let diagnosis = diagnose(client, response, published);
    diagnosis.causes().flat_map(describe).collect()
}

fn diagnose(
    client: &Client,
    response: &ErrorResponse,
    published: Option<PublishedKeys<'_>>,
) -> Diagnosis {
    let minter = client.minter();
    let target = minter.target();
    let form: Vec<(String, String)> = client
        .form("")
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let sent = client.sent();
    let beside = match published {
        Some(_) => None,
        None => minter.key().path().and_then(SiblingJwkSet::find),
    };
    let place = beside.as_ref().map(|set| set.path().display().to_string());
    let beside = beside
        .as_ref()
        .zip(place.as_deref())
        .map(|(set, place)| PublishedKeys::presumed(set.jwk_set(), place));
    let mut incident = Incident::new(&target.gateway, &target.endpoint, response)
        .with_provider(&any::Verifier)
        .with_own_key(minter.key().public_key())
        .with_client_id(minter.client_id())
        .with_form(&form);
    if let Some(sent) = sent.as_ref() {
        incident = incident
            .with_assertion(&sent.assertion)
            .with_sent_at(sent.at);
    }
    if let Some(keys) = published.or(beside) {
        incident = incident.with_published_keys(keys);
    }
    Diagnosis::of(&incident)
}

fn describe(cause: &Cause) -> [String; 2] {
    let explanation = option_words::words(cause.explanation());
    let mut line = format!("{}: {explanation}", cause.likelihood());
    match (cause.found_value(), cause.wanted_value()) {
        (Some(found), Some(wanted)) => {
            line.push_str(&format!(" (found: {found}; wanted: {wanted})"));
        }
        (Some(found), None) => line.push_str(&format!(" (found: {found})")),
        (None, Some(wanted)) => line.push_str(&format!(" (wanted: {wanted})")),
        (None, None) => {}
    }
    [line, format!("  > {}", remedy_words::words(cause.remedy()))]
}
