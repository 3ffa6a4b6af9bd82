//! What a remedy says to who uses the command: with the option or command that does it.

use tokenring::ClockSkew;
use tokenring_gateway::Remedy;

use crate::option_words;

/// A remedy in sentences.
pub(crate) fn words(remedy: &Remedy) -> String {
    match remedy {
        Remedy::Stated(text) => option_words::words(text),
        Remedy::SetAudience {
            wanted: Some(wanted),
            has_other_environments,
        } => {
            let others = match has_other_environments {
                true => "; --env chooses another environment",
                false => "",
            };
            format!(
                "Set aud to {wanted}: leave --audience out, or give --audience={wanted}{others}."
            )
        }
        Remedy::TryAudience { audience } => format!("Try --audience {audience}"),
        Remedy::SetIssuerOrGateway { gateway } => {
            format!("Give it with --issuer, or take --gateway {gateway}.")
        }
        Remedy::CorrectTokenUrlPath { path } => {
            format!("Correct the path in --token-url to {path}, or leave --token-url out.")
        }
        Remedy::SetType {
            wanted: Some(wanted),
        } => format!("Set typ to {wanted}: leave --typ out, or give --typ {wanted}."),
        Remedy::TryType { typ } => format!("Try --typ {typ}"),
        Remedy::SetAlgorithm { algorithms } if !algorithms.is_empty() => {
            let names: Vec<&str> = algorithms.iter().map(|known| known.name()).collect();
            format!(
                "Sign with {}: --alg chooses it, and `tokenring generate-keys` makes a key that \
                 fits.",
                names.join(" or ")
            )
        }
        Remedy::UseAlgorithm { algorithms } => {
            let options: Vec<String> = algorithms
                .iter()
                .map(|known| format!("--alg {known}"))
                .collect();
            format!("Sign with {}, with this key.", options.join(" or "))
        }
        Remedy::MakeKeyFor { algorithms } => {
            let names: Vec<&str> = algorithms.iter().map(|known| known.name()).collect();
            format!(
                "Make and register a new key for {}: `tokenring generate-keys --alg {}`.",
                names.join(" or "),
                names.first().copied().unwrap_or("RS256")
            )
        }
        Remedy::SignForPublishedKey {
            algorithm,
            or_publish_for,
        } => {
            let other = or_publish_for
                .map(|other| format!(", or publish and register the key for {other}"))
                .unwrap_or_default();
            format!("Sign with --alg {algorithm}{other}.")
        }
        Remedy::SetKeyId {
            wanted: Some(wanted),
        } => format!("Sign with --kid={wanted}"),
        Remedy::SetSubject {
            wanted: Some(wanted),
        } => format!("Set sub to {wanted}: --subject gives it."),
        Remedy::ShortenLifetime {
            seconds: Some(seconds),
        } => format!("Shorten it: --lifetime {seconds}"),
        Remedy::MatchEnvironment { of_key, in_use } => {
            format!("Use --env {of_key}, or the client and key of {in_use}.")
        }
        remedy => match fixed_words(remedy) {
            Some(words) => words.to_owned(),
            None => remedy.to_string(),
        },
    }
}

/// The words of a remedy that has no value to show, where an option or command has a part in it.
fn fixed_words(remedy: &Remedy) -> Option<&'static str> {
    Some(match remedy {
        Remedy::SetAudience { wanted: None, .. } => {
            "Take the audience of the environment that you call: `tokenring gateways show` names \
             it, --env chooses the environment, --audience replaces it."
        }
        Remedy::SetIssuer => "Give the server's issuer identifier with --issuer: it becomes aud.",
        Remedy::SetTokenUrl => "Give the token endpoint's URL with --token-url: it becomes aud.",
        Remedy::CompareTokenUrl => {
            "Compare --token-url, --env and --var with the address that the gateway's portal or \
             its metadata names, character for character."
        }
        Remedy::CheckTokenUrl => "Check the token URL, its path included: `tokenring doctor`.",
        Remedy::CheckProxy => {
            "Check the token URL, and whether HTTPS_PROXY or a login page of the network stands \
             in between: `tokenring doctor`."
        }
        Remedy::SetType { wanted: None } => {
            "Set it with --typ to what `tokenring gateways show` names."
        }
        Remedy::LeaveTypeToGateway => "Leave --typ out.",
        Remedy::SetAlgorithm { .. } => {
            "Sign with an algorithm of `tokenring gateways show`: --alg chooses it, and \
             `tokenring generate-keys` makes a key that fits."
        }
        Remedy::FitAlgorithmToKey => "Take --alg by the key, or leave it out.",
        Remedy::FitAlgorithmToRegisteredKey => {
            "Take --alg by the registered key, or register a key that fits it."
        }
        Remedy::CompareAlgorithm => {
            "Compare token_endpoint_auth_signing_alg, or how the portal calls it, with --alg."
        }
        Remedy::SetKeyId { wanted: None } => {
            "Give the name under which the key is registered, with --kid."
        }
        Remedy::SetPublishedKeyId => "Sign with a --kid that is published.",
        Remedy::PublishKeyId => "Publish the key with its kid, or sign with --kid=\"\".",
        Remedy::RegisterKeyId => {
            "Register the key with a kid in its JWK, the same as the header's; `tokenring \
             generate-keys` writes one."
        }
        Remedy::CompareKeyId => {
            "Compare --kid with the kid in the registered JWK Set; after a change of keys wait \
             until the gateway fetches it anew. `tokenring doctor` does both."
        }
        Remedy::SetIssuerClaim => "Set iss to the client identifier, with --client-id.",
        Remedy::SetIssuerAndSubject => {
            "Set iss and sub to the client identifier; --client-id does both."
        }
        Remedy::SetSubject { wanted: None } => {
            "Set sub to whom the token is for: --subject gives it."
        }
        Remedy::LeaveUnknownClaimOut { allowed } if allowed.is_empty() => {
            "Leave it out: `tokenring gateways show` lists the claims that are allowed."
        }
        Remedy::AddClaim => "Add it with --claim NAME=JSON.",
        Remedy::SetExpiry => "Set exp; --lifetime says how many seconds ahead.",
        Remedy::ShortenLifetime { seconds: None } => {
            "Shorten it with --lifetime, and set the clock right; `tokenring doctor` measures it."
        }
        Remedy::SendIssuedAtOrShortenLifetime => "Send iat, or shorten it with --lifetime.",
        Remedy::MakeNewAssertionAndCorrectClock => {
            "Make a new assertion for each request, and set the clock right; `tokenring doctor` \
             measures it, --clock-skew auto reckons with it."
        }
        Remedy::SendAtOnceAndCorrectClock => {
            "Make the assertion right before it is sent, and set the clock right; `tokenring \
             doctor` measures it."
        }
        Remedy::CorrectClock { seconds: None } => {
            "Set the clock right, or reckon with it by --clock-skew auto; `tokenring doctor` \
             measures it. Dates are in seconds."
        }
        Remedy::CorrectClock {
            seconds: Some(seconds),
        } if *seconds > ClockSkew::LARGEST_CORRECTED => {
            "Set the wrong clock right, with NTP for instance; --clock-skew auto corrects a day \
             at most."
        }
        Remedy::CorrectClock { .. } => {
            "Set the clock right, with NTP for instance, or reckon with it by --clock-skew auto."
        }
        Remedy::RenewJwtId => {
            "Make a new assertion, with a new jti, for every attempt; `tokenring get-token` does."
        }
        remedy => return words_beyond_the_assertion(remedy),
    })
}

/// Those about the request, the client and its keys.
fn words_beyond_the_assertion(remedy: &Remedy) -> Option<&'static str> {
    Some(match remedy {
        Remedy::SendFormContentType => {
            "Send exactly that, without a charset; `tokenring get-token` does."
        }
        Remedy::SendForm => {
            "Send the form that `tokenring get-token --explain` shows for this gateway."
        }
        Remedy::SendHeader => {
            "Add it to the token request: --token-header 'NAME: VALUE', or 'NAME: @FILE'."
        }
        Remedy::CompareForm => {
            "Compare the form with what the gateway wants: `tokenring get-token --explain` shows \
             it, --param adds to it."
        }
        Remedy::MakeWellFormed => {
            "`tokenring inspect` says which part of it fails; `tokenring assertion` makes one \
             that does not."
        }
        Remedy::SendClientId => "Send the client ID in the form, too: --send-client-id.",
        Remedy::SetScope => "Name the scope with --scope.",
        Remedy::RenameScope => "Use --scope.",
        Remedy::CompareScope => {
            "Compare --scope and --param with what the client is registered for."
        }
        Remedy::CompareClientId => {
            "Compare --client-id with what the gateway's portal shows, and --env with where it \
             was registered."
        }
        Remedy::CompareClientIds => {
            "Compare --client-id and --env with the gateway's portal; some call several values an \
             identifier, and one of them is right."
        }
        Remedy::CopyClientId => "Give --client-id exactly as the gateway's portal shows it.",
        Remedy::CorrectClientId => "Correct --client-id.",
        Remedy::SignAssertion => "Sign the assertion; `tokenring assertion` builds and signs one.",
        Remedy::ConvertSignature => {
            "Convert it: `Signature::from_ecdsa_der` of tokenring-jwk does, and `tokenring \
             assertion` signs in the right form."
        }
        Remedy::CheckSigningKey => {
            "Send the assertion exactly as it was signed, and check which private key signs it; \
             `tokenring inspect --jwks` verifies one."
        }
        Remedy::RegisterKey => {
            "Register the public key that `tokenring generate-keys` wrote beside the private one."
        }
        Remedy::MakeLargerKey => "Make and register a larger key: `tokenring generate-keys`.",
        Remedy::CompareKey => {
            "Compare --private-key with what is registered: `tokenring doctor` does, and \
             `tokenring inspect --jwks` verifies an assertion."
        }
        Remedy::CompareKeyWithJwkSet => {
            "Compare the private key with what is registered: `tokenring doctor --jwks FILE|URL` \
             does."
        }
        Remedy::SupplyJwkSet => {
            "Run `tokenring doctor --jwks URL` with the URL, or the file, of the JWK Set that is \
             registered: it compares the keys."
        }
        Remedy::SignWithPublishedKey => {
            "Sign with the private key of a published one, or publish the JWK Set of this key; \
             `tokenring generate-keys` wrote both."
        }
        Remedy::CheckJwkSetUrl => {
            "Check that the URL answers from the internet without credentials, with a certificate \
             of a public authority: `tokenring doctor`."
        }
        Remedy::ServeJwkSet => {
            "Serve a JWK Set, an object with the member keys, there; `tokenring generate-keys` \
             writes one."
        }
        Remedy::RegisterForBearer => {
            "Have the client registered for bearer tokens, without DPoP. Where that is not to be \
             had, `tokenring assertion` makes the assertion for a program that adds the proof."
        }
        Remedy::AskSupportWithTime => {
            "Ask the gateway's support, quoting the answer's identifier and time; `tokenring \
             doctor` collects what they need to know."
        }
        Remedy::CheckSetup => {
            "Run `tokenring doctor` with the same options: it compares key, clock and endpoint \
             with what the gateway wants."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use tokenring_gateway::{Rule, Text};
    use tokenring_jwk::Algorithm;

    use super::*;

    #[track_caller]
    fn check(remedy: &Remedy, wanted: &str) {
        assert_eq!(words(remedy), wanted);
    }

    fn audience(has_other_environments: bool) -> Remedy {
        Remedy::SetAudience {
            wanted: Some("https://a.example".to_owned()),
            has_other_environments,
        }
    }

    fn published(or_publish_for: Option<Algorithm>) -> Remedy {
        Remedy::SignForPublishedKey {
            algorithm: Algorithm::Es256,
            or_publish_for,
        }
    }

    #[test]
    fn values_stand_at_their_options() {
        check(
            &audience(false),
            "Set aud to https://a.example: leave --audience out, or give \
             --audience=https://a.example.",
        );
        check(
            &audience(true),
            "Set aud to https://a.example: leave --audience out, or give \
             --audience=https://a.example; --env chooses another environment.",
        );
        check(
            &Remedy::SetAlgorithm {
                algorithms: vec![Algorithm::Rs384, Algorithm::Es384],
            },
            "Sign with RS384 or ES384: --alg chooses it, and `tokenring generate-keys` makes a \
             key that fits.",
        );
        check(&published(None), "Sign with --alg ES256.");
        check(
            &published(Some(Algorithm::Es384)),
            "Sign with --alg ES256, or publish and register the key for ES384.",
        );
        check(
            &Remedy::SetKeyId {
                wanted: Some("key-1".to_owned()),
            },
            "Sign with --kid=key-1",
        );
        check(
            &Remedy::CorrectClock {
                seconds: Some(ClockSkew::LARGEST_CORRECTED),
            },
            "Set the clock right, with NTP for instance, or reckon with it by --clock-skew auto.",
        );
        check(
            &Remedy::CorrectClock {
                seconds: Some(ClockSkew::LARGEST_CORRECTED + 1),
            },
            "Set the wrong clock right, with NTP for instance; --clock-skew auto corrects a day \
             at most.",
        );
        let stated = Text::parse("Compare {option:environment} with the portal.").unwrap();
        check(&Remedy::Stated(stated), "Compare --env with the portal.");
        // Where no option has a part in it, the library's words are the command's.
        check(&Remedy::SendOneAudience, "Send one text as aud.");
    }

    #[test]
    fn every_rule_has_words() {
        for rule in Rule::ALL {
            let words = words(&rule.remedy());
            assert!(
                words.ends_with('.') && !words.contains('{'),
                "{rule}: {words}"
            );
        }
    }
}
