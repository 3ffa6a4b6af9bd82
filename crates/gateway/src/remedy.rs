#[cfg(feature = "diagnosis")]
mod at_gateway;
mod examined;
mod sentences;
#[cfg(test)]
mod tests;
mod words;

use core::time::Duration;

use tokenring_jwk::Algorithm;

#[cfg(feature = "diagnosis")]
pub(crate) use self::at_gateway::remedy;
use crate::Text;

/// What fixes a rejected request or a broken rule.
///
/// `Display` says what to change in plain words. A program with options and commands of its own
/// puts their names into the [text](Self::text).
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Remedy {
    /// What the gateway's file says.
    Stated(Text),

    /// Set the audience.
    SetAudience {
        /// The audience that the gateway wants; none if that depends on the environment.
        wanted: Option<String>,
        /// Whether the gateway has other environments, with other audiences.
        has_other_environments: bool,
    },
    /// Try another audience than the one that was sent.
    TryAudience {
        /// The audience to try.
        audience: String,
    },
    /// Give another audience than the gateway's own, which was sent and rejected.
    ReplaceAudience {
        /// Audiences to try; none where nothing is known to try.
        audiences: Vec<String>,
        /// Whether the server's issuer identifier, which is not known, would become the audience.
        takes_issuer: bool,
    },
    /// Send one text as `aud`, not a list.
    SendOneAudience,
    /// Name the server's issuer identifier, which becomes the audience.
    SetIssuer,
    /// Name the server's issuer identifier, or choose a gateway that has it as audience.
    SetIssuerOrGateway {
        /// The gateway's name.
        gateway: &'static str,
    },

    /// Name the token endpoint's URL, which becomes the audience.
    SetTokenUrl,
    /// Correct the path of the token URL.
    CorrectTokenUrlPath {
        /// The path that the gateway's file has.
        path: String,
    },
    /// Compare the token URL with the one that the gateway publishes.
    CompareTokenUrl,
    /// Check the token URL.
    CheckTokenUrl,
    /// Check the token URL, and whether a proxy or login page stands before it.
    CheckProxy,
    /// Authenticate to the proxy.
    AuthenticateToProxy,

    /// Set the `typ` of the header.
    SetType {
        /// The `typ` that the gateway wants, where it is known.
        wanted: Option<String>,
    },
    /// Send the `typ` that the gateway's file has.
    LeaveTypeToGateway,
    /// Try another `typ` than the one that was sent.
    TryType {
        /// The `typ` to try.
        typ: &'static str,
    },
    /// Leave `crit` out of the header.
    RemoveCritical,

    /// Sign with another algorithm, with a key that fits it.
    SetAlgorithm {
        /// The algorithms that the gateway accepts; none if that depends on the gateway.
        algorithms: Vec<Algorithm>,
    },
    /// Sign with another algorithm, which this key can.
    UseAlgorithm {
        /// The algorithms that the gateway and the key have in common, without the rejected one.
        algorithms: Vec<Algorithm>,
    },
    /// Make and register another key, as this one fits no algorithm that the gateway accepts.
    MakeKeyFor {
        /// The algorithms that the gateway accepts.
        algorithms: Vec<Algorithm>,
    },
    /// Sign with an algorithm that the key fits.
    FitAlgorithmToKey,
    /// Sign with an algorithm that the registered key fits, or register another key.
    FitAlgorithmToRegisteredKey,
    /// Sign with the algorithm for which the key is published.
    SignForPublishedKey {
        /// The algorithm for which the key is published.
        algorithm: Algorithm,
        /// The algorithm for which it can be published instead.
        or_publish_for: Option<Algorithm>,
    },
    /// Publish and register the key for the algorithm that signs.
    PublishKeyFor {
        /// The algorithm that signs.
        algorithm: Algorithm,
        /// The algorithm for which the key is published, which the gateway rejects.
        rejected: Algorithm,
    },
    /// Compare the registered algorithm with the one that signs.
    CompareAlgorithm,

    /// Set the key ID.
    SetKeyId {
        /// The key ID of the registered key, where it is known.
        wanted: Option<String>,
    },
    /// Set the key ID to one that is published.
    SetPublishedKeyId,
    /// Publish the key with its key ID, or send none.
    PublishKeyId,
    /// Register the key with a key ID in its JWK.
    RegisterKeyId,
    /// Leave the key ID out.
    RemoveKeyId,
    /// Compare the key ID with the registered JWK Set.
    CompareKeyId,
    /// Register the key, sign with a registered one, or give the registered key ID.
    RegisterKeyOrSetKeyId,

    /// Set `iss` to the client ID.
    SetIssuerClaim,
    /// Set `iss` and `sub` to the client ID.
    SetIssuerAndSubject,
    /// Set the subject.
    SetSubject {
        /// The subject that the gateway wants, where it is known.
        wanted: Option<String>,
    },
    /// Leave a claim out.
    LeaveClaimOut {
        /// The claim's name.
        name: &'static str,
    },
    /// Leave the claim out that the gateway does not know.
    LeaveUnknownClaimOut {
        /// The claims that it knows; none if that depends on the gateway.
        allowed: Vec<String>,
    },
    /// Add the claim that is missing.
    AddClaim,

    /// Set `exp`.
    SetExpiry,
    /// Shorten the lifetime.
    ShortenLifetime {
        /// The lifetime to try, in seconds.
        seconds: Option<u64>,
    },
    /// Send `iat`, or shorten the lifetime.
    SendIssuedAtOrShortenLifetime,
    /// Send `iat`.
    SendIssuedAt,
    /// Send `nbf`.
    SendNotBefore,
    /// Write a date as a JSON number.
    WriteDateAsNumber,
    /// Write a number without the quotes around it.
    RemoveQuotes,
    /// Write a date as a whole number, without a fraction or an exponent.
    RoundDate,
    /// Write a date in seconds, not in a unit that is finer.
    WriteDateInSeconds {
        /// The claim's name.
        claim: &'static str,
        /// How many of the unit are a second.
        divisor: u32,
    },
    /// Set a date that is none.
    SetDate {
        /// The claim's name.
        claim: &'static str,
    },
    /// Make a new assertion for each request, and correct the clock.
    MakeNewAssertionAndCorrectClock,
    /// Make the assertion right before it is sent, and correct the clock.
    SendAtOnceAndCorrectClock,
    /// Correct this machine's clock.
    CorrectClock {
        /// By how much it is wrong, in seconds, where that is known.
        seconds: Option<u64>,
    },
    /// Compare this machine's clock with another one.
    CompareClock,
    /// Try again, as the clocks agree.
    TryAgainAsClocksAgree,
    /// Try another lifetime, as the clocks agree.
    TryLifetime {
        /// The lifetime to try, in seconds.
        seconds: u64,
    },

    /// Set `jti` to a new UUID.
    SetJwtId,
    /// Make a new assertion, with a new `jti`, for every attempt.
    RenewJwtId,
    /// Try again: a new `jti` was sent already.
    TryAgainWithNewJwtId,

    /// Send the `Content-Type` of a form.
    SendFormContentType,
    /// Send the form that the gateway wants.
    SendForm,
    /// Compare the form with the one that the gateway wants.
    CompareForm,
    /// Send a header with every token request.
    SendHeader,
    /// Leave long values out of the assertion.
    ShortenAssertion,
    /// Send fewer or shorter headers.
    ShortenHeaders,
    /// Send a well-formed JWT.
    MakeWellFormed,
    /// Write a member of the JWT once.
    WriteMemberOnce,
    /// Send the JWT exactly as the signer made it.
    SendUnchanged,
    /// Send the secret parameters that the gateway wants.
    SendSecret,
    /// Send the client ID as `client_id`, too.
    SendClientId,
    /// Set the scope.
    SetScope,
    /// Send `scope`, not `scopes`.
    RenameScope,
    /// Compare the scope and further parameters with the registration.
    CompareScope,

    /// Compare client ID and environment with the registration.
    CompareClientId,
    /// Compare client ID and environment with the portal, which may show several identifiers.
    CompareClientIds,
    /// Copy the client ID exactly.
    CopyClientId,
    /// Correct the client ID.
    CorrectClientId,
    /// Use the environment of the key, or the client and key of the environment.
    MatchEnvironment {
        /// The environment to which the key belongs.
        of_key: String,
        /// The environment in use.
        in_use: String,
    },

    /// Sign the assertion.
    SignAssertion,
    /// Write the signature in the form of JWS.
    UseJwsSignature,
    /// Convert the signature from ASN.1 DER to the form of JWS.
    ConvertSignature,
    /// Send the assertion as it was signed, and check which key signs it.
    CheckSigningKey,
    /// Use a build that has a feature.
    UseFeature {
        /// The feature's name.
        feature: &'static str,
    },

    /// Register the public key.
    RegisterKey,
    /// Make and register a larger key.
    MakeLargerKey,
    /// Compare the private key with the registered one.
    CompareKey,
    /// Compare the private key with the JWK Set that is registered.
    CompareKeyWithJwkSet,
    /// Have the key compared with the registered JWK Set, which is not known here.
    SupplyJwkSet,
    /// Sign with a published key, or publish this one.
    SignWithPublishedKey,
    /// Sign with the published key, or publish this one under a new key ID.
    PublishUnderNewKeyId,
    /// Publish the key as one for signatures.
    PublishUse,
    /// Publish the key with operations that verify, or with none stated.
    PublishOperations,
    /// Compare the published keys with the gateway's copy.
    CompareCopy {
        /// How long the gateway keeps its copy, where that is known.
        kept_for: Option<Duration>,
        /// Whether it fetches the keys again for a key ID that it does not know.
        refetches: bool,
    },
    /// Check that the JWK Set's URL answers from the internet.
    CheckJwkSetUrl,
    /// Serve a JWK Set at the registered place.
    ServeJwkSet,

    /// Have the application approved.
    ApproveApplication,
    /// Add the product to the application.
    AddProduct,
    /// Have application-restricted access added.
    AddApplicationAccess,
    /// Have the client registered for this grant and for `private_key_jwt`.
    RegisterGrant,
    /// Have the client registered for this grant, by which it does not authenticate.
    RegisterGrantAlone,
    /// Send what the client authenticates with in addition to a grant.
    AuthenticateClient {
        /// The flow in which an assertion of its own does that, where the gateway has one.
        flow: Option<String>,
    },
    /// Name the key in the header by its certificate.
    NameCertificate,
    /// Put the public key into the header.
    SendPublicKey,
    /// Compare the client identifier with the portal.
    CompareClientIdOnly,
    /// The same, where some call several values an identifier.
    CompareClientIdsOnly,
    /// Compare the token URL with the address that the gateway names, in its one environment.
    CompareAddress {
        /// Whether variables are a part of it.
        has_variables: bool,
    },
    /// Call the token endpoint itself, or have it take signed JWTs.
    ChangeAuthentication,
    /// Compare the algorithm with what the server takes of the assertion's issuer.
    CompareAlgorithmOfIssuer,
    /// Choose the flow by which the key is registered.
    ChooseFlow {
        /// The flow in use.
        used: String,
        /// The one whose clients register a JWK Set.
        of_set: String,
    },
    /// Send a DPoP proof with each request.
    SendProof,
    /// Make the DPoP proof with a key of another type.
    ChangeProofKey,
    /// Make the DPoP proof by the server's clock.
    CorrectProofDate,
    /// Send the request with the client certificate.
    SendCertificate,
    /// Wait, and ask less often.
    AskLessOften,
    /// Try again later.
    TryLater,
    /// Ask the gateway's support, quoting the answer's identifier where it has one.
    AskSupport,
    /// Ask the gateway's support, quoting the answer's time and its identifier where it has one.
    AskSupportWithTime,
    /// Compare key, clock and endpoint with what the gateway wants.
    CheckSetup,
}
