use std::fmt;

use crate::connection::Connection;
use crate::event::Listener;

/// Calls APIs without a token: open ones, or by an API key in a header.
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

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient").finish_non_exhaustive()
    }
}
