//! Weeds out what a small prime divides, which is cheap, before the tests for
//! primes, which are not.
//!
//! Nothing here says that a number is a prime: a mistake would cost time.

use alloc::vec;
use alloc::vec::Vec;
use core::mem;

use crypto_bigint::{BoxedUint, Limb, NonZero, Reciprocal, Word};

/// Half of the numbers that have no factor below 2^10 have one below this. Ten
/// times more would weed out a seventh of the rest, and take as long as it saves.
const LIMIT: u32 = 1 << 20;

/// How many odd numbers in a row are looked at. There is a prime of 2048 bits
/// among them but for one time in a hundred thousand.
const WINDOW: usize = 1 << 13;

/// The odd primes up to a limit, and what dividing by them takes.
pub(super) struct SmallPrimes(Vec<Group>);

/// As many primes as have a product of one word: a long number is divided by
/// that once, and the rest by each of them.
struct Group {
    product: Reciprocal,
    primes: Vec<u32>,
}

impl SmallPrimes {
    pub(super) fn new() -> Self {
        Self::below(LIMIT)
    }

    fn below(limit: u32) -> Self {
        let mut groups = Vec::new();
        let mut product: Word = 1;
        let mut primes = Vec::new();
        for prime in odd_primes(limit) {
            if let Some(larger) = product.checked_mul(prime.into()) {
                product = larger;
            } else {
                groups.extend(Group::new(product, mem::take(&mut primes)));
                product = prime.into();
            }
            primes.push(prime);
        }
        groups.extend(Group::new(product, primes));
        Self(groups)
    }

    /// Which of the odd numbers from `start` on, itself odd and no small prime,
    /// have none of the primes as a factor: their distances from it.
    pub(super) fn survivors(&self, start: &BoxedUint) -> impl Iterator<Item = u32> {
        let mut composite = vec![false; WINDOW];
        for group in &self.0 {
            let rest = start.rem_limb_with_reciprocal(&group.product).0;
            for &prime in &group.primes {
                let Ok(rest) = u32::try_from(rest % Word::from(prime)) else {
                    continue;
                };
                let first = steps_to_multiple(rest, prime);
                let step = usize::try_from(prime).unwrap_or(usize::MAX);
                let first = usize::try_from(first).unwrap_or(usize::MAX);
                let multiples = composite.iter_mut().skip(first).step_by(step);
                multiples.for_each(|entry| *entry = true);
            }
        }
        (0..)
            .step_by(2)
            .zip(composite)
            .filter_map(|(distance, composite)| (!composite).then_some(distance))
    }
}

impl Group {
    fn new(product: Word, primes: Vec<u32>) -> Option<Self> {
        let divisor = Option::from(NonZero::new(Limb(product)))?;
        Some(Self {
            product: Reciprocal::new(divisor),
            primes,
        })
    }
}

/// How often to add 2 to a number with this remainder for a multiple of `prime`.
const fn steps_to_multiple(remainder: u32, prime: u32) -> u32 {
    let missing = prime - remainder;
    if remainder == 0 {
        0
    } else if missing % 2 == 0 {
        missing / 2
    } else {
        (missing + prime) / 2
    }
}

/// Eratosthenes' sieve over the odd numbers.
fn odd_primes(limit: u32) -> impl Iterator<Item = u32> {
    let length = usize::try_from(limit / 2).unwrap_or_default();
    let mut composite = vec![false; length];
    for index in (1..length).take_while(|index| 2 * index * (index + 1) < length) {
        if composite.get(index) == Some(&false) {
            // The square of 2i + 1, and every other multiple from there on.
            let multiples = composite.iter_mut().skip(2 * index * (index + 1));
            for entry in multiples.step_by(2 * index + 1) {
                *entry = true;
            }
        }
    }
    let numbers = (1..).step_by(2).zip(composite).skip(1);
    numbers.filter_map(|(number, composite)| (!composite).then_some(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_prime(number: u32) -> bool {
        number > 1
            && (2..)
                .take_while(|divisor| divisor * divisor <= number)
                .all(|divisor| number % divisor != 0)
    }

    #[track_caller]
    fn check_primes(limit: u32) {
        let expected: Vec<u32> = (3..limit & !1).filter(|&number| is_prime(number)).collect();
        assert_eq!(odd_primes(limit).collect::<Vec<_>>(), expected, "{limit}");
    }

    #[test]
    fn odd_primes_are_those_of_trial_division() {
        for limit in 4..400 {
            check_primes(limit);
        }
        check_primes(1 << 16);
    }

    /// The number of primes below 2^20 is 82,025 (OEIS A007053).
    #[test]
    fn groups_hold_every_prime_once() {
        let SmallPrimes(groups) = SmallPrimes::new();
        let primes: Vec<u32> = groups.into_iter().flat_map(|group| group.primes).collect();
        assert_eq!(primes.len(), 82_024);
        assert!(primes.iter().copied().eq(odd_primes(LIMIT)));
    }

    #[test]
    fn steps_lead_to_the_first_multiple() {
        for prime in [3, 5, 7, 11, 251, 1_048_573] {
            for remainder in (0..prime).take(3_000) {
                let steps = steps_to_multiple(remainder, prime);
                assert_eq!((remainder + 2 * steps) % prime, 0);
                assert!(steps < prime);
            }
        }
    }

    /// Compares with a division of each number by each prime.
    #[track_caller]
    fn check_survivors(start: u64, limit: u32) {
        let primes: Vec<u64> = (3..limit)
            .filter(|&number| is_prime(number))
            .map(u64::from)
            .collect();
        let expected: Vec<u32> = (0..WINDOW)
            .map(|index| 2 * u32::try_from(index).unwrap())
            .filter(|&distance| {
                let number = start + u64::from(distance);
                primes.iter().all(|prime| number % prime != 0)
            })
            .collect();
        let start = BoxedUint::from(start).widen(1024);
        let survivors: Vec<u32> = SmallPrimes::below(limit).survivors(&start).collect();
        assert_eq!(survivors, expected);
    }

    #[test]
    fn survivors_have_no_small_factor() {
        // Multiples of small primes, squares of them, and numbers of no kind.
        for start in [
            0x8000_0000_0000_0001,
            0xffff_ffff_0000_0001,
            3 * 5 * 7 * 11 * 13 * 17 * 19 * 23 * 29 * 31 * 37,
            1_048_573 * 1_048_573,
            65_521 * 65_521 - 2 * 4096,
        ] {
            check_survivors(start, 1 << 10);
            check_survivors(start, 1 << 6);
        }
        let mut start: u64 = 0x9e37_79b9_7f4a_7c15;
        for _ in 0..20 {
            start = start
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1)
                >> 1
                | 1;
            check_survivors(start, 1 << 9);
        }
    }
}
