use core::fmt;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::event::{Event, EventKind};

/// How many events are kept.
pub(crate) const KEPT_EVENTS: usize = 1000;

/// What is called with every event.
pub(crate) type Observer = Box<dyn Fn(&Event) + Send + Sync>;

/// What has happened: counters, the latest events, and whoever watches them.
pub(crate) struct Journal {
    observer: Option<Observer>,
    events: Mutex<VecDeque<Entry>>,
    /// The number of the latest event.
    latest: watch::Sender<u64>,
    token_requests: AtomicU64,
    issued_tokens: AtomicU64,
    api_calls: AtomicU64,
}

/// An event with its number; they count from one.
pub(crate) type Entry = (u64, Event);

impl Journal {
    pub(crate) fn new(observer: Option<Observer>) -> Self {
        Self {
            observer,
            events: Mutex::default(),
            latest: watch::Sender::new(0),
            token_requests: AtomicU64::new(0),
            issued_tokens: AtomicU64::new(0),
            api_calls: AtomicU64::new(0),
        }
    }

    pub(crate) fn record(&self, event: Event) {
        match event.kind {
            EventKind::TokenRequest => {
                self.token_requests.fetch_add(1, Ordering::Relaxed);
                if event.status == 200 {
                    self.issued_tokens.fetch_add(1, Ordering::Relaxed);
                }
            }
            EventKind::ApiCall => {
                self.api_calls.fetch_add(1, Ordering::Relaxed);
            }
            EventKind::Introspection
            | EventKind::Other
            | EventKind::ProxyRefusal
            | EventKind::TlsFailure => {}
        }
        if let Some(observer) = &self.observer {
            observer(&event);
        }
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() >= KEPT_EVENTS {
            events.pop_front();
        }
        let number = self.latest.borrow().saturating_add(1);
        events.push_back((number, event));
        drop(events);
        self.latest.send_replace(number);
    }

    /// The first events after that number that are still kept, as many as asked for.
    pub(crate) fn after(&self, number: u64, most: usize) -> Vec<Entry> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let later = events.iter().filter(|(each, _)| *each > number);
        later.take(most).cloned().collect()
    }

    /// Tells when there is another event.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.latest.subscribe()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().map(|(_, event)| event.clone()).collect()
    }

    /// Forgets the events up to now; their numbers go on.
    pub(crate) fn clear(&self) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.clear();
    }

    pub(crate) fn token_requests(&self) -> u64 {
        self.token_requests.load(Ordering::Relaxed)
    }

    pub(crate) fn issued_tokens(&self) -> u64 {
        self.issued_tokens.load(Ordering::Relaxed)
    }

    pub(crate) fn api_calls(&self) -> u64 {
        self.api_calls.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}
