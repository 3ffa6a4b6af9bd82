//! What an event says.

use std::fmt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokenring_assertion::NumericDate;
use tokenring_gateway::Text;
use tokenring_text::{printable, shell_word};

use super::{Event, UnsharedReason};
use crate::Error;
use crate::error::chain;
use crate::stated_pause::time_of_day;

/// How much an event matters to a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Importance {
    /// To somebody who looks closely.
    Detail,
    /// To somebody who waits.
    Notice,
    /// To everybody: something is to be looked after.
    Warning,
}

impl Event {
    /// How much it matters.
    #[must_use]
    pub const fn importance(&self) -> Importance {
        match self {
            Self::TokenNotShared(UnsharedReason::NoLifetime) => Importance::Warning,
            Self::Requesting { .. }
            | Self::TokenSigned { .. }
            | Self::TokenNotShared(_)
            | Self::NonceWanted { .. }
            | Self::TokenBinding { .. }
            | Self::ProofKeyMade { .. }
            | Self::ProofKeyReplaced { .. }
            | Self::Calling { .. } => Importance::Detail,
            Self::WaitingForKey { .. }
            | Self::KeyChangeSettled { .. }
            | Self::DraftRemoved { .. }
            | Self::KeyIdChosen { .. }
            | Self::DefaultEnvironment { .. }
            | Self::CorrectingClock(_)
            | Self::SettingDatesBack { .. }
            | Self::WaitingForGateway(_)
            | Self::ApiBusy { .. }
            | Self::NotRepeated { .. }
            | Self::TokenRejected { .. } => Importance::Notice,
            _ => Importance::Warning,
        }
    }

    /// What happened, in a sentence in which options and commands have their place.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::KeyReadableByOthers { key, mode } => Text::fill(
                "others can read the private key $ (mode $); run: chmod 600 $",
                &[key, &format!("{mode:04o}"), &shell_word(key).to_string()],
            ),
            Self::WaitingForKey { key } => Text::fill(
                "Waiting for somebody to write the private key into $",
                &[key],
            ),
            Self::KeyChangeSettled { key, is_finished } => {
                let done = if *is_finished { "Finished" } else { "Undid" };
                Text::fill("$ an interrupted change of the key $", &[done, &shown(key)])
            }
            Self::KeyChangeStuck { path, reason } => Text::fill(
                "an interrupted change of $ cannot be finished: $",
                &[&shown(path), reason],
            ),
            Self::DraftRemoved { path } => {
                Text::fill("Removed $, left by a killed process", &[&shown(path)])
            }
            Self::CertificateNotValid {
                certificate,
                not_before,
                not_after,
            } => certificate_dates(certificate, *not_before, *not_after),
            Self::KeyIdChosen { key_id, source } => {
                Text::fill("Using KID: $ ($)", &[key_id.as_str(), &source.to_string()])
            }
            Self::DefaultEnvironment { notice, .. } => notice.clone(),
            Self::MutualTlsNeeded { gateway } => Text::fill(
                "gateway $ also wants a TLS client certificate, and tokenring has none; send by a \
                 proxy that presents it, with {option:token-url}",
                &[gateway],
            ),
            Self::ScopeIgnored { gateway, scope } => Text::fill(
                "gateway $ takes no notice of a scope; $ is sent all the same",
                &[gateway, &format!("{scope:?}")],
            ),
            #[cfg(feature = "diagnosis")]
            Self::Doubtful {
                gateway, finding, ..
            } => {
                let mut text = Text::fill(
                    "gateway $ may reject the assertion: $.",
                    &[gateway, &finding.to_string()],
                );
                text.add(&finding.remedy().text());
                text.add(&format!("[{}]", finding.source()).into());
                text
            }
            Self::TokenSigned { lifetime } => Text::fill(
                "Signed a JWT that is the token, valid for $ s",
                &[&lifetime.as_secs().to_string()],
            ),
            Self::Requesting { url, attempt: 1 } => {
                Text::fill("Asking $ for an access token", &[url])
            }
            Self::Requesting { url, attempt } => Text::fill(
                "Asking $ for an access token, attempt $",
                &[url, &attempt.to_string()],
            ),
            Self::CorrectingClock(skew) => Text::fill(
                "The gateway rejected the request, and $; trying once more with the server's time.",
                &[&skew.to_string()],
            ),
            Self::SettingDatesBack { seconds } => Text::fill(
                "The gateway failed (500). Some do when iat is ahead of their clock; trying once \
                 more with its dates set back by $ s.",
                &[&seconds.to_string()],
            ),
            Self::WaitingForGateway(failure) => Text::fill(
                "The gateway asked another process to wait until $, and this one waits as well.",
                &[&time_of_day(failure.ends_at())],
            ),
            Self::ScopeReduced { missing } => Text::fill(
                "the gateway granted less scope than asked for; missing: $",
                &[&printable(&missing.join(" ")).to_string()],
            ),
            Self::TokenNotShared(reason @ UnsharedReason::NoLifetime) => Text::fill(
                "$, so APIs may reject it; it is not cached",
                &[&reason.to_string()],
            ),
            Self::TokenNotShared(reason) => {
                Text::fill("The token is not cached: $", &[&reason.to_string()])
            }
            Self::CacheUnavailable { reason } => Text::fill(
                "tokens are not shared with other processes: $ ({setting:cache-dir}, or \
                     {setting:no-cache})",
                &[reason],
            ),
            Self::HolderOvertaken(overtaken) => overtaken.to_string().into(),
            Self::RenewalFailed(error) => of_error(
                "the token could not be renewed early, and is still good: $",
                error,
            ),
            Self::ShortLifetime { remaining } => Text::fill(
                "the gateway gives tokens for $ s, less than {setting:min-ttl} asks for",
                &[&remaining.as_secs().to_string()],
            ),
            Self::NonceWanted { url } => Text::fill(
                "$ wants a nonce in the DPoP proof; sending a new one",
                &[url],
            ),
            Self::CallRejected {
                explanation,
                remedy,
            } => {
                let mut text = explanation.clone();
                text.add(remedy);
                text
            }
            Self::TokenBinding {
                thumbprint: Some(thumbprint),
            } => Text::fill("The token is bound to the DPoP key $", &[thumbprint]),
            Self::TokenBinding { thumbprint: None } => {
                "The gateway gave a bearer token, which is not bound to the DPoP key".into()
            }
            Self::ProofKeyMade { path } => Text::fill("Made the DPoP key $", &[&shown(path)]),
            Self::ProofKeyReplaced { path, reason } => Text::fill(
                "Replaced the DPoP key $, which could not be used ($): tokens that are bound to \
                 the old one are replaced too",
                &[&shown(path), reason],
            ),
            Self::ProofKeyNotKept { path, reason } => {
                let place = path.as_deref().map_or_else(|| "anywhere".into(), shown);
                Text::fill(
                    "the DPoP key cannot be kept in $ ($), so that its token is not cached; set \
                     XDG_STATE_HOME to a folder that can be written to",
                    &[&place, reason],
                )
            }
            Self::Calling { method, url } => Text::fill("Calling $ $", &[method, url]),
            Self::ApiBusy { pause } => Text::fill(
                "The API is not ready; trying again in $ s.",
                &[&pause.as_secs_f32().ceil().to_string()],
            ),
            Self::NotRepeated {
                method: Some(method),
            } => Text::fill(
                "The API is not ready, and {setting:retry} leaves it at that: a $ that is sent \
                 twice may be done twice.",
                &[method],
            ),
            Self::NotRepeated { method: None } => Text::fill(
                "The API is not ready, and {setting:retry} leaves it at that: a body that comes by \
                 a pipe is there once.",
                &[],
            ),
            Self::TokenRejected { is_repeated: true } => {
                "The API did not take the token; trying once with a new one.".into()
            }
            Self::TokenRejected { .. } => {
                "The API did not take the token. The body cannot be sent again; the next call gets \
                 a new token."
                    .into()
            }
            Self::RedirectNotFollowed { location } => Text::fill(
                "the API redirects to $, which is another origin and is not followed",
                &[&printable(location).to_string()],
            ),
            Self::RotationFailed(error) => of_error("goes on with the key that it has: $", error),
        }
    }
}

/// In plain words.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The error with its causes and what to do about it.
fn of_error(sentence: &str, error: &Error) -> Text {
    match error.advice() {
        None => Text::fill(sentence, &[&chain(error)]),
        Some(advice) => {
            let mut text = Text::fill(sentence, &[&format!("{};", chain(error))]);
            text.add(&advice);
            text
        }
    }
}

/// Since when a certificate is no longer valid, or from when on.
fn certificate_dates(path: &Path, not_before: NumericDate, not_after: NumericDate) -> Text {
    let date = |date: NumericDate| {
        let time = UNIX_EPOCH.checked_add(Duration::from_secs(date.as_seconds()));
        time.map_or_else(String::new, |time| {
            humantime::format_rfc3339_seconds(time).to_string()
        })
    };
    let is_early = SystemTime::now() < UNIX_EPOCH + Duration::from_secs(not_before.as_seconds());
    let (sentence, date) = match is_early {
        true => ("the certificate $ is valid only from $", date(not_before)),
        false => ("the certificate $ expired on $", date(not_after)),
    };
    Text::fill(sentence, &[&shown(path), &date])
}
