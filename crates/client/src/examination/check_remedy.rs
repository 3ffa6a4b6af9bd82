use std::path::PathBuf;

use tokenring_gateway::{Remedy as GatewayRemedy, Text};
use tokenring_jwk::Algorithm;
use tokenring_text::shell_word;

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
    /// Publish the key with `"key_ops": ["verify"]`, or without.
    PublishOperations,
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

impl CheckRemedy {
    /// What to do, in a sentence in which options and commands of a program have their place.
    #[must_use]
    pub fn text(&self) -> Text {
        if let Some(sentence) = self.sentence() {
            return Text::fill(sentence, &[]);
        }
        match self {
            Self::FixFirst(first) => Text::fill("Mend $ first.", &[first.name()]),
            Self::RestrictFile(path) => {
                let path = path.display().to_string();
                Text::fill("Run: chmod 600 $", &[&shell_word(&path).to_string()])
            }
            Self::RotateKeys(folder) => {
                let folder = folder.display().to_string();
                let folder = shell_word(&folder).to_string();
                Text::fill("Replace it: {command:rotate-begin keys=$}", &[&folder])
            }
            Self::UseEnvironment { other, used } => Text::fill(
                "Use {option:environment} $, or client and key of $.",
                &[other, used],
            ),
            // Behind a sign of equality, as a thumbprint may begin like an option.
            Self::SignWithKeyId(key_id) => Text::fill("Sign with {option:key-id}=$", &[key_id]),
            Self::SignWithAlgorithm { published, used } => Text::fill(
                "Sign with {option:algorithm} $, or publish the key for $.",
                &[published.name(), used.name()],
            ),
            Self::CorrectProxy(variable) => Text::fill(
                "Correct $ or NO_PROXY, or remove the variable.",
                &[variable],
            ),
            Self::ApiStatus(status) => Text::fill(of_status(*status), &[]),
            Self::Gateway(remedy) => remedy.text(),
            _ => Text::default(),
        }
    }

    const fn sentence(&self) -> Option<&'static str> {
        Some(match self {
            Self::FixAbove => "Mend what stands above, then run this again.",
            Self::NameTokenEndpoint => {
                "Name the gateway with {option:gateway}, or its token endpoint with \
                 {option:token-url}."
            }
            Self::SendThroughProxy => {
                "Send through a proxy that presents it, with {option:token-url}."
            }
            Self::GiveClientId => {
                "Give {option:client-id} exactly as the gateway's portal shows it."
            }
            Self::NameKey => {
                "Name the key's file with {option:key}, or make one with {command:new-key}."
            }
            Self::NameKeyInFolder => "Name the key's file in it with {option:key}.",
            Self::GenerateKey => "Make a key that fits with {command:new-key}.",
            Self::OwnFileForEachUser => "Let each user have a file of their own.",
            Self::NameKeyOrKeyId => {
                "Name the key's file with {option:key}, or its identifier with {option:key-id}."
            }
            Self::NameJwkSet => "{option:jwks} FILE|URL names the registered one",
            Self::NameGeneratedJwkSet => {
                "Give the JWK Set that {command:generate-keys} wrote, KID.json."
            }
            Self::ServeToEverybody => {
                "Serve the JWK Set there, to everybody and without redirects."
            }
            Self::ServeJwkSet => "Serve a JWK Set there, an object with the member keys.",
            Self::PublishKey => {
                "Publish and register the JWK Set of this key, or sign with the one that is there."
            }
            Self::PublishKeyId => "Publish the key with its kid.",
            Self::PublishUse => "Publish it with \"use\": \"sig\".",
            Self::PublishOperations => {
                "Publish it with \"key_ops\": [\"verify\"], or without \"key_ops\"."
            }
            Self::CheckHost => {
                "Check the host's name, and whether this machine has a network and a resolver."
            }
            Self::CorrectClock => {
                "Set the clock right, with NTP for instance; until then {option:clock-skew} auto, the default, corrects for it."
            }
            Self::CheckVariables => "Check the values of {option:variable}.",
            Self::CheckGatewayFile => "Check the gateway's file.",
            Self::MetadataNotNeeded => {
                "It is not needed; the token endpoint is not taken from there."
            }
            Self::MetadataNotUsed => {
                "Check the values of {option:variable}; the token endpoint is not taken from there."
            }
            Self::CompareMetadata => "Find out which is right; what is used stays as it is set up.",
            Self::LeaveScopeOut => "Leave {option:scope} out.",
            Self::RegisterScopes => "Have the client registered for these, or leave them out.",
            Self::NameApi => "{setting:url} does",
            _ => return None,
        })
    }
}

const fn of_status(status: u16) -> &'static str {
    match status {
        401 => {
            "The API does not take this token: check {option:environment}, and that token endpoint \
             and API belong together."
        }
        403 => "The token is good and not enough: have the client's access to this API checked.",
        404 => "Check the URL.",
        429 => "Ask less often.",
        _ => {
            "Ask the API's operator, quoting the answer's time, and its identifier where it has one."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_is_known() {
        for file in [
            include_str!("check_remedy.rs"),
            include_str!("check_step.rs"),
        ] {
            assert!(Text::parse(file).unwrap().parts().len() > 5);
        }
    }
}
