use std::fmt;
use std::time::Duration;

use tokenring_oauth::{HttpRequest, HttpResponse, Transport, TransportError};

use crate::connection::Connection;
use crate::event::Listener;

/// Calls APIs without a token: open ones, or by an API key in a header.
///
/// It is a [`Transport`] as well, such as for [`PublishedSet::fetch`](crate::PublishedSet::fetch).
#[derive(Clone)]
pub struct ApiClient {
    pub(crate) connection: Connection,
    pub(crate) listener: Listener,
}

impl ApiClient {
    pub(crate) const fn new(connection: Connection, listener: Listener) -> Self {
        Self {
            connection,
            listener,
        }
    }
}

/// Sends any request, with the certificates, the proxy and the timeout of the client.
impl Transport for ApiClient {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.connection.api.send(request)
    }

    fn send_within(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<HttpResponse, TransportError> {
        self.connection.api.send_within(request, limit)
    }
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient").finish_non_exhaustive()
    }
}
