//! Requests that differ from a right one in one thing, sent to the real program: what it answers is
//! compared with what is recorded of it, and what our diagnosis makes of the answer with the truth.

mod comparison;
mod recording;
mod request;
// What is wrong in each row is said once, for the recorded answers and for those given now.
#[path = "../../crates/gateway/tests/it/diagnosis/recorded/truth.rs"]
mod truth;

use serde_json::Value;
use tokenring_assertion::NumericDate;
use tokenring_gateway::UnverifiedJwt;
use tokenring_gateway::diagnosis::{Diagnosis, Incident, Likelihood, PublishedKeys};
use tokenring_jwk::{JwkSet, any};
use tokenring_oauth::ErrorResponse;

use self::recording::Recording;
use self::request::{Request, RightRequest};
use crate::http::Answer;
use crate::key_ring::KeyRing;
use crate::recorded_row::RecordedRow;
use crate::report::Report;
use crate::site::{self, Site, now};

pub(crate) use self::request::{RightRequest as Right, key_set};

const FALSE_AND_CERTAIN: &str = "certain and false: ";

/// Sends every row, and says in the report which the program answers as recorded, and of how many
/// of the refused ones the first cause is the true one.
pub(crate) fn replay(
    site: &dyn Site,
    right: &RightRequest<'_>,
    rows: &[RecordedRow],
    keys: &KeyRing,
    least_right: usize,
    report: &mut Report,
) {
    let mut answered = Vec::new();
    let mut diagnosed = Vec::new();
    let mut recording = Recording::asked_for(&right.recorded_as);
    for row in rows {
        let (client_id, request, answer) = send(site, right, row, keys);
        if let Some(recording) = &mut recording {
            recording.note(row.file, &row.label, &client_id, &answer);
        }
        let difference = comparison::difference(&row.answer, &answer);
        answered.push((row.label.clone(), difference.map_or(Ok(()), Err)));
        // One that is refused by mistake has no cause, and is among the answers already.
        let is_mistake = row.cause.is_some();
        if is_mistake && answer.status != 200 {
            let truth = truth::of(row.file, &row.label, row.cause.as_deref());
            // A sender remembers what it sent.
            let was_sent = row.before.is_some() || row.times > 1;
            let sent = request.jwt_id.clone().filter(|_| was_sent);
            let spent: Vec<String> = sent.into_iter().collect();
            let verdict = diagnose(site, &request, &spent, &answer, &truth);
            // Of two faults each one is true, whichever the server looks at.
            let has_two = row.label.starts_with("two faults");
            let verdict = verdict.map_err(|found| match has_two {
                true => found.replace(FALSE_AND_CERTAIN, ""),
                false => found,
            });
            diagnosed.push((row.label.clone(), verdict));
        }
    }
    if let Some(recording) = recording {
        recording.write();
    }
    report.part("mistakes: answers as expected", answered);
    report.part_with_floor("mistakes: first cause right", diagnosed, least_right);
}

/// Sends a row's request. One whose dates grew old on the way, because the machine is busy, is sent
/// again: a second more or less decides some of them.
fn send(
    site: &dyn Site,
    right: &RightRequest<'_>,
    row: &RecordedRow,
    keys: &KeyRing,
) -> (String, Request, Answer) {
    let mut tries = 0;
    loop {
        tries += 1;
        let client_id = format!("client-{}", &site::unique()[..13]);
        site.register(&client_id, &row.client, keys);
        let shared = site::unique();
        if let Some(before) = &row.before {
            let request = right.changed(before, &row.client, &client_id, &shared, keys);
            request.send();
        }
        let request = right.changed(&row.request, &row.client, &client_id, &shared, keys);
        for _ in 1..row.times {
            request.send();
        }
        let answer = request.send();
        let is_right = comparison::difference(&row.answer, &answer).is_none();
        if is_right || now() == request.made_at || tries == 5 {
            return (client_id, request, answer);
        }
    }
}

/// What is known to whoever sent the request is held against the answer.
fn diagnose(
    site: &dyn Site,
    request: &Request,
    spent_jwt_ids: &[String],
    answer: &Answer,
    truth: &str,
) -> Result<(), String> {
    let gateway = site.facts().gateway(request.flow);
    let endpoint = site.facts().endpoint(&gateway);
    let response = ErrorResponse::parse(&answer.to_response());
    // What the form has in its place is what was sent.
    let mut sent = request.form.iter();
    let sent = sent.find(|(name, _)| name == "client_assertion");
    let jwt = sent.and_then(|(_, value)| UnverifiedJwt::decode(value).ok());
    let set = request.published.as_ref().map(Value::to_string);
    let set = set.and_then(|text| JwkSet::from_json(&text).ok());
    let mut incident = Incident::new(&gateway, &endpoint, &response)
        .with_provider(&any::Verifier)
        .with_own_key(&request.key.public)
        .with_sent_at(NumericDate::from_seconds(request.made_at))
        .with_client_id(&request.client_id)
        .with_form(&request.form)
        .with_spent_jwt_ids(spent_jwt_ids);
    if request.headers.iter().any(|(name, _)| name == "dpop") {
        incident = incident.with_dpop_proof();
    }
    if let Some(jwt) = &jwt {
        incident = incident.with_assertion(jwt);
    }
    if let Some(set) = &set {
        incident = incident.with_published_keys(PublishedKeys::presumed(set, "k1.json"));
    }
    let diagnosis = Diagnosis::of(&incident);
    let first = diagnosis.first();
    if truth::is_said_by(truth, first) {
        return Ok(());
    }
    let found = first.rule().map(|rule| rule.name());
    let sure = match first.likelihood() {
        Likelihood::Certain => FALSE_AND_CERTAIN,
        _ => "",
    };
    let class = first.class();
    Err(format!("{sure}{found:?}, {class:?} for {truth}"))
}
