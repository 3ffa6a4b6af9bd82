use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::sent_request::SentRequest;
use crate::server_text::{bounded, keep, keep_id};
use crate::{ClientIdMask, SecretDetector};

/// What stands where a server repeated what was sent.
const WITHHELD: &str = "[withheld: it repeats what was sent]";

/// So much of a text is looked at, in bytes. It is many times what is kept, and the rest goes
/// unread, so that no server can make its words costly to compare.
const LONGEST_COMPARED: usize = 16 * 1024;

/// What of a server's words may be kept and shown.
pub(crate) struct ServerWords {
    secrets: SecretDetector,
    masks: Vec<ClientIdMask>,
    /// Values that were sent and are no secret.
    known: Vec<String>,
}

impl ServerWords {
    /// Takes what was sent, if that is known, and the tokens that are in the answer itself.
    pub(crate) fn new<'s>(
        sent: Option<&SentRequest>,
        received: impl Iterator<Item = &'s str>,
    ) -> Self {
        let (secrets, masks, known) = match sent {
            Some(sent) => sent.recognition(received),
            None => (SecretDetector::new(received), Vec::new(), Vec::new()),
        };
        Self {
            secrets,
            masks,
            known,
        }
    }

    /// A copy that is safe to keep: at most `longest` bytes, without a JWT, and nothing of the
    /// words if any secret is in them.
    pub(crate) fn keep(&self, text: &str, longest: usize) -> String {
        match self.without_secrets(bounded(text, LONGEST_COMPARED)) {
            Some(text) => keep(&text, longest, &self.known),
            None => WITHHELD.to_owned(),
        }
    }

    /// The same for an ID by which the server's operator finds a request.
    pub(crate) fn keep_id(&self, id: &str, longest: usize) -> String {
        match self.without_secrets(bounded(id, LONGEST_COMPARED)) {
            Some(id) => keep_id(&id, longest, &self.known),
            None => WITHHELD.to_owned(),
        }
    }

    /// The whole text, or nothing of it if any secret is in it.
    pub(crate) fn withhold_secrets(&self, text: &str) -> String {
        self.without_secrets(text)
            .unwrap_or_else(|| WITHHELD.to_owned())
    }

    fn without_secrets(&self, text: &str) -> Option<String> {
        if self.secrets.finds(text) {
            return None;
        }
        let mut text = text.to_owned();
        for mask in &self.masks {
            text = mask.hide(&text, &mask.shortened())?;
        }
        Some(text)
    }
}
