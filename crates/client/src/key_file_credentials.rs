//! What a vendor's key file says besides the key: client ID and token URL.

use tokenring_keystore::{KeyFileCredentials, KeyFileReader};

use crate::event::Listener;
use crate::key_source::is_pkcs11_uri;
use crate::options::KeyOptions;
use crate::{ClientBuilder, EffectiveValue, Parameter, Target, ValueSource};

impl ClientBuilder {
    /// Takes what nobody gave from the key's file, and says what that was.
    ///
    /// The file is looked at only where something is missing that it may have.
    pub(crate) fn take_from_key_file(&mut self) -> Vec<EffectiveValue> {
        let is_empty = |text: &Option<String>| text.as_ref().is_none_or(String::is_empty);
        let needs_client = is_empty(&self.assertion.client_id);
        let needs_url = self.gateway.token_url.is_none()
            && Target::resolve(&self.gateway).is_ok_and(|target| target.url().is_err());
        let mut taken = Vec::new();
        if !needs_client && !needs_url {
            return taken;
        }
        let Some(credentials) = read(&self.key, &self.listener) else {
            return taken;
        };
        let mut take = |parameter, value: &str| {
            taken.push(EffectiveValue::new(parameter, value, ValueSource::KeyFile));
        };
        if let (true, Some(client_id)) = (needs_client, credentials.client_id) {
            take(Parameter::ClientId, &client_id);
            self.assertion.client_id = Some(client_id);
        }
        if let (true, Some(token_url)) = (needs_url, credentials.token_url) {
            take(Parameter::TokenUrl, &token_url);
            self.gateway.token_url = Some(token_url);
        }
        taken
    }
}

/// Reads a file again later where it is the key: what is wrong with it is said then.
fn read(options: &KeyOptions, listener: &Listener) -> Option<KeyFileCredentials> {
    if options.external.is_some() || options.signer_command.is_some() {
        return None;
    }
    let path = options.name.as_ref()?;
    // Standard input and pipes can be read once.
    if path.to_str().is_some_and(is_pkcs11_uri) || !path.is_file() {
        return None;
    }
    let listener = listener.clone();
    let reader = KeyFileReader::new().with_event_handler(move |event| listener.tell_of_key(event));
    let contents = reader.read_contents(path).ok()?;
    KeyFileCredentials::read(&contents)
}
