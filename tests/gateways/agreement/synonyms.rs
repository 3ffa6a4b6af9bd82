//! Where the two name the same thing by different rules.

/// What the mock says, what the lint says, and why that is the same.
const SYNONYMS: &[(&str, &str, &str)] = &[
    // Who the client is.
    (
        "unknown-client",
        "issuer-not-subject",
        "sub is somebody else: the server looks for that client before it compares the two",
    ),
    (
        "unknown-client",
        "subject-absent",
        "what is no text is there, and nobody's name",
    ),
    (
        "unknown-client",
        "issuer-absent",
        "what is no text is there, and nobody's name",
    ),
    (
        "client-id",
        "subject-absent",
        "the form names a client and sub nobody; the lint does not see the form",
    ),
    (
        "issuer-not-subject",
        "issuer-absent",
        "one that is missing is not the same as the other",
    ),
    (
        "issuer-not-subject",
        "subject-absent",
        "one that is missing is not the same as the other",
    ),
    // A script's idea of nothing, and of numbers.
    (
        "jwt-id-absent",
        "jwt-id-form",
        "zero and false are nothing to a script",
    ),
    (
        "expiry-absent",
        "expiry-form",
        "false is nothing to a script",
    ),
    (
        "expiry-form",
        "expiry-absent",
        "null and an empty text are there",
    ),
    (
        "expiry-absent",
        "expired",
        "zero is nothing to a script, and long ago",
    ),
    (
        "expired",
        "expiry-absent",
        "nothing is zero to a script, and long ago",
    ),
    (
        "expired",
        "expiry-form",
        "a script reads the number in a text before it minds the form",
    ),
    (
        "expiry-too-late",
        "expiry-form",
        "a script reads the number in a text before it minds the form",
    ),
    (
        "expiry-too-late",
        "issued-at-form",
        "a script reads the number in a text before it minds the form",
    ),
    (
        "issued-in-future",
        "issued-at-form",
        "a script reads the number in a text before it minds the form",
    ),
    (
        "too-old",
        "issued-at-form",
        "a script reads the number in a text before it minds the form",
    ),
    (
        "not-yet-valid",
        "not-before-form",
        "a script reads the number in a text before it minds the form",
    ),
    (
        "expiry-too-late",
        "issued-at-absent",
        "nothing is zero to a script, and long before exp",
    ),
    (
        "issued-at-form",
        "issued-at-absent",
        "an empty text is there",
    ),
    (
        "not-before-form",
        "not-before-absent",
        "an empty text is there",
    ),
    // One answer for several rules.
    (
        "audience",
        "audience-absent",
        "the gateway's words for any audience",
    ),
    (
        "audience",
        "audience-list",
        "the gateway's words for any audience",
    ),
    (
        "unknown-key-id",
        "key-type",
        "the gateway's words for any key that it does not find",
    ),
    (
        "unknown-key-id",
        "key-id-absent",
        "a kid that is no text is there, and names nothing",
    ),
    (
        "unknown-key-id",
        "keys-not-registered",
        "in an empty set no kid is found",
    ),
    (
        "algorithm-name",
        "algorithm",
        "what is no name of an algorithm is none that is taken",
    ),
    (
        "key-use",
        "unknown-key-id",
        "a key that is not for signatures is none for the lint",
    ),
    (
        "key-algorithm",
        "unknown-key-id",
        "a key for another algorithm is none for the lint",
    ),
    (
        "signature",
        "malformed",
        "the lint does not tell in which part there is white space",
    ),
];

/// Whether the mock's rule is the lint's, under this name or another.
pub(super) fn are_same(mock: &str, lint: &str) -> bool {
    let mut synonyms = SYNONYMS.iter();
    mock == lint || synonyms.any(|(name, other, _)| (*name, *other) == (mock, lint))
}
