use std::time::Duration;

use tokenring_gateway::Topic;
use tokenring_key_rotation::{Error, Retirement};

use super::{key_folder, times, words};
use crate::endpoint::stated_gateway;
use crate::explanation::explain;
use crate::options::RetirementOptions;
use crate::progress::Countdown;
use crate::{Console, ExitCode, Result, option_words, output};

/// Takes a key out of the JWK Set.
pub(crate) fn run(mut options: RetirementOptions, console: &Console) -> Result<ExitCode> {
    let folder = key_folder::folder(&options.rotation)?;
    let gateway = stated_gateway(&options.rotation.gateway)?;
    let drain = times::drain(gateway.as_ref(), &options);
    let driver = key_folder::driver(folder, &options.reading, gateway.as_ref(), console)?;
    times::add(&mut options.explanation, "drain-seconds", Some(&drain));
    if explain(
        &options.explanation,
        [format!(
            "take an old key in {} out of the JWK Set",
            driver.folder().display()
        )],
    )? {
        return Ok(ExitCode::Success);
    }
    let drain = drain.into_value();
    let mut retirement = Retirement::new(drain);
    if let Some(key_id) = &options.reading.key_id {
        retirement = retirement.with_key_id(key_id.value().as_str());
    }
    if options.haste.forces {
        retirement = retirement.forced();
    }
    if options.deletes_key {
        retirement = retirement.deleting_key();
    }
    let countdown = Countdown::start(console);
    let retired = loop {
        let now = times::now()?;
        let error = match driver.retire(&retirement, now) {
            Ok(retired) => break retired,
            Err(error) => error,
        };
        let failure = words::failure(&error, driver.folder());
        match error {
            Error::TooEarly { from, .. } if options.haste.waits => {
                let left = from.since(now);
                let pause = left.min(Duration::from_secs(30));
                let what = "until nothing of the old key is under way";
                countdown.wait(pause, Some(left), what);
            }
            Error::TooEarly { .. } => {
                return Err(failure.with_advice(&format!(
                    "what it signed may be under way until then ({} s); --wait waits, and --force \
                     does not",
                    drain.as_secs()
                )));
            }
            _ => return Err(failure),
        }
    };
    countdown.end();
    console.say(format_args!(
        "Key {} is retired. Publish {} once more, without it.",
        retired.key_id,
        retired.jwk_set.display()
    ));
    let notes = gateway.iter().flat_map(|it| it.notes_on(Topic::Retirement));
    for note in notes {
        console.say(option_words::words(note.text()));
    }
    output::print(&format!("{}\n", retired.key_id))
}
