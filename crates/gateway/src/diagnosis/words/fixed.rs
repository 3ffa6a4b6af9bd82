//! Sentences that servers say whatever is wrong: they name many causes, and none of them is meant.

/// In small letters, with one blank for whatever is between words, as `normal` writes them.
///
/// Longer ones come before those that are part of them.
const SENTENCES: &[&str] = &[
    // RFC 6749, sections 4.1.2.1 and 5.2, as fosite and others send them with every answer.
    " client authentication failed e g unknown client no client authentication included or \
     unsupported authentication method ",
    " the request is missing a required parameter includes an unsupported parameter value other \
     than grant type repeats a parameter includes multiple credentials utilizes more than one \
     mechanism for authenticating the client or is otherwise malformed ",
    " the request is missing a required parameter includes an invalid parameter value includes a \
     parameter more than once or is otherwise malformed ",
    " the provided authorization grant e g authorization code resource owner credentials or \
     refresh token is invalid expired revoked does not match the redirection uri used in the \
     authorization request or was issued to another client ",
    " the requested scope is invalid unknown malformed or exceeds the scope granted by the \
     resource owner ",
    " the requested scope is invalid unknown or malformed ",
    " the authenticated client is not authorized to use this authorization grant type ",
    " the client is not authorized to request a token using this method ",
    " the authorization grant type is not supported by the authorization server ",
    " the authorization server encountered an unexpected condition that prevented it from \
     fulfilling the request ",
    " the authorization server is currently unable to handle the request due to a temporary \
     overloading or maintenance of the server ",
    " the resource owner or authorization server denied the request ",
    // fosite (Ory Hydra), and Authelia, which is built on it.
    " make sure that the various parameters are correct be aware of case sensitivity and trim \
     your parameters make sure that the client you are using has exactly whitelisted the \
     redirect uri you specified ",
    " the required credentials were not found used an unknown method could not be parsed were \
     otherwise malformed or were otherwise incorrect ",
    " the error is unrecognizable ",
];

/// Those that say that the client was not authenticated: RFC 6749, Keycloak, MITREid Connect,
/// idpyoidc, oidc-provider.
const FAILED_AUTHENTICATION: &[&str] = &[
    " invalid client or invalid client credentials ",
    " bad client credentials ",
    " unauthorizedclient authorization failed ",
    " client authentication failed ",
];

/// What is left of a server's words without those sentences.
pub(super) fn without(words: &str) -> String {
    let mut words = words.to_owned();
    for sentence in SENTENCES.iter().chain(FAILED_AUTHENTICATION) {
        words = words.replace(sentence, " ");
    }
    words
}

/// Whether one of the sentences is there by which servers reject every assertion and client.
pub(super) fn says_authentication_failed(words: &str) -> bool {
    let mut sentences = FAILED_AUTHENTICATION.iter();
    sentences.any(|sentence| words.contains(sentence))
}
