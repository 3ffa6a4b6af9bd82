//! The same for tasks, which must not block their thread.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokenring_oauth::HttpRequest;
use tokenring_token_store::{
    Attempt, CacheKey, DirectoryStore, FetchFailure, Lease, LeaseRequest, LeaseState, Lookup,
    Record, Snapshot, Source, Store, Token, TokenSource, Unusable,
};

use super::{Again, Place, TokenProvider, to_fetch_failure};
use crate::assertion_clock::AssertionClock;
use crate::async_client::AsyncClient;
use crate::client::Inner;
use crate::client_key::ClientKey;
use crate::request_failure::RequestFailure;
use crate::token_binding::Nonces;
use crate::{Error, Event};

impl AsyncClient {
    /// A token, and where it comes from.
    pub(crate) async fn obtain(&self, lookup: &Lookup) -> Result<(Token, Source), Error> {
        let inner = self.inner();
        if core_needs_key(inner) {
            // This may read a file, or make one.
            self.off_thread(|client| {
                let core = &client.inner().core;
                let dpop = core.plan.binding().dpop();
                dpop.map_or(Ok(()), |dpop| dpop.thumbprint(&core.key()).map(|_| ()))
            })
            .await?;
        }
        let source = inner.provider.source_of_tasks(self)?;
        if inner.core.key().is_of_folder() {
            let follow = |client: &Self| {
                let inner = client.inner();
                let source = inner.provider.source_of_tasks(client)?;
                inner.provider.follow_rotation(&inner.core, source)
            };
            self.off_thread(follow).await?;
        }
        let clock = Mutex::new(AssertionClock::default());
        let outcome = source
            .get_or_fetch_async(self.runtime(), lookup, |attempt| {
                self.fetch(attempt, &clock)
            })
            .await;
        inner.provider.conclude(&inner.core, outcome)
    }

    /// Asks the gateway once, and once more by another clock where that is worth a try. That clock
    /// is kept for the attempts that follow, and no other is tried.
    async fn fetch(
        &self,
        attempt: Attempt,
        clock: &Mutex<AssertionClock>,
    ) -> Result<Token, FetchFailure<Error>> {
        let started = Instant::now();
        let inner = self.inner();
        let core = &inner.core;
        let key = core.key();
        let limit = attempt.time_left();
        let number = attempt.number();
        let tried = *clock.lock().unwrap_or_else(PoisonError::into_inner);
        let mut result = self.request(&key, limit, tried, number).await;
        let (mut next, mut again) = (tried, Again::default());
        while let Err(failure) = &result {
            if !inner.provider.goes_on(core, failure, &mut next, &mut again) {
                break;
            }
            *clock.lock().unwrap_or_else(PoisonError::into_inner) = next;
            let left = limit.saturating_sub(started.elapsed());
            result = self.request(&key, left, next, 1).await;
        }
        let failure = match result {
            Ok(token) => return Ok(token),
            Err(failure) => failure,
        };
        // What a rejection means is also looked for on disk.
        let explain =
            move |client: &Self| Ok(to_fetch_failure(&client.inner().core, &key, failure));
        Err(self
            .off_thread(explain)
            .await
            .unwrap_or_else(FetchFailure::own))
    }

    async fn request(
        &self,
        key: &Arc<ClientKey>,
        limit: Duration,
        clock: AssertionClock,
        attempt: u32,
    ) -> Result<Token, RequestFailure> {
        let core = &self.inner().core;
        let own_key = Arc::clone(key);
        let sign = move |client: &Self| {
            let core = &client.inner().core;
            core.plan.signed_token(&own_key, &core.listener)
        };
        if core.plan.signs_tokens() {
            if let Some(token) = self.off_thread(sign).await? {
                return Ok(token);
            }
        }
        core.listener.tell(|| Event::Requesting {
            url: core.plan.shown_url(),
            attempt,
        });
        let started = Instant::now();
        let key = Arc::clone(key);
        let sign = move |client: &Self| client.inner().core.plan.begin(&key, clock);
        let (request, begun) = self.off_thread(sign).await?;
        let left = limit.saturating_sub(started.elapsed());
        let send = async |http: HttpRequest| self.send(http, left).await;
        let result = request.send_async(send).await;
        core.plan.conclude(begun, result, &core.listener)
    }
}

impl TokenProvider {
    /// The source, whose store is opened when it is used: on a thread that may block.
    fn source_of_tasks(&self, client: &AsyncClient) -> Result<&TokenSource<Error>, Error> {
        if let Some(source) = self.source.get() {
            return Ok(source);
        }
        let core = &client.inner().core;
        let nonces = core
            .plan
            .binding()
            .dpop()
            .map(|dpop| Arc::clone(dpop.nonces()));
        let store = self.place_for(core)?.map(|place| match place {
            Place::Given(store) => store,
            Place::Directory(path) => Arc::new(UnopenedDirectory {
                path,
                nonces,
                opened: OnceLock::new(),
            }),
        });
        let opened = self.open(core, store)?;
        Ok(self.source.get_or_init(|| opened))
    }
}

/// Whether a key that tokens are bound to has yet to be opened.
fn core_needs_key(inner: &Inner) -> bool {
    let dpop = inner.core.plan.binding().dpop();
    dpop.is_some_and(|dpop| !dpop.is_open())
}

/// A directory that is opened when it is needed first.
struct UnopenedDirectory {
    path: std::path::PathBuf,
    /// What else is in it.
    nonces: Option<Arc<Nonces>>,
    opened: OnceLock<DirectoryStore>,
}

impl UnopenedDirectory {
    fn directory(&self) -> Result<&DirectoryStore, Unusable> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let opened = DirectoryStore::open(&self.path)?;
        if let Some(nonces) = &self.nonces {
            nonces.share(&self.path);
        }
        Ok(self.opened.get_or_init(|| opened))
    }
}

impl Store for UnopenedDirectory {
    fn get(&self, key: &CacheKey) -> Result<Snapshot, Unusable> {
        self.directory()?.get(key)
    }

    fn lease(&self, key: &CacheKey, request: &LeaseRequest) -> Result<LeaseState, Unusable> {
        self.directory()?.lease(key, request)
    }

    fn put_if(&self, key: &CacheKey, lease: &Lease, record: &Record) -> Result<bool, Unusable> {
        self.directory()?.put_if(key, lease, record)
    }
}
