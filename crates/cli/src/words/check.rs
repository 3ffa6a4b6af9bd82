//! What doctor says to do about a check.

use tokenring::{CheckRemedy, CheckStep};
use tokenring_text::shell_word;

use crate::remedy_words;

const NAME_KEY: &str =
    "Name the key's file with --private-key, or make one with `tokenring generate-keys`.";
const GIVE_CLIENT_ID: &str = "Give --client-id exactly as the gateway's portal shows it.";

pub(crate) fn remedy(remedy: &CheckRemedy, step: CheckStep) -> String {
    let text = match remedy {
        CheckRemedy::FixAbove => "Mend what stands above, then run this again.",
        CheckRemedy::FixFirst(first) => return format!("Mend {first} first."),
        CheckRemedy::NameTokenEndpoint => {
            "Name the gateway with --gateway, or its token endpoint with --token-url."
        }
        CheckRemedy::SendThroughProxy => "Send through a proxy that presents it, with --token-url.",
        CheckRemedy::GiveClientId => GIVE_CLIENT_ID,
        CheckRemedy::NameKey => NAME_KEY,
        CheckRemedy::NameKeyInFolder => "Name the key's file in it with --private-key.",
        CheckRemedy::GenerateKey => "Make a key that fits with `tokenring generate-keys`.",
        CheckRemedy::RestrictFile(path) => {
            return format!("Run: chmod 600 {}", shell_word(&path.display().to_string()));
        }
        CheckRemedy::OwnFileForEachUser => "Let each user have a file of their own.",
        CheckRemedy::RotateKeys(folder) => {
            let folder = shell_word(&folder.display().to_string()).to_string();
            return format!("Replace it: tokenring rotate begin --keys {folder}");
        }
        CheckRemedy::NameKeyOrKeyId => {
            "Name the key's file with --private-key, or its identifier with --kid."
        }
        CheckRemedy::UseEnvironment { other, used } => {
            return format!("Use --env {other}, or client and key of {used}.");
        }
        CheckRemedy::NameGeneratedJwkSet => {
            "Give the JWK Set that `tokenring generate-keys` wrote, KID.json."
        }
        CheckRemedy::ServeToEverybody => {
            "Serve the JWK Set there, to everybody and without redirects."
        }
        CheckRemedy::ServeJwkSet => "Serve a JWK Set there, an object with the member keys.",
        CheckRemedy::PublishKey => {
            "Publish and register the JWK Set of this key, or sign with the one that is there."
        }
        // Behind a sign of equality, as a thumbprint may begin like an option.
        CheckRemedy::SignWithKeyId(key_id) => return format!("Sign with --kid={key_id}"),
        CheckRemedy::PublishKeyId => "Publish the key with its kid.",
        CheckRemedy::PublishUse => "Publish it with \"use\": \"sig\".",
        CheckRemedy::SignWithAlgorithm { published, used } => {
            return format!("Sign with --alg {published}, or publish the key for {used}.");
        }
        CheckRemedy::CorrectProxy(variable) => {
            return format!("Correct {variable} or NO_PROXY, or remove the variable.");
        }
        CheckRemedy::CheckHost => {
            "Check the host's name, and whether this machine has a network and a resolver."
        }
        CheckRemedy::CorrectClock => {
            "Set the clock right, with NTP for instance, or use --clock-skew auto."
        }
        CheckRemedy::CheckVariables => "Check the values of --var.",
        CheckRemedy::CheckGatewayFile => "Check the gateway's file.",
        CheckRemedy::MetadataNotNeeded => {
            "It is not needed; the token endpoint is not taken from there."
        }
        CheckRemedy::MetadataNotUsed => {
            "Check the values of --var; the token endpoint is not taken from there."
        }
        CheckRemedy::CompareMetadata => {
            "Find out which is right; what is used stays as it is set up."
        }
        CheckRemedy::LeaveScopeOut => "Leave --scope out.",
        CheckRemedy::RegisterScopes => "Have the client registered for these, or leave them out.",
        CheckRemedy::ApiStatus(401) => {
            "The API does not take this token: check --env, and that token endpoint and API \
             belong together."
        }
        CheckRemedy::ApiStatus(403) => {
            "The token is good and not enough: have the client's access to this API checked."
        }
        CheckRemedy::ApiStatus(404) => "Check the URL.",
        CheckRemedy::ApiStatus(429) => "Ask less often.",
        CheckRemedy::ApiStatus(_) => "Ask the API's operator, quoting the answer's identifier.",
        CheckRemedy::Gateway(remedy) => return remedy_words::words(remedy),
        _ => remedy_of_failure(step),
    };
    text.to_owned()
}

/// What fixes most of what goes wrong in a step.
pub(crate) const fn remedy_of_failure(step: CheckStep) -> &'static str {
    match step {
        CheckStep::Configuration => {
            "Correct the configuration; `tokenring config check` judges the file, --config names \
             another."
        }
        CheckStep::Gateway => {
            "Give what is named; `tokenring gateways show NAME` tells what a gateway leaves open."
        }
        CheckStep::ClientId => GIVE_CLIENT_ID,
        CheckStep::Key => NAME_KEY,
        CheckStep::Assertion => {
            "Correct the option that is named, or leave it out: the gateway has a value of its own."
        }
        CheckStep::PublishedSet => "Name the JWK Set that is registered with --jwks FILE|URL.",
        CheckStep::Tls => {
            "Trust the right authority with --ca-cert FILE or in the system's store, or have the \
             server present a certificate for this host."
        }
        CheckStep::Connection => {
            "Check the token endpoint's host and port, a proxy and the firewall between."
        }
        CheckStep::Token => "Mend the likeliest cause, then run this again.",
        CheckStep::Api => "Check --url, and whether this machine reaches that host.",
        _ => "Mend it, then run this again.",
    }
}
