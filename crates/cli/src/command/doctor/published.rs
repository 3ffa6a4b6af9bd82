//! The public half of the key, where the gateway is to find it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokenring_gateway::diagnosis::PublishedKeys;
use tokenring_gateway::{KeyIdScheme, KeyRules};
use tokenring_jwk::{Jwk, JwkSet, KeyId, KeyUse, PublicKey};
use tokenring_oauth::{HttpRequest, HttpResponse, SecureUrl, Transport, UreqTransport};

use super::report::{Check, Report};
use crate::ExitCode;
use crate::bounded_file;
use crate::connection;
use crate::disclosure::fit_to_show;
use crate::endpoint::Target;
use crate::failure::chain;
use crate::options::ExaminationOptions;

const NAME: &str = "published";
/// A JWK Set is some kilobytes.
const LARGEST: u64 = 1024 * 1024;

/// A set that was read, and where from.
pub(super) struct Published {
    pub(super) keys: JwkSet,
    pub(super) place: String,
    /// Nobody named it: it lies beside the private key.
    is_presumed: bool,
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
pub(super) struct Named<'k> {
    pub(super) public_key: &'k PublicKey,
    /// None if that is not known; no `kid` if it is known that there is none.
    pub(super) key_id: Option<Option<&'k str>>,
    pub(super) algorithm: Option<tokenring_jwk::Algorithm>,
}

/// Reads the set that is named, or the one beside the private key.
pub(super) fn read(
    options: &ExaminationOptions,
    private_key: Option<&Path>,
    transport: &UreqTransport,
    report: &mut Report,
) -> Option<Published> {
    let stated = match &options.jwks {
        Ok(stated) => stated,
        Err(failure) => {
            report.add(Check::failed(NAME, failure));
            return None;
        }
    };
    let is_presumed = stated.is_none();
    let path = match stated {
        Some(place) if place.value().contains("://") => {
            return match place.parse("jwks", |url| SecureUrl::new(url)) {
                Ok(url) => fetch(url.value(), transport, report),
                Err(failure) => {
                    report.add(Check::failed(NAME, &failure));
                    None
                }
            };
        }
        Some(place) => place.origin().resolve(Path::new(place.value())),
        None => match private_key.and_then(beside) {
            Some(path) => path,
            None => {
                report.add(Check::skipped(
                    NAME,
                    "no JWK Set given or beside the key; --jwks FILE|URL names the registered one",
                ));
                return None;
            }
        },
    };
    let place = path.display().to_string();
    let set = bounded_file::read_text(&path, LARGEST)
        .map_err(|error| format!("{place} cannot be read: {error}"))
        .and_then(|text| parse(&text).map_err(|error| format!("{place}: {error}")));
    match set {
        Ok(keys) => Some(Published {
            keys,
            place,
            is_presumed,
        }),
        Err(text) => {
            report.add(Check::failure(
                NAME,
                ExitCode::Configuration,
                text,
                "Give the JWK Set that `tokenring generate-keys` wrote, KID.json.",
            ));
            None
        }
    }
}

/// The JWK Set that `generate-keys` writes with a private key.
fn beside(private_key: &Path) -> Option<PathBuf> {
    let path = private_key.with_extension("json");
    path.is_file().then_some(path)
}

fn parse(text: &str) -> Result<JwkSet, String> {
    JwkSet::from_json(text).map_err(|error| chain(&error))
}

fn fetch(url: &SecureUrl, transport: &UreqTransport, report: &mut Report) -> Option<Published> {
    let place = fit_to_show(url.as_str());
    let response = match transport.send(HttpRequest::get(url)) {
        Ok(response) => response,
        Err(error) => {
            let failure = connection::unreachable(&error).while_doing(&place);
            report.add(Check::failed(NAME, &failure));
            return None;
        }
    };
    if response.status() != 200 {
        report.add(Check::failure(
            NAME,
            ExitCode::Unreachable,
            format!("{place} answers with status {}", response.status()),
            "Serve the JWK Set there, to everybody and without redirects.",
        ));
        return None;
    }
    let text = String::from_utf8_lossy(response.body());
    match parse(&text) {
        Ok(keys) => {
            report.add(Check::ok("cache", caching(&response)));
            Some(Published {
                keys,
                place,
                is_presumed: false,
            })
        }
        Err(error) => {
            report.add(Check::failure(
                NAME,
                ExitCode::Configuration,
                format!("{place}: {error}"),
                "Serve a JWK Set there, an object with the member keys.",
            ));
            None
        }
    }
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
    named: &Named<'_>,
    target: Option<&Target>,
    report: &mut Report,
) {
    let Published { keys, place, .. } = published;
    let mine: Vec<&Jwk> = keys
        .keys()
        .iter()
        .filter(|jwk| jwk.public_key() == named.public_key)
        .collect();
    let rules = target.map(|target| target.gateway.key());
    if mine.is_empty() {
        report.add(Check::failure(
            NAME,
            ExitCode::Configuration,
            format!(
                "{place} does not have the public half of the key, among {}",
                count(keys)
            ),
            "Publish and register the JWK Set of this key, or sign with the one that is there.",
        ));
        return;
    }
    let copies = rules.and_then(copies);
    let text = format!("{place} has the key, among {}", count(keys));
    report.add(Check::ok(NAME, text).with_details(copies));
    report.add(key_id(named, &mine, rules));
    report.add(usage(named, &mine, rules));
}

fn key_id(named: &Named<'_>, mine: &[&Jwk], rules: Option<&KeyRules>) -> Check {
    const NAME: &str = "kid";
    let names: Vec<&str> = mine
        .iter()
        .filter_map(|jwk| jwk.key_id().map(KeyId::as_str))
        .collect();
    let derives = rules.is_some_and(|rules| rules.id_scheme() == KeyIdScheme::SpkiSha256);
    match named.key_id {
        None => Check::blocked(
            NAME,
            &format!("published is {}, and no assertion was made", quoted(&names)),
            "Mend what stands above, then run this again.",
        ),
        Some(None) => Check::ok(NAME, "none is sent, as far as the gateway allows that"),
        Some(Some(sent)) if names.contains(&sent) => {
            Check::ok(NAME, format!("{sent:?} is sent and published"))
        }
        Some(Some(sent)) if derives => Check::ok(
            NAME,
            format!("{sent:?} is sent; this gateway derives it, whatever is published"),
        ),
        Some(Some(sent)) => Check::failure(
            NAME,
            ExitCode::Configuration,
            format!(
                "{sent:?} is sent, and the key is published as {}",
                quoted(&names)
            ),
            match names.first() {
                // Behind a sign of equality, as a thumbprint may begin like an option.
                Some(name) => format!("Sign with --kid={name}"),
                None => "Publish the key with its kid.".into(),
            },
        ),
    }
}

fn usage(named: &Named<'_>, mine: &[&Jwk], rules: Option<&KeyRules>) -> Check {
    const NAME: &str = "jwk";
    let signs = |jwk: &&&Jwk| match jwk.key_use() {
        Some(key_use) => key_use == KeyUse::Signature,
        None => !rules.is_some_and(KeyRules::use_required),
    };
    let Some(signing) = mine.iter().find(signs) else {
        return Check::failure(
            NAME,
            ExitCode::Configuration,
            "the key is not published as one that verifies signatures",
            "Publish it with \"use\": \"sig\".",
        );
    };
    match (signing.algorithm(), named.algorithm) {
        (Some(stated), Some(sent)) if stated != sent => Check::failure(
            NAME,
            ExitCode::Configuration,
            format!("the key is published for {stated}, and {sent} is used"),
            format!("Sign with --alg {stated}, or publish the key for {sent}."),
        ),
        (Some(stated), _) => Check::ok(NAME, format!("published for {stated}")),
        (None, _) => Check::ok(NAME, "published for any algorithm of its type"),
    }
}

/// How long the gateway goes on with what it has.
fn copies(rules: &KeyRules) -> Option<String> {
    let time: Duration = rules.jwk_set_cache()?;
    let seconds = time.as_secs();
    Some(if rules.refetches_on_unknown_id() {
        format!("the gateway keeps a copy for {seconds} s, and looks again for a kid it lacks")
    } else {
        format!("the gateway keeps a copy for {seconds} s, whatever kid it is asked for")
    })
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
