use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crypto_bigint::{BitOps, BoxedUint, Limb, NonZero};
use zeroize::Zeroizing;

use super::PUBLIC_EXPONENT;
use super::filter::may_be_primes;
use super::primality::{is_prime, random};
use super::sieve::SmallPrimes;
use crate::Error;

/// Finds two primes for a key whose modulus is twice as long.
///
/// Every core searches from random places of its own, and the first two primes
/// are taken: no core waits, whichever prime is still missing, and none goes on
/// to another number when both are there.
pub(super) fn two_primes(bits: u32) -> Result<[Zeroizing<BoxedUint>; 2], Error> {
    let search = Search {
        bits,
        small_primes: SmallPrimes::new(),
        ended: AtomicBool::new(false),
        found: Mutex::new(Ok(Vec::with_capacity(2))),
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where the system gives no more threads, fewer of them search.
            let _ = thread::Builder::new().spawn_scoped(scope, || search.run());
        }
        search.run();
    });
    let found = search.found.into_inner();
    let primes = found.unwrap_or_else(PoisonError::into_inner)?;
    primes.try_into().map_err(|_| Error::Provider)
}

struct Search {
    bits: u32,
    small_primes: SmallPrimes,
    ended: AtomicBool,
    found: Mutex<Result<Vec<Zeroizing<BoxedUint>>, Error>>,
}

impl Search {
    fn run(&self) {
        while !self.has_ended() {
            match self.find() {
                Ok(None) => {}
                Ok(Some(prime)) => self.keep(prime),
                Err(error) => {
                    *self.found() = Err(error);
                    self.end();
                }
            }
        }
    }

    /// Looks for a prime after one random number.
    fn find(&self) -> Result<Option<Zeroizing<BoxedUint>>, Error> {
        let start = self.start()?;
        let mut distances = self.small_primes.survivors(&start);
        while let Some(distance) = distances.next() {
            if self.has_ended() {
                break;
            }
            // The last one may be without a companion.
            let pair = [distance, distances.next().unwrap_or(distance)];
            let pair = pair.map(|distance| {
                let distance = BoxedUint::from(distance).widen(self.bits);
                Zeroizing::new(start.wrapping_add(&distance))
            });
            let may_be = may_be_primes([&pair[0], &pair[1]]);
            for (candidate, may_be) in pair.into_iter().zip(may_be) {
                if may_be && is_prime(&candidate)? {
                    return Ok(Some(candidate));
                }
            }
        }
        Ok(None)
    }

    /// A random odd number with its two highest bits set: a product of two such
    /// numbers is twice as long, and each is over the square root of two times
    /// the power of two below it, as FIPS 186-5 appendix A.1.3 has it.
    fn start(&self) -> Result<Zeroizing<BoxedUint>, Error> {
        let mut start = random(self.bits)?;
        for bit in [0, self.bits - 1, self.bits - 2] {
            start.set_bit_vartime(bit, true);
        }
        Ok(start)
    }

    /// Keeps a prime that is good for a key beside the one that there may be.
    fn keep(&self, prime: Zeroizing<BoxedUint>) {
        let mut found = self.found();
        let Ok(primes) = found.as_mut() else { return };
        if primes.len() == 2 || !self.is_sound(&prime) {
            return;
        }
        if primes.iter().all(|other| self.are_distant(other, &prime)) {
            primes.push(prime);
        }
        if primes.len() == 2 {
            self.end();
        }
    }

    /// Whether the prime has its length, and the public exponent an inverse.
    fn is_sound(&self, prime: &BoxedUint) -> bool {
        let divisor = Option::from(NonZero::new(Limb::from(PUBLIC_EXPONENT)));
        let rest = divisor.map(|divisor| prime.rem_limb(divisor));
        let has_length = [self.bits - 1, self.bits - 2]
            .iter()
            .all(|&bit| prime.bit_vartime(bit));
        has_length && rest.is_some_and(|rest| rest != Limb::ONE)
    }

    /// Whether two primes differ in their first hundred bits (FIPS 186-5
    /// appendix A.1.3 step 5.4).
    fn are_distant(&self, one: &BoxedUint, other: &BoxedUint) -> bool {
        let difference = if one > other {
            one.wrapping_sub(other)
        } else {
            other.wrapping_sub(one)
        };
        Zeroizing::new(difference).bits() > self.bits - 100
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    fn found(&self) -> MutexGuard<'_, Result<Vec<Zeroizing<BoxedUint>>, Error>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[track_caller]
    fn check_prime(prime: &BoxedUint, bits: u32) {
        assert_eq!(prime.bits(), bits);
        for bit in [0, bits - 1, bits - 2] {
            assert!(prime.bit_vartime(bit));
        }
        assert!(is_prime(prime).unwrap());
        let divisor = NonZero::new(Limb::from(PUBLIC_EXPONENT)).unwrap();
        assert!(prime.rem_limb(divisor) != Limb::ONE);
    }

    #[test]
    fn primes_are_long_and_new_each_time() {
        let mut all = BTreeSet::new();
        for _ in 0..100 {
            for prime in two_primes(128).unwrap() {
                check_prime(&prime, 128);
                assert!(all.insert(prime.to_be_bytes()));
            }
        }
    }

    fn kept(primes: &[&str]) -> usize {
        let search = Search {
            bits: 256,
            small_primes: SmallPrimes::new(),
            ended: AtomicBool::new(false),
            found: Mutex::new(Ok(Vec::new())),
        };
        for prime in primes {
            let prime = BoxedUint::from_be_hex(prime, 256).unwrap();
            search.keep(Zeroizing::new(prime));
        }
        let found = search.found().as_ref().unwrap().len();
        assert_eq!(search.has_ended(), found == 2);
        found
    }

    /// Which numbers are kept; that they are primes is not asked here.
    #[test]
    fn what_is_good_for_a_key() {
        let number = |middle: &str| alloc::format!("f{:0>23}{middle}{:0>37}1", "", "");
        let [one, near, far] = ["00", "08", "10"].map(number);
        assert_eq!(kept(&[&one]), 1);
        assert_eq!(kept(&[&one, &one]), 1);
        // They differ by 2^155, and by 2^156.
        assert_eq!(kept(&[&one, &near]), 1);
        assert_eq!(kept(&[&one, &far]), 2);
        assert_eq!(kept(&[&far, &one]), 2);
        assert_eq!(kept(&[&far, &one, &near]), 2);

        let short = one.replacen('f', "b", 1);
        assert_eq!(kept(&[&short, &far]), 1);
        // One more than a multiple of 65537, as 2^16 is -1 modulo that.
        let without_inverse = alloc::format!("f000f000{:0>52}0001", "");
        assert_eq!(kept(&[&without_inverse, &far]), 1);
    }
}
