use std::path::PathBuf;
use std::time::Duration;

use tokenring::CaStore;
use tokenring_text::is_secret_parameter;

use super::help::{CONNECTION, WHO};
use super::{named, options, seconds};
use crate::setting::{Origin, Setting};

/// Time that a token request may take when nobody says.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A day: more than anybody waits, and less than overflows a clock.
const LONGEST_TIMEOUT: u64 = 24 * 60 * 60;

options! {
    /// How servers are reached.
    struct ConnectionOptions {
        /// Additional certificates to trust: authorities, or the server's own (PEM or DER)
        ca_cert: Option<Setting<PathBuf>> = "ca-cert" "FILE" in CONNECTION;
        /// Authorities to trust: bundled (Mozilla's), system, or both [default: both]
        ca_store: Option<Setting<CaStore>> = "ca-store" "WHICH" in CONNECTION;
        /// Total time for a request, and for an API's first answer [default: 30]
        timeout: Setting<Duration> = "timeout" "SECONDS" in CONNECTION,
            by seconds::<1, LONGEST_TIMEOUT>, or TIMEOUT;
    }
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        Self {
            ca_cert: None,
            ca_store: None,
            timeout: Setting::or(None, TIMEOUT),
        }
    }
}

named! {
    /// What happens where the server's clock shows that this machine's is wrong.
    "way" enum ClockSkew {
        Report = "report",
        Correct = "auto",
    }
}

named! {
    /// Whether tokens are bound to a key by DPoP.
    "rule" enum Dpop {
        Off = "off",
        Optional = "optional",
        Required = "required",
    }
}

options! {
    /// How tokens are bound.
    #[derive(Default)]
    struct BindingOptions {
        /// Bind tokens to a key by DPoP: off, optional or required [default: the gateway's]
        dpop: Option<Setting<Dpop>> = "dpop" "RULE" in WHO;
        /// Key for DPoP: p256, ed25519, client (the client's own), or a file or URI [default: p256]
        dpop_key: Option<Setting<String>> = "dpop-key" "KEY" in WHO;
    }

    /// What is in a token request in addition to the assertion, and how a wrong clock is
    /// dealt with.
    #[derive(Default)]
    struct RequestOptions {
        /// Send client_id in the form, for servers that want it there too
        send_client_id: Option<Setting<bool>> = "send-client-id" in WHO;
        binding: BindingOptions;
        /// Another form parameter, or NAME=@FILE for a secret; can be repeated
        parameters: Vec<(String, Setting<String>)> = "param" "NAME=VALUE" in WHO;
        /// Header of the token request, as in "Name: Value" or "Name: @FILE"; can be repeated
        headers: Vec<(String, Setting<String>)> = "token-header" "HEADER" in WHO;
        /// auto corrects for a wrong clock, once and by a day at most; report only says how wrong it is [default: auto]
        clock_skew: Option<Setting<ClockSkew>> = "clock-skew" "WAY" in CONNECTION;
    }
}

impl RequestOptions {
    /// Options and names of the secrets that are arguments of the process.
    pub(super) fn secrets_in_arguments(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let parameters = self.parameters.iter().map(|pair| ("param", pair));
        let headers = self.headers.iter().map(|pair| ("token-header", pair));
        let all = parameters.chain(headers);
        let is_exposed = |value: &Setting<String>| {
            *value.origin() == Origin::Argument && !value.value().trim_start().starts_with('@')
        };
        all.filter(move |(_, (name, value))| is_secret_parameter(name) && is_exposed(value))
            .map(|(option, (name, _))| (option, name.as_str()))
    }
}
