use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Error, Timeout};

use super::address_race;
use super::pace::Pace;
use super::scheme_mismatch::SchemeMismatch;

/// A TCP connection that keeps to a pace.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    buffers: LazyBuffers,
    pace: Pace,
    read_limit: Option<Duration>,
    write_limit: Option<Duration>,
    /// Whether the next bytes are the first of an answer to plain HTTP.
    expects_http: bool,
}

impl Socket {
    /// Connects to one of these addresses.
    pub(super) fn connect(
        addresses: &[SocketAddr],
        until: Option<Instant>,
        pace: Pace,
        details: &ConnectionDetails<'_>,
    ) -> Result<Self, Error> {
        let stream = address_race::connect(addresses, until, |address, limit| match limit {
            Some(limit) => TcpStream::connect_timeout(&address, limit),
            None => TcpStream::connect(address),
        })
        .map_err(|error| translate(error, details.timeout.reason))?;
        stream.set_nodelay(true)?;
        let config = details.config;
        Ok(Self {
            stream,
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            pace,
            read_limit: None,
            write_limit: None,
            expects_http: false,
        })
    }

    /// Says that plain HTTP is spoken with the host itself.
    pub(super) fn expecting_http(self) -> Self {
        Self {
            expects_http: true,
            ..self
        }
    }
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let mut timeout = timeout.for_write();
        self.pace.shorten(&mut timeout)?;
        let limit = limit_of(timeout)?;
        if limit != self.write_limit {
            self.stream.set_write_timeout(limit)?;
            self.write_limit = limit;
        }
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream
            .write_all(output)
            .map_err(|error| translate(error, timeout.reason))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let mut timeout = timeout.for_read();
        self.pace.shorten(&mut timeout)?;
        let limit = limit_of(timeout)?;
        if limit != self.read_limit {
            self.stream.set_read_timeout(limit)?;
            self.read_limit = limit;
        }
        let room = self.buffers.input_append_buf();
        let started = Instant::now();
        let read = loop {
            match self.stream.read(room) {
                // A signal does not lengthen the time.
                Err(error) if error.kind() == ErrorKind::Interrupted => {
                    if limit.is_some_and(|limit| started.elapsed() >= limit) {
                        return Err(Error::Timeout(timeout.reason));
                    }
                }
                read => break read.map_err(|error| translate(error, timeout.reason))?,
            }
        };
        if core::mem::take(&mut self.expects_http) {
            let first = room.get(..read).unwrap_or_default();
            if let Some(mismatch) = SchemeMismatch::of_answer(first) {
                return Err(mismatch.into());
            }
        }
        self.buffers.input_appended(read);
        self.pace.count(read)?;
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        // None is used a second time.
        false
    }
}

/// The time limit of one step on a socket.
fn limit_of(timeout: NextTimeout) -> Result<Option<Duration>, Error> {
    if timeout.after.is_zero() {
        return Err(Error::Timeout(timeout.reason));
    }
    Ok(timeout.not_zero().map(|limit| *limit))
}

/// A limit that is over is an error of its own, whichever the system calls it.
fn translate(error: io::Error, reason: Timeout) -> Error {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Error::Timeout(reason),
        _ => Error::Io(error),
    }
}
