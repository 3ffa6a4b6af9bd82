//! What a broken rule means to a person, and what mends it.

use super::Rule;

impl Rule {
    /// What is the matter, in a sentence for a person, where the gateway's file has no words of
    /// its own.
    #[must_use]
    pub const fn cause(self) -> &'static str {
        match self {
            Self::ContentType => {
                "The request's Content-Type is not application/x-www-form-urlencoded."
            }
            Self::GrantTypeAbsent => "The request has no grant_type.",
            Self::GrantType => "The request's grant_type is one that this gateway does not serve.",
            Self::ClientAssertionType => {
                "The request's client_assertion_type is missing or is not that of a JWT."
            }
            Self::ClientAssertionAbsent => "The request has no assertion.",
            Self::ParameterTooLong => {
                "A parameter of the request, such as the assertion, is longer than this gateway \
                 takes."
            }
            Self::Malformed => "What was sent as the assertion is no JWT.",
            Self::ClientIdAbsent => {
                "The request has no client_id, which this gateway wants beside the assertion."
            }
            Self::ClientId => "The request's client_id is not the client that the assertion names.",
            Self::UnknownClient => {
                "The gateway knows no client of this identifier: it is misspelt, belongs to \
                 another environment, or its registration has not arrived everywhere yet."
            }
            Self::Algorithm => {
                "The assertion is signed with an algorithm that this gateway does not take."
            }
            Self::CriticalExtension => {
                "The assertion's header has crit, which names extensions that the gateway does \
                 not know."
            }
            Self::Type => "The typ of the assertion's header is not what this gateway wants.",
            Self::KeyIdAbsent => {
                "The assertion's header does not say which key signed it: it has no kid."
            }
            Self::IssuerAbsent => "The assertion has no iss.",
            Self::SubjectAbsent => "The assertion has no sub.",
            Self::SubjectPresent => "The assertion has a sub, and this gateway takes none.",
            Self::IssuerNotSubject => {
                "The assertion's iss and sub are not one and the same client identifier."
            }
            Self::AudienceAbsent => "The assertion has no aud.",
            Self::Audience => {
                "The assertion's aud is not what this gateway calls itself. It is compared \
                 character for character, and differs from one environment to another."
            }
            Self::AudienceList => "The assertion's aud is a list, and this gateway wants one text.",
            Self::ExpiryAbsent => "The assertion has no exp.",
            Self::ExpiryForm => "The assertion's exp is not a number of seconds.",
            Self::Expired => {
                "The assertion had expired when it arrived: it was made too long ago, or the \
                 clock of the machine that made it is slow."
            }
            Self::ExpiryTooLate => {
                "The assertion lives longer than this gateway takes, or the clock of the machine \
                 that made it is fast."
            }
            Self::ExpiryTooLateWithoutIssuedAt => {
                "The assertion has no iat, and without one this gateway takes a short life only."
            }
            Self::IssuedAtAbsent => "The assertion has no iat.",
            Self::IssuedAtForm => "The assertion's iat is not a number of seconds.",
            Self::IssuedInFuture => {
                "The assertion was issued in the future: the clock of the machine that made it is \
                 fast, or iat is in milliseconds."
            }
            Self::TooOld => {
                "The assertion was issued too long ago: it was kept before it was sent, or the \
                 clock of the machine that made it is slow."
            }
            Self::NotBeforeAbsent => "The assertion has no nbf.",
            Self::NotBeforeForm => "The assertion's nbf is not a number of seconds.",
            Self::NotYetValid => {
                "The assertion is not valid yet: the clock of the machine that made it is fast."
            }
            Self::JwtIdAbsent => "The assertion has no jti.",
            Self::JwtIdForm => "The assertion's jti is not a text.",
            Self::JwtIdSpent => "The assertion was sent before: its jti is used up.",
            Self::ClaimAbsent => "The assertion lacks a claim that this gateway wants.",
            Self::UnknownClaim => "The assertion has a claim that this gateway does not allow.",
            Self::ScopeAbsent => "No scope was asked for, and this gateway wants one.",
            Self::AppRevoked => "The application is revoked, or has not been approved yet.",
            Self::ProductMissing => {
                "The application has no access to the product or API that it asks for."
            }
            Self::DeveloperInactive => "The account of the application's developer is inactive.",
            Self::CompanyInactive => "The account of the application's company is inactive.",
            Self::KeysNotRegistered => "The gateway has no public key of this client.",
            Self::KeysUnreachable => {
                "The gateway cannot fetch the client's JWK Set from the URL that is registered."
            }
            Self::KeysUnreadable => {
                "What the gateway finds at the registered place is not a JWK Set."
            }
            Self::UnknownKeyId => {
                "The gateway has no public key of this client by the name in the assertion's \
                 header: kid differs from the published one, or the gateway's copy of the JWK Set \
                 is older than the key."
            }
            Self::KeyType => "The registered key is of another type than the algorithm needs.",
            Self::KeySize => "The key is smaller than this gateway takes.",
            Self::Signature => {
                "The signature does not fit the registered public key: the assertion was signed \
                 with another private key, or changed afterwards."
            }
            Self::NoApplicationScope => {
                "The application has no scope that it could be given by this grant."
            }
            Self::NotActive => "The gateway does not give this client a token.",
            Self::RateLimited => "Too many requests were sent in too short a time.",
            Self::GatewayFailed => "The gateway itself failed.",
        }
    }

    /// What mends it, with the option or command that does, where the gateway's file has no words
    /// of its own.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::ContentType => {
                "Send exactly that, without a charset; `tokenring get-token` does."
            }
            Self::GrantTypeAbsent
            | Self::GrantType
            | Self::ClientAssertionType
            | Self::ClientAssertionAbsent => {
                "Send the form that `tokenring get-token --explain` shows for this gateway."
            }
            Self::ParameterTooLong => {
                "Leave long values out of the assertion, such as the chain of certificates in x5c."
            }
            Self::Malformed => {
                "`tokenring inspect` says which part of it fails; `tokenring assertion` makes one \
                 that does not."
            }
            Self::ClientIdAbsent | Self::ClientId => {
                "Send the client identifier of iss as client_id; `tokenring get-token --client-id \
                 ID` uses it for both."
            }
            Self::UnknownClient => {
                "Compare --client-id with what the gateway's portal shows, and --env with where it \
                 was registered."
            }
            Self::Algorithm => {
                "Sign with an algorithm of `tokenring gateways show`: --alg chooses it, and \
                 `tokenring generate-keys` makes a key that fits."
            }
            Self::CriticalExtension => "Leave crit out of the header.",
            Self::Type => "Set it with --typ to what `tokenring gateways show` names.",
            Self::KeyIdAbsent => "Give the name under which the key is registered, with --kid.",
            Self::IssuerAbsent => "Set iss to the client identifier, with --client-id.",
            Self::SubjectAbsent | Self::IssuerNotSubject => {
                "Set iss and sub to the client identifier; --client-id does both."
            }
            Self::SubjectPresent => "Leave sub out.",
            Self::AudienceAbsent | Self::Audience => {
                "Take the audience of the environment that you call: `tokenring gateways show` \
                 names it, --env chooses the environment, --audience replaces it."
            }
            Self::AudienceList => "Send one text as aud.",
            Self::ExpiryAbsent => "Set exp; --lifetime says how many seconds ahead.",
            Self::ExpiryForm | Self::IssuedAtForm | Self::NotBeforeForm => {
                "Write it as a JSON number, in seconds since 1970, without quotes."
            }
            Self::Expired => {
                "Make a new assertion for each request, and set the clock right; `tokenring doctor` \
                 measures it, --clock-skew auto reckons with it."
            }
            Self::ExpiryTooLate => {
                "Shorten it with --lifetime, and set the clock right; `tokenring doctor` measures \
                 it."
            }
            Self::ExpiryTooLateWithoutIssuedAt => "Send iat, or shorten it with --lifetime.",
            Self::IssuedAtAbsent => "Send iat, the time of making, in seconds.",
            Self::IssuedInFuture | Self::NotYetValid => {
                "Set the clock right, or reckon with it by --clock-skew auto; `tokenring doctor` \
                 measures it. Dates are in seconds."
            }
            Self::TooOld => {
                "Make the assertion right before it is sent, and set the clock right; `tokenring \
                 doctor` measures it."
            }
            Self::NotBeforeAbsent => "Send nbf, the time of making, in seconds.",
            Self::JwtIdAbsent | Self::JwtIdForm => "Set jti to a new UUID, as a text.",
            Self::JwtIdSpent => {
                "Make a new assertion, with a new jti, for every attempt; `tokenring get-token` \
                 does."
            }
            Self::ClaimAbsent => "Add it with --claim NAME=JSON.",
            Self::UnknownClaim => {
                "Leave it out: `tokenring gateways show` lists the claims that are allowed."
            }
            Self::ScopeAbsent => "Name the scope with --scope.",
            Self::AppRevoked => "Have the application approved in the gateway's portal.",
            Self::ProductMissing => {
                "Add the product to the application in the gateway's portal, and wait until every \
                 server knows it."
            }
            Self::DeveloperInactive | Self::CompanyInactive | Self::NotActive => {
                "Ask the gateway's support, quoting the answer's identifier."
            }
            Self::KeysNotRegistered => {
                "Register the public key that `tokenring generate-keys` wrote beside the private \
                 one."
            }
            Self::KeysUnreachable => {
                "Check that the URL answers from the internet without credentials, with a \
                 certificate of a public authority: `tokenring doctor`."
            }
            Self::KeysUnreadable => {
                "Serve a JWK Set, an object with the member keys, there; `tokenring generate-keys` \
                 writes one."
            }
            Self::UnknownKeyId => {
                "Compare --kid with the kid in the registered JWK Set; after a change of keys wait \
                 until the gateway fetches it anew. `tokenring doctor` does both."
            }
            Self::KeyType => "Take --alg by the registered key, or register a key that fits it.",
            Self::KeySize => "Make and register a larger key: `tokenring generate-keys`.",
            Self::Signature => {
                "Compare --private-key with what is registered: `tokenring doctor` does, and \
                 `tokenring inspect --jwks` verifies an assertion."
            }
            Self::NoApplicationScope => {
                "Have application-restricted access added to the application in the gateway's \
                 portal."
            }
            Self::RateLimited => "Wait, keep a token until it expires, and ask less often.",
            Self::GatewayFailed => {
                "Try again later; if it stays, ask the gateway's support, quoting the answer's \
                 identifier."
            }
        }
    }
}
