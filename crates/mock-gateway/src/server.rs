use core::time::Duration;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::AlertDescription;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::place::{Place, Places};
use crate::router;
use crate::stand_in::{self, Arrival};
use crate::state::State;

/// The time for a request's head, and for which an idle connection is kept.
pub(crate) const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection older than this is closed after the request that it is busy with.
const CONNECTION_LIFETIME: Duration = Duration::from_secs(300);
const CLOSING_TIMEOUT: Duration = Duration::from_secs(60);
const MAXIMUM_HEAD_BYTES: usize = 64 * 1024;
const MAXIMUM_HEADERS: usize = 100;
/// After this the thread of a stopped server is left to itself.
const STOPPING_TIMEOUT: Duration = Duration::from_secs(5);

/// A server in its own thread, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    https_address: Option<SocketAddr>,
    stop: Option<oneshot::Sender<()>>,
    finished: mpsc::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves plain HTTP at one listener, and HTTPS at the other if there is one.
    pub(crate) fn start(
        listener: TcpListener,
        https_listener: Option<TcpListener>,
        state: Arc<State>,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let https_address = https_listener.as_ref().map(TcpListener::local_addr);
        let https_address = https_address.transpose()?;
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let listeners = Listeners {
            plain: registered(&runtime, listener)?,
            https: match https_listener {
                Some(listener) => Some(registered(&runtime, listener)?),
                None => None,
            },
        };
        let (stop, stopped) = oneshot::channel();
        let (finish, finished) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("mock-gateway".to_owned())
            .spawn(move || {
                serve(runtime, listeners, state, stopped);
                // Nobody listens any more where the handle did not wait.
                let _ = finish.send(());
            })?;
        Ok(Self {
            address,
            https_address,
            stop: Some(stop),
            finished,
            thread: Some(thread),
        })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) const fn https_address(&self) -> Option<SocketAddr> {
        self.https_address
    }

    /// Waits until the thread ends, which it does by itself only if it panics.
    pub(crate) fn wait(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic was reported by its own thread already.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended before.
            let _ = stop.send(());
        }
        let Some(thread) = self.thread.take() else {
            return;
        };
        // An observer that drops the gateway runs in that very thread, and one that never returns
        // keeps it: neither may hang the program.
        if thread.thread().id() == thread::current().id() {
            return;
        }
        if self.finished.recv_timeout(STOPPING_TIMEOUT) != Err(mpsc::RecvTimeoutError::Timeout) {
            let _ = thread.join();
        }
    }
}

/// Where connections come in.
struct Listeners {
    plain: tokio::net::TcpListener,
    https: Option<tokio::net::TcpListener>,
}

fn registered(runtime: &Runtime, listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    let _entered = runtime.enter();
    tokio::net::TcpListener::from_std(listener)
}

/// Runs until the stop signal, or until its sender is gone.
fn serve(
    runtime: Runtime,
    listeners: Listeners,
    state: Arc<State>,
    stopped: oneshot::Receiver<()>,
) {
    let places = Arc::new(Places::new());
    if let Some(listener) = listeners.https {
        runtime.spawn(listen(
            listener,
            Arc::clone(&state),
            Arc::clone(&places),
            true,
        ));
    }
    runtime.spawn(listen(listeners.plain, state, places, false));
    let _ = runtime.block_on(stopped);
    // Drops the listeners and all connections, and does not wait for key sets on their way.
    runtime.shutdown_background();
}

async fn listen(
    listener: tokio::net::TcpListener,
    state: Arc<State>,
    places: Arc<Places>,
    is_tls: bool,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, most of all: that passes.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Some(place) = places.take().await else {
            return;
        };
        // Answers are small and written at once.
        let _ = stream.set_nodelay(true);
        tokio::spawn(welcome(stream, Arc::clone(&state), Arc::new(place), is_tls));
    }
}

async fn welcome(stream: TcpStream, state: Arc<State>, place: Arc<Place>, is_tls: bool) {
    if is_tls {
        let arrival = Arrival {
            host: None,
            user_agent: None,
        };
        stand_in::accept(stream, state, place, arrival).await;
    } else {
        let _ = converse(stream, state, place, false).await;
    }
}

/// What came of a connection.
#[derive(Debug)]
pub(crate) enum Conversation {
    Ended,
    /// The client left before it had sent anything, of its own accord.
    LeftAtOnce {
        alert: Option<AlertDescription>,
    },
}

/// Answers the requests of one connection.
pub(crate) async fn converse<S>(
    stream: S,
    state: Arc<State>,
    place: Arc<Place>,
    is_tls: bool,
) -> Conversation
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let has_asked = Arc::new(AtomicBool::new(false));
    let asks = Arc::clone(&has_asked);
    let sends_date = state.rulebook.gateway.server().sends_date();
    let service = service_fn(move |request: Request<Incoming>| {
        asks.store(true, Ordering::Relaxed);
        let (state, place) = (Arc::clone(&state), Arc::clone(&place));
        async move { router::respond(&state, request, &place, is_tls).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .auto_date_header(sends_date)
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAXIMUM_HEAD_BYTES)
        .max_headers(MAXIMUM_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = core::pin::pin!(connection);
    // What goes wrong on a connection is its client's business: hyper has answered already.
    let Ok(ended) = timeout(CONNECTION_LIFETIME, connection.as_mut()).await else {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(CLOSING_TIMEOUT, connection).await;
        return Conversation::Ended;
    };
    let was_late = ended.as_ref().is_err_and(hyper::Error::is_timeout);
    if has_asked.load(Ordering::Relaxed) || was_late {
        return Conversation::Ended;
    }
    let error = ended.as_ref().err().and_then(core::error::Error::source);
    let error = error.and_then(|error| error.downcast_ref::<io::Error>());
    Conversation::LeftAtOnce {
        alert: match error.and_then(stand_in::tls_error) {
            Some(rustls::Error::AlertReceived(alert)) => Some(*alert),
            _ => None,
        },
    }
}
