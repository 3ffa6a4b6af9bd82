use tokenring_assertion::{AuthorizationGrant, ClientAssertion};

/// [RFC 6749 section 4.4.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2).
const CLIENT_CREDENTIALS: &str = "client_credentials";

/// What the assertion is in a request.
pub(crate) enum SentAssertion {
    Client(ClientAssertion),
    Grant {
        grant: AuthorizationGrant,
        /// What authenticates the client as well.
        client: Option<ClientAssertion>,
    },
}

impl SentAssertion {
    pub(crate) const fn grant_type(&self) -> &'static str {
        match self {
            Self::Client(_) => CLIENT_CREDENTIALS,
            Self::Grant { .. } => AuthorizationGrant::TYPE,
        }
    }

    /// The fields that hold the grant and what authenticates the client.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let (grant, client) = match self {
            Self::Client(client) => (None, Some(client)),
            Self::Grant { grant, client } => (Some(grant), client.as_ref()),
        };
        let grant = grant.map(|grant| ("assertion", grant.secret()));
        let client_type = client.map(|_| ("client_assertion_type", ClientAssertion::TYPE));
        let client = client.map(|client| ("client_assertion", client.secret()));
        grant.into_iter().chain(client_type).chain(client)
    }
}
