use std::sync::{Arc, PoisonError, RwLock};

use crate::client_key::ClientKey;
use crate::connection::Connection;
use crate::event::Listener;
#[cfg(feature = "rotation")]
use crate::located_key::KeyContext;
use crate::options::KeyOptions;
use crate::request_plan::RequestPlan;

/// What every request of a client is made with.
pub(crate) struct Core {
    pub(crate) plan: RequestPlan,
    key: RwLock<Arc<ClientKey>>,
    #[cfg(feature = "rotation")]
    key_options: KeyOptions,
    #[cfg(feature = "rotation")]
    checks_rules: bool,
    pub(crate) connection: Connection,
    pub(crate) listener: Listener,
}

impl Core {
    pub(crate) fn new(
        plan: RequestPlan,
        key: ClientKey,
        key_options: KeyOptions,
        checks_rules: bool,
        connection: Connection,
        listener: Listener,
    ) -> Self {
        #[cfg(not(feature = "rotation"))]
        let _ = (key_options, checks_rules);
        Self {
            plan,
            key: RwLock::new(Arc::new(key)),
            #[cfg(feature = "rotation")]
            key_options,
            #[cfg(feature = "rotation")]
            checks_rules,
            connection,
            listener,
        }
    }

    /// The key that signs now.
    pub(crate) fn key(&self) -> Arc<ClientKey> {
        Arc::clone(&self.key.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key that signs now; of a folder the one that is active by now.
    pub(crate) fn active_key(&self) -> Arc<ClientKey> {
        self.follow_rotation();
        self.key()
    }

    /// Takes the key that has become active in a folder of rotated keys, and says whether it did.
    ///
    /// Where that cannot be used the old one goes on: it is in the JWK Set until it is retired.
    #[cfg(feature = "rotation")]
    pub(crate) fn follow_rotation(&self) -> bool {
        let context = KeyContext {
            target: &self.plan.factory().target,
            options: &self.key_options,
            checks_rules: self.checks_rules,
            listener: &self.listener,
            contents: None,
        };
        match self.key().successor(&context) {
            Ok(None) => false,
            Ok(Some(next)) => {
                *self.key.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
                true
            }
            Err(error) => {
                self.listener.tell(|| crate::Event::RotationFailed(error));
                false
            }
        }
    }

    #[cfg(not(feature = "rotation"))]
    pub(crate) const fn follow_rotation(&self) -> bool {
        false
    }
}
