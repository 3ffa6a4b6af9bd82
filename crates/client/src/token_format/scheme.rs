use tokenring_token_store::Token;

/// The scheme of an `Authorization` header with this token.
pub(super) fn scheme(token: &Token) -> &'static str {
    match token.key_thumbprint() {
        Some(_) => "DPoP",
        None => "Bearer",
    }
}
