//! The parts of an RSA key that a JWK may leave out (RFC 7518 section 6.3.2), computed from those
//! that it has.

use alloc::vec::Vec;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Gcd, NonZero, Odd};
use zeroize::Zeroizing;

use crate::Error;

type Secret = Zeroizing<BoxedUint>;

/// What a key states, as big-endian magnitudes.
pub(super) struct Stated<'a> {
    pub(super) n: &'a [u8],
    pub(super) e: &'a [u8],
    pub(super) d: &'a [u8],
    pub(super) p: Option<&'a [u8]>,
    pub(super) q: Option<&'a [u8]>,
}

/// The parts p, q, dp, dq and qi, as big-endian magnitudes.
pub(super) type Completed = [Zeroizing<Vec<u8>>; 5];

/// Computes the parts that a key does not state.
///
/// Nothing here is sure that the stated ones are sound: the check that every RSA key passes is.
pub(super) fn complete(stated: &Stated<'_>) -> Result<Completed, Error> {
    let n = crate::der::trim_leading_zeros(stated.n);
    let bits = u32::try_from(n.len() * 8).map_err(|_| NOT_FACTORS)?;
    let number = |bytes: &[u8]| {
        let number = BoxedUint::from_be_slice(crate::der::trim_leading_zeros(bytes), bits);
        number
            .map(Zeroizing::new)
            .map_err(|_| Error::InconsistentParts("d, p or q exceeds n"))
    };
    let n = number(n)?;
    let d = number(stated.d)?;
    let (p, q) = match (stated.p, stated.q) {
        (Some(p), Some(q)) => (number(p)?, number(q)?),
        (Some(p), None) => {
            let p = number(p)?;
            let q = quotient(&n, &p)?;
            (p, q)
        }
        (None, Some(q)) => {
            let q = number(q)?;
            (quotient(&n, &q)?, q)
        }
        (None, None) => factors(&n, &number(stated.e)?, &d)?,
    };
    if *quotient(&n, &p)? != *q {
        return Err(NOT_FACTORS);
    }
    let modulus = Option::from(p.to_odd()).ok_or(NOT_FACTORS)?;
    let reduced = remainder(&q, &p)?;
    let qi: Option<BoxedUint> = reduced.inv_odd_mod(&modulus).into();
    let qi = Zeroizing::new(qi.ok_or(NOT_FACTORS)?);
    let dp = remainder(&d, &less_one(&p))?;
    let dq = remainder(&d, &less_one(&q))?;
    let bytes = |number: &Secret| Zeroizing::new(number.to_be_bytes().into_vec());
    Ok([&p, &q, &dp, &dq, &qi].map(bytes))
}

const NOT_FACTORS: Error = Error::InconsistentParts("n is not p times q");

/// Finds the primes by the private exponent (NIST SP 800-56B revision 2 appendix C.2).
///
/// Half of all bases lead to them. The first primes do as well as random numbers here.
fn factors(n: &Secret, e: &Secret, d: &Secret) -> Result<(Secret, Secret), Error> {
    const BASES: [u8; 25] = [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
        97,
    ];
    const NO_FACTORS: Error = Error::InconsistentParts("d does not undo e");
    let multiple = less_one(&Zeroizing::new(e.mul(d)));
    let twos = multiple.trailing_zeros();
    if twos == 0 || bool::from(multiple.is_zero()) {
        return Err(NO_FACTORS);
    }
    let odd_part = Zeroizing::new(multiple.shr(twos));
    let modulus: Odd<BoxedUint> = Option::from(n.to_odd()).ok_or(NOT_FACTORS)?;
    let one = BoxedUint::one_with_precision(n.bits_precision());
    let last = less_one(n);
    let field = BoxedMontyParams::new(modulus);
    for base in BASES {
        let base = BoxedUint::from(base).widen(n.bits_precision());
        let mut root = BoxedMontyForm::new(base, field.clone()).pow(&odd_part);
        for _ in 0..twos {
            let square = root.square();
            let value = Zeroizing::new(root.retrieve());
            if *value == one || *value == *last {
                break;
            }
            if square.retrieve() == one {
                let p = Zeroizing::new(less_one(&value).gcd(n));
                let q = quotient(n, &p)?;
                return Ok(if *p < *q { (q, p) } else { (p, q) });
            }
            root = square;
        }
    }
    Err(NO_FACTORS)
}

fn less_one(number: &Secret) -> Secret {
    let one = BoxedUint::one_with_precision(number.bits_precision());
    Zeroizing::new(number.wrapping_sub(&one))
}

fn quotient(dividend: &Secret, divisor: &Secret) -> Result<Secret, Error> {
    let divisor: NonZero<BoxedUint> =
        Option::from(NonZero::new((**divisor).clone())).ok_or(NOT_FACTORS)?;
    let (quotient, rest) = dividend.div_rem(&divisor);
    match bool::from(rest.is_zero()) {
        true => Ok(Zeroizing::new(quotient)),
        false => Err(NOT_FACTORS),
    }
}

fn remainder(dividend: &Secret, divisor: &Secret) -> Result<Secret, Error> {
    let divisor: NonZero<BoxedUint> =
        Option::from(NonZero::new((**divisor).clone())).ok_or(NOT_FACTORS)?;
    Ok(Zeroizing::new(dividend.rem(&divisor)))
}
