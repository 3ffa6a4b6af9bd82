use tokenring_gateway::Gateway;
use tokenring_key_rotation::{NextStep, RotationDriver, RotationStatus, StatusWarning};

use super::{key_folder, times, words};
use crate::endpoint::stated_gateway;
use crate::explanation::explain;
use crate::options::RotationStatusOptions;
use crate::{ExitCode, Result, Setting};

/// Tells how far the rotation is.
pub(crate) fn run(mut options: RotationStatusOptions) -> Result<ExitCode> {
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
    let next_step = next_step(&status, &driver, gateway.as_ref(), cache);
    let warnings = warnings(&status, &driver);
    let facts = || {
        let mut facts = status.to_json(now);
        if let Some(facts) = facts.as_object_mut() {
            facts.insert("next-step".into(), next_step.as_str().into());
            facts.insert("warnings".into(), warnings.clone().into());
        }
        facts
    };
    let text = || {
        let warnings = warnings.iter().map(|it| format!("warning: {it}\n"));
        let warnings: String = warnings.collect();
        format!("{}\nNext: {next_step}\n{warnings}", status.to_text(now))
    };
    options.report.print(facts, text)
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
    let keys = words::keys_option(driver.folder());
    let describe = |warning: &StatusWarning| match warning {
        StatusWarning::OldKey { .. } => {
            format!("{warning}; replace it: tokenring rotate begin {keys}")
        }
        StatusWarning::Set(error) => words::failure(error, driver.folder()).to_string(),
        warning => warning.to_string(),
    };
    status.warnings.iter().map(describe).collect()
}
