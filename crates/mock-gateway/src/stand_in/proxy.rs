use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{HOST, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;

use super::handshake::{Arrival, accept};
use super::hosts::{is_loopback, is_own, split_authority};
use super::{MeantHost, StandIn};
use crate::answer::Answer;
use crate::header::only_value;
use crate::place::Place;
use crate::state::State;

/// So much of a client's name for itself is kept.
const LONGEST_USER_AGENT: usize = 200;

/// What becomes of a request, by the host that it is meant for.
#[derive(Debug)]
pub(crate) enum Passage {
    /// It is for this gateway by its own name, or there are no others.
    Own,
    StandIn(MeantHost),
    /// It is for a host that this gateway does not stand in for.
    Refused(Box<Answer>),
}

/// Finds whom a request is meant for that is no `CONNECT`.
///
/// `is_tls` tells that it came in encrypted. Then its `Host` counts, and else the absolute form of
/// its target (RFC 9112, section 3.2.2), which proxies get.
pub(crate) fn passage(state: &State, request: &Request<Incoming>, is_tls: bool) -> Passage {
    let Some(stand_in) = &state.stand_in else {
        return Passage::Own;
    };
    let target = request.uri().authority().map(|target| target.as_str());
    let authority = match target {
        Some(target) if is_tls || stand_in.is_proxy => target,
        None if is_tls => only_value(request.headers(), &HOST).unwrap_or_default(),
        _ => return Passage::Own,
    };
    let (scheme, port) = if is_tls { ("https", 443) } else { ("http", 80) };
    match split_authority(authority, port) {
        Some((name, _)) if is_tls && is_own(&name) => Passage::Own,
        // A client whose every request goes to the proxy calls this gateway so, too.
        Some((name, port)) if is_loopback(&name) && port == stand_in.port => Passage::Own,
        Some((name, _)) if stand_in.hosts.knows(&name) => Passage::StandIn(MeantHost {
            scheme,
            authority: authority.to_owned(),
        }),
        // RFC 9110, section 15.5.20: another host than the one of the connection.
        _ if is_tls => refused(stand_in, StatusCode::MISDIRECTED_REQUEST, authority),
        _ => refused(stand_in, StatusCode::FORBIDDEN, authority),
    }
}

/// Opens a tunnel that ends here (RFC 9110, section 9.3.6), or refuses to.
///
/// Nothing comes of a request that is no `CONNECT` to a proxy.
pub(crate) fn connect(
    state: &Arc<State>,
    request: &mut Request<Incoming>,
    place: &Arc<Place>,
) -> Option<Result<Answer, Box<Answer>>> {
    let stand_in = state.stand_in.as_ref().filter(|it| it.is_proxy)?;
    if request.method() != Method::CONNECT {
        return None;
    }
    let target = request.uri().authority().map_or("", |it| it.as_str());
    let known =
        split_authority(target, 443).filter(|(name, port)| stand_in.hosts.knows_at(name, *port));
    let Some((host, _)) = known else {
        let answer = refusal(stand_in, StatusCode::FORBIDDEN, target);
        return Some(Err(Box::new(answer)));
    };
    let user_agent = only_value(request.headers(), &USER_AGENT).map(|text| {
        let kept = text.chars().take(LONGEST_USER_AGENT);
        kept.collect::<String>()
    });
    let (state, place) = (Arc::clone(state), Arc::clone(place));
    let upgrade = hyper::upgrade::on(request);
    tokio::spawn(async move {
        // A client that leaves before has nothing to be told.
        if let Ok(stream) = upgrade.await {
            let arrival = Arrival {
                host: Some(host),
                user_agent,
            };
            accept(TokioIo::new(stream), state, place, arrival).await;
        }
    });
    Some(Ok(Answer::empty(StatusCode::OK)))
}

fn refused(stand_in: &StandIn, status: StatusCode, authority: &str) -> Passage {
    Passage::Refused(Box::new(refusal(stand_in, status, authority)))
}

fn refusal(stand_in: &StandIn, status: StatusCode, authority: &str) -> Answer {
    let shown: String = authority.chars().take(LONGEST_USER_AGENT).collect();
    let note = format!(
        "this mock gateway stands in for {} only, not for {shown:?}",
        stand_in.hosts
    );
    let body = format!("{note}\n").into_bytes();
    let mut answer = Answer::new(status, "text/plain; charset=utf-8", body);
    answer.inspection.note = Some(note);
    answer
}
