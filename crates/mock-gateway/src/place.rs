use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// More connections than this wait in the operating system's queue.
const MAXIMUM_CONNECTIONS: usize = 128;
/// More readers of the event feed than this are turned away.
const MAXIMUM_READERS: usize = 32;

/// How many connections there can be: those of clients, and apart from them those that wait
/// for events, as a page in a browser does for as long as it is open.
pub(crate) struct Places {
    clients: Arc<Semaphore>,
    readers: Arc<Semaphore>,
}

/// The place of one connection, free again when this is dropped.
pub(crate) struct Place {
    readers: Arc<Semaphore>,
    held: Mutex<Held>,
}

struct Held {
    is_reader: bool,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self {
            clients: Arc::new(Semaphore::new(MAXIMUM_CONNECTIONS)),
            readers: Arc::new(Semaphore::new(MAXIMUM_READERS)),
        }
    }

    /// Waits for a client's place.
    pub(crate) async fn take(&self) -> Option<Place> {
        let permit = Arc::clone(&self.clients).acquire_owned().await.ok()?;
        Some(Place {
            readers: Arc::clone(&self.readers),
            held: Mutex::new(Held {
                is_reader: false,
                _permit: permit,
            }),
        })
    }
}

impl Place {
    /// Makes this a reader's place for as long as the connection lives, so that a client can
    /// have the one that it had. Returns false if there are too many readers.
    pub(crate) fn become_reader(&self) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if !held.is_reader {
            let Ok(permit) = Arc::clone(&self.readers).try_acquire_owned() else {
                return false;
            };
            *held = Held {
                is_reader: true,
                _permit: permit,
            };
        }
        true
    }
}
