//! Writes what a program answered into the file that its rows are from.

use integration_tests::fixtures;
use serde_json::{Map, Value, json};

use crate::http::Answer;

/// Set to record: rows of the files that end in `-more` get the answers that came.
const VARIABLE: &str = "TOKENRING_RECORD";
/// The headers that a row keeps.
const HEADERS: [&str; 5] = [
    "cache-control",
    "pragma",
    "content-type",
    "www-authenticate",
    "location",
];

/// Answers of a program, by the file and label of their rows.
pub(super) struct Recording<'a> {
    /// Texts of the running program, and those that stand for them in the files.
    replaced: &'a [(String, &'static str)],
    answers: Vec<(&'static str, String, Value)>,
}

impl<'a> Recording<'a> {
    /// Nothing, unless somebody asked for it.
    pub(super) fn asked_for(replaced: &'a [(String, &'static str)]) -> Option<Self> {
        let _ = std::env::var_os(VARIABLE)?;
        let answers = Vec::new();
        Some(Self { replaced, answers })
    }

    pub(super) fn note(
        &mut self,
        file: &'static str,
        label: &str,
        client_id: &str,
        answer: &Answer,
    ) {
        let named = |text: &str| {
            let mut text = text.replace(client_id, "${client}");
            for (own, recorded) in self.replaced {
                text = text.replace(own, recorded);
            }
            text
        };
        let mut headers = Map::new();
        for name in HEADERS {
            if let Some(value) = answer.header(name) {
                let value = value.split(";jsessionid=").next().unwrap_or_default();
                headers.insert(name.to_owned(), json!(named(value)));
            }
        }
        let mut body = answer.text();
        if let Ok(mut value) = serde_json::from_str::<Value>(&body) {
            for token in ["access_token", "id_token"] {
                if value.get(token).is_some() {
                    value[token] = json!("TOKEN");
                }
            }
            if answer.status < 300 {
                body = value.to_string();
            }
        }
        let row = json!({ "status": answer.status, "headers": headers, "body": named(&body) });
        self.answers.push((file, label.to_owned(), row));
    }

    pub(super) fn write(self) {
        let mut files: Vec<&str> = self.answers.iter().map(|(file, ..)| *file).collect();
        files.retain(|file| file.ends_with("-more"));
        files.dedup();
        for file in files {
            let name = format!("recorded-answers/{file}.json");
            let mut rows = fixtures::json(&name);
            for row in rows.as_array_mut().unwrap() {
                let mut answers = self.answers.iter();
                let answer = answers.find(|(of, label, _)| *of == file && row["label"] == **label);
                let Some((.., answer)) = answer else { continue };
                for (name, value) in answer.as_object().unwrap() {
                    row[name] = value.clone();
                }
                // The one form has bodies as texts, the other as what they are.
                if row.get("rule").is_some() {
                    let text = row["body"].as_str().unwrap();
                    if let Ok(body) = serde_json::from_str::<Value>(text) {
                        row["body"] = body;
                    }
                }
            }
            let text = serde_json::to_string_pretty(&rows).unwrap();
            std::fs::write(fixtures::path(&name), text + "\n").unwrap();
        }
    }
}
