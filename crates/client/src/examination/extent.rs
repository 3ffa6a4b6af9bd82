use tokenring_oauth::SecureUrl;

/// What is examined in addition to the way to a token.
#[derive(Clone, Debug, Default)]
pub struct Examination {
    pub(super) api: Option<SecureUrl>,
    pub(super) jwk_set: Option<String>,
    pub(super) client_id_source: Option<String>,
}

impl Examination {
    /// Examines the way to a token.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls an API once with the token. Defaults to none.
    #[must_use]
    pub fn with_api(mut self, url: SecureUrl) -> Self {
        self.api = Some(url);
        self
    }

    /// Sets the JWK Set that is registered: a file, or an `https` URL. Defaults to the one next to
    /// the private key, if there is one.
    #[must_use]
    pub fn with_jwk_set(mut self, place: impl Into<String>) -> Self {
        self.jwk_set = Some(place.into());
        self
    }

    /// Says where the client ID comes from, for the text of its check. Defaults to nothing.
    #[must_use]
    pub fn with_client_id_source(mut self, source: impl Into<String>) -> Self {
        self.client_id_source = Some(source.into());
        self
    }
}
