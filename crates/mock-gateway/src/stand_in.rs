//! The gateway in place of the real one: a proxy, and TLS for the real one's host names.

mod advice;
mod authority;
mod certificate;
mod handshake;
mod hosts;
mod proxy;

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use hyper::http::request::Parts;

use crate::event::{Event, EventKind, Inspection};
use crate::state::State;

pub(crate) use advice::trust_advice;
pub(crate) use authority::Authority;
pub(crate) use handshake::{Arrival, accept, tls_error};
pub(crate) use hosts::{Hosts, split_authority};
pub(crate) use proxy::{Passage, connect, passage};

/// So many clients are remembered that were told of once.
const REPORTED_CLIENTS: usize = 64;

/// What it takes to answer as the real gateway's hosts do.
#[derive(Debug)]
pub(crate) struct StandIn {
    pub(crate) hosts: Hosts,
    pub(crate) authority: Authority,
    /// Whether the plain listener is a proxy too.
    pub(crate) is_proxy: bool,
    /// The port of the plain listener.
    port: u16,
    reported: Mutex<VecDeque<String>>,
}

impl StandIn {
    pub(crate) fn new(hosts: Hosts, authority: Authority, is_proxy: bool, port: u16) -> Self {
        Self {
            hosts,
            authority,
            is_proxy,
            port,
            reported: Mutex::default(),
        }
    }

    /// Whether this is the first time that something is told of a client.
    fn is_first_report(&self, client: &str) -> bool {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.iter().any(|each| each == client) {
            return false;
        }
        if reported.len() >= REPORTED_CLIENTS {
            reported.pop_front();
        }
        reported.push_back(client.to_owned());
        true
    }
}

/// The real host that a request was meant for, as far as this gateway stands in for one.
#[derive(Clone, Debug)]
pub(crate) struct MeantHost {
    pub(crate) scheme: &'static str,
    /// As the client has it, with its port if it names one.
    pub(crate) authority: String,
}

impl MeantHost {
    pub(crate) fn of(head: &Parts) -> Option<&Self> {
        head.extensions.get()
    }
}

/// Tells of something that is no request: a connection that came to nothing.
pub(crate) fn report(
    state: &State,
    kind: EventKind,
    what: (&str, &str),
    status: u16,
    note: String,
) {
    let (method, path) = what;
    state.journal.record(Event {
        time: state.clock.now().to_system_time(),
        mount: None,
        kind,
        method: method.to_owned(),
        path: path.to_owned(),
        host: None,
        status,
        client_id: None,
        refusal: None,
        message_id: None,
        inspection: Inspection {
            note: Some(note),
            ..Inspection::default()
        },
    });
}
