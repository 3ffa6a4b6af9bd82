//! The requests as they are, form and algorithm included.
//!
//! Where a file has no order of judgement the request's shape comes first, then the algorithm, the
//! rest of the header, the claims and the scope, and the key last.

use super::{Judge, Sent, Verdict, accepted, check, judge, refused};

/// Those whose assertion is the grant itself.
const GRANTS: &str = "google jwt-bearer maskinporten salesforce";
/// All others.
const CLIENTS: &str = "auth0 authelia bcgov cdr dpc entra epic generic helseid hydra \
                       keycloak mitreid nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data \
                       spring-authorization-server";
/// Those that send no `client_id`.
const UNNAMED: &str = "auth0 authelia dpc epic generic hydra keycloak mitreid nhs nhs-cgp \
                       okta rfc10070 smart smart-bulk-data";

const NO_GRANTS: Verdict = refused(
    "grant-type",
    GRANTS,
    "RFC 7523 section 2.1 is another grant",
);
const NO_CLIENTS: Verdict = refused(
    "grant-type",
    CLIENTS,
    "it takes the grant of RFC 7523 section 2.1 alone",
);
const NO_RS384: Verdict = refused(
    "algorithm",
    "auth0 authelia bcgov cdr entra generic helseid hydra keycloak mitreid nhs nhs-cgp okta pca rfc10070 spring-authorization-server",
    "RS384 is wanted, and each of them has another one",
);

const NHS: &[Verdict] = &[
    accepted("nhs nhs-cgp", "the same platform"),
    refused(
        "algorithm",
        "auth0 authelia bcgov cdr dpc entra epic generic helseid hydra keycloak mitreid okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
        "#5: RS512 only, which is looked at before kid, typ and aud",
    ),
    NO_GRANTS,
];

/// Public key in PEM form.
const STORED: Verdict = accepted("bcgov keycloak mitreid", "no kid, RS256, the issuer, iat");
const OTHER_ID: Verdict = refused(
    "unknown-key-id",
    "auth0 authelia cdr dpc epic generic helseid hydra nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
    "a kid has to be the hash of the SPKI: a thumbprint or a name is another value",
);
const NO_ID: Verdict = refused(
    "key-id-absent",
    "entra",
    "without kid PS256 finds no key in PEM form; aud, iat and exp would do",
);

const BCGOV: &[Verdict] = &[STORED, OTHER_ID, NO_ID, NO_GRANTS];
const KEYCLOAK: &[Verdict] = &[
    STORED,
    OTHER_ID,
    NO_ID,
    refused(
        "client-assertion-type",
        GRANTS,
        "it has that grant, and authenticates the client first",
    ),
];

const JUDGES: &[Judge] = &[
    judge(
        "auth0",
        &[
            accepted(
                "auth0 authelia bcgov cdr generic helseid keycloak mitreid rfc10070 spring-authorization-server",
                "issuer, 5 minutes at most, RS256 or PS256; typ and kid are nothing to it",
            ),
            refused(
                "audience",
                "dpc entra epic hydra okta pca smart smart-bulk-data",
                "token URL",
            ),
            refused("algorithm", "nhs nhs-cgp", "RS512 is none of Auth0's"),
            NO_GRANTS,
        ],
    ),
    judge("bcgov", BCGOV),
    judge(
        "cdr",
        &[
            accepted("cdr", "its own"),
            refused("client-id-absent", UNNAMED, "client_id is required"),
            refused(
                "algorithm",
                "bcgov helseid pca spring-authorization-server",
                "RS256, not PS256 or ES256",
            ),
            refused("key-id-absent", "entra", "x5t#S256 instead of kid"),
            NO_GRANTS,
        ],
    ),
    judge(
        "dpc",
        &[
            accepted(
                "dpc smart smart-bulk-data",
                "RS384, token URL, kid, scope in the form",
            ),
            NO_RS384,
            refused("scope-absent", "epic", "all else is as it should be"),
            NO_GRANTS,
        ],
    ),
    judge(
        "entra",
        &[
            accepted("entra", "its own"),
            refused("client-id-absent", UNNAMED, "client_id is required"),
            refused(
                "audience",
                "bcgov cdr helseid spring-authorization-server",
                "issuer; its words come first",
            ),
            refused("key-id-absent", "pca", "kid instead of x5t#S256"),
            NO_GRANTS,
        ],
    ),
    judge(
        "epic",
        &[
            accepted(
                "dpc epic generic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "RS256, RS384 or RS512, token URL, 5 minutes at most",
            ),
            refused("algorithm", "cdr entra", "no PS256"),
            refused("type", "helseid rfc10070", "client-authentication+jwt"),
            refused(
                "audience",
                "auth0 authelia bcgov keycloak mitreid spring-authorization-server",
                "issuer, not token URL",
            ),
            NO_GRANTS,
        ],
    ),
    judge(
        "generic",
        &[
            accepted(CLIENTS, "it refuses only what a standard refuses"),
            NO_GRANTS,
        ],
    ),
    judge(
        "google",
        &[
            accepted("google", "its own"),
            refused(
                "audience",
                "maskinporten salesforce",
                "issuer, not token URL",
            ),
            NO_CLIENTS,
            refused("scope-absent", "jwt-bearer", "a scope has to be there"),
        ],
    ),
    judge(
        "helseid",
        &[
            accepted("helseid", "its own"),
            refused(
                "issued-at-absent",
                "auth0 authelia",
                "issuer, one minute, typ JWT as in the older document, and no iat",
            ),
            refused(
                "not-before-absent",
                "cdr generic rfc10070 spring-authorization-server",
                "iat, and no nbf",
            ),
            refused(
                "key-id-absent",
                "bcgov entra keycloak mitreid",
                "kid is required",
            ),
            refused(
                "audience",
                "dpc epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "token URL, not issuer",
            ),
            NO_GRANTS,
        ],
    ),
    judge("keycloak", KEYCLOAK),
    judge(
        "maskinporten",
        &[
            accepted("maskinporten", "its own"),
            refused("audience", "google", "the token URL is no longer valid"),
            refused("key-id-absent", "salesforce", "neither kid nor x5c"),
            NO_CLIENTS,
            refused("unknown-claim", "jwt-bearer", "sub is not in its table"),
        ],
    ),
    judge("nhs", NHS),
    judge("nhs-cgp", NHS),
    judge(
        "okta",
        &[
            accepted(
                "dpc okta smart smart-bulk-data",
                "token URL, an hour at most, scope in the form",
            ),
            refused(
                "audience",
                "auth0 authelia bcgov cdr generic helseid keycloak mitreid rfc10070 spring-authorization-server",
                "issuer; its words come first",
            ),
            refused("algorithm", "entra", "no PS256"),
            refused(
                "scope-absent",
                "epic hydra nhs nhs-cgp pca",
                "scope is required",
            ),
            NO_GRANTS,
        ],
    ),
    judge(
        "pca",
        &[
            accepted("pca", "its own"),
            refused("client-id-absent", UNNAMED, "client_id is mandatory"),
            refused("algorithm", "cdr entra", "PS256 instead of RS256"),
            refused("type", "helseid", "client-authentication+jwt, not JWT"),
            refused("key-id-absent", "bcgov", "kid is mandatory"),
            NO_GRANTS,
            refused(
                "audience",
                "spring-authorization-server",
                "the other of issuer and token URL",
            ),
        ],
    ),
    judge(
        "rfc10070",
        &[
            accepted(
                "auth0 authelia bcgov cdr generic helseid keycloak mitreid rfc10070 spring-authorization-server",
                "issuer; the typ of the older form is forgiven",
            ),
            refused(
                "audience",
                "dpc entra epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "token URL, not issuer",
            ),
            NO_GRANTS,
        ],
    ),
    judge(
        "salesforce",
        &[
            accepted("jwt-bearer salesforce", "its own"),
            refused("subject-absent", "google maskinporten", "nobody to act for"),
            NO_CLIENTS,
        ],
    ),
    judge(
        "smart",
        &[
            accepted(
                "dpc smart smart-bulk-data",
                "RS384, JWT, kid, token URL, scope",
            ),
            refused(
                "scope-absent",
                "auth0 authelia bcgov cdr epic generic helseid hydra keycloak mitreid nhs nhs-cgp pca rfc10070 spring-authorization-server",
                "scope=system/... is required, which is looked at first",
            ),
            refused("algorithm", "okta", "RS256 instead of RS384"),
            refused("key-id-absent", "entra", "x5t#S256 instead of kid"),
            NO_GRANTS,
        ],
    ),
    judge(
        "authelia",
        &[
            accepted(
                "auth0 authelia bcgov cdr dpc entra epic generic helseid hydra keycloak mitreid nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
                "its rules let it pass",
            ),
            refused(
                "grant-type",
                "google jwt-bearer maskinporten salesforce",
                "another grant",
            ),
        ],
    ),
    judge(
        "hydra",
        &[
            refused(
                "audience",
                "auth0 authelia bcgov cdr generic helseid keycloak mitreid rfc10070 spring-authorization-server",
                "the other of issuer and token URL",
            ),
            accepted(
                "dpc entra epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "its rules let it pass",
            ),
            refused(
                "grant-type",
                "google jwt-bearer maskinporten salesforce",
                "another grant",
            ),
        ],
    ),
    judge(
        "jwt-bearer",
        &[
            refused(
                "grant-type",
                "auth0 authelia bcgov cdr dpc entra epic generic helseid hydra keycloak mitreid nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
                "another grant",
            ),
            refused(
                "subject-absent",
                "google maskinporten",
                "sub has to be there",
            ),
            accepted("jwt-bearer salesforce", "its rules let it pass"),
        ],
    ),
    judge(
        "mitreid",
        &[
            accepted(
                "auth0 authelia bcgov dpc epic generic helseid hydra keycloak mitreid nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
                "its rules let it pass",
            ),
            refused("algorithm", "cdr entra", "another algorithm"),
            refused(
                "client-assertion-type",
                "google jwt-bearer maskinporten salesforce",
                "the grant of RFC 7523 section 2.1 has no client assertion",
            ),
        ],
    ),
    judge(
        "spring-authorization-server",
        &[
            refused(
                "client-id-absent",
                "auth0 authelia dpc epic generic hydra keycloak mitreid nhs nhs-cgp okta rfc10070 smart smart-bulk-data",
                "client_id is required",
            ),
            accepted(
                "bcgov cdr entra pca spring-authorization-server",
                "its rules let it pass",
            ),
            refused(
                "client-assertion-type",
                "google jwt-bearer maskinporten salesforce",
                "the grant of RFC 7523 section 2.1 has no client assertion",
            ),
            refused("type", "helseid", "another typ"),
        ],
    ),
];

#[test]
fn whole_requests_are_judged_as_the_documents_say() {
    assert_eq!(JUDGES.len(), 23);
    check(JUDGES, Sent::Request);
}
