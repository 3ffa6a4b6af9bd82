//! Ways of writing a secret down that a server, or its log or proxy, may choose.

use std::fmt::Write as _;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};

/// A name, and what a text becomes.
pub(crate) type Disguise = (&'static str, fn(&str) -> String);

pub(crate) const ALL: [Disguise; 30] = [
    ("plain", |text| text.into()),
    ("in a sentence", |text| format!("token '{text}' is bad")),
    ("64 columns", |text| wrapped(text, 64, "\n")),
    ("20 columns", |text| wrapped(text, 20, "\r\n\t")),
    ("quoted-printable", |text| wrapped(text, 75, "=\r\n")),
    ("blanks between", |text| between(text, " ")),
    ("zero width between", |text| between(text, "\u{200b}")),
    ("soft hyphens between", |text| between(text, "\u{ad}")),
    ("dashes between", |text| between(text, "-")),
    ("dots left out", |text| text.replace('.', "")),
    ("percent-encoded", |text| escaped(text, "%", "", 2)),
    ("percent-encoded twice", |text| escaped(text, "%25", "", 2)),
    ("form-encoded", |text| {
        escaped(text, "%", "", 2).replace("%20", "+")
    }),
    ("JSON escapes", |text| escaped(text, "\\u", "", 4)),
    ("hex escapes", |text| escaped(text, "\\x", "", 2)),
    ("HTML entities", |text| escaped(text, "&#x", ";", 2)),
    ("decimal entities", |text| numbered(text, "&#", ";")),
    ("bytes", |text| numbered(text, "", ", ")),
    ("hex bytes", |text| escaped(text, "0x", ", ", 2)),
    ("hex", |text| escaped(text, "", "", 2)),
    ("capital hex with colons", |text| {
        escaped(text, "", ":", 2).to_uppercase()
    }),
    ("base64", |text| Base64::encode_string(text.as_bytes())),
    ("base64 in 64 columns", |text| {
        wrapped(&Base64::encode_string(text.as_bytes()), 64, "\n")
    }),
    ("base64url behind one byte", |text| {
        Base64UrlUnpadded::encode_string(format!("'{text}").as_bytes())
    }),
    ("base64 behind two bytes", |text| {
        Base64::encode_string(format!("t={text}\"").as_bytes())
    }),
    ("percent-encoded base64 in 30 columns", |text| {
        let base64 = Base64::encode_string(text.as_bytes());
        wrapped(&escaped(&base64, "%", "", 2), 30, "\n")
    }),
    ("reversed", reversed),
    ("reversed base64", |text| {
        reversed(&Base64::encode_string(text.as_bytes()))
    }),
    ("capitals", |text| text.to_uppercase()),
    ("full width", |text| {
        text.chars()
            .map(|character| match character {
                '!'..='~' => char::from_u32(u32::from(character) + 0xfee0).unwrap(),
                _ => character,
            })
            .collect()
    }),
];

fn wrapped(text: &str, columns: usize, end: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let lines = characters.chunks(columns).map(|line| line.iter().collect());
    lines.collect::<Vec<String>>().join(end)
}

fn between(text: &str, separator: &str) -> String {
    let characters: Vec<String> = text.chars().map(String::from).collect();
    characters.join(separator)
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

fn escaped(text: &str, before: &str, after: &str, digits: usize) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        write!(all, "{before}{byte:0digits$x}{after}").unwrap();
        all
    })
}

fn numbered(text: &str, before: &str, after: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        write!(all, "{before}{byte}{after}").unwrap();
        all
    })
}
