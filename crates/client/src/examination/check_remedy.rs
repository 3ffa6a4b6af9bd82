use std::path::PathBuf;

use tokenring_gateway::Remedy as GatewayRemedy;
use tokenring_jwk::Algorithm;

use super::CheckStep;

/// What to do about a check.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CheckRemedy {
    /// Fix the problems above, and examine again.
    FixAbove,
    /// Fix this step first.
    FixFirst(CheckStep),
    /// Give the gateway, or the URL of its token endpoint.
    NameTokenEndpoint,
    /// Send through a proxy that presents the certificate.
    SendThroughProxy,
    /// Give the client ID, as it was registered.
    GiveClientId,
    /// Give the private key's file, or generate a key.
    NameKey,
    /// Give the key's file in the folder.
    NameKeyInFolder,
    /// Generate a key that fits.
    GenerateKey,
    /// Let only its owner read this file.
    RestrictFile(PathBuf),
    /// Let each user have a file of their own.
    OwnFileForEachUser,
    /// Replace the active key of this folder, which is old.
    RotateKeys(PathBuf),
    /// Give the private key's file, or its key ID.
    NameKeyOrKeyId,
    /// Use this environment, or the client and key of the one that is used.
    UseEnvironment {
        /// The environment of the key.
        other: String,
        /// The environment that is used.
        used: String,
    },
    /// Give the JWK Set that was registered.
    NameJwkSet,
    /// Give the JWK Set that was generated with the key.
    NameGeneratedJwkSet,
    /// Serve the JWK Set to everybody, without redirects.
    ServeToEverybody,
    /// Serve a JWK Set there.
    ServeJwkSet,
    /// Publish the key's JWK Set, or sign with the key that is published.
    PublishKey,
    /// Sign with this key ID.
    SignWithKeyId(String),
    /// Publish the key with its key ID.
    PublishKeyId,
    /// Publish the key with `"use": "sig"`.
    PublishUse,
    /// Sign with the first algorithm, or publish the key for the second.
    SignWithAlgorithm {
        /// What the key is published for.
        published: Algorithm,
        /// What is used.
        used: Algorithm,
    },
    /// Correct this variable or `NO_PROXY`.
    CorrectProxy(&'static str),
    /// Check the host's name, the network and its resolver.
    CheckHost,
    /// Set the clock, or have the skew corrected.
    CorrectClock,
    /// Check the values of the gateway's variables.
    CheckVariables,
    /// Check the gateway's file.
    CheckGatewayFile,
    /// Nothing: the metadata is not needed.
    MetadataNotNeeded,
    /// Check the variables; the token endpoint is not taken from the metadata.
    MetadataNotUsed,
    /// Find out whether the metadata or the values that are used are right.
    CompareMetadata,
    /// Leave the scope out.
    LeaveScopeOut,
    /// Have the client registered for the scopes that are missing.
    RegisterScopes,
    /// Give an API's URL.
    NameApi,
    /// What to do about an API's answer with this status.
    ApiStatus(u16),
    /// What a finding of the gateway's rules says.
    Gateway(GatewayRemedy),
}
