use core::time::Duration;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::place::{Place, Places};
use crate::router;
use crate::state::State;

/// The time for a request's head, and for which an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
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
    stop: Option<oneshot::Sender<()>>,
    finished: mpsc::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(listener: TcpListener, state: Arc<State>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let listener = {
            let _entered = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let (finish, finished) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("mock-gateway".to_owned())
            .spawn(move || {
                serve(runtime, listener, state, stopped);
                // Nobody listens any more where the handle did not wait.
                let _ = finish.send(());
            })?;
        Ok(Self {
            address,
            stop: Some(stop),
            finished,
            thread: Some(thread),
        })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
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

/// Runs until the stop signal, or until its sender is gone.
fn serve(
    runtime: Runtime,
    listener: tokio::net::TcpListener,
    state: Arc<State>,
    stopped: oneshot::Receiver<()>,
) {
    runtime.spawn(accept(listener, state));
    let _ = runtime.block_on(stopped);
    // Drops the listener and all connections, and does not wait for key sets on their way.
    runtime.shutdown_background();
}

async fn accept(listener: tokio::net::TcpListener, state: Arc<State>) {
    let places = Places::new();
    loop {
        let Some(place) = places.take().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, most of all: that passes.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let state = Arc::clone(&state);
        tokio::spawn(converse(stream, state, place));
    }
}

/// Answers the requests of one connection.
async fn converse(stream: TcpStream, state: Arc<State>, place: Place) {
    // Answers are small and written at once.
    let _ = stream.set_nodelay(true);
    let place = &place;
    let sends_date = state.rulebook.gateway.server().sends_date();
    let service = service_fn(move |request: Request<Incoming>| {
        let state = Arc::clone(&state);
        async move { router::respond(&state, request, place).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .auto_date_header(sends_date)
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAXIMUM_HEAD_BYTES)
        .max_headers(MAXIMUM_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = core::pin::pin!(connection);
    // What goes wrong on a connection is its client's business: hyper has answered already.
    if timeout(CONNECTION_LIFETIME, connection.as_mut())
        .await
        .is_err()
    {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(CLOSING_TIMEOUT, connection).await;
    }
}
