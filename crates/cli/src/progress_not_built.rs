//! Nothing is shown of what takes time: that takes the feature `progress`.

use std::io::Read;
use std::thread;
use std::time::Duration;

use tokenring_jwk::KeySpec;

use crate::console::Console;

pub(crate) struct Transfer;

impl Transfer {
    pub(crate) const fn start(_: Option<u64>, _: &Console) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "as where there is a bar")]
    pub(crate) fn watch<'r>(&self, source: impl Read + 'r) -> Box<dyn Read + 'r> {
        Box::new(source)
    }
}

pub(crate) struct Countdown;

impl Countdown {
    pub(crate) const fn start(_: &Console) -> Self {
        Self
    }

    pub(crate) const fn end(self) {}

    #[expect(clippy::unused_self, reason = "as where there is a bar")]
    pub(crate) fn wait(&self, pause: Duration, _: Option<Duration>, _: &str) {
        thread::sleep(pause);
    }
}

pub(crate) struct PrimeSearch;

impl PrimeSearch {
    pub(crate) const fn start(_: KeySpec, _: &Console) -> Self {
        Self
    }
}
