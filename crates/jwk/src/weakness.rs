//! The rules by which an RSA key is too weak to use, whatever it came in.

use crate::{Error, ExponentDefect};

/// NIST SP 800-131A revision 2 section 3 wants 112 bits of security, which
/// 2048 bits give; the providers verify with 8192 bits at most.
const MODULUS_BITS: core::ops::RangeInclusive<usize> = 2048..=8192;

/// FIPS 186-5 appendix A.1.1 wants an odd exponent over 2^16. The providers
/// take 33 bits at most.
const SMALLEST_EXPONENT: u64 = 65_537;
const LARGEST_EXPONENT: u64 = (1 << 33) - 1;

/// Refuses a modulus and an exponent, big-endian without leading zeros.
pub(crate) fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<(), Error> {
    let Some(&last) = modulus.last() else {
        return Err(Error::MalformedKey);
    };
    if last & 1 == 0 {
        return Err(Error::EvenModulus);
    }
    let bits = bit_length(modulus);
    if !MODULUS_BITS.contains(&bits) {
        return Err(Error::RsaSize(bits));
    }
    if let Some(defect) = exponent_defect(exponent) {
        return Err(Error::RsaExponent(defect));
    }
    if is_roca(modulus) {
        return Err(Error::RocaKey);
    }
    Ok(())
}

/// Length in bits of a magnitude without leading zeros.
pub(crate) fn bit_length(magnitude: &[u8]) -> usize {
    magnitude.first().map_or(0, |first| {
        let unused = usize::try_from(first.leading_zeros()).unwrap_or_default();
        8 * magnitude.len() - unused
    })
}

fn exponent_defect(exponent: &[u8]) -> Option<ExponentDefect> {
    if exponent.last().is_none_or(|last| last & 1 == 0) {
        return Some(ExponentDefect::Even);
    }
    let value = exponent.iter().try_fold(0_u64, |value, &byte| {
        value.checked_mul(256).map(|value| value + u64::from(byte))
    });
    match value {
        Some(1) => Some(ExponentDefect::One),
        Some(value) if value < SMALLEST_EXPONENT => Some(ExponentDefect::Small(value)),
        Some(value) if value <= LARGEST_EXPONENT => None,
        _ => Some(ExponentDefect::Long),
    }
}

/// Whether the modulus has the fingerprint of CVE-2017-15361: the primes of
/// such a key, and so their product, are powers of 65537 to every small prime.
///
/// The published attack, "The Return of Coppersmith's Attack" (ACM CCS 2017),
/// section 2, has the primes up to 167 in all sizes of keys. One sound key in
/// two hundred million looks the same, and is refused as well.
fn is_roca(modulus: &[u8]) -> bool {
    (3..=167)
        .step_by(2)
        .filter(|&number| is_prime(number))
        .all(|prime| is_power_of_65537(remainder(modulus, prime), prime))
}

fn is_prime(number: u32) -> bool {
    !(2..number).any(|divisor| number % divisor == 0)
}

fn remainder(magnitude: &[u8], divisor: u32) -> u32 {
    magnitude
        .iter()
        .fold(0, |rest, &byte| (rest * 256 + u32::from(byte)) % divisor)
}

fn is_power_of_65537(number: u32, modulus: u32) -> bool {
    let generator = 65_537 % modulus;
    let mut power = 1;
    loop {
        if power == number {
            return true;
        }
        power = power * generator % modulus;
        // Back at the start, or at zero where the modulus divides 65537.
        if power <= 1 {
            return false;
        }
    }
}
