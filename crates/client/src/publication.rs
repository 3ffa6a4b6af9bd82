use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Gateway, Text};
use tokenring_jwk::{JwkSetChange, JwkSetDocument};
use tokenring_text::printable;

use crate::{PublicationFault, PublishedSet};

/// A JWK Set next to what is published of it: what would change if it were published, and when a
/// gateway knows what is published now.
#[derive(Debug)]
pub struct Publication<'p> {
    published: &'p PublishedSet,
    changes: Vec<JwkSetChange>,
    gateway: Option<&'p Gateway>,
    now: NumericDate,
}

impl<'p> Publication<'p> {
    /// Compares a set of one's own with the published one.
    #[must_use]
    pub fn new(
        own: &JwkSetDocument,
        published: &'p PublishedSet,
        gateway: Option<&'p Gateway>,
        now: NumericDate,
    ) -> Self {
        Self {
            published,
            changes: published.document().changes_to(own),
            gateway,
            now,
        }
    }

    /// What publishing the set would change.
    #[must_use]
    pub fn changes(&self) -> &[JwkSetChange] {
        &self.changes
    }

    /// Whether the set is published, so that a gateway can read it.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let mut faults = self.published.faults().iter();
        self.changes.is_empty() && !faults.any(PublicationFault::is_failure)
    }

    /// After which time the gateway has fetched the set at the latest; nothing where it is not known
    /// how long it keeps its copy.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let cache = self.gateway?.key().jwk_set_cache()?;
        Some(cache + self.published.copies())
    }

    /// When the gateway knows what is published, in one sentence; nothing without a gateway.
    #[must_use]
    pub fn forecast(&self) -> Option<String> {
        let gateway = self.gateway?;
        let name = gateway.name();
        let again = match gateway.key().refetches_on_unknown_id() {
            true => ", and fetches the set anew for a kid that it lacks",
            false => ", whatever kid it is asked for",
        };
        let (Some(cache), Some(from)) = (gateway.key().jwk_set_cache(), self.known_from()) else {
            return Some(format!(
                "How long gateway {name} keeps its copy is not known{again}."
            ));
        };
        let on_the_way = match self.published.copies().as_secs() {
            0 => String::new(),
            seconds => format!(", and copies on the way are good for {seconds} s"),
        };
        let what = match self.changes.is_empty() {
            true => "it",
            false => "what is published now",
        };
        Some(format!(
            "Gateway {name} keeps its copy for {} s{again}{on_the_way}: it knows {what} from \
             {from} on, if not before.",
            cache.as_secs()
        ))
    }

    /// All of it for a person, line by line, with options in a program's words. It is safe on a
    /// terminal.
    #[must_use]
    pub fn to_text(&self, own: &Path, words: impl Fn(&Text) -> String) -> String {
        let own = own.display();
        let mut text = match self.changes.is_empty() {
            true => format!("{own} is what is published\n"),
            false => format!("{own} is not what is published; to publish:\n"),
        };
        let changes = self.changes.iter().map(ToString::to_string);
        text.extend(changes.map(|change| format!("{}\n", printable(&change))));
        for fault in self.published.faults() {
            let severity = match fault.is_failure() {
                true => "failure",
                false => "advice",
            };
            text.push_str(&format!("{severity}: {fault}\n"));
        }
        for (name, value) in self.published.headers() {
            text.push_str(&format!("{}\n", printable(&format!("{name}: {value}"))));
        }
        let unknown = || {
            let sentence = "With {setting:gateway} NAME you are told from when on that gateway \
                            knows it.";
            words(&Text::fill(sentence, &[]))
        };
        text.push_str(&self.forecast().unwrap_or_else(unknown));
        text.push('\n');
        text
    }

    /// All of it as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let faults = self.published.faults().iter();
        let headers = self.published.headers();
        let headers = headers.map(|(name, value)| (name.to_owned(), value.into()));
        json!({
            "same": self.changes.is_empty(),
            "changes": self.changes,
            "faults": faults.map(ToString::to_string).collect::<Vec<_>>(),
            "headers": Map::from_iter(headers),
            "wait-seconds": self.wait().map(|wait| wait.as_secs()),
            "known-from": self.known_from(),
        })
    }

    fn known_from(&self) -> Option<String> {
        let since = Duration::from_secs(self.now.as_seconds()).checked_add(self.wait()?)?;
        let time = UNIX_EPOCH.checked_add(since)?;
        Some(humantime::format_rfc3339_seconds(time).to_string())
    }
}
