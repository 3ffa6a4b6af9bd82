//! What a remedy says in plain words, without the options of any program.

use core::fmt;
use core::time::Duration;

use super::Remedy;
use tokenring_jwk::Algorithm;

/// What to change, in sentences.
impl fmt::Display for Remedy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(words) = self.fixed_words() {
            return formatter.write_str(words);
        }
        match self {
            Self::Stated(text) => text.fmt(formatter),
            Self::SetAudience {
                wanted: Some(wanted),
                ..
            } => write!(formatter, "Set the audience to {wanted}."),
            Self::TryAudience { audience } => write!(formatter, "Try {audience} as audience."),
            Self::SetIssuerOrGateway { gateway } => write!(
                formatter,
                "Set the server's issuer identifier, or use the gateway {gateway}."
            ),
            Self::CorrectTokenUrlPath { path } => {
                write!(formatter, "Correct the path of the token URL to {path}.")
            }
            Self::SetType {
                wanted: Some(wanted),
            } => write!(formatter, "Set typ to {wanted}."),
            Self::TryType { typ } => write!(formatter, "Try {typ} as typ."),
            Self::SetAlgorithm { algorithms } => {
                write!(formatter, "Sign with {}", any_of(algorithms))?;
                formatter.write_str(", with a key that fits.")
            }
            Self::UseAlgorithm { algorithms } => {
                write!(
                    formatter,
                    "Sign with {}, which this key can.",
                    any_of(algorithms)
                )
            }
            Self::MakeKeyFor { algorithms } => write!(
                formatter,
                "Make and register a key for {}: this one fits no algorithm that the gateway \
                 accepts.",
                any_of(algorithms)
            ),
            Self::SignForPublishedKey {
                algorithm,
                or_publish_for: None,
            } => write!(formatter, "Sign with {algorithm}."),
            Self::SignForPublishedKey {
                algorithm,
                or_publish_for: Some(other),
            } => write!(
                formatter,
                "Sign with {algorithm}, or publish and register the key for {other}."
            ),
            Self::PublishKeyFor {
                algorithm,
                rejected,
            } => write!(
                formatter,
                "Publish and register the key for {algorithm}: this gateway does not take \
                 {rejected}."
            ),
            Self::SetKeyId {
                wanted: Some(wanted),
            } => write!(formatter, "Set the key ID to {wanted}."),
            Self::SetSubject {
                wanted: Some(wanted),
            } => write!(formatter, "Set sub to {wanted}."),
            Self::LeaveClaimOut { name } => write!(formatter, "Leave {name} out."),
            Self::LeaveUnknownClaimOut { allowed } => {
                write!(
                    formatter,
                    "Leave it out: allowed are {}.",
                    allowed.join(", ")
                )
            }
            Self::ShortenLifetime {
                seconds: Some(seconds),
            } => write!(formatter, "Shorten the lifetime to {seconds} s."),
            Self::WriteDateInSeconds { claim } => {
                write!(formatter, "Divide {claim} by 1000: dates are in seconds.")
            }
            Self::DivideDate { claim } => write!(formatter, "Divide {claim} by 1000."),
            Self::MatchEnvironment { of_key, in_use } => write!(
                formatter,
                "Use environment {of_key}, or the client and key of {in_use}."
            ),
            Self::UseFeature { feature } => write!(
                formatter,
                "Verify it with a build that has the feature {feature}."
            ),
            Self::CompareCopy {
                kept_for,
                refetches,
            } => compare_copy(formatter, *kept_for, *refetches),
            _ => Ok(()),
        }
    }
}

impl Remedy {
    /// The words of a remedy that has no value to show.
    fn fixed_words(&self) -> Option<&'static str> {
        Some(match self {
            Self::SetAudience { wanted: None, .. } => {
                "Set the audience to that of the environment that you call."
            }
            Self::SendOneAudience => "Send one text as aud.",
            Self::SetIssuer => "Set the server's issuer identifier: it becomes aud.",
            Self::SetTokenUrl => "Set the token endpoint's URL: it becomes aud.",
            Self::CompareTokenUrl => {
                "Compare the token URL, the environment and the variables with the address that \
                 the gateway's portal or its metadata names, character for character."
            }
            Self::CheckTokenUrl => "Check the token URL, its path included.",
            Self::CheckProxy => {
                "Check the token URL, and whether HTTPS_PROXY or a login page of the network \
                 stands in between."
            }
            Self::SetType { wanted: None } => "Set typ to what the gateway wants.",
            Self::LeaveTypeToGateway => "Send the typ of the gateway's preset.",
            Self::RemoveCritical => "Leave crit out of the header.",
            Self::SetAlgorithm { algorithms } if algorithms.is_empty() => {
                "Sign with an algorithm that the gateway takes, with a key that fits."
            }
            Self::FitAlgorithmToKey => "Sign with an algorithm that fits the key.",
            Self::FitAlgorithmToRegisteredKey => {
                "Sign with an algorithm that fits the registered key, or register a key that fits \
                 the algorithm."
            }
            Self::CompareAlgorithm => {
                "Compare token_endpoint_auth_signing_alg, or how the portal calls it, with the \
                 algorithm that signs."
            }
            Self::SetKeyId { wanted: None } => {
                "Set the key ID to the name under which the key is registered."
            }
            Self::SetPublishedKeyId => "Set the key ID to one that is published.",
            Self::PublishKeyId => "Publish the key with its key ID, or sign without one.",
            Self::RegisterKeyId => {
                "Register the key with a kid in its JWK, the same as the header's."
            }
            Self::RemoveKeyId => "Leave kid out.",
            Self::CompareKeyId => {
                "Compare the key ID with the kid in the registered JWK Set; after a change of \
                 keys wait until the gateway fetches it again."
            }
            Self::SetIssuerClaim => "Set iss to the client ID.",
            Self::SetIssuerAndSubject => "Set iss and sub to the client ID.",
            Self::SetSubject { wanted: None } => "Set sub to whom the token is for.",
            Self::LeaveUnknownClaimOut { allowed } if allowed.is_empty() => {
                "Leave out the claims that the gateway does not allow."
            }
            Self::AddClaim => "Add the claim.",
            Self::SetExpiry => "Set exp, in seconds since 1970.",
            Self::ShortenLifetime { seconds: None } => {
                "Shorten the lifetime, and set the clock right."
            }
            Self::SendIssuedAtOrShortenLifetime => "Send iat, or shorten the lifetime.",
            Self::SendIssuedAt => "Send iat, the time of making, in seconds.",
            Self::SendNotBefore => "Send nbf, the time of making, in seconds.",
            Self::WriteDateAsNumber => {
                "Write it as a JSON number, in seconds since 1970, without quotes."
            }
            Self::MakeNewAssertionAndCorrectClock => {
                "Make a new assertion for each request, and set the clock right."
            }
            Self::SendAtOnceAndCorrectClock => {
                "Make the assertion right before it is sent, and set the clock right."
            }
            Self::CorrectClock { seconds: None } => "Set the clock right. Dates are in seconds.",
            Self::CorrectClock { seconds: Some(_) } => {
                "Set the clock right, with NTP for instance."
            }
            Self::CompareClock => {
                "Compare this machine's clock with another one, or set it with NTP."
            }
            Self::SetJwtId => "Set jti to a new UUID, as a text.",
            Self::RenewJwtId => "Make a new assertion, with a new jti, for every attempt.",
            other => return other.fixed_words_beyond_the_assertion(),
        })
    }

    /// Those about the request, the client and its keys.
    const fn fixed_words_beyond_the_assertion(&self) -> Option<&'static str> {
        Some(match self {
            Self::SendFormContentType => {
                "Send application/x-www-form-urlencoded, without a charset."
            }
            Self::SendForm => "Send the form that this gateway wants.",
            Self::SendHeader => "Send this header, with its key, with every token request.",
            Self::CompareForm => "Compare the form with what the gateway wants.",
            Self::ShortenAssertion => {
                "Leave long values out of the assertion, such as the chain of certificates in x5c."
            }
            Self::MakeWellFormed => {
                "Send three parts of unpadded base64url, of which the first two are JSON objects."
            }
            Self::WriteMemberOnce => {
                "Write the member once: readers differ in which one they take."
            }
            Self::SendUnchanged => "Send the JWT exactly as the signer made it, without additions.",
            Self::SendClientId => "Send the client ID of iss as client_id.",
            Self::SetScope => "Set the scope.",
            Self::RenameScope => "Send the scope as scope.",
            Self::CompareScope => {
                "Compare the scope and the form's other parameters with what the client is \
                 registered for."
            }
            Self::CompareClientId => {
                "Compare the client ID with what the gateway's portal shows, and the environment \
                 with where it was registered."
            }
            Self::CompareClientIds => {
                "Compare the client ID and the environment with the gateway's portal; some call \
                 several values an identifier, and one of them is right."
            }
            Self::CopyClientId => "Use the client ID exactly as the gateway's portal shows it.",
            Self::CorrectClientId => "Correct the client ID.",
            Self::SignAssertion => "Sign the assertion.",
            Self::UseJwsSignature => {
                "Sign with a tool that knows JWS, or convert what the key service returns."
            }
            Self::ConvertSignature => {
                "Convert it: `Signature::from_ecdsa_der` of tokenring-jwk does."
            }
            Self::CheckSigningKey => {
                "Send the assertion exactly as it was signed, and check which private key signs \
                 it."
            }
            Self::RegisterKey => "Register the public half of the key with the gateway.",
            Self::MakeLargerKey => "Make and register a larger key.",
            Self::CompareKey => "Compare the private key with the one that is registered.",
            Self::CompareKeyWithJwkSet | Self::SupplyJwkSet => {
                "Compare the private key with the JWK Set that is registered."
            }
            Self::SignWithPublishedKey => {
                "Sign with the private key of a published one, or publish the JWK Set of this key."
            }
            Self::PublishUnderNewKeyId => {
                "Sign with the private key of the published one, or publish this key's JWK Set \
                 under a new kid; a gateway may keep the old one for a while."
            }
            Self::PublishUse => "Publish the key with \"use\": \"sig\".",
            Self::CheckJwkSetUrl => {
                "Check that the URL answers from the internet without credentials, with a \
                 certificate of a public authority."
            }
            Self::ServeJwkSet => "Serve a JWK Set, an object with the member keys, there.",
            Self::ApproveApplication => "Have the application approved in the gateway's portal.",
            Self::AddProduct => {
                "Add the product to the application in the gateway's portal, and wait until every \
                 server knows it."
            }
            Self::AddApplicationAccess => {
                "Have application-restricted access added to the application in the gateway's \
                 portal."
            }
            Self::RegisterGrant => {
                "Have the client registered for this grant, and for private_key_jwt, in the \
                 gateway's portal."
            }
            Self::RegisterForBearer => {
                "Have the client registered for bearer tokens, without DPoP."
            }
            Self::SendCertificate => {
                "Send the request through something that holds the certificate."
            }
            Self::AskLessOften => "Wait, keep a token until it expires, and ask less often.",
            Self::TryLater => {
                "Try again later; if it stays, ask the gateway's support, quoting the answer's \
                 identifier."
            }
            Self::AskSupport => "Ask the gateway's support, quoting the answer's identifier.",
            Self::AskSupportWithTime => {
                "Ask the gateway's support, quoting the answer's identifier and time."
            }
            Self::CheckSetup => "Compare key, clock and endpoint with what the gateway wants.",
            _ => return None,
        })
    }
}

fn any_of(algorithms: &[Algorithm]) -> String {
    let names: Vec<&str> = algorithms.iter().map(|known| known.name()).collect();
    names.join(" or ")
}

fn compare_copy(
    formatter: &mut fmt::Formatter<'_>,
    kept_for: Option<Duration>,
    refetches: bool,
) -> fmt::Result {
    formatter.write_str("Compare it with what the gateway's portal shows")?;
    match kept_for.map(|time| time.as_secs()) {
        Some(seconds) if !refetches => write!(
            formatter,
            "; after a change of keys wait up to {seconds} s, for so long the gateway keeps its \
             copy."
        ),
        Some(seconds) => write!(
            formatter,
            "; the gateway keeps a copy for up to {seconds} s."
        ),
        None => formatter.write_str("."),
    }
}
