//! What fixes something, for somebody who has every step checked already.

use super::Remedy;
use crate::Text;

impl Remedy {
    /// The sentence of [`text`](Self::text), without the advice to have every step checked: this is
    /// said by what checks them.
    #[must_use]
    pub fn text_in_examination(&self) -> Text {
        match self.examined() {
            // The sentences are of this file, and a test reads them all.
            Some(sentence) => Text::parse(sentence).unwrap_or_default(),
            None => self.text(),
        }
    }

    const fn examined(&self) -> Option<&'static str> {
        Some(match self {
            Self::CheckTokenUrl => "Check the token URL, its path included.",
            Self::CheckProxy => {
                "Check the token URL, and whether HTTPS_PROXY or a login page of the network \
                 stands in between."
            }
            Self::CompareKeyId => {
                "Compare {option:key-id} with the kid in the registered JWK Set; after a change of \
                 keys wait until the gateway fetches it again."
            }
            Self::ShortenLifetime { seconds: None } => {
                "Shorten it with {option:lifetime}, and set the clock right."
            }
            Self::MakeNewAssertionAndCorrectClock => {
                "Make a new assertion for each request, and set the clock right, or correct for it \
                 with {option:clock-skew} auto."
            }
            Self::SendAtOnceAndCorrectClock => {
                "Make the assertion right before it is sent, and set the clock right."
            }
            Self::CorrectClock { seconds: None } => {
                "Set the clock right, or correct for it with {option:clock-skew} auto. Dates are \
                 in seconds."
            }
            Self::CompareKey => {
                "Compare {option:key} with what is registered; {command:inspect jwks} verifies an \
                 assertion."
            }
            Self::CompareKeyWithJwkSet => {
                "Compare the private key with what is registered: {option:jwks} FILE|URL names it."
            }
            Self::SupplyJwkSet => {
                "Name the JWK Set that is registered, by its URL or file, with {option:jwks}: the \
                 keys are compared then."
            }
            Self::CheckJwkSetUrl => {
                "Check that the URL answers from the internet without credentials, with a \
                 certificate of a public authority."
            }
            Self::AskSupportWithTime => {
                "Ask the gateway's support, quoting the answer's time, and its identifier where it \
                 has one; this report has what they need to know."
            }
            Self::CheckSetup => {
                "Compare the registration in the gateway's portal with what stands above."
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NamedCommand, Rule, TextPart};

    #[test]
    fn no_check_of_every_step_is_advised_again() {
        let named = [
            Remedy::CheckProxy,
            Remedy::CheckTokenUrl,
            Remedy::CompareKeyWithJwkSet,
            Remedy::SupplyJwkSet,
            Remedy::AskSupportWithTime,
            Remedy::CheckSetup,
        ];
        let all = Rule::ALL.iter().map(|rule| rule.remedy()).chain(named);
        let mut count = 0;
        for remedy in all {
            let names_doctor = |text: &Text| {
                let mut parts = text.parts().iter();
                parts.any(|part| matches!(part, TextPart::Command(NamedCommand::Doctor, _)))
            };
            let text = remedy.text_in_examination();
            assert!(!text.parts().is_empty());
            assert!(!names_doctor(&text), "{text}");
            count += usize::from(names_doctor(&remedy.text()));
        }
        assert!(count > 10, "{count}");
    }
}
