use core::future::Future;
use core::pin::Pin;
use std::io;
use std::sync::Arc;

use rustls::AlertDescription;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;

use super::hosts::is_own;
use super::{StandIn, report, trust_advice};
use crate::event::EventKind;
use crate::place::Place;
use crate::server::{Conversation, HEAD_TIMEOUT, converse};
use crate::state::State;

/// How a client came to speak TLS with this gateway.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// The host that it had a tunnel opened to, if it came through the proxy.
    pub(crate) host: Option<String>,
    /// What it calls itself to the proxy.
    pub(crate) user_agent: Option<String>,
}

/// Speaks TLS as the host that the client wants, then answers its requests.
pub(crate) fn accept<S>(
    stream: S,
    state: Arc<State>,
    place: Arc<Place>,
    arrival: Arrival,
) -> Pin<Box<dyn Future<Output = ()> + Send>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    Box::pin(async move {
        let Some(stand_in) = &state.stand_in else {
            return;
        };
        let acceptor = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream);
        let start = match timeout(HEAD_TIMEOUT, acceptor).await {
            Ok(Ok(start)) => start,
            Ok(Err(error)) if is_protocol_error(&error) => {
                let host = arrival.host.as_deref().unwrap_or("TLS");
                let note = format!("what came is no TLS that is understood here: {error}");
                return tell(&state, stand_in, &arrival, host, note);
            }
            // It left without a word, or has nothing to say.
            _ => return,
        };
        let hello = start.client_hello();
        let name = hello.server_name().map(str::to_ascii_lowercase);
        let host = match (name, &arrival.host) {
            (Some(name), _) => name,
            (None, Some(host)) => host.clone(),
            (None, None) => stand_in.hosts.names().next().unwrap_or_default().to_owned(),
        };
        if !stand_in.hosts.knows(&host) && !is_own(&host) {
            let note = format!("this mock gateway stands in for {} only", stand_in.hosts);
            return tell(&state, stand_in, &arrival, &host, note);
        }
        let Ok(configuration) = stand_in.authority.configuration(&host) else {
            return;
        };
        let stream = match timeout(HEAD_TIMEOUT, start.into_stream(configuration)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                let note = handshake_note(&error, &arrival);
                return tell(&state, stand_in, &arrival, &host, note);
            }
            Err(_) => return,
        };
        let outcome = converse(stream, Arc::clone(&state), place, true).await;
        if let Conversation::LeftAtOnce { alert } = outcome {
            let note = leaving_note(alert, &arrival);
            tell(&state, stand_in, &arrival, &host, note);
        }
    })
}

fn is_protocol_error(error: &io::Error) -> bool {
    tls_error(error).is_some()
}

/// What TLS itself had to object.
pub(crate) fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Whether it is one of the alerts by which a client says that it does not trust a certificate
/// (RFC 8446, section 6.2).
fn is_distrust(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateExpired
    )
}

fn handshake_note(error: &io::Error, arrival: &Arrival) -> String {
    match tls_error(error) {
        Some(rustls::Error::AlertReceived(alert)) => leaving_note(Some(*alert), arrival),
        Some(error) => format!("the TLS handshake failed: {error}"),
        None => leaving_note(None, arrival),
    }
}

/// What is to be said of a client that left after it had seen the certificate.
fn leaving_note(alert: Option<AlertDescription>, arrival: &Arrival) -> String {
    let advice = trust_advice(arrival.user_agent.as_deref());
    match alert {
        Some(alert) if is_distrust(alert) => format!(
            "the client does not trust this mock's certificate ({alert:?}); make it trust the \
             mock's certificate authority: {advice}"
        ),
        Some(alert) => format!("the client ended TLS ({alert:?})"),
        None => format!(
            "the client left on seeing the certificate, and most likely does not trust it; make \
             it trust the mock's certificate authority: {advice}"
        ),
    }
}

/// Tells it once of each client: one that tries again fails for the same reason.
fn tell(state: &State, stand_in: &StandIn, arrival: &Arrival, host: &str, note: String) {
    let user_agent = arrival.user_agent.as_deref().unwrap_or_default();
    if stand_in.is_first_report(&format!("{user_agent}\n{host}\n{note}")) {
        report(state, EventKind::TlsFailure, ("TLS", host), 0, note);
    }
}
