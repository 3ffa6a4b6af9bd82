//! The mock of a preset, with a clock that stands still, and what it said last.

use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::{
    ClientRegistration, Event, JwkSource, MockGateway, MockGatewayBuilder,
};

use crate::connection::Connection;
use crate::preset::{OPEN, Preset};

/// The moment at which all assertions are made and judged.
pub(crate) const NOW: u64 = 1_800_000_000;
/// The client that most assertions are of.
pub(crate) const CLIENT: &str = "client-1";
/// The word for a request that got a token, where others have the rule that it broke.
pub(crate) const ACCEPTED: &str = "accepted";

/// An API of each mock.
pub(crate) const API: &str = "/api/bearer/hello";

pub(crate) struct Stage {
    pub(crate) mock: MockGateway,
    last: Arc<Mutex<&'static str>>,
}

impl Stage {
    pub(crate) fn start<'c>(
        preset: &Preset,
        clients: impl IntoIterator<Item = (&'c str, JwkSource, Algorithm)>,
    ) -> Self {
        Self::start_with(preset, clients, |builder| builder)
    }

    /// The same, with more of the mock set up.
    pub(crate) fn start_with<'c>(
        preset: &Preset,
        clients: impl IntoIterator<Item = (&'c str, JwkSource, Algorithm)>,
        set_up: impl FnOnce(MockGatewayBuilder) -> MockGatewayBuilder,
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
        // Where the gateway has one for those that state none, each client states its own.
        let has_algorithm = preset.gateway.server().client_algorithm().is_some();
        for (client, keys, algorithm) in clients {
            builder = builder.with_client(client, keys);
            if has_algorithm {
                let registration = ClientRegistration::new().with_algorithm(algorithm);
                builder = builder.with_client_registration(client, registration);
            }
        }
        Self {
            mock: set_up(builder).start().unwrap(),
            last,
        }
    }

    /// Sends a form, and says what came of it.
    ///
    /// Where the JWT is the token, the API is called with the one in the form.
    pub(crate) fn post(&self, form: &[(&str, &str)]) -> &'static str {
        if self.mock.takes_jwts() {
            return self.call(form[0].1);
        }
        let url = self.mock.token_url();
        let path = url.strip_prefix(&self.mock.base_url()).unwrap();
        Connection::open(self.mock.address()).post(path, form);
        self.verdict()
    }

    /// Calls the API with a JWT, and says what came of it.
    pub(crate) fn call(&self, jwt: &str) -> &'static str {
        Connection::open(self.mock.address()).call(API, jwt);
        self.verdict()
    }

    /// What came of the last request: [`ACCEPTED`], or the rule that it broke.
    pub(crate) fn verdict(&self) -> &'static str {
        *self.last.lock().unwrap()
    }
}
