//! What a remedy says: each sentence once, with places for the options and commands of a program.

use core::fmt;
use core::time::Duration;

use super::Remedy;
use crate::Text;
use tokenring_jwk::Algorithm;

/// In plain words.
impl fmt::Display for Remedy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(formatter)
    }
}

impl Remedy {
    /// What to change, in sentences in which options and commands have their place.
    #[must_use]
    pub fn text(&self) -> Text {
        if let Some(sentence) = self.sentence() {
            return Text::fill(sentence, &[]);
        }
        match self {
            Self::Stated(text) => text.clone(),
            Self::SetAudience {
                wanted: Some(wanted),
                has_other_environments,
            } => {
                let sentence = match has_other_environments {
                    true => {
                        "Set aud to $: leave {option:audience} out, or give {option:audience}=$; \
                         {option:environment} chooses another environment."
                    }
                    false => {
                        "Set aud to $: leave {option:audience} out, or give {option:audience}=$."
                    }
                };
                Text::fill(sentence, &[wanted, wanted])
            }
            Self::TryAudience { audience } => Text::fill("Try {option:audience} $", &[audience]),
            Self::ReplaceAudience { audiences, .. } => {
                let others = audiences.len().saturating_sub(1);
                let sentence = format!(
                    "This aud was sent already. Try {{option:audience}} ${}.",
                    ", or {option:audience} $".repeat(others)
                );
                let audiences: Vec<&str> = audiences.iter().map(String::as_str).collect();
                Text::fill(&sentence, &audiences)
            }
            Self::TryLifetime { seconds } => Text::fill(
                "Try {option:lifetime} $. If it stays, tell the gateway's support, with the \
                 answer's time.",
                &[&seconds.to_string()],
            ),
            Self::SetIssuerOrGateway { gateway } => Text::fill(
                "Give it with {option:issuer}, alone or with {option:gateway} $.",
                &[gateway],
            ),
            Self::CorrectTokenUrlPath { path } => Text::fill(
                "Correct the path in {option:token-url} to $, or leave {option:token-url} out.",
                &[path],
            ),
            Self::SetType {
                wanted: Some(wanted),
            } => Text::fill(
                "Set typ to $: leave {option:typ} out, or give {option:typ} $.",
                &[wanted, wanted],
            ),
            Self::TryType { typ } => Text::fill("Try {option:typ} $", &[typ]),
            Self::SetAlgorithm { algorithms } => Text::fill(
                "Sign with $: {option:algorithm} chooses it, and {command:new-key} makes a key that \
                 fits.",
                &[&any_of(algorithms)],
            ),
            Self::UseAlgorithm { algorithms } => {
                let others = algorithms.len().saturating_sub(1);
                let sentence = format!(
                    "Sign with {{option:algorithm}} ${}, with this key.",
                    " or {option:algorithm} $".repeat(others)
                );
                let names: Vec<&str> = algorithms.iter().map(|known| known.name()).collect();
                Text::fill(&sentence, &names)
            }
            Self::MakeKeyFor { algorithms } => {
                let first = algorithms.first().copied().unwrap_or(Algorithm::Rs256);
                Text::fill(
                    "Make and register a new key for $: {command:new-key algorithm=$}.",
                    &[&any_of(algorithms), first.name()],
                )
            }
            Self::SignForPublishedKey {
                algorithm,
                or_publish_for: None,
            } => Text::fill("Sign with {option:algorithm} $.", &[algorithm.name()]),
            Self::SignForPublishedKey {
                algorithm,
                or_publish_for: Some(other),
            } => Text::fill(
                "Sign with {option:algorithm} $, or publish and register the key for $.",
                &[algorithm.name(), other.name()],
            ),
            Self::PublishKeyFor {
                algorithm,
                rejected,
            } => Text::fill(
                "Publish and register the key for $: this gateway does not take $.",
                &[algorithm.name(), rejected.name()],
            ),
            Self::SetKeyId {
                wanted: Some(wanted),
            } => Text::fill("Sign with {option:key-id}=$", &[wanted]),
            Self::SetSubject {
                wanted: Some(wanted),
            } => Text::fill("Set sub to $: {option:subject} gives it.", &[wanted]),
            Self::LeaveClaimOut { name } => Text::fill("Leave $ out.", &[name]),
            Self::LeaveUnknownClaimOut { allowed } => {
                Text::fill("Leave it out: allowed are $.", &[&allowed.join(", ")])
            }
            Self::ShortenLifetime {
                seconds: Some(seconds),
            } => Text::fill("Shorten it: {option:lifetime} $", &[&seconds.to_string()]),
            Self::WriteDateInSeconds { claim, divisor } => Text::fill(
                "Divide $ by $: dates are in seconds.",
                &[claim, &divisor.to_string()],
            ),
            Self::SetDate { claim } => {
                Text::fill("Set $ to a time in seconds since 1970.", &[claim])
            }
            Self::MatchEnvironment { of_key, in_use } => Text::fill(
                "Use {option:environment} $, or the client and key of $.",
                &[of_key, in_use],
            ),
            Self::UseFeature { feature } => {
                Text::fill("Verify it with a build that has the feature $.", &[feature])
            }
            Self::AuthenticateClient { flow: Some(flow) } => Text::fill(
                "Send what the client authenticates with, too: an assertion of its own with \
                 {option:flow} $, or else {setting:token-header} 'Authorization: @FILE'.",
                &[flow],
            ),
            Self::ChooseFlow { used, of_set } => Text::fill(
                "If the client is registered by this JWK Set, or by its URL, give {option:flow} \
                 $; with {option:flow} $ register the public key itself.",
                &[of_set, used],
            ),
            Self::CompareCopy {
                kept_for,
                refetches,
            } => compare_copy(*kept_for, *refetches),
            _ => Text::default(),
        }
    }
}

fn any_of(algorithms: &[Algorithm]) -> String {
    let names: Vec<&str> = algorithms.iter().map(|known| known.name()).collect();
    names.join(" or ")
}

fn compare_copy(kept_for: Option<Duration>, refetches: bool) -> Text {
    let Some(seconds) = kept_for.map(|time| time.as_secs().to_string()) else {
        return "Compare it with what the gateway's portal shows.".into();
    };
    let sentence = match refetches {
        true => {
            "Compare it with what the gateway's portal shows; the gateway keeps a copy for up to \
             $ s."
        }
        false => {
            "Compare it with what the gateway's portal shows; after a change of keys wait up to \
             $ s, for so long the gateway keeps its copy."
        }
    };
    Text::fill(sentence, &[&seconds])
}
