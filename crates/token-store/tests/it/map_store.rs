//! A store in memory, by the public interface alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokenring_token_store::{
    CacheKey, Holder, Lease, LeaseKind, LeaseRequest, LeaseState, Record, Snapshot, Store, Unusable,
};

#[derive(Clone, Default)]
pub(crate) struct MapStore(Arc<Mutex<Contents>>);

#[derive(Default)]
pub(crate) struct Contents {
    snapshots: HashMap<String, Snapshot>,
    leases: HashMap<String, u64>,
    last_fence: u64,
    /// How often it was looked into.
    pub(crate) looks: usize,
    /// Which of its methods fail.
    pub(crate) broken: &'static [&'static str],
}

struct Release(MapStore, String, u64);

impl Drop for Release {
    fn drop(&mut self) {
        let mut contents = self.0.contents();
        if contents.leases.get(&self.1) == Some(&self.2) {
            contents.leases.remove(&self.1);
        }
    }
}

impl MapStore {
    pub(crate) fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap()
    }

    /// Takes its lease away from whoever has it.
    pub(crate) fn expire_leases(&self) {
        self.contents().leases.clear();
    }
}

impl Contents {
    fn check(&self, method: &str) -> Result<(), Unusable> {
        if self.broken.contains(&method) {
            return Err(Unusable::Other("the server is away".into()));
        }
        Ok(())
    }
}

impl Store for MapStore {
    fn get(&self, key: &CacheKey) -> Result<Snapshot, Unusable> {
        let mut contents = self.contents();
        contents.looks += 1;
        contents.check("get")?;
        let snapshot = contents.snapshots.get(key.as_str());
        Ok(snapshot.cloned().unwrap_or_default())
    }

    fn lease(&self, key: &CacheKey, request: &LeaseRequest) -> Result<LeaseState, Unusable> {
        let mut contents = self.contents();
        contents.check("lease")?;
        let name = match request.kind() {
            LeaseKind::Beside { number, .. } => format!("{} {number}", key.as_str()),
            _ => key.as_str().to_owned(),
        };
        if let Some(fence) = contents.leases.get(&name) {
            return Ok(LeaseState::Busy(Holder::new(*fence)));
        }
        contents.last_fence += 1;
        let fence = contents.last_fence;
        contents.leases.insert(name.clone(), fence);
        drop(contents);
        let release = Release(self.clone(), name, fence);
        Ok(LeaseState::Held(Lease::new(fence, release)))
    }

    fn put_if(&self, key: &CacheKey, lease: &Lease, record: &Record) -> Result<bool, Unusable> {
        let mut contents = self.contents();
        contents.check("put_if")?;
        if !contents
            .leases
            .values()
            .any(|fence| *fence == lease.fence())
        {
            return Ok(false);
        }
        let snapshot = contents.snapshots.entry(key.as_str().to_owned());
        snapshot.or_default().put(record.clone());
        Ok(true)
    }
}
