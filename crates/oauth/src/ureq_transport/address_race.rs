use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Instant;

use super::resolver::start_thread;

/// The time until the next address is tried, too (RFC 8305 section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Alternates between the families of addresses, starting with that of the first one (RFC 8305
/// section 4), so that a network without one of them costs one delay.
pub(super) fn interleave(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let is_first_ipv6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut next, mut other): (VecDeque<_>, VecDeque<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == is_first_ipv6);
    let mut ordered = Vec::with_capacity(next.len() + other.len());
    while let Some(address) = next.pop_front().or_else(|| other.pop_front()) {
        ordered.push(address);
        if !other.is_empty() {
            core::mem::swap(&mut next, &mut other);
        }
    }
    ordered
}

/// Connects to the first of these addresses that answers, each tried while the ones before it are
/// still silent (RFC 8305 section 5).
///
/// An attempt that fails, or that this machine prohibits, starts the next one at once. A thread
/// whose attempt is no longer needed outlives the call until its attempt ends.
///
/// # Errors
///
/// [`ErrorKind::TimedOut`] if nobody answered in time, or else the most telling failure.
pub(super) fn connect<T: Send + 'static>(
    addresses: &[SocketAddr],
    until: Option<Instant>,
    attempt: impl Fn(SocketAddr, Option<Duration>) -> io::Result<T> + Clone + Send + 'static,
) -> io::Result<T> {
    if let [address] = addresses {
        return attempt(*address, left(until)?);
    }
    let (sender, outcomes) = mpsc::channel();
    let mut waiting = addresses.iter();
    let mut running = 0_usize;
    let mut failure = None;
    loop {
        let time = left(until)?;
        if let Some(address) = waiting.next().copied() {
            let (sender, run) = (sender.clone(), attempt.clone());
            let started = start_thread("tokenring-connect", move || {
                let _ = sender.send(run(address, time));
            });
            if started.is_ok() {
                running += 1;
            } else {
                // Without threads, one after the other, with time for each.
                let tried = waiting.len() + 1;
                let share = u32::try_from(tried).map_or(Duration::ZERO, |tried| {
                    time.map_or(Duration::MAX, |time| time / tried)
                });
                match attempt(address, time.map(|_| share)) {
                    Ok(connected) => return Ok(connected),
                    Err(error) => failure = Some(more_telling(failure, error)),
                }
                continue;
            }
        } else if running == 0 {
            return Err(failure.unwrap_or_else(|| ErrorKind::AddrNotAvailable.into()));
        }
        let longest = match waiting.len() {
            0 => time,
            _ => Some(time.map_or(ATTEMPT_DELAY, |time| time.min(ATTEMPT_DELAY))),
        };
        let outcome = match longest {
            Some(longest) => outcomes.recv_timeout(longest),
            None => outcomes.recv().map_err(RecvTimeoutError::from),
        };
        match outcome {
            Ok(Ok(connected)) => return Ok(connected),
            Ok(Err(error)) => {
                running -= 1;
                failure = Some(more_telling(failure, error));
            }
            // Either the next one is due, or all time is up.
            Err(_) => {}
        }
    }
}

/// The time that is left, without an end if there is no limit.
fn left(until: Option<Instant>) -> io::Result<Option<Duration>> {
    let left = until.map(|until| until.saturating_duration_since(Instant::now()));
    match left {
        Some(Duration::ZERO) => Err(ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

/// A failure of a server tells more than one of this machine, which often has no route for one of
/// the two families.
fn more_telling(known: Option<io::Error>, new: io::Error) -> io::Error {
    let is_local = |error: &io::Error| {
        matches!(
            error.kind(),
            ErrorKind::NetworkUnreachable
                | ErrorKind::HostUnreachable
                | ErrorKind::AddrNotAvailable
                | ErrorKind::PermissionDenied
        )
    };
    match known {
        Some(known) if is_local(&new) && !is_local(&known) => known,
        _ => new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use std::thread;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn families_alternate() {
        #[track_caller]
        fn check(given: &[&str], expected: &[&str]) {
            assert_eq!(interleave(addresses(given)), addresses(expected));
        }
        check(&[], &[]);
        check(&["192.0.2.1:1"], &["192.0.2.1:1"]);
        check(
            &["[::1]:1", "[::2]:1", "[::3]:1", "192.0.2.1:1"],
            &["[::1]:1", "192.0.2.1:1", "[::2]:1", "[::3]:1"],
        );
        check(
            &["192.0.2.1:1", "192.0.2.2:1", "[::1]:1", "[::2]:1"],
            &["192.0.2.1:1", "[::1]:1", "192.0.2.2:1", "[::2]:1"],
        );
    }

    /// What an address does, by its port: 1 answers, 2 refuses, 3 is prohibited, 4 never answers.
    fn behave(address: SocketAddr, _: Option<Duration>) -> io::Result<u8> {
        match address.port() {
            1 => Ok(1),
            2 => Err(ErrorKind::ConnectionRefused.into()),
            3 => Err(ErrorKind::PermissionDenied.into()),
            _ => loop {
                thread::park();
            },
        }
    }

    #[track_caller]
    fn check(ports: &[u16], expected: Result<u8, ErrorKind>) {
        let addresses: Vec<SocketAddr> = ports
            .iter()
            .map(|port| SocketAddr::from(([192, 0, 2, 1], *port)))
            .collect();
        let started = Instant::now();
        let limit = match expected {
            // Nothing else ends it.
            Err(ErrorKind::TimedOut) => Duration::from_millis(300),
            _ => Duration::from_secs(60),
        };
        let found = connect(&addresses, started.checked_add(limit), behave);
        assert_eq!(found.map_err(|error| error.kind()), expected);
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn the_first_that_answers_wins() {
        check(&[1], Ok(1));
        check(&[2], Err(ErrorKind::ConnectionRefused));
        check(&[2, 1], Ok(1));
        check(&[3, 1], Ok(1));
        check(&[4, 1], Ok(1));
        check(&[4, 4, 3, 4, 2, 1], Ok(1));
        check(&[2, 3], Err(ErrorKind::ConnectionRefused));
        check(&[3, 2], Err(ErrorKind::ConnectionRefused));
        check(&[3, 3], Err(ErrorKind::PermissionDenied));
        check(&[4, 2], Err(ErrorKind::TimedOut));
        check(&[], Err(ErrorKind::AddrNotAvailable));
    }

    #[test]
    fn time_that_is_up_starts_nothing() {
        let error = connect(&addresses(&["192.0.2.1:1"]), Some(Instant::now()), behave);
        assert_eq!(error.unwrap_err().to_string(), "timed out");
    }
}
