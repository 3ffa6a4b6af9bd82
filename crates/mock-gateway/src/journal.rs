use core::fmt;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::event::{Event, EventKind};

/// How many events are kept.
pub(crate) const KEPT_EVENTS: usize = 1000;

/// What is called with every event.
pub(crate) type Observer = Box<dyn Fn(&Event) + Send + Sync>;

/// What has happened: counters, the latest events, and whoever watches them.
#[derive(Default)]
pub(crate) struct Journal {
    observer: Option<Observer>,
    events: Mutex<VecDeque<Event>>,
    token_requests: AtomicU64,
    issued_tokens: AtomicU64,
    api_calls: AtomicU64,
}

impl Journal {
    pub(crate) fn new(observer: Option<Observer>) -> Self {
        Self {
            observer,
            ..Self::default()
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
            EventKind::Other => {}
        }
        if let Some(observer) = &self.observer {
            observer(&event);
        }
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() >= KEPT_EVENTS {
            events.pop_front();
        }
        events.push_back(event);
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().cloned().collect()
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
