//! How far a rotation is, for a person.

use std::fmt;
use std::time::Duration;

use tokenring_text::columns;

use super::{DAY, RotationStatus, StatusWarning};
use crate::{RotatingKey, Stage, Timestamp};

/// Of a moment that is yet to come.
const AHEAD: &str = "in the future: the clock was ahead then";

impl RotationStatus {
    /// The files and the keys, line by line, without the next step and the warnings.
    #[must_use]
    pub fn to_text(&self, now: Timestamp) -> String {
        let row = |key: &RotatingKey| {
            let age = match key.made() > now {
                true => AHEAD.into(),
                false => format!("{} days ago", days(now.since(key.made()))),
            };
            vec![
                key.key_id().to_string(),
                key.stage().to_string(),
                format!("made {} ({age})", key.made()),
                history(key, now),
            ]
        };
        let rows: Vec<_> = self.rotation.keys().iter().map(row).collect();
        format!(
            "State    {}\nJWK Set  {}\n\n{}",
            self.state_file.display(),
            self.jwk_set.display(),
            columns(&rows)
        )
    }
}

/// What has become of a key, in words.
fn history(key: &RotatingKey, now: Timestamp) -> String {
    let activated = key.activated().filter(|_| key.stage() == Stage::Active);
    let parts = [
        ("published", key.published()),
        ("signs since", activated),
        ("signed until", key.superseded()),
        ("retired", key.retired()),
    ];
    let told = parts.iter().filter_map(|(what, moment)| {
        let moment = (*moment)?;
        Some(match moment > now {
            true => format!("{what} {moment} ({AHEAD})"),
            false => format!("{what} {moment}"),
        })
    });
    told.collect::<Vec<String>>().join(", ")
}

const fn days(time: Duration) -> u64 {
    time.as_secs() / DAY.as_secs()
}

impl fmt::Display for StatusWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OldKey { key_id, age } => {
                write!(f, "key {key_id} signs and is {} days old", days(*age))
            }
            Self::Forgotten {
                key_id,
                stage,
                time,
            } => write!(
                f,
                "key {key_id} has been {stage} for {} days; take the next step, or retire it",
                days(*time)
            ),
            Self::FileMissing { path } => write!(f, "the key {} is gone", path.display()),
            Self::NotInSet { jwk_set, key_id } => {
                write!(f, "{} has no key {key_id}", jwk_set.display())
            }
            Self::Set(error) => error.fmt(f),
        }
    }
}
