//! The public half of the key, where the gateway is to find it.

use std::path::{Path, PathBuf};

use tokenring_gateway::diagnosis::PublishedKeys;
use tokenring_gateway::{KeyChoice, KeyIdScheme, KeyRules};
use tokenring_jwk::{
    Algorithm, FindingKind, Jwk, JwkSet, JwkSetDocument, JwkSetFinding, KeyId, KeyUse, PublicKey,
};
use tokenring_oauth::{HttpResponse, SecureUrl};

use super::{Check, CheckRemedy, CheckStep, Steps};
use crate::error::chain;
use crate::key_id_scheme::of_public_key;
use crate::published_set::PublishedSet;
use crate::request_plan::shown_url;
use crate::{Error, Parameter, PublicationFault, Target};

const STEP: CheckStep = CheckStep::PublishedSet;
/// A JWK Set is some kilobytes.
const LARGEST: u64 = 1024 * 1024;

/// A set that was read, and where from.
pub(super) struct Published {
    keys: JwkSet,
    place: String,
    /// Nobody named it: it lies next to the private key.
    is_presumed: bool,
    is_at_url: bool,
    /// Why other keys of it cannot be used, a line each.
    unusable: Vec<String>,
}

impl Published {
    pub(super) fn for_diagnosis(&self) -> PublishedKeys<'_> {
        match self.is_presumed {
            true => PublishedKeys::presumed(&self.keys, &self.place),
            false => PublishedKeys::new(&self.keys, &self.place),
        }
    }
}

/// How the client names its key.
pub(super) struct NamedKey<'k> {
    pub(super) public_key: &'k PublicKey,
    /// None if that is not known; no key ID if it is known that there is none.
    pub(super) key_id: Option<Option<&'k str>>,
    pub(super) algorithm: Option<Algorithm>,
}

impl Steps<'_> {
    /// Reads the set that is named, or the one next to the private key.
    pub(super) fn published(&mut self, private_key: Option<&Path>) -> Option<Published> {
        let named = self.examination.jwk_set.as_deref();
        let path = match named {
            Some(place) if place.contains("://") => return self.fetch(place),
            Some(place) => PathBuf::from(place),
            None => match private_key.map(|path| path.with_extension("json")) {
                Some(path) if path.is_file() => path,
                _ => {
                    let text = "no JWK Set given or beside the key";
                    let check = Check::skipped(STEP, text).with_remedy(CheckRemedy::NameJwkSet);
                    self.checks.push(check);
                    return None;
                }
            },
        };
        let place = path.display().to_string();
        let set = tokenring_keystore::bounded_file::read_text(&path, LARGEST)
            .map_err(|error| format!("{place} cannot be read: {error}"))
            .and_then(|text| {
                let keys = JwkSet::from_json(&text)
                    .map_err(|error| format!("{place}: {}", chain(&error)))?;
                Ok((keys, unusable(&text)))
            });
        match set {
            Ok((keys, unusable)) => Some(Published {
                keys,
                unusable,
                place,
                is_presumed: named.is_none(),
                is_at_url: false,
            }),
            Err(text) => {
                let remedy = CheckRemedy::NameGeneratedJwkSet;
                self.checks.push(Check::failure(STEP, text, remedy));
                None
            }
        }
    }

    fn fetch(&mut self, url: &str) -> Option<Published> {
        let url = match SecureUrl::new(url) {
            Ok(url) => url,
            Err(error) => {
                let error = Error::invalid(Parameter::JwkSet, error);
                self.checks.push(Check::failed(STEP, error));
                return None;
            }
        };
        let place = shown_url(url.as_str());
        let response = match PublishedSet::response(&url, &self.connection.api) {
            Ok(response) => response,
            Err(Error::UnusableSet { status, .. }) => {
                let text = format!("{place} answers with status {status}");
                let remedy = CheckRemedy::ServeToEverybody;
                self.checks.push(Check::failure(STEP, text, remedy));
                return None;
            }
            Err(error) => {
                self.checks.push(Check::failed(STEP, error));
                return None;
            }
        };
        let text = String::from_utf8_lossy(response.body());
        match JwkSet::from_json(&text) {
            Ok(keys) => {
                let check = Check::ok(CheckStep::Copies, caching(&response));
                self.checks.push(check);
                let faults = PublicationFault::of_answer(&response);
                let faults = faults.iter().map(|fault| Check::fault(STEP, fault));
                self.checks.extend(faults);
                Some(Published {
                    keys,
                    unusable: unusable(&text),
                    place,
                    is_presumed: false,
                    is_at_url: true,
                })
            }
            Err(error) => {
                let text = format!("{place}: {}", chain(&error));
                let remedy = CheckRemedy::ServeJwkSet;
                self.checks.push(Check::failure(STEP, text, remedy));
                None
            }
        }
    }
}

/// What is wrong with the keys of a set that are left out.
fn unusable(text: &str) -> Vec<String> {
    const MOST: usize = 5;
    let findings = JwkSetDocument::check(text).unwrap_or_default().into_iter();
    let leaves_out = |finding: &JwkSetFinding| {
        matches!(
            finding.kind(),
            FindingKind::UnusableKey(_) | FindingKind::NotForSignatures(_)
        )
    };
    let lines = findings
        .filter(leaves_out)
        .map(|finding| finding.to_string());
    lines.take(MOST).collect()
}

/// What the web server says about copies.
fn caching(response: &HttpResponse) -> String {
    let headers = ["Cache-Control", "Expires", "Age", "ETag", "Last-Modified"];
    let found: Vec<String> = headers
        .iter()
        .filter_map(|name| {
            let value = response.words_to_show(response.header(name)?);
            Some(format!("{name}: {value}"))
        })
        .collect();
    match found.is_empty() {
        true => "the JWK Set comes without a word on how long copies are good".into(),
        false => format!("the JWK Set comes with {}", found.join("; ")),
    }
}

/// Compares the published keys with the one that signs.
pub(super) fn compare(
    published: &Published,
    named: &NamedKey<'_>,
    target: Option<&Target>,
) -> Vec<Check> {
    let Published {
        keys,
        place,
        is_at_url,
        unusable,
        ..
    } = published;
    let mine: Vec<&Jwk> = keys
        .keys()
        .iter()
        .filter(|jwk| jwk.public_key() == named.public_key)
        .collect();
    let rules = target.map(|target| target.gateway().key());
    if mine.is_empty() {
        let text = format!(
            "{place} does not have the public half of the key, among {}",
            count(keys)
        );
        let check = Check::failure(STEP, text, CheckRemedy::PublishKey);
        return vec![check.with_details(unusable.iter().cloned())];
    }
    let text = format!("{place} has the key, among {}", count(keys));
    vec![
        Check::ok(STEP, text).with_details(rules.and_then(copies)),
        key_id(named, keys, &mine, rules),
        usage(named, &mine, rules, *is_at_url),
    ]
}

fn key_id(named: &NamedKey<'_>, keys: &JwkSet, mine: &[&Jwk], rules: Option<&KeyRules>) -> Check {
    const STEP: CheckStep = CheckStep::KeyId;
    let names: Vec<&str> = mine
        .iter()
        .filter_map(|jwk| jwk.key_id().map(KeyId::as_str))
        .collect();
    let hash = rules
        .filter(|rules| takes_hash(rules))
        .and_then(|_| of_public_key(KeyIdScheme::SpkiSha256, named.public_key));
    let is_hash = |sent: &str| hash.as_ref().is_some_and(|(hash, _)| hash.as_str() == sent);
    match named.key_id {
        None => {
            let why = format!("published is {}, and no assertion was made", quoted(&names));
            Check::blocked(STEP, &why)
        }
        Some(None) => match rules.and_then(|rules| without_key_id(keys, mine, rules)) {
            Some(text) => {
                let remedy = match names.first() {
                    Some(name) => CheckRemedy::SignWithKeyId((*name).to_owned()),
                    None => CheckRemedy::PublishKeyId,
                };
                Check::failure(STEP, text, remedy)
            }
            None => Check::ok(STEP, "none is sent, as far as the gateway allows that"),
        },
        Some(Some(sent)) if names.contains(&sent) => {
            Check::ok(STEP, format!("{sent:?} is sent and published"))
        }
        Some(Some(sent)) if is_hash(sent) => Check::ok(
            STEP,
            format!("{sent:?} is sent; this gateway derives it, whatever is published"),
        ),
        Some(Some(sent)) if rules.is_some_and(|rules| !rules.registers_jwk_set()) => Check::ok(
            STEP,
            format!("{sent:?} is sent; this gateway gets no JWK Set that would say otherwise"),
        ),
        Some(Some(sent)) => Check::failure(
            STEP,
            format!(
                "{sent:?} is sent, and the key is published as {}",
                quoted(&names)
            ),
            match names.first() {
                Some(name) => CheckRemedy::SignWithKeyId((*name).to_owned()),
                None => CheckRemedy::PublishKeyId,
            },
        ),
    }
}

/// Whether the gateway calls keys by their hash, in one of its ways.
fn takes_hash(rules: &KeyRules) -> bool {
    rules.id_scheme() == KeyIdScheme::SpkiSha256
        || rules.id_alternatives().contains(&KeyIdScheme::SpkiSha256)
}

/// Why the gateway does not find the key in the set without a key ID, if it does not.
fn without_key_id(keys: &JwkSet, mine: &[&Jwk], rules: &KeyRules) -> Option<&'static str> {
    let own = mine.first()?.public_key();
    let of_type = |jwk: &&Jwk| jwk.public_key().key_type() == own.key_type();
    let mut others = keys.keys().iter().filter(of_type);
    match rules.choice_without_id() {
        KeyChoice::First if others.next()?.public_key() != own => {
            Some("no kid is sent, and without one the gateway tries the first key of the type only")
        }
        KeyChoice::Single if others.any(|jwk| jwk.public_key() != own) => {
            Some("no kid is sent, and the gateway takes that only of a single key of the type")
        }
        _ => None,
    }
}

fn usage(named: &NamedKey<'_>, mine: &[&Jwk], rules: Option<&KeyRules>, is_at_url: bool) -> Check {
    const STEP: CheckStep = CheckStep::PublishedKey;
    let signs = |jwk: &&&Jwk| match jwk.key_use() {
        Some(key_use) => key_use == KeyUse::Signature,
        None => !rules.is_some_and(|rules| rules.needs_use(is_at_url)),
    };
    let Some(signing) = mine.iter().find(signs) else {
        let text = "the key is not published as one that verifies signatures";
        return Check::failure(STEP, text, CheckRemedy::PublishUse);
    };
    if rules.is_some_and(|rules| !rules.takes_operations(signing.operations())) {
        let text = "the key's key_ops do not say that it verifies signatures";
        return Check::failure(STEP, text, CheckRemedy::PublishOperations);
    }
    match (signing.algorithm(), named.algorithm) {
        (Some(published), Some(used)) if published != used => Check::failure(
            STEP,
            format!("the key is published for {published}, and {used} is used"),
            CheckRemedy::SignWithAlgorithm { published, used },
        ),
        (Some(published), _) => Check::ok(STEP, format!("published for {published}")),
        (None, _) => Check::ok(STEP, "published for any algorithm of its type"),
    }
}

/// How long the gateway goes on with what it has.
fn copies(rules: &KeyRules) -> Option<String> {
    let seconds = rules.jwk_set_cache()?.as_secs();
    let looks = match rules.refetches_on_unknown_id() {
        true => "and looks again for a kid it lacks",
        false => "whatever kid it is asked for",
    };
    Some(format!("the gateway keeps a copy for {seconds} s, {looks}"))
}

fn count(keys: &JwkSet) -> String {
    match keys.keys().len() {
        1 => "1 key".into(),
        count => format!("{count} keys"),
    }
}

fn quoted(names: &[&str]) -> String {
    if names.is_empty() {
        return "a key without kid".into();
    }
    let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    names.join(", ")
}
