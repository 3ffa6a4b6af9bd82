use std::time::Duration;

use serde_json::{Value, json};
use tokenring_gateway::Gateway;
use tokenring_key_rotation::{Readiness, RotatingKey, Stage, Timestamp};

use super::published_file::{entry, open_set};
use super::state::{self, State};
use super::times;
use crate::ExitCode;
use crate::explanation::explain;
use crate::failure::Result;
use crate::key_folder::{self, OLD};
use crate::options::RotationStatusOptions;
use crate::output;
use crate::setting::Setting;
use crate::shell::shell_word;
use crate::stated_gateway;
use crate::table::table;

/// A step that has not been taken for longer was forgotten.
const FORGOTTEN: Duration = Duration::from_secs(30 * DAY);
const DAY: u64 = 24 * 60 * 60;
/// Of a moment that is yet to come.
const AHEAD: &str = "in the future: the clock was ahead then";

/// Tells how far the rotation is.
pub(super) fn run(mut options: RotationStatusOptions) -> Result<ExitCode> {
    let folder = state::folder(&options.rotation)?;
    let gateway = stated_gateway::read(&options.rotation.gateway)?;
    let cache = times::cache(gateway.as_ref(), &options.rotation);
    times::add(&mut options.explanation, "cache-seconds", cache.as_ref());
    if explain(
        options.explanation.as_ref(),
        [format!("tell of the keys in {}", folder.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let status = Status {
        state: State::load(&folder)?,
        now: times::now()?,
        gateway: gateway.as_ref(),
        cache: cache.map(Setting::into_value),
    };
    output::print(&if options.as_json {
        status.json()
    } else {
        status.text()
    })?;
    Ok(ExitCode::Success)
}

struct Status<'g> {
    state: State,
    now: Timestamp,
    gateway: Option<&'g Gateway>,
    cache: Option<Duration>,
}

impl Status<'_> {
    fn days(&self, since: Timestamp) -> u64 {
        self.now.since(since).as_secs() / DAY
    }

    fn age(&self, moment: Timestamp) -> String {
        if moment > self.now {
            return AHEAD.into();
        }
        format!("{} days ago", self.days(moment))
    }

    fn text(&self) -> String {
        let set = self.state.set_path();
        let mut text = format!(
            "State    {}\nJWK Set  {}\n\n",
            self.state.path().display(),
            set.display()
        );
        let rows: Vec<Vec<String>> = self
            .state
            .rotation
            .keys()
            .iter()
            .map(|key| {
                vec![
                    key.key_id().to_string(),
                    key.stage().to_string(),
                    format!("made {} ({})", key.made(), self.age(key.made())),
                    self.history(key),
                ]
            })
            .collect();
        text.push_str(&table(&rows));
        text.push_str(&format!("\nNext: {}\n", self.next_step()));
        for warning in self.warnings() {
            text.push_str(&format!("warning: {warning}\n"));
        }
        text
    }

    fn json(&self) -> String {
        let moment = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string());
        let keys: Vec<Value> = self
            .state
            .rotation
            .keys()
            .iter()
            .map(|key| {
                json!({
                    "kid": key.key_id().as_str(),
                    "file": self.state.folder.join(key.file()).display().to_string(),
                    "stage": key.stage().name(),
                    "age-days": self.days(key.made()),
                    "made": key.made().to_string(),
                    "published": moment(key.published()),
                    "activated": moment(key.activated()),
                    "superseded": moment(key.superseded()),
                    "retired": moment(key.retired()),
                })
            })
            .collect();
        let (is_ready, from) = match self.readiness() {
            Some(Readiness::Ready) => (true, None),
            Some(Readiness::From(from)) => (false, Some(from)),
            _ => (false, None),
        };
        let facts = json!({
            "state": self.state.path().display().to_string(),
            "jwk-set": self.state.set_path().display().to_string(),
            "active": self.state.rotation.active().key_id().as_str(),
            "next": self.state.rotation.next().map(|key| key.key_id().as_str()),
            "can-activate": is_ready,
            "can-activate-from": moment(from),
            "keys": keys,
            "next-step": self.next_step(),
            "warnings": self.warnings(),
        });
        format!("{facts:#}\n")
    }

    /// Whether the waiting key can sign, if there is one and the time is known.
    fn readiness(&self) -> Option<Readiness> {
        let published = self.state.rotation.next()?.published();
        if published.is_some_and(|published| published > self.now) {
            return Some(Readiness::NotPublished);
        }
        self.state.rotation.activation(self.cache?, self.now).ok()
    }

    fn next_step(&self) -> String {
        let option = self.state.option();
        let named = self
            .gateway
            .map(|gateway| format!(" --gateway {}", shell_word(gateway.name())))
            .unwrap_or_default();
        let step = |name: &str| format!("tokenring rotate {name} {option}{named}");
        let cache_option = times::cache_option(self.gateway, self.cache);
        let activate = format!("{}{cache_option}", step("activate"));
        let rotation = &self.state.rotation;
        let is_gone = |key: &RotatingKey| !self.state.folder.join(key.file()).exists();
        if is_gone(rotation.active()) && rotation.next().is_none_or(is_gone) {
            return key_folder::adoption_advice(&self.state.folder);
        }
        let Some(next) = self.state.rotation.next() else {
            let mut old = self.state.rotation.retirable();
            return match old.next() {
                Some(old) => format!("retire {}: {}", old.key_id(), step("retire")),
                None => format!("nothing to do; for a new key: {}", step("begin")),
            };
        };
        let key_id = next.key_id();
        if next.stage() == Stage::Making {
            return format!("the making of {key_id} was interrupted: {}", step("begin"));
        }
        let published = next.published().filter(|it| *it <= self.now);
        match (published, self.readiness()) {
            (None, _) => format!(
                "publish {}, then: {} --jwks-url URL --wait",
                self.state.set_path().display(),
                activate
            ),
            (Some(_), Some(Readiness::From(from))) => {
                format!("{key_id} can sign from {from} on: {} --wait", activate)
            }
            (Some(_), Some(_)) => format!("{key_id} can sign now: {}", activate),
            (Some(published), None) => format!(
                "{key_id} was published at {published}; it can sign once the gateway's copy is \
                 newer, which --gateway or --cache-seconds tells"
            ),
        }
    }

    /// What nobody should leave as it is.
    fn warnings(&self) -> Vec<String> {
        let rotation = &self.state.rotation;
        let mut warnings = Vec::new();
        let active = rotation.active();
        if self.now.since(active.made()) > OLD {
            warnings.push(format!(
                "key {} signs and is {} days old; replace it: tokenring rotate begin {}",
                active.key_id(),
                self.days(active.made()),
                self.state.option()
            ));
        }
        for key in rotation.keys() {
            let since = match key.stage() {
                Stage::Waiting => key.made(),
                Stage::Superseded => key.superseded().unwrap_or_else(|| key.made()),
                _ => continue,
            };
            if self.now.since(since) > FORGOTTEN {
                warnings.push(format!(
                    "key {} has been {} for {} days; take the next step, or retire it",
                    key.key_id(),
                    key.stage(),
                    self.days(since)
                ));
            }
        }
        warnings.extend(self.lacks());
        warnings
    }

    /// What is not where the state says it is.
    fn lacks(&self) -> Vec<String> {
        let mut lacks = Vec::new();
        let here = |key: &&RotatingKey| !matches!(key.stage(), Stage::Retired | Stage::Making);
        for key in self.state.rotation.keys().iter().filter(here) {
            let path = self.state.folder.join(key.file());
            if key.stage() != Stage::Retiring && !path.exists() {
                lacks.push(format!("the key {} is gone", path.display()));
            }
        }
        match open_set(&self.state) {
            Err(failure) => lacks.push(failure.to_string()),
            Ok(set) => {
                let published = [Stage::Waiting, Stage::Superseded];
                let keys = self.state.rotation.keys().iter();
                for key in keys.filter(|key| published.contains(&key.stage())) {
                    if entry(&set, key.key_id()).is_none() {
                        lacks.push(format!(
                            "{} has no key {}",
                            set.path().display(),
                            key.key_id()
                        ));
                    }
                }
            }
        }
        lacks
    }

    /// What has become of a key, in words.
    fn history(&self, key: &RotatingKey) -> String {
        let parts = [
            ("published", key.published()),
            (
                "signs since",
                key.activated().filter(|_| key.stage() == Stage::Active),
            ),
            ("signed until", key.superseded()),
            ("retired", key.retired()),
        ];
        let told: Vec<String> = parts
            .iter()
            .filter_map(|(what, moment)| {
                let moment = (*moment)?;
                let ahead = match moment > self.now {
                    true => format!(" ({AHEAD})"),
                    false => String::new(),
                };
                Some(format!("{what} {moment}{ahead}"))
            })
            .collect();
        told.join(", ")
    }
}
