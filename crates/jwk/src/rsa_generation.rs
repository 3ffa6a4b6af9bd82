//! RSA key pairs by FIPS 186-5 appendix A.1.3, with every core at work on both
//! of the primes.

mod exponents;
mod filter;
mod primality;
mod search;
mod sieve;

use alloc::vec::Vec;

use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

use self::exponents::PrivateParts;
use crate::{Error, PrivateKey, der};

/// FIPS 186-5 appendix A.1.1 wants an odd one over 2^16. That this one is a
/// prime makes it prime to everything that it doesn't divide.
const PUBLIC_EXPONENT: u32 = 65_537;

/// Generates a key pair whose modulus has so many bits, a multiple of 128.
pub(crate) fn generate(bits: u32) -> Result<PrivateKey, Error> {
    loop {
        let primes = search::two_primes(bits / 2)?;
        // `None` is as good as impossible, and asks for other primes.
        if let Some(parts) = PrivateParts::of(primes, bits) {
            return PrivateKey::from_der(&write(&parts));
        }
    }
}

/// Writes an RSAPrivateKey (RFC 8017 appendix A.1.2).
fn write(parts: &PrivateParts) -> Zeroizing<Vec<u8>> {
    let version = der::write_unsigned(&[]);
    let e = der::write_unsigned(&PUBLIC_EXPONENT.to_be_bytes());
    let n = write_integer(&parts.n);
    let [d, p, q, dp, dq, qi] = [
        &parts.d, &parts.p, &parts.q, &parts.dp, &parts.dq, &parts.qi,
    ]
    .map(|part| write_integer(part));
    let body: [&[u8]; 9] = [&version, &n, &e, &d, &p, &q, &dp, &dq, &qi];
    Zeroizing::new(der::write(der::SEQUENCE, &body))
}

fn write_integer(value: &BoxedUint) -> Zeroizing<Vec<u8>> {
    let magnitude = Zeroizing::new(value.to_be_bytes().into_vec());
    Zeroizing::new(der::write_unsigned(&magnitude))
}
