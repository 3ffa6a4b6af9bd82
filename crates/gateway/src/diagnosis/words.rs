//! What the words of servers mean that have no file of their own, or whose file lacks them.

mod fixed;
mod rows;
mod values;

use crate::Rule;

pub(super) use self::values::first_address;

/// Whether the words are one of the sentences for every failed authentication.
pub(super) fn says_authentication_failed(words: &str) -> bool {
    fixed::says_authentication_failed(&normal(words))
}

/// What a server says of one request: without the sentences that it says whatever is wrong, and
/// without the values that it repeats.
pub(super) struct Said(String);

impl Said {
    /// Takes a server's words, and values that were sent.
    pub(super) fn new(words: &str, sent: &[&str]) -> Self {
        let words = values::without_sent(words, sent);
        Self(fixed::without(&normal(&values::without(&words))))
    }

    /// The rules that the words tell of, the most telling first; of those that come together any
    /// may be meant.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'static [Rule]> + '_ {
        let rows = rows::ROWS.iter();
        rows.filter_map(|(groups, rules)| self.has_one_of_each(groups).then_some(*rules))
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Whether of each group of fragments one occurs.
    pub(super) fn has_one_of_each(&self, groups: &[&[&str]]) -> bool {
        let occurs = |group: &&[&str]| group.iter().any(|fragment| self.0.contains(fragment));
        groups.iter().all(occurs)
    }
}

/// Small letters and digits, with one blank for whatever is between them, and around them.
fn normal(words: &str) -> String {
    let lower = words.to_lowercase();
    let mut text = String::from(" ");
    for word in lower.split(|character: char| !character.is_alphanumeric()) {
        if !word.is_empty() {
            text.push_str(word);
            text.push(' ');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, wanted: Option<Rule>) {
        let said = Said::new(words, &[]);
        let found = said.rules().next().and_then(<[Rule]>::first).copied();
        assert_eq!(found, wanted, "{words}");
    }

    /// Fixed texts of servers that are in public: Authlib, Microsoft Entra, Okta, oidc-provider,
    /// Keycloak, NHS England.
    #[test]
    fn words_of_servers() {
        for (words, wanted) in [
            ("No key for kid: 'nope'", Rule::UnknownKeyId),
            ("Invalid claim: 'aud'", Rule::Audience),
            ("The token is expired", Rule::Expired),
            ("Claim 'exp' must be a NumericDate value", Rule::ExpiryForm),
            ("The token is not yet valid", Rule::NotYetValid),
            ("The token was issued in the future", Rule::IssuedInFuture),
            ("Missing claim: 'iss'", Rule::IssuerAbsent),
            ("Missing claim: 'sub'", Rule::SubjectAbsent),
            ("Missing claim: 'aud'", Rule::AudienceAbsent),
            ("Missing claim: 'exp'", Rule::ExpiryAbsent),
            ("Missing JWT ID.", Rule::JwtIdAbsent),
            ("Issuer and Subject MUST match.", Rule::IssuerNotSubject),
            (
                "The client does not exist on this server.",
                Rule::UnknownClient,
            ),
            ("JWT ID is used before.", Rule::JwtIdSpent),
            ("Invalid JWT assertion.", Rule::Malformed),
            ("Algorithm of 'none' is not allowed", Rule::Algorithm),
            (
                "AADSTS50012: Client assertion audience claim does not match Realm issuer.",
                Rule::Audience,
            ),
            (
                "AADSTS700024: Client assertion is not within its valid time range.",
                Rule::Expired,
            ),
            (
                "The client_assertion token has an expiration too far into the future.",
                Rule::ExpiryTooLate,
            ),
            ("client_id mismatch", Rule::ClientId),
            ("invalid client_assertion format", Rule::Malformed),
            (
                "client_assertion_type must have value \
                 urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                Rule::ClientAssertionType,
            ),
            ("unsupported grant_type requested", Rule::GrantType),
            (
                "missing required parameter 'grant_type'",
                Rule::GrantTypeAbsent,
            ),
            (
                "only application/x-www-form-urlencoded content-type bodies are supported on \
                 POST /token",
                Rule::ContentType,
            ),
            (
                "no client authentication mechanism provided",
                Rule::ClientAssertionAbsent,
            ),
            (
                "Token expiration is too far in the future and iat claim not present in token",
                Rule::ExpiryTooLateWithoutIssuedAt,
            ),
            (
                "Token was issued too far in the past to be used now",
                Rule::TooOld,
            ),
            ("Token reuse detected", Rule::JwtIdSpent),
            ("Multiple audiences not allowed", Rule::AudienceList),
            ("Unable to load public key", Rule::UnknownKeyId),
            ("Invalid signature algorithm", Rule::Algorithm),
            (
                "Client authentication with signed JWT failed: Signature on JWT token failed \
                 validation",
                Rule::Signature,
            ),
            (
                "client_id parameter does not match sub claim",
                Rule::ClientId,
            ),
            (
                "Spike arrest violation. Allowed rate : 1ps",
                Rule::RateLimited,
            ),
            ("Invalid client identifier {0}", Rule::UnknownClient),
            (
                "Invalid value for client_id parameter.",
                Rule::UnknownClient,
            ),
        ] {
            check(words, Some(wanted));
        }
    }

    #[test]
    fn words_that_say_nothing() {
        for words in [
            "",
            "client authentication failed",
            "JWT is not valid",
            "grant request is invalid",
            "resource indicator is missing, or unknown",
            "Unauthorized",
            "the issue is missing from this list of issues",
            "something went wrong",
        ] {
            check(words, None);
        }
    }
}
