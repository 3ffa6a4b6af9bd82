//! What the words of servers mean that have no file of their own, or whose file lacks them.

use crate::Rule;

/// Groups of fragments, of each of which one has to occur, and the rule that they tell of.
type Row = (&'static [&'static [&'static str]], Rule);

const MISSING: &[&str] = &[
    " missing",
    " required",
    " absent",
    " must be provided",
    " must be specified",
    " must be present",
    " not present",
    " must contain",
    " no ",
];
const ISSUED_AT: &[&str] = &[" iat ", " issued"];
const EXPIRY: &[&str] = &[" exp ", " expiry", " expiration", " expires"];
const AUDIENCE: &[&str] = &[" aud ", " audience"];
const JWT_ID: &[&str] = &[" jti ", " jwt id ", " jwt identifier "];
const KEY_ID: &[&str] = &[" kid ", " key id ", " keyid "];
const NUMBER: &[&str] = &[" numericdate", " numeric", " integer", " number"];
const ASSERTION_TYPE: &[&str] = &[" client assertion type "];
const CLIENT: &[&str] = &[" client ", " application ", " api key "];

/// The first row that fits counts. Fragments are bounded by blanks, as [`normal`] writes them.
const ROWS: &[Row] = &[
    (&[&[" content type "]], Rule::ContentType),
    (&[ASSERTION_TYPE], Rule::ClientAssertionType),
    (&[&[" grant type "], MISSING], Rule::GrantTypeAbsent),
    (&[&[" grant type "]], Rule::GrantType),
    (
        &[&[" client id "], &[" match", " mismatch", " must equal"]],
        Rule::ClientId,
    ),
    (&[&[" client id "], MISSING], Rule::ClientIdAbsent),
    (
        &[&[" client id "], &[" invalid", " unknown "]],
        Rule::UnknownClient,
    ),
    (
        &[
            &[" jti ", " jwt id ", " assertion", " token "],
            &[
                " used before",
                " reuse",
                " replay",
                " non unique",
                " not unique",
                " already been used",
                " already used",
                " used once",
            ],
        ],
        Rule::JwtIdSpent,
    ),
    (&[JWT_ID, MISSING], Rule::JwtIdAbsent),
    (&[JWT_ID], Rule::JwtIdForm),
    (
        &[
            &[" iss ", " issuer "],
            &[" sub ", " subject "],
            &[" match", " equal", " same", " differ", " identical"],
        ],
        Rule::IssuerNotSubject,
    ),
    (
        &[EXPIRY, &[" too far", " future"], &[" iat "], MISSING],
        Rule::ExpiryTooLateWithoutIssuedAt,
    ),
    (
        &[
            EXPIRY,
            &[
                " too far",
                " future",
                " too long",
                " too late",
                " exceed",
                " lifetime",
            ],
        ],
        Rule::ExpiryTooLate,
    ),
    (&[ISSUED_AT, &[" future"]], Rule::IssuedInFuture),
    (
        &[ISSUED_AT, &[" in the past", " too old", " long ago"]],
        Rule::TooOld,
    ),
    (&[ISSUED_AT, NUMBER], Rule::IssuedAtForm),
    (&[&[" iat "], MISSING], Rule::IssuedAtAbsent),
    (
        &[&[" not yet valid", " not active yet", " not valid yet"]],
        Rule::NotYetValid,
    ),
    (&[&[" nbf ", " not before "], NUMBER], Rule::NotBeforeForm),
    (
        &[&[" nbf ", " not before "], MISSING],
        Rule::NotBeforeAbsent,
    ),
    (&[&[" nbf ", " not before "]], Rule::NotYetValid),
    (&[EXPIRY, NUMBER], Rule::ExpiryForm),
    (&[EXPIRY, MISSING], Rule::ExpiryAbsent),
    (&[&[" expired", " valid time range"]], Rule::Expired),
    (&[EXPIRY], Rule::Expired),
    (&[AUDIENCE, MISSING], Rule::AudienceAbsent),
    (&[AUDIENCE, &[" multiple"]], Rule::AudienceList),
    (&[AUDIENCE], Rule::Audience),
    (&[&[" sub ", " subject "], MISSING], Rule::SubjectAbsent),
    (&[&[" iss ", " issuer "], MISSING], Rule::IssuerAbsent),
    (
        &[
            &[" jwks ", " jwk set ", " key set ", " jwks uri "],
            &[" reach", " fetch", " retriev", " download"],
        ],
        Rule::KeysUnreachable,
    ),
    (
        &[&[
            " no key",
            " no matching",
            " no applicable key",
            " key not found",
            " load public key",
        ]],
        Rule::UnknownKeyId,
    ),
    (&[KEY_ID, MISSING], Rule::KeyIdAbsent),
    (&[KEY_ID], Rule::UnknownKeyId),
    (&[&[" alg ", " algorithm"]], Rule::Algorithm),
    (&[&[" signature"]], Rule::Signature),
    (&[&[" typ "]], Rule::Type),
    (
        &[
            CLIENT,
            &[
                " not exist",
                " not found",
                " unknown ",
                " not registered",
                " no such",
            ],
        ],
        Rule::UnknownClient,
    ),
    (&[&[" invalid client identifier "]], Rule::UnknownClient),
    (&[&[" revoked", " not approved"]], Rule::AppRevoked),
    (
        &[&[" inactive", " disabled", " suspended", " blocked"]],
        Rule::NotActive,
    ),
    (
        &[
            &[" jwt ", " assertion "],
            &[
                " malformed",
                " format",
                " decode",
                " parse",
                " invalid jwt assertion ",
            ],
        ],
        Rule::Malformed,
    ),
    (
        &[&[" client assertion "], MISSING],
        Rule::ClientAssertionAbsent,
    ),
    (
        &[&[" no client authentication "]],
        Rule::ClientAssertionAbsent,
    ),
    (
        &[&[
            " rate limit",
            " quota",
            " too many requests",
            " spike arrest",
            " throttl",
        ]],
        Rule::RateLimited,
    ),
    (&[&[" scope "], MISSING], Rule::ScopeAbsent),
    (
        &[
            &[" claim"],
            &[" not allowed", " unknown", " unexpected", " not permitted"],
        ],
        Rule::UnknownClaim,
    ),
];

/// The rule that a server's words tell of.
pub(super) fn rule(words: &str) -> Option<Rule> {
    let words = normal(words);
    let occurs = |group: &&[&str]| group.iter().any(|fragment| words.contains(fragment));
    let mut rows = ROWS.iter();
    rows.find(|(groups, _)| groups.iter().all(occurs))
        .map(|(_, rule)| *rule)
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
        assert_eq!(rule(words), wanted, "{words}");
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
