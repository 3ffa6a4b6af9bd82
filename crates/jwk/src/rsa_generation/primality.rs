//! Whether a number is a prime, by Miller and Rabin's test as the crate
//! `crypto-primes` has it.

use alloc::vec;

use crypto_bigint::{BoxedUint, Odd};
use crypto_primes::hazmat::MillerRabin;
use zeroize::Zeroizing;

use crate::Error;

/// Rounds with random bases. FIPS 186-5 table B.1 wants 5 for primes of 1024
/// bits, and 4 for those of 1536 and 2048.
const ROUNDS: usize = 5;

/// Tests a random number by FIPS 186-5 appendix B.3.1.
pub(super) fn is_prime(candidate: &BoxedUint) -> Result<bool, Error> {
    let Some(odd) = Option::from(Odd::new(candidate.clone())) else {
        return Ok(false);
    };
    let miller_rabin = MillerRabin::new(odd);
    for _ in 0..ROUNDS {
        let base = random_base(candidate)?;
        if !miller_rabin.test(&base).is_probably_prime() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// So many random bits, a multiple of 8, from the operating system.
pub(super) fn random(bits: u32) -> Result<Zeroizing<BoxedUint>, Error> {
    let length = usize::try_from(bits / 8).map_err(|_| Error::Provider)?;
    let mut bytes = Zeroizing::new(vec![0; length]);
    getrandom::getrandom(&mut bytes).map_err(|_| Error::Provider)?;
    let number = BoxedUint::from_be_slice(&bytes, bits).map_err(|_| Error::Provider)?;
    Ok(Zeroizing::new(number))
}

/// A number from 2 to the candidate less 2.
fn random_base(candidate: &BoxedUint) -> Result<Zeroizing<BoxedUint>, Error> {
    let bits = candidate.bits_precision();
    let one = BoxedUint::one_with_precision(bits);
    let minus_one = Zeroizing::new(candidate.wrapping_sub(&one));
    loop {
        let base = random(bits)?;
        if *base > one && *base < *minus_one {
            return Ok(base);
        }
    }
}
