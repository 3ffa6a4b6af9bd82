//! The sentences that have no value in them.

use super::Remedy;

/// In seconds; a clock that is further off is no client's to correct.
const DAY: u64 = 24 * 60 * 60;

impl Remedy {
    /// The sentence of a remedy that has no value to show, with its references.
    pub(super) fn sentence(&self) -> Option<&'static str> {
        Some(match self {
            Self::SetAudience { wanted: None, .. } => {
                "Take the audience of the environment that you call: {command:gateways-show} names \
                 it, {option:environment} chooses the environment, {option:audience} replaces it."
            }
            Self::SendOneAudience => "Send one text as aud.",
            Self::SetIssuer => {
                "Give the server's issuer identifier with {option:issuer}: it becomes aud."
            }
            Self::ReplaceAudience {
                takes_issuer: true, ..
            } => {
                "This aud was sent already. Give the server's issuer identifier with \
                 {option:issuer}, which then becomes aud, or give {option:audience} as the \
                 server's metadata or portal names it."
            }
            Self::ReplaceAudience { audiences, .. } if audiences.is_empty() => {
                "This aud was sent already. Give {option:audience} as the gateway's portal or \
                 metadata names it, character for character, and compare {option:environment} and \
                 {option:token-url} with them."
            }
            Self::SetTokenUrl => {
                "Give the token endpoint's URL with {option:token-url}: it becomes aud."
            }
            Self::CompareTokenUrl => {
                "Compare {option:token-url}, {option:environment} and {option:variable} with the \
                 address that the gateway's portal or its metadata names, character for character."
            }
            Self::CheckTokenUrl => "Check the token URL, its path included: {command:doctor}.",
            Self::CheckProxy => {
                "Check the token URL, and whether HTTPS_PROXY or a login page of the network \
                 stands in between: {command:doctor}."
            }
            Self::AuthenticateToProxy => {
                "Give the proxy's user and password in the URL of HTTPS_PROXY, or have the proxy \
                 let the request pass without; NO_PROXY names hosts that need no proxy."
            }
            Self::SetType { wanted: None } => {
                "Set it with {option:typ} to what {command:gateways-show} names."
            }
            Self::LeaveTypeToGateway => "Leave {option:typ} out.",
            Self::RemoveCritical => "Leave crit out of the header.",
            Self::SetAlgorithm { algorithms } if algorithms.is_empty() => {
                "Sign with an algorithm of {command:gateways-show}: {option:algorithm} chooses it, \
                 and {command:new-key} makes a key that fits."
            }
            Self::FitAlgorithmToKey => "Take {option:algorithm} by the key, or leave it out.",
            Self::FitAlgorithmToRegisteredKey => {
                "Take {option:algorithm} by the registered key, or register a key that fits it."
            }
            Self::CompareAlgorithm => {
                "Compare token_endpoint_auth_signing_alg, or how the portal calls it, with \
                 {option:algorithm}."
            }
            Self::SetKeyId { wanted: None } => {
                "Give the name under which the key is registered, with {option:key-id}."
            }
            Self::RegisterKeyOrSetKeyId => {
                "Register this key, or sign with the registered one, {option:key}. If it is \
                 registered under another name, give that with {option:key-id}."
            }
            Self::SetPublishedKeyId => "Sign with a {option:key-id} that is published.",
            Self::PublishKeyId => {
                "Publish the key with its kid, or sign with {option:key-id}=\"\"."
            }
            Self::RegisterKeyId => {
                "Register the key with a kid in its JWK, the same as the header's; \
                 {command:generate-keys} writes one."
            }
            Self::RemoveKeyId => "Leave kid out.",
            Self::CompareKeyId => {
                "Compare {option:key-id} with the kid in the registered JWK Set; after a change of \
                 keys wait until the gateway fetches it anew. {command:doctor} does both."
            }
            Self::SetIssuerClaim => "Set iss to the client identifier, with {option:client-id}.",
            Self::SetIssuerAndSubject => {
                "Set iss and sub to the client identifier; {option:client-id} does both."
            }
            Self::SetSubject { wanted: None } => {
                "Set sub to whom the token is for: {option:subject} gives it."
            }
            Self::LeaveUnknownClaimOut { allowed } if allowed.is_empty() => {
                "Leave it out: {command:gateways-show} lists the claims that are allowed."
            }
            Self::AddClaim => "Add it with {option:claim} NAME=JSON.",
            Self::SetExpiry => "Set exp; {option:lifetime} says how many seconds ahead.",
            Self::ShortenLifetime { seconds: None } => {
                "Shorten it with {option:lifetime}, and set the clock right; {command:doctor} \
                 measures it."
            }
            Self::SendIssuedAtOrShortenLifetime => {
                "Send iat, or shorten it with {option:lifetime}."
            }
            Self::SendIssuedAt => "Send iat, the time of making, in seconds.",
            Self::SendNotBefore => "Send nbf, the time of making, in seconds.",
            Self::WriteDateAsNumber => "Write it as a JSON number of seconds since 1970.",
            Self::RemoveQuotes => "Write it as a JSON number, without quotes.",
            Self::RoundDate => "Write it as a whole number, without a fraction or an exponent.",
            Self::MakeNewAssertionAndCorrectClock => {
                "Make a new assertion for each request, and set the clock right; {command:doctor} \
                 measures it, {option:clock-skew} auto corrects for it."
            }
            Self::SendAtOnceAndCorrectClock => {
                "Make the assertion right before it is sent, and set the clock right; \
                 {command:doctor} measures it."
            }
            Self::CorrectClock { seconds: None } => {
                "Set the clock right, or correct for it with {option:clock-skew} auto; \
                 {command:doctor} measures it. Dates are in seconds."
            }
            Self::CorrectClock {
                seconds: Some(seconds),
            } if *seconds > DAY => {
                "Set the wrong clock right, with NTP for instance; {option:clock-skew} auto \
                 corrects a day at most."
            }
            Self::CorrectClock { .. } => {
                "Set the clock right, with NTP for instance, or correct for it with \
                 {option:clock-skew} auto."
            }
            Self::CompareClock => {
                "Compare this machine's clock with another one, or set it with NTP."
            }
            Self::TryAgainAsClocksAgree => {
                "Try again in a moment: a server without leeway rejects a part of a second. If it \
                 stays, tell the gateway's support, with the answer's time."
            }
            Self::SetJwtId => "Set jti to a new UUID, as a text.",
            Self::RenewJwtId => {
                "Make a new assertion, with a new jti, for every attempt; {command:get-token} does."
            }
            Self::TryAgainWithNewJwtId => {
                "Try again. A jti of your own, given with {option:claim}, has to be a new one for \
                 every attempt."
            }
            other => return other.sentence_beyond_the_assertion(),
        })
    }

    /// Those about the request, the client and its keys.
    const fn sentence_beyond_the_assertion(&self) -> Option<&'static str> {
        Some(match self {
            Self::SendFormContentType => {
                "Send exactly that, without a charset; {command:get-token} does."
            }
            Self::SendForm => "Send the form that {command:preview} shows for this gateway.",
            Self::SendHeader => {
                "Add it to the token request: {setting:token-header} 'NAME: VALUE', or 'NAME: \
                 @FILE'."
            }
            Self::SendSecret => {
                "Add it to the form: {option:parameter} NAME=@FILE reads it from a file."
            }
            Self::CompareForm => {
                "Compare the form with what the gateway wants: {command:preview} shows it, \
                 {option:parameter} adds to it."
            }
            Self::ShortenAssertion => {
                "Leave long values out of the assertion, such as the chain of certificates in x5c."
            }
            Self::ShortenHeaders => {
                "Leave out or shorten what {setting:token-header} adds; if it adds nothing, look \
                 for a proxy that adds headers of its own."
            }
            Self::MakeWellFormed => {
                "{command:inspect} says which part of it fails; {command:assertion} makes one that \
                 does not."
            }
            Self::WriteMemberOnce => {
                "Write the member once: readers differ in which one they take."
            }
            Self::SendUnchanged => "Send the JWT exactly as the signer made it, without additions.",
            Self::SendClientId => "Send the client ID in the form, too: {setting:send-client-id}.",
            Self::SetScope => "Name the scope with {option:scope}.",
            Self::RenameScope => "Use {option:scope}.",
            Self::CompareScope => {
                "Compare {option:scope} and {option:parameter} with what the client is registered \
                 for."
            }
            Self::CompareClientId => {
                "Compare {option:client-id} with what the gateway's portal shows, and \
                 {option:environment} with where it was registered."
            }
            Self::CompareClientIds => {
                "Compare {option:client-id} and {option:environment} with the gateway's portal; \
                 some call several values an identifier, and one of them is right."
            }
            Self::CopyClientId => {
                "Give {option:client-id} exactly as the gateway's portal shows it."
            }
            Self::CorrectClientId => "Correct {option:client-id}.",
            Self::SignAssertion => "Sign the assertion; {command:assertion} builds and signs one.",
            Self::UseJwsSignature => {
                "Sign with a tool that knows JWS, or convert what the key service returns."
            }
            Self::ConvertSignature => {
                "Convert it: `Signature::from_ecdsa_der` of tokenring-jwk does, and \
                 {command:assertion} signs in the right form."
            }
            Self::CheckSigningKey => {
                "Send the assertion exactly as it was signed, and check which private key signs \
                 it; {command:inspect jwks} verifies one."
            }
            Self::RegisterKey => {
                "Register the public key that {command:generate-keys} wrote beside the private one."
            }
            Self::MakeLargerKey => "Make and register a larger key: {command:new-key}.",
            Self::CompareKey => {
                "Compare {option:key} with what is registered: {command:doctor} does, and \
                 {command:inspect jwks} verifies an assertion."
            }
            Self::CompareKeyWithJwkSet => {
                "Compare the private key with what is registered: {command:doctor jwks=FILE|URL} \
                 does."
            }
            Self::SupplyJwkSet => {
                "Run {command:doctor jwks=URL} with the URL, or the file, of the JWK Set that is \
                 registered: it compares the keys."
            }
            Self::SignWithPublishedKey => {
                "Sign with the private key of a published one, or publish the JWK Set of this key; \
                 {command:generate-keys} wrote both."
            }
            Self::PublishUnderNewKeyId => {
                "Sign with the private key of the published one, or publish this key's JWK Set \
                 under a new kid; a gateway may keep the old one for a while."
            }
            Self::PublishUse => "Publish the key with \"use\": \"sig\".",
            Self::PublishOperations => {
                "Publish the key with \"key_ops\": [\"verify\"], or without \"key_ops\"."
            }
            Self::CheckJwkSetUrl => {
                "Check that the URL answers from the internet without credentials, with a \
                 certificate of a public authority: {command:doctor}."
            }
            Self::ServeJwkSet => {
                "Serve a JWK Set, an object with the member keys, there; {command:generate-keys} \
                 writes one."
            }
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
            Self::NameCertificate => {
                "Give the certificate of the key with {setting:certificate} FILE: the header then \
                 names it."
            }
            Self::SendPublicKey => {
                "Leave {option:key-id} and {setting:kid-scheme} out: the header then has the \
                 public key as jwk."
            }
            Self::CompareClientIdOnly => {
                "Compare {option:client-id} with what the gateway's portal shows."
            }
            Self::CompareClientIdsOnly => {
                "Compare {option:client-id} with the gateway's portal; some call several values an \
                 identifier, and one of them is right."
            }
            Self::CompareAddress {
                has_variables: true,
            } => {
                "Compare {option:token-url} and {option:variable} with the address that the \
                 gateway's portal or its metadata names, character for character."
            }
            Self::CompareAddress {
                has_variables: false,
            } => {
                "Compare {option:token-url} with the address that the gateway's portal or its \
                 metadata names, character for character."
            }
            Self::RegisterGrantAlone => {
                "Have the client registered for this grant in the gateway's portal."
            }
            Self::AuthenticateClient { flow: None } => {
                "Send what the client authenticates with, too: {setting:token-header} \
                 'Authorization: @FILE'."
            }
            Self::ChangeAuthentication => {
                "Compare the token URL with the one in the server's metadata. If it is right, ask \
                 the operator to let the client authenticate with a signed JWT; what a proxy or an \
                 API gateway in front of it wants is added with {setting:token-header} \
                 'Authorization: @FILE'."
            }
            Self::CompareAlgorithmOfIssuer => {
                "Compare {option:algorithm} with what the server takes of the assertion's issuer."
            }
            Self::SendProof => "Send one with each request: {option:dpop} required.",
            Self::ChangeProofKey => {
                "Use a key of another type: {option:dpop-key} p256 or {option:dpop-key} ed25519."
            }
            Self::CorrectProofDate => {
                "Set the clock of this machine, or try {option:clock-skew} auto, and make a proof \
                 for each request."
            }
            Self::SendCertificate => {
                "Send the request through something that holds the certificate."
            }
            Self::AskLessOften => "Wait, keep a token until it expires, and ask less often.",
            Self::TryLater => {
                "Try again later; if it stays, ask the gateway's support, quoting the answer's \
                 time, and its identifier where it has one."
            }
            Self::AskSupport => {
                "Ask the gateway's support, quoting the answer's time, and its identifier where \
                 it has one."
            }
            Self::AskSupportWithTime => {
                "Ask the gateway's support, quoting the answer's time, and its identifier where \
                 it has one; {command:doctor} collects what they need to know."
            }
            Self::CheckSetup => {
                "Run {command:doctor} with the same options: it compares key, clock and endpoint \
                 with what the gateway wants."
            }
            _ => return None,
        })
    }
}
