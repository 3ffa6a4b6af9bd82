//! What token a request is for, and so what its response is read for.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// What a response is read for.
#[derive(Default)]
pub(crate) struct Expected<'e> {
    /// The type of the token.
    pub(crate) token_type: &'e str,
    /// Other names of that type.
    pub(crate) other_names: &'e [String],
    /// The member that the token is in where there is no access token.
    pub(crate) other_member: Option<&'e str>,
    /// Another type that will do, and that the token keeps.
    pub(crate) other_type: Option<&'e str>,
}

/// The type of a token that is bound to a key ([RFC 9449 section 5]).
///
/// [RFC 9449 section 5]: https://www.rfc-editor.org/rfc/rfc9449#section-5
const BOUND: &str = "DPoP";

/// What is left of a request when its response comes.
pub(crate) struct TokenTypes {
    pub(crate) requested: Cow<'static, str>,
    pub(crate) other_names: Vec<String>,
    pub(crate) takes_id_token: bool,
    pub(crate) takes_bound_token: bool,
}

impl TokenTypes {
    pub(crate) fn expected(&self) -> Expected<'_> {
        Expected {
            token_type: &self.requested,
            other_names: &self.other_names,
            other_member: self.takes_id_token.then_some("id_token"),
            other_type: self.takes_bound_token.then_some(BOUND),
        }
    }
}

impl<'e> Expected<'e> {
    /// The type of a token that the server says is of this one; none if it is not to be taken.
    pub(crate) fn taken(&self, issued: &'e str) -> Option<&'e str> {
        if let Some(issued) = issued_type(issued, self.token_type) {
            return Some(issued);
        }
        if is_among(issued, self.other_names) {
            return Some(self.token_type);
        }
        let is_other = |other: &str| other.eq_ignore_ascii_case(issued);
        self.other_type.is_some_and(is_other).then_some(issued)
    }
}

/// The type of a token, if it is the one that was asked for.
fn issued_type<'a>(issued: &'a str, requested: &'a str) -> Option<&'a str> {
    /// Apigee's default policy writes `BearerToken`.
    const BEARER: [&str; 2] = ["Bearer", "BearerToken"];
    if issued.is_empty() {
        return Some(requested);
    }
    if issued.eq_ignore_ascii_case(requested.trim()) {
        return Some(issued);
    }
    let is_bearer = |name: &str| BEARER.iter().any(|known| known.eq_ignore_ascii_case(name));
    (is_bearer(issued) && is_bearer(requested)).then_some(requested)
}

fn is_among(issued: &str, names: &[String]) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(issued))
}
