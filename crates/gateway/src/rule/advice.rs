//! What a broken rule means to a person, and what fixes it.

use super::Rule;
use crate::{Remedy, Text};

impl Rule {
    /// What is the matter, in a sentence for a person, where the gateway's file has no words of
    /// its own.
    #[must_use]
    pub const fn cause(self) -> &'static str {
        match self {
            Self::Path => "The gateway serves no tokens at the path of this URL.",
            Self::Method => "The request is not a POST.",
            Self::Origin => {
                "The request has an Origin header of a website that this gateway does not allow."
            }
            Self::DuplicateParameter => "The request has a parameter twice.",
            Self::ClientDisabled => "The client is disabled.",
            Self::AuthenticationMethod => {
                "The client is registered for another way of authentication than a signed JWT."
            }
            Self::AlgorithmName => {
                "The alg of the assertion's header is no name of an algorithm that this gateway knows."
            }
            Self::AlgorithmOfClient => {
                "The assertion is signed with another algorithm than the one that is registered for this client."
            }
            Self::KeyUse => {
                "The registered JWK is not for signatures: its use is missing or is not \"sig\"."
            }
            Self::KeySetUrl => "The header's jku is not the URL of the JWK Set that is registered.",
            Self::KeyAlgorithm => {
                "The key is registered for another algorithm than the one that signed the assertion."
            }
            Self::GrantNotAllowed => "The client may not get a token by this grant.",
            Self::Scope => {
                "The requested scope is unknown to the gateway, or the client may not have it."
            }
            Self::Target => {
                "The client may not get a token for the audience or resource of the form. It is \
                 not the assertion's aud."
            }
            Self::DpopProofAbsent => {
                "The request has no DPoP proof, and this client's tokens are bound to a key."
            }
            Self::DpopProof => "The DPoP proof of the request is not valid.",
            Self::DpopNonce => "The DPoP proof has no nonce of this server, or an expired one.",
            Self::ClientCertificateAbsent => {
                "The connection has no client certificate, and this client's tokens are bound to one."
            }
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
            Self::SecretAbsent => {
                "The form lacks a secret parameter that this gateway wants, such as client_secret."
            }
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
            Self::JwtIdLength => {
                "The assertion's jti is shorter or longer than this gateway takes."
            }
            Self::JwtIdSpent => "The assertion was sent before: its jti is used up.",
            Self::ClaimAbsent => "The assertion lacks a claim that this gateway wants.",
            Self::UnknownClaim => "The assertion has a claim that this gateway does not allow.",
            Self::UnknownHeaderParameter => {
                "The assertion's header has a parameter that this gateway does not allow."
            }
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

    /// What fixes it, where the gateway's file has no words of its own.
    #[must_use]
    pub fn remedy(self) -> Remedy {
        match self {
            Self::Path => Remedy::CheckTokenUrl,
            Self::Method => Remedy::SendForm,
            Self::Origin => Remedy::Stated("Send the request without an Origin header.".into()),
            Self::DuplicateParameter => Remedy::Stated("Send each parameter once.".into()),
            Self::ClientDisabled => Remedy::Stated("Have the client enabled.".into()),
            Self::AuthenticationMethod => Remedy::Stated(
                "Register the client for authentication with a signed JWT (private_key_jwt)."
                    .into(),
            ),
            Self::AlgorithmName => Remedy::SetAlgorithm {
                algorithms: Vec::new(),
            },
            Self::AlgorithmOfClient => Remedy::CompareAlgorithm,
            Self::KeyUse => Remedy::PublishUse,
            Self::KeySetUrl => {
                Remedy::Stated("Leave jku out, or set it to the registered URL.".into())
            }
            Self::KeyAlgorithm => Remedy::FitAlgorithmToRegisteredKey,
            Self::GrantNotAllowed => Remedy::RegisterGrant,
            Self::Scope | Self::Target => Remedy::CompareScope,
            Self::DpopProofAbsent => Remedy::SendProof,
            Self::DpopProof => Remedy::Stated(
                "Make a new DPoP proof for this URL and method, and check the clock.".into(),
            ),
            Self::DpopNonce => Remedy::Stated(
                "Make a new proof with the nonce of the answer's DPoP-Nonce header, and a new \
                 assertion."
                    .into(),
            ),
            Self::ClientCertificateAbsent => Remedy::SendCertificate,
            Self::ContentType => Remedy::SendFormContentType,
            Self::GrantTypeAbsent
            | Self::GrantType
            | Self::ClientAssertionType
            | Self::ClientAssertionAbsent => Remedy::SendForm,
            Self::ParameterTooLong => Remedy::ShortenAssertion,
            Self::Malformed => Remedy::MakeWellFormed,
            Self::SecretAbsent => Remedy::SendSecret,
            Self::ClientIdAbsent | Self::ClientId => Remedy::SendClientId,
            Self::UnknownClient => Remedy::CompareClientId,
            Self::Algorithm => Remedy::SetAlgorithm {
                algorithms: Vec::new(),
            },
            Self::CriticalExtension => Remedy::RemoveCritical,
            Self::Type => Remedy::SetType { wanted: None },
            Self::KeyIdAbsent => Remedy::SetKeyId { wanted: None },
            Self::IssuerAbsent => Remedy::SetIssuerClaim,
            Self::SubjectAbsent | Self::IssuerNotSubject => Remedy::SetIssuerAndSubject,
            Self::SubjectPresent => Remedy::LeaveClaimOut { name: "sub" },
            Self::AudienceAbsent | Self::Audience => Remedy::SetAudience {
                wanted: None,
                has_other_environments: true,
            },
            Self::AudienceList => Remedy::SendOneAudience,
            Self::ExpiryAbsent => Remedy::SetExpiry,
            Self::ExpiryForm | Self::IssuedAtForm | Self::NotBeforeForm => {
                Remedy::WriteDateAsNumber
            }
            Self::Expired => Remedy::MakeNewAssertionAndCorrectClock,
            Self::ExpiryTooLate => Remedy::ShortenLifetime { seconds: None },
            Self::ExpiryTooLateWithoutIssuedAt => Remedy::SendIssuedAtOrShortenLifetime,
            Self::IssuedAtAbsent => Remedy::SendIssuedAt,
            Self::IssuedInFuture | Self::NotYetValid => Remedy::CorrectClock { seconds: None },
            Self::TooOld => Remedy::SendAtOnceAndCorrectClock,
            Self::NotBeforeAbsent => Remedy::SendNotBefore,
            Self::JwtIdAbsent | Self::JwtIdForm | Self::JwtIdLength => Remedy::SetJwtId,
            Self::JwtIdSpent => Remedy::RenewJwtId,
            Self::ClaimAbsent => Remedy::AddClaim,
            Self::UnknownClaim => Remedy::LeaveUnknownClaimOut {
                allowed: Vec::new(),
            },
            Self::UnknownHeaderParameter => {
                Remedy::Stated(Text::from("Leave it out of the header."))
            }
            Self::ScopeAbsent => Remedy::SetScope,
            Self::AppRevoked => Remedy::ApproveApplication,
            Self::ProductMissing => Remedy::AddProduct,
            Self::DeveloperInactive | Self::CompanyInactive | Self::NotActive => Remedy::AskSupport,
            Self::KeysNotRegistered => Remedy::RegisterKey,
            Self::KeysUnreachable => Remedy::CheckJwkSetUrl,
            Self::KeysUnreadable => Remedy::ServeJwkSet,
            Self::UnknownKeyId => Remedy::CompareKeyId,
            Self::KeyType => Remedy::FitAlgorithmToRegisteredKey,
            Self::KeySize => Remedy::MakeLargerKey,
            Self::Signature => Remedy::CompareKey,
            Self::NoApplicationScope => Remedy::AddApplicationAccess,
            Self::RateLimited => Remedy::AskLessOften,
            Self::GatewayFailed => Remedy::TryLater,
        }
    }
}
