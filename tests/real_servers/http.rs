use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use tokenring_oauth::{ApiRequest, HttpResponse, SecureUrl, UreqTransport};

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, or null where it is no JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn to_response(&self) -> HttpResponse {
        HttpResponse::new(self.status, self.headers.clone(), self.body.clone())
    }
}

/// Sends a request; `None` where nobody answers.
pub(crate) fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Option<Answer> {
    let url = SecureUrl::new(url).unwrap();
    let mut request = ApiRequest::new(method, &url)
        .unwrap()
        .with_timeout(Duration::from_secs(60));
    for (name, value) in headers {
        request = request.with_header(name, value).unwrap();
    }
    if let Some(body) = body {
        request = request.with_body(body);
    }
    let answer = UreqTransport::new().without_proxy().open(request).ok()?;
    let status = answer.status();
    let headers = answer
        .headers()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut bytes = Vec::new();
    answer.into_body().read_to_end(&mut bytes).ok()?;
    Some(Answer {
        status,
        headers,
        body: bytes,
    })
}

pub(crate) fn get(url: &str) -> Option<Answer> {
    send("GET", url, &[], None)
}

pub(crate) fn form(fields: &[(String, String)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        let separator = if text.is_empty() { "" } else { "&" };
        text.push_str(separator);
        text.push_str(&encode(name));
        text.push('=');
        text.push_str(&encode(value));
    }
    text
}

fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
