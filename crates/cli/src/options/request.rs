use std::path::Path;

use tokenring::{ClientBuilder, ClockSkewPolicy, Parameter};

use super::help::{CONNECTION, WHO};
use super::{named, options};
use crate::setting::Setting;

named! {
    /// What happens where the server's clock shows that this machine's is wrong.
    "way" enum ClockSkew {
        Report = "report",
        Correct = "auto",
    }
}

options! {
    /// What is in a token request in addition to the assertion, and how a wrong clock is
    /// dealt with.
    #[derive(Default)]
    struct RequestOptions {
        /// Send client_id in the form, for servers that want it there too
        send_client_id: Option<Setting<bool>> = "send-client-id" in WHO;
        /// Another form parameter, or NAME=@FILE for a secret; can be repeated
        parameters: Vec<(String, Setting<String>)> = "param" "NAME=VALUE" in WHO;
        /// Header of the token request, as in "Name: Value" or "Name: @FILE"; can be repeated
        headers: Vec<(String, Setting<String>)> = "token-header" "HEADER" in WHO;
        /// report how wrong this machine's clock is, or auto: correct it, by a day at most [default: report]
        clock_skew: Option<Setting<ClockSkew>> = "clock-skew" "WAY" in CONNECTION;
    }
}

impl RequestOptions {
    pub(crate) fn add_to_builder(&self, mut builder: ClientBuilder) -> ClientBuilder {
        for (name, value) in &self.parameters {
            builder = match value.value().strip_prefix('@') {
                Some(path) => {
                    let path = value.origin().resolve(Path::new(path));
                    let text = format!("{name}=@{}", path.display());
                    builder.set(Parameter::FormParameter, &text)
                }
                None => builder.parameter(name, value.value()),
            };
        }
        if self.send_client_id.as_ref().is_some_and(|on| *on.value()) {
            builder = builder.send_client_id();
        }
        for (name, value) in &self.headers {
            let header = match value.value().trim().strip_prefix('@') {
                Some(path) => {
                    let path = value.origin().resolve(Path::new(path));
                    format!("{name}: @{}", path.display())
                }
                None => format!("{name}: {}", value.value()),
            };
            builder = builder.set(Parameter::Header, &header);
        }
        match self.clock_skew.as_ref().map(Setting::value) {
            Some(ClockSkew::Correct) => builder.clock_skew(ClockSkewPolicy::Correct),
            _ => builder,
        }
    }
}
