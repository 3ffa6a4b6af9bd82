use tokenring_gateway::Gateway;
use tokenring_key_rotation::{
    NextStep, RotatingKey, RotationDriver, RotationStatus, Stage, StatusWarning, Timestamp,
};

use super::{key_folder, times, words};
use crate::endpoint::stated_gateway;
use crate::explanation::explain;
use crate::options::RotationStatusOptions;
use crate::table::table;
use crate::{ExitCode, Result, Setting, output};

/// Of a moment that is yet to come.
const AHEAD: &str = "in the future: the clock was ahead then";

/// Tells how far the rotation is.
pub(in crate::command) fn run(mut options: RotationStatusOptions) -> Result<ExitCode> {
    let folder = key_folder::folder(&options.rotation)?;
    let gateway = stated_gateway(&options.rotation.gateway)?;
    let cache = times::cache(gateway.as_ref(), &options.rotation);
    times::add(&mut options.explanation, "cache-seconds", cache.as_ref());
    if explain(
        &options.explanation,
        [format!("tell of the keys in {}", folder.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let (cache, now) = (cache.map(Setting::into_value), times::now()?);
    let driver = RotationDriver::new(folder);
    let status = driver.status(cache, now);
    let status = status.map_err(|error| words::failure(&error, driver.folder()))?;
    let report = Report {
        next_step: next_step(&status, &driver, gateway.as_ref(), cache),
        warnings: warnings(&status, &driver),
        status,
        now,
    };
    match options.report.is_json() {
        true => output::print(&report.json()),
        false => output::print_page(&report.text()),
    }
}

struct Report {
    status: RotationStatus,
    now: Timestamp,
    next_step: String,
    warnings: Vec<String>,
}

impl Report {
    fn text(&self) -> String {
        let mut text = format!(
            "State    {}\nJWK Set  {}\n\n",
            self.status.state_file.display(),
            self.status.jwk_set.display()
        );
        let keys = self.status.rotation.keys().iter();
        let rows: Vec<_> = keys
            .map(|key| {
                let age = match key.made() > self.now {
                    true => AHEAD.into(),
                    false => format!("{} days ago", days(self.now.since(key.made()))),
                };
                vec![
                    key.key_id().to_string(),
                    key.stage().to_string(),
                    format!("made {} ({age})", key.made()),
                    self.history(key),
                ]
            })
            .collect();
        text.push_str(&table(&rows));
        text.push_str(&format!("\nNext: {}\n", self.next_step));
        for warning in &self.warnings {
            text.push_str(&format!("warning: {warning}\n"));
        }
        text
    }

    fn json(&self) -> String {
        let mut facts = self.status.to_json(self.now);
        if let Some(facts) = facts.as_object_mut() {
            facts.insert("next-step".into(), self.next_step.as_str().into());
            facts.insert("warnings".into(), self.warnings.clone().into());
        }
        format!("{facts:#}\n")
    }

    /// What has become of a key, in words.
    fn history(&self, key: &RotatingKey) -> String {
        let activated = key.activated().filter(|_| key.stage() == Stage::Active);
        let parts = [
            ("published", key.published()),
            ("signs since", activated),
            ("signed until", key.superseded()),
            ("retired", key.retired()),
        ];
        let told = parts.iter().filter_map(|(what, moment)| {
            let moment = (*moment)?;
            Some(match moment > self.now {
                true => format!("{what} {moment} ({AHEAD})"),
                false => format!("{what} {moment}"),
            })
        });
        told.collect::<Vec<String>>().join(", ")
    }
}

const fn days(time: std::time::Duration) -> u64 {
    time.as_secs() / (24 * 60 * 60)
}

fn next_step(
    status: &RotationStatus,
    driver: &RotationDriver,
    gateway: Option<&Gateway>,
    cache: Option<std::time::Duration>,
) -> String {
    let named = key_folder::options(driver, gateway);
    let step = |name: &str| format!("tokenring rotate {name} {named}");
    let activate = format!(
        "{}{}",
        step("activate"),
        times::cache_option(gateway, cache)
    );
    match &status.next_step {
        NextStep::Recover => crate::key_folder::adoption_advice(driver.folder()),
        NextStep::Continue(key_id) => {
            format!("the making of {key_id} was interrupted: {}", step("begin"))
        }
        NextStep::Publish(_) => format!(
            "publish {}, then: {activate} --jwks-url URL --wait",
            status.jwk_set.display()
        ),
        NextStep::ActivateFrom(key_id, from) => {
            format!("{key_id} can sign from {from} on: {activate} --wait")
        }
        NextStep::Activate(key_id) => format!("{key_id} can sign now: {activate}"),
        NextStep::LearnCacheTime(key_id, published) => format!(
            "{key_id} was published at {published}; it can sign once the gateway's copy is newer, \
             which --gateway or --cache-seconds tells"
        ),
        NextStep::Retire(key_id) => format!("retire {key_id}: {}", step("retire")),
        _ => format!("nothing to do; for a new key: {}", step("begin")),
    }
}

/// What nobody should leave as it is.
fn warnings(status: &RotationStatus, driver: &RotationDriver) -> Vec<String> {
    let describe = |warning: &StatusWarning| match warning {
        StatusWarning::OldKey { key_id, age } => format!(
            "key {key_id} signs and is {} days old; replace it: tokenring rotate begin {}",
            days(*age),
            words::keys_option(driver.folder())
        ),
        StatusWarning::Forgotten {
            key_id,
            stage,
            time,
        } => format!(
            "key {key_id} has been {stage} for {} days; take the next step, or retire it",
            days(*time)
        ),
        StatusWarning::FileMissing { path } => format!("the key {} is gone", path.display()),
        StatusWarning::NotInSet { jwk_set, key_id } => {
            format!("{} has no key {key_id}", jwk_set.display())
        }
        StatusWarning::Set(error) => words::failure(error, driver.folder()).to_string(),
        _ => String::new(),
    };
    status.warnings.iter().map(describe).collect()
}
