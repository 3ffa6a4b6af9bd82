//! `/-/clients`: the registered clients, in the form of the clients file.

use std::io;
use std::path::Path;

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::{Refused, malformed};
use crate::answer::Answer;
use crate::client::{Client, ClientKeys};
use crate::client_file::{FileClient, read_client, read_clients};
use crate::client_registration::BoundTokens;
use crate::registration::client_of;
use crate::state::State;

pub(super) fn list(state: &State) -> Answer {
    let clients = state.clients.now();
    let all = clients.all().into_iter();
    let shown: Map<String, Value> = all
        .map(|client| (client.id.clone(), value(client)))
        .collect();
    Answer::json(StatusCode::OK, &[("clients", Value::Object(shown))])
}

pub(super) fn show(state: &State, id: &str) -> Result<Answer, Refused> {
    let clients = state.clients.now();
    let client = clients.find(id).ok_or_else(|| unknown(id))?;
    Ok(of(StatusCode::OK, client))
}

/// Registers the client, or puts it in the place of the one with this ID.
pub(super) fn put(state: &State, id: String, members: &Value) -> Result<Answer, Refused> {
    let client = read_client(&id, members, Path::new(""), &no_files).map_err(malformed)?;
    let client = registered(client)?;
    let answer = of(StatusCode::OK, &client);
    let replaced = state.clients.change(|clients| clients.put(client));
    let mut answer = answer;
    if !replaced {
        *answer.response.status_mut() = StatusCode::CREATED;
    }
    Ok(answer)
}

/// Registers many at once, beside those that are there or in their place. None of them is
/// registered if one cannot be.
pub(super) fn put_all(state: &State, root: &Value, replaces: bool) -> Result<Answer, Refused> {
    let read = read_clients(root, Path::new(""), &no_files).map_err(malformed)?;
    let mut registered_clients = Vec::new();
    for client in read {
        registered_clients.push(registered(client)?);
    }
    let count = registered_clients.len();
    state.clients.change(|clients| {
        if replaces {
            clients.clear();
        }
        for client in registered_clients {
            clients.put(client);
        }
    });
    Ok(Answer::json(
        StatusCode::OK,
        &[("registered", count.into())],
    ))
}

pub(super) fn remove(state: &State, id: &str) -> Result<Answer, Refused> {
    match state.clients.change(|clients| clients.remove(id)) {
        true => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        false => Err(unknown(id)),
    }
}

pub(super) fn remove_all(state: &State) -> Answer {
    state.clients.change(crate::clients::Clients::clear);
    Answer::empty(StatusCode::NO_CONTENT)
}

fn registered(client: FileClient) -> Result<Client, Refused> {
    let made = client_of(client.id, client.keys, client.registration);
    made.map_err(|error| malformed(error.to_string()))
}

fn unknown(id: &str) -> Refused {
    Refused(
        StatusCode::NOT_FOUND,
        format!("no client {id:?} is registered"),
    )
}

/// Whoever can send a request could have any file of this user read.
fn no_files(_: &Path) -> io::Result<String> {
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "files are not read here, so send the text itself",
    ))
}

fn of(status: StatusCode, client: &Client) -> Answer {
    match value(client) {
        Value::Object(members) => {
            let members: Vec<_> = members.into_iter().collect();
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone()))
                .collect();
            Answer::json(status, &members)
        }
        _ => Answer::empty(status),
    }
}

/// What is registered of a client: public, all of it.
fn value(client: &Client) -> Value {
    let registration = &client.registration;
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            members.insert(name.to_owned(), value);
        }
    };
    add("id", client.id.as_str().into());
    match &client.keys {
        ClientKeys::Fixed(keys) => {
            let ids: Vec<Value> = keys.iter().map(|key| key.key_id.clone().into()).collect();
            add("key-ids", ids.into());
        }
        ClientKeys::Url(url) => add("jwks-url", url.as_str().into()),
        ClientKeys::Unreadable | ClientKeys::Unregistered => add("key-ids", json!([])),
    }
    add("authentication", registration.authentication.name().into());
    add("disabled", registration.is_disabled.into());
    add(
        "algorithm",
        registration.algorithm.map(|it| it.name()).into(),
    );
    add("grants", registration.grants.clone().into());
    add("scopes", registration.scopes.clone().into());
    let longest = registration.longest_age.map(|longest| longest.as_secs());
    add("longest-age-seconds", longest.into());
    let bound = registration.binding.map(|binding| match binding {
        BoundTokens::Dpop => "dpop",
        BoundTokens::Nothing => "none",
        BoundTokens::Certificate => "certificate",
    });
    add("bound-tokens", bound.into());
    Value::Object(members)
}
