//! The words of JSON errors by the names of their members, whatever their spelling and nesting.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value;

use crate::answer_members::plain;
use crate::error_text::is_sentence;

/// Members that hold words, without case and punctuation, the most telling first.
const WORDS: [&str; 20] = [
    "errordescription",
    "errormessage",
    "errormsg",
    "errmsg",
    "errortext",
    "message",
    "messages",
    "msg",
    "errordetail",
    "moreinformation",
    "detail",
    "description",
    "developermessage",
    "reason",
    "faultstring",
    "statusmessage",
    "httpmessage",
    "usermessage",
    "error",
    "err",
];
/// Members that hold a code.
const CODES: [&str; 5] = ["errorcode", "errcode", "code", "faultcode", "error"];
/// Members that hold these members.
const AROUND: [&str; 6] = ["error", "errors", "fault", "detail", "response", "messages"];
/// So deep is looked.
const DEEPEST: u8 = 3;
/// An error has no more members.
const MOST_MEMBERS: usize = 64;
/// So many items of a list, or members of an object, are said.
const MOST: usize = 8;

/// The words of an error.
pub(crate) fn description(value: &Value) -> Option<String> {
    text(value)
        .filter(|text| is_sentence(text))
        .or_else(|| found(value, &WORDS, text, DEEPEST))
        .or_else(|| by_field(value.get("errors").or_else(|| value.get("error"))?))
}

/// The words of an error, but for the member `error`, which holds a code.
pub(crate) fn description_beside_code(value: &Value) -> Option<String> {
    let named = WORDS.split_last_chunk::<2>().map(|(named, _)| named)?;
    found(value, named, text, 0)
}

/// The code of an error that has words.
pub(crate) fn code(value: &Value) -> Option<String> {
    found(value, &CODES, code_text, DEEPEST).or_else(|| type_name(value))
}

/// The name of AWS's exceptions, perhaps behind a namespace.
pub(crate) fn type_name(value: &Value) -> Option<String> {
    let name = value.get("__type")?.as_str()?;
    let name = name.rsplit('#').next().unwrap_or(name).trim();
    (!name.is_empty()).then(|| name.to_string())
}

/// What is wrong with each parameter, as ASP.NET and Rails have it: a text, or several, by its name.
pub(crate) fn by_field(errors: &Value) -> Option<String> {
    let fields = errors.as_object()?.iter().take(MOST);
    let texts = fields.filter_map(|(name, value)| {
        let text = text(value)?;
        Some(match name.as_str() {
            "" => text,
            name => format!("{name}: {text}"),
        })
    });
    let texts: Vec<String> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// What the first of these names has, here or in what is around such members.
fn found(
    value: &Value,
    names: &[&str],
    read: fn(&Value) -> Option<String>,
    depth: u8,
) -> Option<String> {
    let members = value.as_object()?.iter().take(MOST_MEMBERS);
    let names_of: Vec<(String, &Value)> =
        members.map(|(name, value)| (plain(name), value)).collect();
    let named = |wanted: &str| {
        let mut named = names_of.iter().filter(|(name, _)| name == wanted);
        named.find_map(|(_, value)| read(value))
    };
    if let Some(text) = names.iter().find_map(|name| named(name)) {
        return Some(text);
    }
    let depth = depth.checked_sub(1)?;
    names_of
        .iter()
        .filter(|(name, _)| AROUND.contains(&name.as_str()))
        .find_map(|(_, value)| {
            let inner = value.get(0).unwrap_or(value);
            found(inner, names, read, depth)
        })
}

/// A text, or several.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
        Value::Array(items) => {
            let items = items.iter().take(MOST).filter_map(Value::as_str);
            let items: Vec<&str> = items.map(str::trim).filter(|it| !it.is_empty()).collect();
            (!items.is_empty()).then(|| items.join("; "))
        }
        _ => None,
    }
}

/// A code is one word.
fn code_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty() && !text.contains(char::is_whitespace)).then(|| text.to_string())
        }
        Value::Number(number) => number
            .as_u64()
            .filter(|it| *it != 0)
            .map(|it| it.to_string()),
        _ => None,
    }
}
