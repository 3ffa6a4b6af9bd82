use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::client::Client;

/// All registered clients, by client ID and in its order: a refusal names the first few of them,
/// and there may be many.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clients(BTreeMap<String, Arc<Client>>);

/// Clients that can change while requests are judged, each by those that it came upon.
#[derive(Debug)]
pub(crate) struct SharedClients(RwLock<Arc<Clients>>);

impl Clients {
    /// Adds a client, or gives its ID back where that is taken.
    pub(crate) fn register(&mut self, client: Client) -> Result<(), String> {
        if self.0.contains_key(&client.id) {
            return Err(client.id);
        }
        self.put(client);
        Ok(())
    }

    /// Adds a client, or puts it in the place of the one with its ID. Tells whether there was one.
    pub(crate) fn put(&mut self, client: Client) -> bool {
        self.0.insert(client.id.clone(), Arc::new(client)).is_some()
    }

    /// Removes a client. Tells whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        self.0.remove(id).is_some()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// All IDs, in alphabetical order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Every client, in the alphabetical order of the IDs.
    pub(crate) fn all(&self) -> Vec<&Client> {
        self.0.values().map(AsRef::as_ref).collect()
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Client> {
        self.0.get(id).map(AsRef::as_ref)
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut Client> {
        self.0.get_mut(id).map(Arc::make_mut)
    }
}

impl SharedClients {
    pub(crate) fn new(clients: Clients) -> Self {
        Self(RwLock::new(Arc::new(clients)))
    }

    /// The clients as they are now.
    pub(crate) fn now(&self) -> Arc<Clients> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes them for the requests to come.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Clients) -> T) -> T {
        let mut clients = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Copied only while a request holds them.
        change(Arc::make_mut(&mut clients))
    }
}
