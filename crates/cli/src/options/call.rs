use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokenring_oauth::SecureUrl;

use super::help::{API, OUTPUT};
use super::{Effective, Field, Value, named, number, options, seconds};
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;
use crate::settings::value::{check_path, path_of, text_of};

named! {
    /// How to get in.
    "way" enum Access {
        SignedJwt = "signed-jwt",
        ApiKey = "api-key",
        None = "none",
    }
}

/// A year: more than anybody waits, and less than overflows a clock.
const LONGEST: u64 = 366 * 24 * 60 * 60;

options! {
    /// Headers by themselves, and those whose name the gateway knows.
    struct HeaderOptions {
        /// Request header, as in "Name: Value"; can be repeated
        headers: Vec<Setting<String>> = "header" "HEADER" in API,
            with |argument| argument.short('H');
        /// NHS number of the person whom the request is about
        nhs_number: Option<Setting<String>> = "nhs-number" "NUMBER" in API;
        /// Product that calls
        product_id: Option<Setting<String>> = "product-id" "ID" in API;
        /// Identifier of this request [default: a new UUID]
        request_id: Option<Setting<String>> = "request-id" "UUID" in API;
        /// Identifier shared by the requests of one course of events
        correlation_id: Option<Setting<String>> = "correlation-id" "ID" in API;
    }

    /// What a call may take.
    struct LimitOptions {
        /// Time for the whole call, with the token request and the body [default: no limit]
        time: Option<Setting<Duration>> = "max-time" "SECONDS" in API, by seconds::<1, LONGEST>;
        /// Largest body to take from the API [default: no limit]
        size: Option<Setting<u64>> = "max-size" "BYTES" in API,
            by number::<_, 1, { u64::MAX - 1 }>;
    }

    /// A request to an API, and where its answer goes.
    struct CallOptions, check Self::check {
        /// The API's URL
        url: Setting<SecureUrl> = "url" "URL" in API, else
            "the API's URL is missing; give it as --url https://HOST/PATH";
        /// signed-jwt, api-key or none [default: the gateway's, else signed-jwt]
        access: Option<Setting<Access>> = "auth" "WAY" in API;
        /// HTTP method [default: GET, with --data POST]
        method: Option<Setting<String>> = "method" "METHOD" in API,
            with |argument| argument.short('X');
        headers: HeaderOptions;
        /// Request body: a text, @FILE, or - for standard input
        data: Option<Setting<Data>> = "data" "DATA" in API,
            with |argument| argument.short('d');
        /// As --data, and says that it is JSON and JSON is wanted
        json: Option<Setting<Data>> = "json" "DATA" in API;
        /// Repeat up to N times where the API is busy [default: 0]
        retries: Setting<u32> = "retry" "N" in API, by number::<_, 0, 100>, or 0;
        limits: LimitOptions;
        /// File for the body, in place of standard output
        output: Option<Setting<PathBuf>> = "output" "FILE" in OUTPUT,
            with |argument| argument.short('o');
        /// Put the body into --output even if it is a refusal
        fails_with_body: bool = "fail-with-body" in OUTPUT;
        /// Print status and headers in front of the body
        includes_head: bool = "include" in API,
            with |argument| argument.short('i');
    }
}

impl CallOptions {
    fn check(&self) -> Result<()> {
        match (&self.data, &self.json) {
            (Some(_), Some(_)) => Err(Failure::usage(
                "--data and --json both give the body; leave one of them out",
            )),
            _ => Ok(()),
        }
    }

    /// The body of the request.
    pub(crate) fn body(&self) -> Option<&Data> {
        let body = self.data.as_ref().or(self.json.as_ref());
        body.map(Setting::value)
    }

    /// What was given of these options.
    pub(crate) fn given(&self, names: &[&str]) -> Effective {
        self.all_given().only(names)
    }
}

/// What an option holds, or where that is.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Text(String),
    File {
        path: PathBuf,
        /// As it was written.
        name: String,
    },
}

impl Value for Data {
    fn parse(text: &str) -> Result<Self, Reason> {
        Ok(Self::Text(text.to_owned()))
    }

    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::File { name, .. } => format!("@{name}"),
        }
    }

    /// A text, or the name of a file after an `@`.
    fn read(found: &Setting<OsString>, name: &str) -> Result<Setting<Self>> {
        let data = match path_of(found.value()) {
            None => found.parse(name, |value| text_of(value).map(Self::Text))?,
            Some(path) => found.parse(name, |_| {
                check_path(path).map(|()| Self::File {
                    path: found.origin().resolve(Path::new(path)),
                    name: path.to_string_lossy().into_owned(),
                })
            })?,
        };
        Ok(data)
    }
}
