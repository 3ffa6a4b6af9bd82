use alloc::string::{String, ToString};
use core::fmt;

use serde_json::Value;
use tokenring_jwk::{Error as JwkError, JsonFault, JsonObject, JsonType};

use crate::answer_members::plain;
use crate::error_markup as markup;
use crate::printable;
use crate::server_words::ServerWords;

/// What keeps a successful response from being an access token response.
///
/// No variant holds a value of the response but its `token_type` and what an HTML page says of
/// itself, each at a limited length and without secrets.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ResponseDefect {
    /// The response with this status has no body.
    Empty {
        /// The status code.
        status: u16,
    },
    /// The body is an HTML page.
    Html {
        /// Its title.
        title: Option<String>,
        /// The ID by which a firewall's page asks to be quoted.
        support_id: Option<String>,
    },
    /// The body is XML.
    Xml,
    /// The body is a JWT by itself.
    Jwt,
    /// The body is a form, as RFC 6749 has it for requests only.
    FormEncoded,
    /// The body is not one JSON object in UTF-8 with unique member names.
    NotJsonObject(JsonFault),
    /// There is no `access_token`.
    NoAccessToken,
    /// There is an `id_token` and no `access_token`.
    IdTokenOnly,
    /// There is no `access_token`, and this member in its place.
    Misnamed(String),
    /// There is an `access_token` below this member, and none at the top level.
    Nested(String),
    /// The `access_token` is of this type.
    AccessTokenType(JsonType),
    /// The `token_type` is of this type.
    TokenTypeType(JsonType),
    /// The token is of another type than the one asked for.
    OtherTokenType {
        /// The type that was asked for.
        requested: String,
        /// The type that the response names.
        issued: String,
    },
}

/// So much of a name from a server is kept.
const LONGEST: usize = 64;
/// So deep a token is looked for.
const DEEPEST: u8 = 4;
/// What an answer should be.
const EXPECTED: &str = "a JSON object with the member access_token";
/// What can be done about an answer of no known kind.
const OPERATOR: &str = "; check the token URL, else tell the gateway's operator";

impl ResponseDefect {
    /// Why a body could not be read as an object.
    pub(crate) fn of_body(status: u16, body: &[u8], error: JwkError, words: &ServerWords) -> Self {
        let text = body.trim_ascii();
        let (JwkError::MalformedJson(fault), false) = (error, text.is_empty()) else {
            return Self::Empty { status };
        };
        match text {
            [b'<', ..] => {
                let page = core::str::from_utf8(text).unwrap_or_default();
                if !markup::is_page(page) {
                    return Self::Xml;
                }
                Self::Html {
                    title: markup::title(page).map(|title| words.keep(&title, LONGEST)),
                    support_id: markup::support_id(page).map(|id| words.keep_id(id, LONGEST)),
                }
            }
            _ if is_jwt(text) => Self::Jwt,
            _ if is_form(text) => Self::FormEncoded,
            _ => Self::NotJsonObject(fault),
        }
    }

    /// Why an object holds no token.
    pub(crate) fn of_members(object: &JsonObject, words: &ServerWords) -> Self {
        match object.get("access_token") {
            None | Some(Value::Null) => {}
            Some(other) => return Self::AccessTokenType(JsonType::of(other)),
        }
        /// As a login that is not of OAuth calls it.
        const OTHERS: [&str; 5] = ["accesstoken", "token", "authtoken", "bearertoken", "jwt"];
        let is_token = |(name, value): &(&str, &Value)| {
            value.is_string() && OTHERS.contains(&plain(name).as_str())
        };
        if let Some((name, _)) = object.iter().find(is_token) {
            return Self::Misnamed(shortened(&words.withhold_secrets(name)));
        }
        let holds_token = |(_, value): &(&str, &Value)| holds_token(value, DEEPEST);
        if let Some((name, _)) = object.iter().find(holds_token) {
            return Self::Nested(shortened(&words.withhold_secrets(name)));
        }
        match object.get("id_token") {
            Some(Value::String(_)) => Self::IdTokenOnly,
            _ => Self::NoAccessToken,
        }
    }

    /// The type is the server's word, and shown like its others.
    pub(crate) fn other_type(requested: &str, issued: &str, words: &ServerWords) -> Self {
        Self::OtherTokenType {
            requested: requested.to_string(),
            issued: words.keep(issued, LONGEST),
        }
    }
}

/// Whether an `access_token` is below a value.
fn holds_token(value: &Value, depth: u8) -> bool {
    let inner = |value: &Value| match depth.checked_sub(1) {
        Some(depth) => holds_token(value, depth),
        None => false,
    };
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| plain(name) == "accesstoken" || inner(value)),
        Value::Array(items) => items.iter().any(inner),
        _ => false,
    }
}

fn shortened(name: &str) -> String {
    name.chars().take(LONGEST).collect()
}

/// Three parts in base64url, the first of them a JSON object.
fn is_jwt(text: &[u8]) -> bool {
    let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let text = text.strip_suffix(b"\"").unwrap_or(text);
    text.starts_with(b"eyJ")
        && text.split(|byte| *byte == b'.').count() == 3
        && text.split(|byte| *byte == b'.').flatten().all(is_base64url)
}

fn is_form(text: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let end = text.iter().position(|byte| *byte == b'=').unwrap_or(0);
    let name = text.get(..end).unwrap_or_default();
    !name.is_empty() && name.iter().all(is_name)
}

impl fmt::Display for ResponseDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { status: 204 } => {
                f.write_str("the status is 204 No Content, and the body is empty")?;
                f.write_str(OPERATOR)
            }
            Self::Empty { status } => {
                write!(f, "the status is {status}, and the body is empty; check the token URL")
            }
            Self::Html { title, support_id } => {
                f.write_str("it is an HTML page")?;
                if let Some(title) = title {
                    write!(f, ", \"{}\"", printable(title))?;
                }
                if let Some(id) = support_id {
                    write!(f, " (support ID {})", printable(id))?;
                }
                f.write_str(
                    "; check the token URL, and whether a proxy or login page intercepts the request",
                )
            }
            Self::Xml => write!(f, "the body is XML; expected {EXPECTED}{OPERATOR}"),
            Self::Jwt => write!(f, "the body is a JWT by itself; expected {EXPECTED}{OPERATOR}"),
            Self::FormEncoded => {
                write!(f, "the body is form-encoded; expected {EXPECTED}{OPERATOR}")
            }
            Self::NotJsonObject(JsonFault::Syntax(position))
                if (position.line, position.column) == (1, 1) =>
            {
                f.write_str("the body is not JSON from its first character on; check the token URL")
            }
            Self::NotJsonObject(fault) => {
                write!(f, "the body is not a JSON object: {fault}{OPERATOR}")
            }
            Self::NoAccessToken => {
                f.write_str("it has no access_token; check the token URL")
            }
            Self::IdTokenOnly => f.write_str(
                "it has an id_token and no access_token; check the scope and the client's registration",
            ),
            Self::Misnamed(name) => write!(
                f,
                "it has the member {} in place of access_token{OPERATOR}",
                printable(name)
            ),
            Self::Nested(name) => write!(
                f,
                "access_token is below the member {}, not at the top level{OPERATOR}",
                printable(name)
            ),
            Self::AccessTokenType(found) => {
                write!(f, "access_token is {found}; expected a text{OPERATOR}")
            }
            Self::TokenTypeType(found) => {
                write!(f, "token_type is {found}; expected a text{OPERATOR}")
            }
            Self::OtherTokenType { requested, issued } => write!(
                f,
                "token_type is \"{}\"; expected \"{}\"",
                printable(issued),
                printable(requested)
            ),
        }
    }
}
