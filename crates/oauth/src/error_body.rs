//! What error bodies say, whatever their shape.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value;

use crate::error_markup as markup;
use crate::location::without_values;
use crate::server_words::ServerWords;
use crate::{ErrorShape, HttpResponse};
use crate::{challenge, error_members, error_text};

/// The server's words, each of them kept with `ServerWords::keep`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Words {
    pub(crate) error: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) uri: Option<String>,
    pub(crate) policy: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) message_id: Option<String>,
    pub(crate) request_ids: Vec<String>,
    pub(crate) trace_id: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) schemes: Vec<String>,
}

/// Headers by which a server's operator finds an answer: AWS, Okta, Cloudflare, Microsoft, others.
const ID_HEADERS: [&str; 5] = [
    "x-amzn-requestid",
    "x-okta-request-id",
    "cf-ray",
    "x-ms-request-id",
    "x-request-id",
];
/// Members that name an answer, the most specific first.
const IDS: [&str; 7] = [
    "/message_id",
    "/errors/0/id",
    "/errorId",
    "/request_id",
    "/requestId",
    "/error/innerError/request-id",
    "/Id",
];

/// Reads the answer to a request that brought no token.
pub(crate) fn read(response: &HttpResponse) -> (ErrorShape, Words) {
    let text = error_text::decoded(response.body());
    let words = |value: &Value| {
        const TOKENS: [&str; 3] = ["access_token", "refresh_token", "id_token"];
        let tokens = TOKENS.iter().filter_map(|name| value.get(name)?.as_str());
        ServerWords::new(response.request(), tokens)
    };
    // Lenient where the token response is strict: nothing is done with these
    // words but to show them.
    let (shape, mut read) = match text.as_deref() {
        None => (ErrorShape::Other, Words::default()),
        Some("") => (ErrorShape::Empty, Words::default()),
        Some(text) => match json(text) {
            Some(value) => Answer {
                words: words(&value),
                value: first_of(&value),
            }
            .read(),
            None => read_text(text, response, &words(&Value::Null)),
        },
    };
    let own = words(&Value::Null);
    if read.error.is_none() {
        challenge(response, &own, &mut read);
    }
    let shape = match (shape, &read.error) {
        (ErrorShape::Empty, Some(_)) => ErrorShape::OAuth,
        _ => shape,
    };
    let ids = ID_HEADERS.iter().filter_map(|name| response.header(name));
    for id in ids.map(|id| own.keep_id(id, 128)) {
        if read.message_id.is_none() {
            read.message_id = Some(id);
        } else if read.message_id.as_ref() != Some(&id) && !read.request_ids.contains(&id) {
            read.request_ids.push(id);
        }
    }
    read.schemes = schemes(response, &own);
    let location = response.header("Location").map(without_values);
    read.location = location.map(|location| own.keep(&location, 256));
    (shape, read)
}

/// The first JSON text, perhaps behind a prefix that keeps scripts from including it.
fn json(text: &str) -> Option<Value> {
    let text = text.strip_prefix(")]}'").unwrap_or(text);
    let text = text.trim_start_matches([',', ' ', '\r', '\n']);
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let value = values.next()?.ok()?;
    // A number or a word may be the beginning of a sentence.
    let is_whole = || {
        text.get(values.byte_offset()..)
            .is_some_and(|rest| rest.trim().is_empty())
    };
    match value {
        Value::Object(_) | Value::Array(_) => Some(value),
        value => is_whole().then_some(value),
    }
}

/// Of a list the first item; of an error that is an object of RFC 6749 that object.
fn first_of(value: &Value) -> &Value {
    let value = value.pointer("/0").unwrap_or(value);
    let inner = value.get("error");
    inner
        .filter(|inner| inner.get("error").is_some_and(Value::is_string))
        .unwrap_or(value)
}

/// The fields in which a server says how to authenticate: RFC 9110 section 11.6.1.
fn challenges(response: &HttpResponse) -> impl Iterator<Item = &str> {
    let all = response.headers();
    let named = all.filter(|(name, _)| name.eq_ignore_ascii_case("WWW-Authenticate"));
    named.map(|(_, value)| value)
}

/// The schemes that a server which refused for want of authentication takes.
fn schemes(response: &HttpResponse, words: &ServerWords) -> Vec<String> {
    const MOST: usize = 5;
    let mut schemes: Vec<String> = Vec::new();
    if response.status() != 401 {
        return schemes;
    }
    for scheme in challenges(response).flat_map(challenge::schemes) {
        let scheme = words.keep(scheme, 32);
        let is_known = schemes.iter().any(|it| it.eq_ignore_ascii_case(&scheme));
        if !is_known && schemes.len() < MOST {
            schemes.push(scheme);
        }
    }
    schemes
}

/// The challenge of RFC 6750 section 3, where the body names no error.
fn challenge(response: &HttpResponse, words: &ServerWords, read: &mut Words) {
    let error = challenges(response).find_map(|field| {
        let error = challenge::parameter(field, "error");
        let description = challenge::parameter(field, "error_description");
        (error.is_some() || description.is_some()).then_some((error, description))
    });
    let Some((error, description)) = error else {
        return;
    };
    read.error = error.map(|error| words.keep(&error, 128));
    let description = description.map(|text| words.keep(&text, 1_024));
    read.description = description.or(read.description.take());
}

fn read_text(text: &str, response: &HttpResponse, words: &ServerWords) -> (ErrorShape, Words) {
    let keep = |text: String, longest| Some(words.keep(&text, longest));
    let content_type = response.header("Content-Type").unwrap_or_default();
    let mut read = Words::default();
    if !text.starts_with('<') {
        if let Some((error, description)) = error_text::form(text) {
            read.error = keep(error, 128);
            read.description = description.and_then(|text| keep(text, 1_024));
            return (ErrorShape::OAuth, read);
        }
        // Words of a proxy or a gateway. One word, or what is one, may be a secret.
        let is_plain = content_type.to_ascii_lowercase().starts_with("text/plain");
        let line = error_text::line(text);
        let line = line.filter(|line| is_plain || error_text::is_sentence(line));
        read.description = line.and_then(|line| keep(line.to_string(), 256));
        return (ErrorShape::Other, read);
    }
    if markup::is_xml(text, content_type) {
        read.error = markup::code(text).and_then(|text| keep(text, 128));
        read.description = markup::description(text).and_then(|text| keep(text, 1_024));
        return (ErrorShape::Xml, read);
    }
    read.title = markup::title(text).and_then(|text| keep(text, 128));
    read.message_id = markup::support_id(text).map(|id| words.keep_id(id, 128));
    (ErrorShape::Html, read)
}

/// A JSON text that is no access token response.
struct Answer<'a> {
    value: &'a Value,
    words: ServerWords,
}

impl Answer<'_> {
    fn read(&self) -> (ErrorShape, Words) {
        let (shape, mut words) = self.read_members();
        words.message_id = IDS
            .iter()
            .find_map(|pointer| self.id(pointer))
            .or_else(|| self.id_in_uri());
        words.trace_id = self.id("/trace_id").or_else(|| self.id("/traceId"));
        words.correlation_id = self.id("/correlation_id");
        (shape, words)
    }

    fn read_members(&self) -> (ErrorShape, Words) {
        let value = self.value;
        let has = |pointer: &str, is: fn(&Value) -> bool| value.pointer(pointer).is_some_and(is);
        let words = |code: &[&str], description: &[&str], uri: &[&str]| Words {
            error: code.iter().find_map(|pointer| self.code(pointer)),
            description: description
                .iter()
                .find_map(|pointer| self.description(pointer)),
            uri: uri.iter().find_map(|pointer| self.description(pointer)),
            ..Words::default()
        };
        if has("/error", Value::is_string) {
            let said = ["/error_description", "/message", "/description"];
            let mut read = words(&["/error"], &said, &["/error_uri"]);
            if read.description.is_none() {
                let said = error_members::description_beside_code(value);
                read.description = said.map(|text| self.said(&text));
            }
            return (ErrorShape::OAuth, read);
        }
        if has("/Error", Value::is_string) {
            let said = ["/ErrorDescription", "/Error_description", "/Message"];
            return (ErrorShape::OAuth, words(&["/Error"], &said, &[]));
        }
        if has("/statusmessage", Value::is_string) {
            return (
                ErrorShape::OAuth,
                words(&["/statusmessage"], &["/description"], &[]),
            );
        }
        if has("/fault", Value::is_object) {
            let mut read = words(
                &["/fault/detail/errorcode", "/fault/code"],
                &["/fault/faultstring"],
                &[],
            );
            if read.description.is_none() {
                read.description = self.joined("/fault/message", "/fault/description");
            }
            return (ErrorShape::ApigeeFault, read);
        }
        if value.pointer("/resourceType").and_then(Value::as_str) == Some("OperationOutcome") {
            let code = ["/issue/0/details/coding/0/code", "/issue/0/code"];
            let said = [
                "/issue/0/diagnostics",
                "/issue/0/details/text",
                "/issue/0/details/coding/0/display",
            ];
            return (ErrorShape::OperationOutcome, words(&code, &said, &[]));
        }
        if has("/errors/0", Value::is_object) {
            let mut read = words(&["/errors/0/code"], &[], &["/errors/0/links/about"]);
            read.description = self.joined("/errors/0/title", "/errors/0/detail");
            if read.description.is_none() {
                let (_, by_names) = self.read_by_names();
                read.description = by_names.description;
                read.error = read.error.or(by_names.error);
            }
            return (ErrorShape::JsonApi, read);
        }
        if has("/errorCode", Value::is_string) {
            let said = ["/errorSummary", "/message"];
            return (ErrorShape::ErrorSummary, words(&["/errorCode"], &said, &[]));
        }
        self.read_message()
    }

    /// Errors that are a message, in one member or another, and perhaps a code.
    fn read_message(&self) -> (ErrorShape, Words) {
        let first = |pointers: &[&str]| {
            let mut found = pointers
                .iter()
                .filter_map(|pointer| self.description(pointer));
            found.next()
        };
        let description = first(&["/message", "/Message", "/error/message", "/detail"])
            .or_else(|| self.list("/errors"))
            .or_else(|| self.list("/detail"))
            .or_else(|| self.description("/title"));
        let Some(description) = description else {
            return self.read_by_names();
        };
        let description = match self.description("/title") {
            Some(title) if !description.contains(&title) => {
                format!("{}: {description}", title.trim_end_matches('.'))
            }
            _ => description,
        };
        let code = ["/code", "/Code", "/error/status", "/error/code"];
        let words = Words {
            error: code.iter().find_map(|pointer| self.code(pointer)),
            description: Some(description),
            policy: self.code("/policy"),
            ..Words::default()
        };
        (ErrorShape::Message, words)
    }

    /// Errors whose members are none of those, but have names of their kind.
    fn read_by_names(&self) -> (ErrorShape, Words) {
        let keep_code = |code: String| self.words.keep(&code, 128);
        let description = error_members::description(self.value);
        let code = match description {
            Some(_) => error_members::code(self.value),
            None => error_members::type_name(self.value),
        };
        let shape = match (&description, &code) {
            (None, None) => ErrorShape::OtherJson,
            _ => ErrorShape::Message,
        };
        let words = Words {
            error: code
                .filter(|code| description.as_ref() != Some(code))
                .map(keep_code),
            description: description.map(|text| self.said(&text)),
            ..Words::default()
        };
        (shape, words)
    }

    fn said(&self, text: &str) -> String {
        self.words.keep(&markup::decoded(text), 1_024)
    }

    /// A list of texts, or of what is wrong with each parameter, as FastAPI has it, or the same by
    /// its name.
    fn list(&self, pointer: &str) -> Option<String> {
        let value = self.value.pointer(pointer)?;
        let by_field = || error_members::by_field(value).filter(|_| pointer == "/errors");
        if let Some(text) = by_field() {
            return Some(self.said(&text));
        }
        let items = value.as_array()?.iter().take(8);
        let texts = items.filter_map(|item| {
            let text = item.as_str().or_else(|| item.get("msg")?.as_str())?;
            let place = item.get("loc").and_then(Value::as_array);
            let place = place.and_then(|place| place.last()?.as_str());
            Some(match place {
                Some(place) => format!("{place}: {text}"),
                None => text.to_string(),
            })
        });
        let texts: Vec<String> = texts.collect();
        (!texts.is_empty()).then(|| self.words.keep(&texts.join("; "), 1_024))
    }

    /// Two texts, where they differ.
    fn joined(&self, first: &str, second: &str) -> Option<String> {
        match (self.description(first), self.description(second)) {
            (Some(first), Some(second)) if first != second => Some(format!("{first}: {second}")),
            (first, second) => first.or(second),
        }
    }

    fn code(&self, pointer: &str) -> Option<String> {
        let number = || {
            self.value
                .pointer(pointer)?
                .as_u64()
                .map(|code| code.to_string())
        };
        Some(self.words.keep(&self.text(pointer).or_else(number)?, 128))
    }

    fn description(&self, pointer: &str) -> Option<String> {
        Some(self.words.keep(&self.text(pointer)?, 1_024))
    }

    fn id(&self, pointer: &str) -> Option<String> {
        Some(self.words.keep_id(&self.text(pointer)?, 128))
    }

    /// The ID of this answer in the query of `error_uri`, as some servers have it instead of words.
    fn id_in_uri(&self) -> Option<String> {
        let uri = self.text("/error_uri")?;
        let (_, query) = uri.split_once('?')?;
        let id = query.split(['&', '#']).find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let is_id = !value.is_empty() && value.len() <= 64 && value.chars().all(is_name);
            let named = ["id", "request_id", "requestid", "trace_id", "traceid"];
            let lower = name.to_ascii_lowercase();
            (named.contains(&lower.as_str()) && is_id).then_some(value)
        })?;
        Some(self.words.keep_id(id, 64))
    }

    /// Some servers write their words for a page, although they send JSON.
    fn text(&self, pointer: &str) -> Option<String> {
        let text = self.value.pointer(pointer)?.as_str()?.trim();
        (!text.is_empty()).then(|| markup::decoded(text))
    }
}
