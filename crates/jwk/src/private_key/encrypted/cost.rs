//! What opening an encrypted key may cost.

use crate::der::Reader;
use crate::{Error, UnlockCost};

/// RFC 8018 section 4.2 names ten million as apt for the most critical keys.
/// They take seconds.
const MOST_ITERATIONS: u64 = 10_000_000;
/// RFC 7914 section 2: 128 bytes for each of N times r. OpenSSL reads no key
/// that takes more than 32 MiB.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;
/// N times r times p. OpenSSL writes keys with 2^17.
const MOST_ROUNDS: u64 = 1 << 22;

/// Reads a count of iterations.
pub(super) fn iterations(input: &mut Reader<'_>) -> Result<u32, Error> {
    checked_iterations(number(input)?, UnlockCost::Iterations)
}

/// Takes a count of iterations that is stated and not too large.
pub(super) fn checked_iterations(count: u64, cost: UnlockCost) -> Result<u32, Error> {
    match count {
        0 => Err(Error::MalformedKey),
        1..=MOST_ITERATIONS => u32::try_from(count).map_err(|_| Error::MalformedKey),
        _ => Err(over(cost, MOST_ITERATIONS)),
    }
}

/// Reads the three numbers of scrypt.
pub(super) fn scrypt(input: &mut Reader<'_>) -> Result<scrypt::Params, Error> {
    let (n, r, p) = (number(input)?, number(input)?, number(input)?);
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(Error::MalformedKey);
    }
    let memory = n.saturating_add(p).saturating_mul(r).saturating_mul(128);
    if memory > MOST_MEMORY {
        return Err(over(UnlockCost::ScryptMemory, MOST_MEMORY));
    }
    if n.saturating_mul(r).saturating_mul(p) > MOST_ROUNDS {
        return Err(over(UnlockCost::ScryptRounds, MOST_ROUNDS));
    }
    let parameters = || {
        let log_n = u8::try_from(n.trailing_zeros()).ok()?;
        let (r, p) = (u32::try_from(r).ok()?, u32::try_from(p).ok()?);
        scrypt::Params::new(log_n, r, p).ok()
    };
    parameters().ok_or(Error::UnsupportedEncryption)
}

const fn over(cost: UnlockCost, cap: u64) -> Error {
    Error::CostOverCap { cost, cap }
}

/// A number, and the largest one where it is larger.
fn number(input: &mut Reader<'_>) -> Result<u64, Error> {
    let magnitude = input.unsigned().ok_or(Error::MalformedKey)?;
    if magnitude.len() > 8 {
        return Ok(u64::MAX);
    }
    let shift = |number, &byte: &u8| (number << 8) | u64::from(byte);
    Ok(magnitude.iter().fold(0, shift))
}
