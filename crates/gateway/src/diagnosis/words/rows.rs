//! Which words tell of which rule.

use crate::Rule;

/// Groups of fragments, of each of which one has to occur, and the rules that they tell of: of
/// several the first that the request can have broken.
pub(super) type Row = (&'static [&'static [&'static str]], &'static [Rule]);

const MISSING: &[&str] = &[
    " missing",
    " required",
    " absent",
    " must be provided",
    " must be specified",
    " must be present",
    " not present",
    " must contain",
    " must be set",
    " undefined",
    " is null",
    " no ",
];
const ISSUED_AT: &[&str] = &[" iat ", " issued"];
const EXPIRY: &[&str] = &[" exp ", " expiry", " expiration", " expires"];
const AUDIENCE: &[&str] = &[" aud ", " audience"];
const JWT_ID: &[&str] = &[" jti ", " jwt id ", " jwt identifier "];
const KEY_ID: &[&str] = &[" kid ", " key id ", " keyid "];
const NUMBER: &[&str] = &[" numericdate", " numeric", " integer", " number"];
const ASSERTION_TYPE: &[&str] = &[" client assertion type "];
const KEY_SET: &[&str] = &[
    " jwks ",
    " jwk set ",
    " key set ",
    " jwks uri ",
    " json web key",
    " public keys ",
];
const NO_KEY: &[&str] = &[
    " no key",
    " no public key",
    " no matching key",
    " none of the keys",
    " unable to find",
    " not find",
    " not be found",
];
const CLIENT: &[&str] = &[" client ", " application ", " api key "];

/// The first row that fits counts. Fragments are bounded by blanks, as [`normal`] writes them.
pub(super) const ROWS: &[Row] = &[
    (&[&[" content type "]], &[Rule::ContentType]),
    (
        &[&[" post body", " request body"], &[" empty", " missing"]],
        &[Rule::ContentType],
    ),
    (&[ASSERTION_TYPE], &[Rule::ClientAssertionType]),
    (&[&[" grant type "], MISSING], &[Rule::GrantTypeAbsent]),
    (&[&[" grant type "]], &[Rule::GrantType]),
    (
        &[
            &[" iss ", " issuer "],
            &[" match", " equal", " same", " differ"],
            &[" client id ", " registered client "],
        ],
        &[Rule::IssuerNotSubject],
    ),
    (
        &[&[" client id "], &[" match", " mismatch", " must equal"]],
        &[Rule::ClientId],
    ),
    (&[&[" client id "], MISSING], &[Rule::ClientIdAbsent]),
    (
        &[
            &[" client id "],
            &[" invalid", " unknown ", " not known ", " wrong "],
        ],
        &[Rule::UnknownClient],
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
        &[Rule::JwtIdSpent],
    ),
    (&[JWT_ID, MISSING], &[Rule::JwtIdAbsent]),
    (&[JWT_ID], &[Rule::JwtIdForm, Rule::JwtIdSpent]),
    (
        &[
            &[" iss ", " issuer "],
            &[" sub ", " subject "],
            &[" match", " equal", " same", " differ", " identical"],
        ],
        &[Rule::IssuerNotSubject],
    ),
    (
        &[EXPIRY, &[" too far", " future"], &[" iat "], MISSING],
        &[Rule::ExpiryTooLateWithoutIssuedAt],
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
        &[Rule::ExpiryTooLate],
    ),
    (&[ISSUED_AT, &[" future"]], &[Rule::IssuedInFuture]),
    (
        &[ISSUED_AT, &[" in the past", " too old", " long ago"]],
        &[Rule::TooOld],
    ),
    (&[ISSUED_AT, NUMBER], &[Rule::IssuedAtForm]),
    (&[&[" iat "], MISSING], &[Rule::IssuedAtAbsent]),
    (
        &[&[" not yet valid", " not active yet", " not valid yet"]],
        &[Rule::NotYetValid],
    ),
    (
        &[
            &[" token ", " jwt ", " assertion "],
            &[" not active ", " isn t active "],
        ],
        &[Rule::NotYetValid, Rule::Expired],
    ),
    (
        &[&[" nbf ", " not before "], NUMBER],
        &[Rule::NotBeforeForm],
    ),
    (
        &[&[" nbf ", " not before "], MISSING],
        &[Rule::NotBeforeAbsent],
    ),
    (&[&[" nbf ", " not before "]], &[Rule::NotYetValid]),
    (&[EXPIRY, NUMBER], &[Rule::ExpiryForm]),
    (
        &[EXPIRY, &[" invalid exp ", " type assert"]],
        &[Rule::ExpiryForm, Rule::ExpiryAbsent],
    ),
    (&[EXPIRY, MISSING], &[Rule::ExpiryAbsent]),
    (
        &[&[" expired", " valid time range", " out of its time range"]],
        &[Rule::Expired],
    ),
    (&[&[" too old "]], &[Rule::TooOld, Rule::Expired]),
    (&[EXPIRY], &[Rule::Expired]),
    (&[AUDIENCE, MISSING], &[Rule::AudienceAbsent]),
    (&[AUDIENCE, &[" multiple"]], &[Rule::AudienceList]),
    (&[AUDIENCE], &[Rule::Audience]),
    (&[&[" sub ", " subject "], MISSING], &[Rule::SubjectAbsent]),
    (&[&[" iss ", " issuer "], MISSING], &[Rule::IssuerAbsent]),
    (
        &[
            &[" certificate "],
            &[" not registered", " not found", " unknown "],
        ],
        &[Rule::UnknownKeyId, Rule::KeysNotRegistered],
    ),
    // Which key it is that is not found, before that none is found.
    (&[NO_KEY, KEY_ID], &[Rule::UnknownKeyId, Rule::KeyIdAbsent]),
    (&[NO_KEY, &[" alg ", " algorithm"]], &[Rule::Algorithm]),
    (
        &[
            KEY_SET,
            &[
                " not contain any key",
                " contains no key",
                " no keys ",
                " is empty",
            ],
        ],
        &[Rule::KeysNotRegistered],
    ),
    (
        &[&[" no usable key", " no usable public key"]],
        &[Rule::KeysNotRegistered],
    ),
    (
        &[
            KEY_SET,
            &[
                " pemexception",
                " invalidkeyspec",
                " jsonparse",
                " not json",
                " no json",
                " parse",
                " parsing",
                " unexpected character",
                " unexpected token",
                " malformed",
            ],
        ],
        &[Rule::KeysUnreadable],
    ),
    (
        &[
            KEY_SET,
            &[" reach", " fetch", " retriev", " download", " loading "],
        ],
        &[Rule::KeysUnreachable],
    ),
    (
        &[&[
            " expected successful status code",
            " unable to create signature validator",
        ]],
        &[Rule::KeysUnreachable],
    ),
    (
        &[&[
            " no key",
            " no matching",
            " no applicable key",
            " key not found",
            " load public key",
        ]],
        &[Rule::UnknownKeyId, Rule::KeyIdAbsent],
    ),
    (
        &[&[" unsupported key type "]],
        &[Rule::Algorithm, Rule::KeyType],
    ),
    (&[KEY_ID, MISSING], &[Rule::KeyIdAbsent]),
    (&[KEY_ID], &[Rule::UnknownKeyId]),
    (&[&[" alg ", " algorithm"]], &[Rule::Algorithm]),
    (
        &[&[" signature", " verify the integrity "]],
        &[Rule::Signature],
    ),
    (&[&[" typ "]], &[Rule::Type]),
    (&[&[" jwt header "], &[" type "]], &[Rule::Type]),
    (
        &[&[" role "], &[" no role ", " not assigned "]],
        &[Rule::NoApplicationScope],
    ),
    (
        &[&[" no application ", " no client with "]],
        &[Rule::UnknownClient],
    ),
    (
        &[
            CLIENT,
            &[
                " not exist",
                " not found",
                " not find",
                " unknown ",
                " not registered",
                " no such",
            ],
        ],
        &[Rule::UnknownClient],
    ),
    (&[&[" invalid client identifier "]], &[Rule::UnknownClient]),
    (&[&[" revoked", " not approved"]], &[Rule::AppRevoked]),
    (
        &[&[" inactive", " disabled", " suspended", " blocked"]],
        &[Rule::NotActive],
    ),
    (
        &[
            &[" jwt ", " assertion "],
            &[
                " malformed",
                " format",
                " decode",
                " parse",
                " parsing",
                " invalid jwt assertion ",
            ],
        ],
        &[Rule::Malformed],
    ),
    (
        &[&[" client assertion "], MISSING],
        &[Rule::ClientAssertionAbsent],
    ),
    (
        &[&[
            " no client authentication ",
            " client credentials missing ",
            " no client credentials ",
        ]],
        &[Rule::ClientAssertionAbsent],
    ),
    (
        &[&[
            " rate limit",
            " quota",
            " too many requests",
            " rate exceeded",
            " spike arrest",
            " throttl",
        ]],
        &[Rule::RateLimited],
    ),
    (&[&[" scope "], MISSING], &[Rule::ScopeAbsent]),
    (
        &[&[" empty scope ", " scope is empty "]],
        &[Rule::ScopeAbsent],
    ),
    (
        &[
            &[" scope ", " scopes "],
            &[
                " invalid ",
                " not valid ",
                " unknown ",
                " not allowed ",
                " not supported ",
                " not assigned ",
            ],
        ],
        &[Rule::Scope],
    ),
    (
        &[
            &[" claim"],
            &[" not allowed", " unknown", " unexpected", " not permitted"],
        ],
        &[Rule::UnknownClaim],
    ),
];
