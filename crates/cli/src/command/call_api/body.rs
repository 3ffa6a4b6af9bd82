use std::time::Instant;

use tokenring::{ApiRequest, FileBody};

use crate::failure::{Failure, Result};
use crate::options::Data;

/// The body of an API request.
pub(super) enum Body {
    None,
    Text(String),
    File(FileBody),
}

impl Body {
    pub(super) fn new(data: Option<&Data>) -> Result<Self> {
        Ok(match data {
            None => Self::None,
            Some(Data::Text(text)) if text == "-" => Self::File(FileBody::standard_input()),
            Some(Data::Text(text)) => Self::Text(text.clone()),
            Some(Data::File { name, .. }) if name == "-" => Self::File(FileBody::standard_input()),
            Some(Data::File { path, .. }) => {
                let body = FileBody::open(path);
                Self::File(body.map_err(|error| Failure::usage(format!("--data: {error}")))?)
            }
        })
    }

    /// Adds the body to a request; what is piped in is waited for until the deadline.
    pub(super) fn add_to(self, request: ApiRequest, deadline: Option<Instant>) -> ApiRequest {
        match self {
            Self::None => request,
            Self::Text(text) => request.with_body(text.into_bytes()),
            Self::File(body) => request.with_body(body.with_deadline(deadline)),
        }
    }

    /// What `--explain` says of the body: where it is, never what it holds.
    pub(super) fn describe(&self) -> Option<String> {
        Some(match self {
            Self::None => return None,
            Self::Text(text) => format!("(body of {} bytes)", text.len()),
            Self::File(body) => match body.path() {
                Some(path) => format!("(body from {})", path.display()),
                None => "(body from standard input)".into(),
            },
        })
    }
}
