use std::time::Duration;

use serde_json::{Value, json};
use tokenring::PublicationFault;
use tokenring_gateway::Gateway;
use tokenring_jwk::{JwkSetChange, JwkSetEntry, KeyId};
use tokenring_key_rotation::Timestamp;
use tokenring_text::printable;

use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::explanation::explain;
use crate::failure::Result;
use crate::keystore;
use crate::options::{PublicationOptions, SetComparisonOptions};
use crate::output;
use crate::published_set;
use crate::stated_gateway;

/// Tells what is different between two sets.
pub(super) fn diff(options: &SetComparisonOptions) -> Result<ExitCode> {
    let SetComparisonOptions { before, after, .. } = options;
    let step = format!("compare {} with {}", before.display(), after.display());
    if explain(options.explanation.as_ref(), [step])? {
        return Ok(ExitCode::Success);
    }
    let before = keystore::open_set(before)?;
    let after = keystore::open_set(after)?;
    let changes = before.document.changes_to(&after.document);
    output::print(&if options.report.is_json() {
        format!("{:#}\n", Value::from_iter(changes.iter().map(facts)))
    } else {
        lines(&changes)
    })?;
    Ok(code(&changes))
}

/// Compares a set with the one that gateways fetch.
pub(super) fn verify_published(
    options: &PublicationOptions,
    console: &Console,
) -> Result<ExitCode> {
    let (path, url) = (&options.set, options.url.value());
    let gateway = stated_gateway::read(&options.gateway)?;
    if explain(
        options.explanation.as_ref(),
        [format!("compare {} with {}", path.display(), url.as_str())],
    )? {
        return Ok(ExitCode::Success);
    }
    let own = keystore::open_set(path)?;
    console.detail(format_args!("Fetching {}", url.as_str()));
    let published = published_set::fetch(url, &options.connection)?;
    let changes = published.document().changes_to(&own.document);
    let now = Timestamp::from_seconds(clock::now()?.as_seconds());
    let seen = Sight::new(&published, gateway.as_ref());
    let faults = published.faults();
    output::print(&if options.report.is_json() {
        let headers = published.headers();
        let headers: serde_json::Map<String, Value> = headers
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let facts = json!({
            "same": changes.is_empty(),
            "changes": changes.iter().map(facts).collect::<Vec<_>>(),
            "faults": faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "headers": headers,
            "wait-seconds": seen.wait.map(|wait| wait.as_secs()),
            "known-from": seen.wait.map(|wait| now.after(wait).to_string()),
        });
        format!("{facts:#}\n")
    } else {
        let mut text = if changes.is_empty() {
            format!("{} is what is published\n", path.display())
        } else {
            format!(
                "{} is not what is published; to publish:\n{}",
                path.display(),
                lines(&changes)
            )
        };
        for fault in faults {
            let severity = if fault.is_failure() {
                "failure"
            } else {
                "advice"
            };
            text.push_str(&format!("{severity}: {fault}\n"));
        }
        for (name, value) in published.headers() {
            text.push_str(&format!("{}\n", printable(&format!("{name}: {value}"))));
        }
        text.push_str(&seen.describe(now, changes.is_empty()));
        text
    })?;
    match faults.iter().any(PublicationFault::is_failure) {
        true => Ok(ExitCode::RuleBroken),
        false => Ok(code(&changes)),
    }
}

/// When the gateway knows what is published now.
struct Sight<'g> {
    gateway: Option<&'g Gateway>,
    copies: Duration,
    wait: Option<Duration>,
}

impl<'g> Sight<'g> {
    fn new(published: &tokenring::PublishedSet, gateway: Option<&'g Gateway>) -> Self {
        let cache = gateway.and_then(|gateway| gateway.key().jwk_set_cache());
        Self {
            gateway,
            copies: published.copies(),
            wait: cache.map(|cache| cache + published.copies()),
        }
    }

    fn describe(&self, now: Timestamp, is_same: bool) -> String {
        let Some(gateway) = self.gateway else {
            return "With --gateway NAME you are told from when on that gateway knows it.\n".into();
        };
        let name = gateway.name();
        let again = if gateway.key().refetches_on_unknown_id() {
            ", and fetches the set anew for a kid that it lacks"
        } else {
            ", whatever kid it is asked for"
        };
        let Some(wait) = self.wait else {
            return format!("How long gateway {name} keeps its copy is not known{again}.\n");
        };
        let on_the_way = match self.copies.as_secs() {
            0 => String::new(),
            seconds => format!(", and copies on the way are good for {seconds} s"),
        };
        let keeps = (wait - self.copies).as_secs();
        let what = if is_same {
            "it"
        } else {
            "what is published now"
        };
        format!(
            "Gateway {name} keeps its copy for {keeps} s{again}{on_the_way}: it knows {what} from \
             {} on, if not before.\n",
            now.after(wait)
        )
    }
}

const fn code(changes: &[JwkSetChange]) -> ExitCode {
    if changes.is_empty() {
        ExitCode::Success
    } else {
        ExitCode::RuleBroken
    }
}

/// One line for each difference, in the way of `diff`.
fn lines(changes: &[JwkSetChange]) -> String {
    let line = |change: &JwkSetChange| {
        let line = match change {
            JwkSetChange::Added(entry) => format!("+ {}", describe(entry)),
            JwkSetChange::Removed(entry) => format!("- {}", describe(entry)),
            JwkSetChange::Changed {
                before,
                after,
                members,
            } => format!(
                "~ {}: {} changed{}",
                describe(after),
                members.join(", "),
                if before.key_id() == after.key_id() {
                    String::new()
                } else {
                    format!(", before {}", describe(before))
                }
            ),
            _ => "? something else".into(),
        };
        format!("{}\n", printable(&line))
    };
    changes.iter().map(line).collect()
}

fn facts(change: &JwkSetChange) -> Value {
    match change {
        JwkSetChange::Added(entry) => json!({ "change": "added", "kid": name(entry) }),
        JwkSetChange::Removed(entry) => json!({ "change": "removed", "kid": name(entry) }),
        JwkSetChange::Changed {
            before,
            after,
            members,
        } => json!({
            "change": "changed",
            "kid": name(after),
            "kid-before": name(before),
            "members": members,
        }),
        _ => json!({ "change": "other" }),
    }
}

fn name(entry: &JwkSetEntry) -> Option<&str> {
    entry.key_id().map(KeyId::as_str)
}

fn describe(entry: &JwkSetEntry) -> String {
    let name = name(entry).unwrap_or("(no kid)");
    match entry.jwk() {
        Ok(jwk) => {
            let key = jwk.public_key();
            format!("{name} ({} {})", key.key_type(), key.bits())
        }
        Err(_) => format!("{name} (of no use here)"),
    }
}
