use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use std::io::{self, Read, Write};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

use super::failure::is_end;

/// A TLS session as a transport of `ureq`, whose own one takes no verifier.
pub(super) struct TlsSession {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl TlsSession {
    /// Performs the handshake with the server of this name, in which it is verified.
    pub(super) fn start(
        host: &str,
        transport: Box<dyn Transport>,
        config: &Arc<ClientConfig>,
        details: &ConnectionDetails<'_>,
    ) -> Result<Self, Error> {
        let name = ServerName::try_from(host)
            .map_err(|_| Error::Tls("the host is no name that a certificate can have"))?;
        let mut session = ClientConnection::new(Arc::clone(config), name.to_owned())?;
        let mut socket = TransportAdapter::new(transport, Arc::clone(&details.current_time));
        socket.set_timeout(details.timeout);
        session.complete_io(&mut socket)?;
        let config = details.config;
        Ok(Self {
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            stream: StreamOwned::new(session, socket),
        })
    }
}

impl TlsSession {
    /// Why the peer closed the connection, if it said so in an alert before.
    ///
    /// In TLS 1.3 a server that rejects the client says so after the handshake, and closes: whoever
    /// is still writing then notices the closed connection first.
    fn last_words(&mut self, error: io::Error) -> io::Error {
        if !is_end(&error) {
            return error;
        }
        let stream = &mut self.stream;
        while stream.conn.wants_read() && matches!(stream.conn.read_tls(&mut stream.sock), Ok(1..))
        {
            if let Err(alert) = stream.conn.process_new_packets() {
                return io::Error::new(io::ErrorKind::InvalidData, alert);
            }
        }
        error
    }
}

impl Transport for TlsSession {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        let written = self.stream.write_all(output);
        Ok(written.map_err(|error| self.last_words(error))?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        // What is left of the request is sent here, too.
        let read = self.stream.read(self.buffers.input_append_buf());
        let read = read.map_err(|error| self.last_words(error))?;
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsSession").finish_non_exhaustive()
    }
}
