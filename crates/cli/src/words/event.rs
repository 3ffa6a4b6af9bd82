//! What happens on the way to a token, for a person who watches.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokenring::Event;
use tokenring_assertion::NumericDate;
use tokenring_text::{printable, shell_word};

use crate::console::Console;
use crate::words::error;

/// Tells an event, as loud as it is important.
pub(crate) fn tell(event: &Event, console: &Console) {
    match event {
        Event::KeyReadableByOthers { key, mode } => console.warning(format_args!(
            "others can read the private key {key} (mode {mode:04o}); run: chmod 600 {}",
            shell_word(key)
        )),
        Event::WaitingForKey { key } => console.say(format_args!(
            "Waiting for somebody to write the private key into {key}"
        )),
        Event::KeyChangeSettled { key, is_finished } => console.say(format_args!(
            "{} an interrupted change of the key {}",
            if *is_finished { "Finished" } else { "Undid" },
            key.display()
        )),
        Event::KeyChangeStuck { path, reason } => console.warning(format_args!(
            "an interrupted change of {} cannot be finished: {reason}",
            path.display()
        )),
        Event::DraftRemoved { path } => console.say(format_args!(
            "Removed {}, left by a killed process",
            path.display()
        )),
        Event::CertificateNotValid {
            certificate,
            not_before,
            not_after,
        } => console.warning(certificate_dates(certificate, *not_before, *not_after)),
        Event::KeyIdChosen { key_id, source } => {
            console.say(format_args!("Using KID: {key_id} ({source})"));
        }
        Event::MutualTlsNeeded { gateway } => console.warning(format_args!(
            "gateway {gateway} also wants a TLS client certificate, and tokenring has none; send \
             by a proxy that presents it, with --token-url"
        )),
        Event::ScopeIgnored { gateway, scope } => console.warning(format_args!(
            "gateway {gateway} takes no notice of a scope; {scope:?} is sent all the same"
        )),
        Event::Doubtful { gateway, finding } => console.warning(format_args!(
            "gateway {gateway} may mind the assertion: {}",
            error::finding(finding)
        )),
        Event::Requesting { url, attempt } => {
            if *attempt > 1 {
                console.detail(format_args!("Attempt {attempt}"));
            }
            console.detail(format_args!("Asking {url} for an access token"));
        }
        Event::CorrectingClock(skew) => console.say(format_args!(
            "The gateway refused, and {skew}; trying again with that reckoned with."
        )),
        Event::SettingDatesBack { seconds } => console.say(format_args!(
            "The gateway failed (500). Some do when iat is ahead of their clock; trying once more \
             with its dates set back by {seconds} s."
        )),
        Event::ScopeReduced { missing } => console.warning(format_args!(
            "the gateway granted less scope than asked for; missing: {}",
            printable(&missing.join(" "))
        )),
        Event::TokenNotShared(reason) => {
            console.detail(format_args!("The token is not cached: {reason}"));
        }
        Event::CacheUnavailable { reason } => console.warning(format_args!(
            "tokens are not shared with other processes: {reason}"
        )),
        Event::HolderOvertaken(overtaken) => console.warning(overtaken),
        Event::RenewalFailed(error) => console.warning(format_args!(
            "the token could not be renewed early, and is still good: {}",
            error::to_failure(error, |_| None)
        )),
        Event::ShortLifetime { remaining } => console.warning(format_args!(
            "the gateway gives tokens for {} s, less than --min-ttl asks for",
            remaining.as_secs()
        )),
        Event::Calling { method, url } => {
            console.detail(format_args!("Calling {method} {url}"));
        }
        Event::ApiBusy { pause } => console.say(format_args!(
            "The API is not ready; trying again in {} s.",
            pause.as_secs_f32().ceil()
        )),
        Event::NotRepeated { method } => {
            let reason = match method {
                Some(method) => format!("a {method} that is sent twice may be done twice"),
                None => "a body that comes by a pipe is there once".into(),
            };
            console.say(format_args!(
                "The API is not ready, and --retry leaves it at that: {reason}."
            ));
        }
        Event::TokenRejected { is_repeated } => console.say(match is_repeated {
            true => "The API did not take the token; trying once with a new one.",
            false => {
                "The API did not take the token. The body cannot be sent again; the next call \
                 gets a new token."
            }
        }),
        Event::RedirectNotFollowed { location } => console.warning(format_args!(
            "the API redirects to {}, which is another origin and is not followed",
            printable(location)
        )),
        Event::RotationFailed(error) => console.warning(format_args!(
            "goes on with the key that it has: {}",
            error::to_failure(error, |_| None)
        )),
        _ => {}
    }
}

/// Since when a certificate is no longer valid, or from when on.
fn certificate_dates(path: &Path, not_before: NumericDate, not_after: NumericDate) -> String {
    let date = |date: NumericDate| {
        let time = UNIX_EPOCH.checked_add(Duration::from_secs(date.as_seconds()));
        time.map_or_else(String::new, |time| {
            humantime::format_rfc3339_seconds(time).to_string()
        })
    };
    let is_early = SystemTime::now() < UNIX_EPOCH + Duration::from_secs(not_before.as_seconds());
    match is_early {
        true => format!(
            "the certificate {} is valid only from {}",
            path.display(),
            date(not_before)
        ),
        false => format!(
            "the certificate {} expired on {}",
            path.display(),
            date(not_after)
        ),
    }
}
