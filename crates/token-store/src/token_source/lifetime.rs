use std::time::Duration;

use super::moment::Moment;
use crate::Token;

/// How long tokens are given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetimes {
    /// How long before its expiry a token is renewed, at most.
    pub(crate) early_renewal: Duration,
    /// The lifetime of a token that states none.
    pub(crate) default: Duration,
}

/// The two moments in the life of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lifetime {
    pub(crate) renew_at: Moment,
    pub(crate) expires_at: Moment,
}

/// The longest that a token is given from memory, whatever it states: one day.
pub(crate) const LONGEST: Duration = Duration::from_secs(86_400);

impl Lifetimes {
    /// How long before its end a token of this lifetime is renewed.
    pub(crate) fn window(&self, lifetime: Duration) -> Duration {
        self.early_renewal.min(lifetime / 2)
    }

    /// Measures from before the request was sent: the server issued the token
    /// later than that, so that it never ends sooner than we think.
    pub(crate) fn of(&self, stated: Option<Duration>, sent_at: Moment, random: u64) -> Lifetime {
        let whole = stated.unwrap_or(self.default).min(LONGEST);
        let early = self.spread(whole, random);
        Lifetime {
            renew_at: sent_at.after(whole - early),
            expires_at: sent_at.after(whole),
        }
    }

    /// Of a token that was requested some time ago, by the wall clock.
    pub(crate) fn of_stored(&self, token: &Token, now: Moment, random: u64) -> Lifetime {
        let Some(end) = token.expires_at() else {
            return self.of(None, now, random);
        };
        let left = match token.remaining(now.date()) {
            Duration::ZERO => Duration::ZERO,
            _ => Duration::from_secs(end.as_seconds()).saturating_sub(now.wall),
        };
        let left = left.min(LONGEST);
        let early = self.spread(token.lifetime().min(LONGEST), random);
        Lifetime {
            renew_at: now.after(left.saturating_sub(early)),
            expires_at: now.after(left),
        }
    }

    /// Programs that were started together should not renew together.
    fn spread(&self, whole: Duration, random: u64) -> Duration {
        let early = self.window(whole);
        early - part_of(early / 4, random)
    }
}

/// A part of the duration between nothing and nearly all of it, as chance has it.
fn part_of(duration: Duration, random: u64) -> Duration {
    let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    let part = (u128::from(nanos) * u128::from(random)) >> 64;
    Duration::from_nanos(u64::try_from(part).unwrap_or(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment {
        monotonic: Duration::from_secs(7),
        wall: Duration::from_secs(1_700_000_000),
    };

    /// Seconds from the request to renewal and expiry.
    #[track_caller]
    fn check(stated: Option<u64>, random: u64, expected: (u64, u64)) {
        let lifetimes = Lifetimes {
            early_renewal: Duration::from_secs(32),
            default: Duration::from_secs(60),
        };
        let lifetime = lifetimes.of(stated.map(Duration::from_secs), START, random);
        let (renew, expire) = expected;
        assert_eq!(lifetime.renew_at, START.after(Duration::from_secs(renew)));
        assert_eq!(
            lifetime.expires_at,
            START.after(Duration::from_secs(expire)),
        );
    }

    #[test]
    fn renewal_and_expiry() {
        check(Some(600), 0, (568, 600));
        // Chance takes at most a quarter off.
        check(Some(600), 1 << 63, (572, 600));
        // Never more than half the lifetime.
        check(Some(40), 0, (20, 40));
        check(Some(2), 0, (1, 2));
        check(Some(0), 0, (0, 0));
        check(None, 0, (30, 60));
        check(Some(0x7fff_ffff), 0, (86_368, 86_400));
    }

    #[test]
    fn part() {
        let second = Duration::from_secs(1);
        assert_eq!(part_of(second, 0), Duration::ZERO);
        assert_eq!(part_of(second, 1 << 63), second / 2);
        assert_eq!(part_of(second, u64::MAX), Duration::from_nanos(999_999_999));
        assert_eq!(
            part_of(Duration::MAX, u64::MAX),
            Duration::from_nanos(u64::MAX - 1),
        );
    }
}
