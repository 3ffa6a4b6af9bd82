//! The mock of a preset, with a clock that stands still, and what it said last.

use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use tokenring_mock_gateway::{Event, JwkSource, MockGateway};

use crate::preset::{OPEN, Preset};

/// The moment at which all assertions are made and judged.
pub(crate) const NOW: u64 = 1_800_000_000;
/// The client that most assertions are of.
pub(crate) const CLIENT: &str = "client-1";
/// The word for a request that got a token, where others have the rule that it broke.
pub(crate) const ACCEPTED: &str = "accepted";

pub(crate) struct Stage {
    pub(crate) mock: MockGateway,
    last: Arc<Mutex<&'static str>>,
}

impl Stage {
    pub(crate) fn start<'c>(
        preset: &Preset,
        clients: impl IntoIterator<Item = (&'c str, JwkSource)>,
    ) -> Self {
        let last = Arc::new(Mutex::new(""));
        let heard = Arc::clone(&last);
        let mut builder = MockGateway::builder()
            .with_gateway(&preset.gateway)
            .with_environment(preset.environment().name())
            .with_clock(|| UNIX_EPOCH + Duration::from_secs(NOW))
            .with_observer(move |event: &Event| {
                let refusal = event.refusal().map(|refusal| refusal.rule());
                *heard.lock().unwrap() = match refusal {
                    Some(rule) => rule,
                    None if event.status() == 200 => ACCEPTED,
                    None => "no verdict",
                };
            });
        for (name, value) in preset.variables() {
            builder = builder.with_variable(name, value);
        }
        if preset.needs_issuer() {
            builder = builder.with_issuer(OPEN);
        }
        for (client, keys) in clients {
            builder = builder.with_client(client, keys);
        }
        Self {
            mock: builder.start().unwrap(),
            last,
        }
    }

    /// What came of the last request: [`ACCEPTED`], or the rule that it broke.
    pub(crate) fn verdict(&self) -> &'static str {
        *self.last.lock().unwrap()
    }
}
