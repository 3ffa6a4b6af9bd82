//! What comes of the values of a `ClientBuilder`, as lines that can be compared: the values that
//! are in force, the request as it would be, and what is sent.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};
use tokenring::{Client, ClientBuilder, Error, Event};
use tokenring_oauth::{HttpRequest, HttpResponse, Transport, TransportError};

/// What the server answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// A token for 300 seconds.
    Token,
    /// A rejection, by a clock that is two hours ahead.
    OtherClock,
}

type Journal = Arc<Mutex<Vec<String>>>;

struct Server {
    answer: Answer,
    journal: Journal,
}

impl Transport for Server {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.send_within(request, Duration::MAX)
    }

    fn send_within(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<HttpResponse, TransportError> {
        // A moment of it is gone by now.
        let seconds = limit.as_millis().div_ceil(1000);
        note(
            &self.journal,
            format!("{} within {seconds} s", request.url()),
        );
        Ok(match self.answer {
            Answer::Token => {
                let body = br#"{"access_token":"abc","token_type":"Bearer","expires_in":300}"#;
                request.response(200, Vec::new(), body.to_vec())
            }
            Answer::OtherClock => {
                let ahead = std::time::SystemTime::now() + Duration::from_secs(7200);
                let date = ("Date".to_owned(), httpdate::fmt_http_date(ahead));
                let body = br#"{"error":"invalid_client"}"#;
                request.response(401, vec![date], body.to_vec())
            }
        })
    }
}

fn note(journal: &Journal, line: String) {
    let mut lines = journal.lock().unwrap_or_else(PoisonError::into_inner);
    lines.push(line);
}

/// Builds two clients one after the other, asks each for a token, and says what came of it. Nothing
/// in the lines depends on the time, chance, or where the folder is.
#[must_use]
pub fn observe(builder: ClientBuilder, answer: Answer, folder: &Path) -> Vec<String> {
    let journal = Journal::default();
    let heard = Arc::clone(&journal);
    let builder = builder
        .on_event(move |event| note(&heard, told(&event)))
        .transport(Server {
            answer,
            journal: Arc::clone(&journal),
        });
    for _ in 0..2 {
        if let Err(error) = observe_client(builder.clone(), &journal) {
            note(&journal, format!("{error:?}"));
        }
    }
    let cached = std::fs::read_dir(folder.join("cache")).map_or(0, Iterator::count);
    note(&journal, format!("{cached} cached"));
    let lines = journal.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder.display().to_string();
    lines
        .iter()
        .map(|line| without_time(&line.replace(&folder, "FOLDER")))
        .collect()
}

fn observe_client(builder: ClientBuilder, journal: &Journal) -> Result<(), Error> {
    let client: Client = builder.build()?;
    for value in client.effective_values() {
        note(journal, format!("{value:?}"));
    }
    let preview = client.preview()?;
    note(
        journal,
        format!("{} {:?} {:?}", preview.url, preview.headers, preview.form),
    );
    note(journal, preview.header);
    note(journal, claims(&preview.claims));
    let token = client.token()?;
    note(journal, format!("token of type {}", token.token_type()));
    Ok(())
}

/// An event, without what is left of a token by now.
fn told(event: &Event) -> String {
    match event {
        Event::ShortLifetime { .. } => "ShortLifetime".to_owned(),
        event => format!("{event:?}"),
    }
}

/// The claims, with the lifetime in place of the dates.
fn claims(text: &str) -> String {
    let mut claims: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let mut take = |name: &str| claims.remove(name).and_then(|value| value.as_u64());
    let (expiry, issue) = (take("exp"), take("iat"));
    let lifetime = expiry.zip(issue).map(|(expiry, issue)| expiry - issue);
    for name in ["jti", "nbf"] {
        claims.remove(name);
    }
    format!("{} for {lifetime:?} s", Value::Object(claims))
}

/// Without what an error or event says of the moment.
fn without_time(line: &str) -> String {
    let words = line.split_inclusive(' ');
    let is_time = |word: &str| word.bytes().filter(u8::is_ascii_digit).count() > 3;
    words.filter(|word| !is_time(word)).collect()
}
