use core::fmt;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokenring_gateway::KeyRules;
use tokenring_oauth::{HttpRequest, HttpResponse, SecureUrl, Transport};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use crate::client::ClientKeys;
use crate::clock::{Clock, Instant};
use crate::registered_keys::RegisteredKeys;
use crate::rulebook::KeyLookup;

/// How long the real gateway waits for a key set (NHSDigital/identity-service-api).
const FETCH_TIMEOUT: Duration = Duration::from_secs(55);
/// And what it calls itself.
const USER_AGENT: &str = "APIM";
/// How many key sets can be on their way at once.
const FETCHES: usize = 8;

/// How long a key set is kept by a gateway of which nobody knows that.
const DEFAULT_MEMORY: Duration = Duration::from_secs(300);

/// What sends the requests for key sets.
pub(crate) type SharedTransport = Arc<dyn Transport + Send + Sync>;

/// The key sets that were fetched by URL, each kept for a while.
pub(crate) struct KeySets {
    /// None if nothing can be reached over the network.
    transport: Option<SharedTransport>,
    /// Whether a fault on demand keeps every key set away, wherever it is.
    are_down: AtomicBool,
    memory: Duration,
    /// Whether a copy serves as long as the key that is asked for is in it.
    keeps_known_ids: bool,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
    fetches: AtomicU64,
    places: Arc<Semaphore>,
}

/// One URL's key set. Its lock is held during a fetch: whoever comes second finds the result.
type Slot = tokio::sync::Mutex<Option<Kept>>;

struct Kept {
    set: Arc<RegisteredKeys>,
    until: Instant,
}

impl KeySets {
    pub(crate) fn new(transport: Option<SharedTransport>, rules: &KeyRules) -> Self {
        let memory = rules.jwk_set_cache().unwrap_or(DEFAULT_MEMORY);
        Self {
            transport,
            are_down: AtomicBool::new(false),
            memory,
            keeps_known_ids: rules.keeps_known_ids(),
            slots: Mutex::default(),
            fetches: AtomicU64::new(0),
            places: Arc::new(Semaphore::new(FETCHES)),
        }
    }

    /// Keeps every key set away, or no longer does.
    pub(crate) fn set_down(&self, are_down: bool) {
        self.are_down.store(are_down, Ordering::Relaxed);
    }

    /// The number of requests for key sets that went over the network.
    pub(crate) fn fetches(&self) -> u64 {
        self.fetches.load(Ordering::Relaxed)
    }

    pub(crate) async fn load(&self, keys: &ClientKeys, clock: &Clock) -> KeyLookup {
        match keys {
            ClientKeys::Unregistered => KeyLookup::Unregistered,
            ClientKeys::Unreadable => KeyLookup::Unreadable,
            _ if self.are_down.load(Ordering::Relaxed) => KeyLookup::Unreachable { status: None },
            ClientKeys::Fixed(keys) => KeyLookup::Found {
                keys: Arc::clone(keys),
                are_cached: false,
                are_due: false,
            },
            ClientKeys::Url(url) => self.load_url(url, clock).await,
        }
    }

    /// Loads as if nothing had been kept.
    pub(crate) async fn load_anew(&self, keys: &ClientKeys, clock: &Clock) -> KeyLookup {
        if let ClientKeys::Url(url) = keys {
            *self.slot(url).lock().await = None;
        }
        self.load(keys, clock).await
    }

    async fn load_url(&self, url: &str, clock: &Clock) -> KeyLookup {
        let slot = self.slot(url);
        let mut kept = slot.lock().await;
        // The time is read anew: waiting for another's fetch may have taken a while.
        if let Some(kept) = kept.as_ref() {
            let are_due = clock.now() >= kept.until;
            if !are_due || self.keeps_known_ids {
                return KeyLookup::Found {
                    keys: Arc::clone(&kept.set),
                    are_cached: true,
                    are_due: are_due || !self.keeps_known_ids,
                };
            }
        }
        *kept = None;
        let body = match self.fetch(url).await {
            Ok(body) => body,
            Err(status) => return KeyLookup::Unreachable { status },
        };
        let Ok(text) = core::str::from_utf8(&body) else {
            return KeyLookup::Unreadable;
        };
        let Ok(set) = RegisteredKeys::from_json(text) else {
            return KeyLookup::Unreadable;
        };
        let set = Arc::new(set);
        *kept = Some(Kept {
            set: Arc::clone(&set),
            until: clock.now().saturating_add(self.memory),
        });
        KeyLookup::Found {
            keys: set,
            are_cached: false,
            are_due: false,
        }
    }

    /// Fetches a body, or tells the status of an answer that has none.
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, Option<u16>> {
        let response = self.request(url).await.ok_or(None)?;
        match response.status() {
            200 => Ok(response.body().to_vec()),
            status => Err(Some(status)),
        }
    }

    async fn request(&self, url: &str) -> Option<HttpResponse> {
        let url = SecureUrl::new(url).ok()?;
        let request = HttpRequest::get(&url)
            .with_header("User-Agent", USER_AGENT)
            .ok()?;
        let transport = Arc::clone(self.transport.as_ref()?);
        self.fetches.fetch_add(1, Ordering::Relaxed);
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        let (sender, receiver) = oneshot::channel();
        // Not one of the runtime's own threads, which panics where there can be no more.
        let fetch = move || {
            // Nobody waits any more where it took too long.
            let _ = sender.send(transport.send(request));
            drop(place);
        };
        thread::Builder::new()
            .name("mock-gateway-fetch".to_owned())
            .spawn(fetch)
            .ok()?;
        timeout(FETCH_TIMEOUT, receiver).await.ok()?.ok()?.ok()
    }

    fn slot(&self, url: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(url.to_owned()).or_default())
    }
}

impl fmt::Debug for KeySets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySets").finish_non_exhaustive()
    }
}

/// Whether a key set can be fetched from there, if a server answers; else why not, where the
/// URL as such is at fault.
pub(crate) fn check_url(url: &str) -> Result<(), Option<tokenring_oauth::Error>> {
    SecureUrl::new(url)?;
    if has_path(url) { Ok(()) } else { Err(None) }
}

/// The real gateway takes a URL apart by `^(https?://[^/]+)(/.*)$` and cannot reach any other.
fn has_path(url: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(host, _)| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reaches_urls_with_a_path_only() {
        assert!(has_path("https://example.com/"));
        assert!(has_path("http://example.com/jwks.json"));
        assert!(!has_path("https://example.com"));
        assert!(!has_path("https:///jwks.json"));
        assert!(!has_path("ftp://example.com/jwks.json"));
        assert!(!has_path("file:///etc/passwd"));
    }
}
