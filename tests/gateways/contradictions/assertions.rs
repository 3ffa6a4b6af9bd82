//! Header and claims alone: the algorithm is one that the judge takes, and the form is as the
//! judge wants it, so that what is left are the contradictions between the assertions.

use super::families::{BCGOV, BCGOV_SET, DPC, KEYCLOAK, KEYCLOAK_SET, NHS};
use super::{Judge, Sent, Verdict, accepted, check, judge, refused};

/// Where a judge has no issuer `generic` names the token URL, as it does then.
pub(super) const TOKEN_URL: &str =
    "dpc epic generic hydra jwt-bearer nhs nhs-cgp okta pca smart smart-bulk-data";

pub(super) const NO_KEY_ID: Verdict =
    refused("key-id-absent", "bcgov entra keycloak", "kid is required");
pub(super) const NO_SUBJECT: Verdict = refused(
    "subject-absent",
    "google maskinporten",
    "sub has to name the client",
);
pub(super) const ANOTHER_SUBJECT: Verdict = refused(
    "unknown-client",
    "salesforce",
    "sub names a user, whom nobody knows as a client",
);
pub(super) const OTHER_SUBJECTS: Verdict = refused(
    "client-id",
    "google maskinporten salesforce",
    "client_id in the form has to equal sub",
);

const fn in_flow(name: &'static str, flow: &'static str, verdicts: &'static [Verdict]) -> Judge {
    Judge {
        name,
        flow: Some(flow),
        verdicts,
    }
}

/// In both flows: a kid is recommended, and needed in neither.
const EPIC: &[Verdict] = &[
    accepted(
        "dpc entra epic generic hydra jwt-bearer nhs nhs-cgp okta pca smart smart-bulk-data",
        "token URL, typ JWT or none, 5 minutes at most",
    ),
    refused("type", "helseid rfc10070", "client-authentication+jwt"),
    refused(
        "audience",
        "auth0 authelia bcgov cdr keycloak mitreid spring-authorization-server",
        "the issuer",
    ),
    NO_SUBJECT,
    ANOTHER_SUBJECT,
];

const JUDGES: &[Judge] = &[
    judge(
        "auth0",
        &[
            accepted(
                "auth0 authelia bcgov cdr generic helseid jwt-bearer keycloak mitreid rfc10070 spring-authorization-server",
                "issuer, 5 minutes at most; typ and kid are nothing to it",
            ),
            refused(
                "audience",
                "dpc entra epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "the token URL",
            ),
            NO_SUBJECT,
            ANOTHER_SUBJECT,
        ],
    ),
    judge("bcgov", BCGOV),
    in_flow("bcgov", "jwks-url", BCGOV_SET),
    judge(
        "cdr",
        &[
            accepted(
                "auth0 authelia cdr dpc epic generic helseid hydra jwt-bearer nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
                "issuer and token URL are taken, no longest lifetime is known",
            ),
            NO_KEY_ID,
            OTHER_SUBJECTS,
            refused(
                "key-id-absent",
                "mitreid",
                "no kid, or another way of naming a key",
            ),
        ],
    ),
    judge("dpc", DPC),
    judge(
        "entra",
        &[
            accepted("entra", "x5t#S256"),
            refused(
                "audience",
                "auth0 authelia bcgov cdr generic helseid jwt-bearer keycloak mitreid rfc10070 spring-authorization-server",
                "the issuer; its words come first",
            ),
            refused(
                "key-id-absent",
                "dpc epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "the certificate's hash is wanted, not a kid",
            ),
            OTHER_SUBJECTS,
        ],
    ),
    judge("epic", EPIC),
    in_flow("epic", "certificate", EPIC),
    judge(
        "generic",
        &[
            accepted(
                "auth0 authelia bcgov cdr dpc entra epic generic helseid hydra jwt-bearer keycloak mitreid nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
                "it refuses only what a standard refuses",
            ),
            NO_SUBJECT,
            ANOTHER_SUBJECT,
        ],
    ),
    judge(
        "google",
        &[
            accepted("google", "its own"),
            refused(
                "audience",
                "auth0 authelia bcgov cdr helseid keycloak maskinporten mitreid rfc10070 salesforce spring-authorization-server",
                "the issuer",
            ),
            refused(
                "issued-at-absent",
                "dpc epic hydra okta pca",
                "iat is required",
            ),
            refused(
                "scope-absent",
                "entra generic jwt-bearer nhs nhs-cgp smart smart-bulk-data",
                "the scope has to be a claim",
            ),
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
                "cdr generic jwt-bearer rfc10070 spring-authorization-server",
                "iat, and no nbf",
            ),
            NO_KEY_ID,
            refused(
                "audience",
                "dpc epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "the token URL",
            ),
            OTHER_SUBJECTS,
            refused(
                "key-id-absent",
                "mitreid",
                "no kid, or another way of naming a key",
            ),
        ],
    ),
    judge("keycloak", KEYCLOAK),
    in_flow("keycloak", "jwks-url", KEYCLOAK_SET),
    judge(
        "maskinporten",
        &[
            accepted("maskinporten", "its own"),
            refused(
                "audience",
                "dpc entra epic google hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "the token URL is no longer valid",
            ),
            refused(
                "key-id-absent",
                "bcgov keycloak mitreid salesforce",
                "no kid, no x5c",
            ),
            refused(
                "unknown-claim",
                "auth0 authelia cdr generic helseid jwt-bearer rfc10070 spring-authorization-server",
                "sub is not in its table, nor is nbf",
            ),
        ],
    ),
    judge("nhs", NHS),
    judge("nhs-cgp", NHS),
    judge(
        "okta",
        &[
            accepted(
                "dpc entra epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "token URL, an hour at most; kid is not known to be required",
            ),
            refused(
                "audience",
                "auth0 authelia bcgov cdr generic helseid jwt-bearer keycloak maskinporten mitreid rfc10070 spring-authorization-server",
                "the issuer; its words come first",
            ),
            refused("subject-absent", "google", "sub has to name the client"),
            ANOTHER_SUBJECT,
        ],
    ),
    judge(
        "pca",
        &[
            accepted(TOKEN_URL, "token URL, typ JWT, kid, 5 minutes at most"),
            NO_KEY_ID,
            refused("type", "helseid rfc10070", "client-authentication+jwt"),
            refused(
                "audience",
                "auth0 authelia cdr spring-authorization-server",
                "the issuer",
            ),
            OTHER_SUBJECTS,
            refused(
                "key-id-absent",
                "mitreid",
                "no kid, or another way of naming a key",
            ),
        ],
    ),
    judge(
        "rfc10070",
        &[
            accepted(
                "auth0 authelia bcgov cdr generic helseid jwt-bearer keycloak mitreid rfc10070 spring-authorization-server",
                "issuer; the typ of the older form is forgiven",
            ),
            refused(
                "audience",
                "dpc entra epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "the token URL",
            ),
            NO_SUBJECT,
            ANOTHER_SUBJECT,
        ],
    ),
    judge(
        "salesforce",
        &[
            accepted(
                "auth0 authelia bcgov cdr generic helseid jwt-bearer keycloak mitreid rfc10070 salesforce spring-authorization-server",
                "issuer, 3 minutes at most; which users there are is not in the file",
            ),
            refused(
                "audience",
                "dpc entra epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "the token URL",
            ),
            refused("subject-absent", "google maskinporten", "nobody to act for"),
        ],
    ),
    judge(
        "smart",
        &[
            accepted(TOKEN_URL, "token URL, typ JWT, kid, 5 minutes at most"),
            NO_KEY_ID,
            refused(
                "type",
                "helseid rfc10070 salesforce",
                "none, or RFC 10070's",
            ),
            refused(
                "audience",
                "auth0 authelia cdr spring-authorization-server",
                "the issuer",
            ),
            refused(
                "subject-absent",
                "google maskinporten",
                "claims are looked at before typ",
            ),
            refused(
                "key-id-absent",
                "mitreid",
                "no kid, or another way of naming a key",
            ),
        ],
    ),
    judge(
        "authelia",
        &[
            accepted(
                "auth0 authelia bcgov cdr dpc entra epic generic helseid hydra jwt-bearer keycloak mitreid nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
                "its rules let it pass",
            ),
            refused(
                "subject-absent",
                "google maskinporten",
                "sub has to be there",
            ),
            refused(
                "unknown-client",
                "salesforce",
                "nobody knows the client that is named",
            ),
        ],
    ),
    judge(
        "hydra",
        &[
            refused(
                "audience",
                "auth0 authelia bcgov cdr generic helseid jwt-bearer keycloak mitreid rfc10070 spring-authorization-server",
                "the other of issuer and token URL",
            ),
            accepted(
                "dpc entra epic hydra nhs nhs-cgp okta pca smart smart-bulk-data",
                "its rules let it pass",
            ),
            refused(
                "subject-absent",
                "google maskinporten",
                "sub has to be there",
            ),
            refused(
                "unknown-client",
                "salesforce",
                "nobody knows the client that is named",
            ),
        ],
    ),
    judge(
        "jwt-bearer",
        &[
            accepted(
                "auth0 authelia bcgov cdr dpc entra epic generic helseid hydra jwt-bearer keycloak mitreid nhs nhs-cgp okta pca rfc10070 salesforce smart smart-bulk-data spring-authorization-server",
                "its rules let it pass",
            ),
            refused(
                "subject-absent",
                "google maskinporten",
                "sub has to be there",
            ),
        ],
    ),
    judge(
        "mitreid",
        &[
            accepted(
                "auth0 authelia bcgov cdr dpc entra epic generic helseid hydra jwt-bearer keycloak mitreid nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
                "its rules let it pass",
            ),
            refused(
                "subject-absent",
                "google maskinporten",
                "sub has to be there",
            ),
            refused(
                "unknown-client",
                "salesforce",
                "nobody knows the client that is named",
            ),
        ],
    ),
    judge(
        "spring-authorization-server",
        &[
            accepted(
                "auth0 authelia bcgov cdr dpc entra epic generic hydra jwt-bearer keycloak mitreid nhs nhs-cgp okta pca smart smart-bulk-data spring-authorization-server",
                "its rules let it pass",
            ),
            refused(
                "subject-absent",
                "google maskinporten",
                "sub has to be there",
            ),
            refused("type", "helseid rfc10070", "another typ"),
            refused("issuer-not-subject", "salesforce", "iss differs from sub"),
        ],
    ),
    in_flow(
        "jwt-bearer",
        "client-assertion",
        &[
            accepted(
                "auth0 authelia bcgov cdr dpc entra epic generic helseid hydra jwt-bearer keycloak mitreid nhs nhs-cgp okta pca rfc10070 salesforce smart smart-bulk-data spring-authorization-server",
                "its rules let it pass",
            ),
            refused(
                "subject-absent",
                "google maskinporten",
                "sub has to be there",
            ),
        ],
    ),
];

#[test]
fn assertions_are_judged_as_the_documents_say() {
    // The gateways, and those with another way of registering.
    assert_eq!(JUDGES.len(), 23 + 4);
    check(JUDGES, Sent::Assertion);
}
