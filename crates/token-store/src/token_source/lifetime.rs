use core::time::Duration;

use super::moment::Moment;
use crate::clock::part_of;

/// How long tokens are handed out.
pub(super) struct Lifetimes {
    /// How long before its expiry a token is renewed, at most.
    pub(super) early_renewal: Duration,
    /// The lifetime of a token whose response states none.
    pub(super) default: Duration,
}

/// The two moments in the life of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Lifetime {
    pub(super) renew_at: Moment,
    pub(super) expires_at: Moment,
}

impl Lifetimes {
    /// Measures from before the request was sent: the server issued the token
    /// later than that, so that it never ends sooner than we think.
    pub(super) fn of(&self, stated: Option<Duration>, sent_at: Moment, random: u64) -> Lifetime {
        let whole = stated
            .unwrap_or(self.default)
            .min(super::TokenSource::LONGEST_LIFETIME);
        let early = self.early_renewal.min(whole / 2);
        // Programs that were started together should not renew together.
        let early = early - part_of(early / 4, random);
        Lifetime {
            renew_at: sent_at.after(whole - early),
            expires_at: sent_at.after(whole),
        }
    }
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
}
