use crypto_bigint::{BoxedUint, Gcd, Limb, NonZero};
use zeroize::Zeroizing;

use super::PUBLIC_EXPONENT;

/// The integers of an RSA key besides its public exponent, named as in RFC
/// 8017 section 3.2.
pub(super) struct PrivateParts {
    pub(super) n: BoxedUint,
    pub(super) d: Zeroizing<BoxedUint>,
    pub(super) p: Zeroizing<BoxedUint>,
    pub(super) q: Zeroizing<BoxedUint>,
    pub(super) dp: Zeroizing<BoxedUint>,
    pub(super) dq: Zeroizing<BoxedUint>,
    pub(super) qi: Zeroizing<BoxedUint>,
}

impl PrivateParts {
    /// Computes them from the two primes.
    ///
    /// The private exponent is the inverse of the public one modulo the least
    /// common multiple of p - 1 and q - 1. `None` where it is not longer than
    /// half of the modulus (FIPS 186-5 appendix A.1.1), or where the primes are
    /// no good.
    pub(super) fn of(primes: [Zeroizing<BoxedUint>; 2], bits: u32) -> Option<Self> {
        let [mut p, mut q] = primes;
        // The larger one first, as everybody writes them.
        if *p < *q {
            core::mem::swap(&mut p, &mut q);
        }
        let p_order = less_one(&p);
        let q_order = less_one(&q);
        let common = Option::from(NonZero::new(p_order.gcd(&q_order)))?;
        let reduced = Zeroizing::new(p_order.wrapping_div(&common));
        let multiple = Zeroizing::new(reduced.mul(&q_order));
        let d = inverse_of_exponent(&multiple)?;
        let n = p.mul(&q);
        if n.bits() != bits || d.bits() <= bits / 2 {
            return None;
        }
        let modulus = Option::from(p.to_odd())?;
        let qi: Option<BoxedUint> = q.inv_odd_mod(&modulus).into();
        Some(Self {
            n,
            d,
            dp: inverse_of_exponent(&p_order)?,
            dq: inverse_of_exponent(&q_order)?,
            qi: Zeroizing::new(qi?),
            p,
            q,
        })
    }
}

fn less_one(odd: &BoxedUint) -> Zeroizing<BoxedUint> {
    let one = BoxedUint::one_with_precision(odd.bits_precision());
    Zeroizing::new(odd.wrapping_sub(&one))
}

/// The inverse of the public exponent `e` modulo `order`; `None` where `e`
/// divides that.
///
/// As `e` is a small prime, the multiple of the order that is one less than a
/// multiple of `e` is found with small numbers, and the quotient is the inverse.
fn inverse_of_exponent(order: &BoxedUint) -> Option<Zeroizing<BoxedUint>> {
    let e = Limb::from(PUBLIC_EXPONENT);
    let divisor = Option::from(NonZero::new(e))?;
    let rest = order.rem_limb(divisor);
    let factor = e.wrapping_sub(small_inverse(rest)?);
    // One limb more than the order has is enough for a factor of one limb.
    let order = Zeroizing::new(order.widen(order.bits_precision() + Limb::BITS));
    let factor = BoxedUint::from(factor).widen(order.bits_precision());
    let one = BoxedUint::one_with_precision(order.bits_precision());
    let multiple = Zeroizing::new(order.wrapping_mul(&factor));
    let dividend = Zeroizing::new(multiple.wrapping_add(&one));
    let (quotient, rest) = dividend.div_rem_limb(divisor);
    let quotient = Zeroizing::new(quotient);
    (rest == Limb::ZERO).then_some(quotient)
}

/// The inverse of a number less than the public exponent modulo that prime, by
/// Fermat's little theorem.
fn small_inverse(rest: Limb) -> Option<Limb> {
    let rest = u32::try_from(rest.0).ok().filter(|&rest| rest != 0)?;
    let modulus = u64::from(PUBLIC_EXPONENT);
    let exponent = PUBLIC_EXPONENT - 2;
    let mut power = 1;
    for bit in (0..u32::BITS).rev() {
        power = power * power % modulus;
        if (exponent >> bit) & 1 == 1 {
            power = power * u64::from(rest) % modulus;
        }
    }
    u32::try_from(power).ok().map(Limb::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_inverses() {
        for rest in 1..PUBLIC_EXPONENT {
            let inverse = small_inverse(Limb::from(rest)).unwrap();
            let product = u128::from(rest) * u128::from(inverse.0);
            assert_eq!(product % u128::from(PUBLIC_EXPONENT), 1, "{rest}");
        }
        assert!(small_inverse(Limb::ZERO).is_none());
    }

    fn hex(text: &str) -> BoxedUint {
        let bits = u32::try_from(text.len()).unwrap() * 4;
        BoxedUint::from_be_hex(text, bits).unwrap()
    }

    fn boxed(text: &str) -> Zeroizing<BoxedUint> {
        Zeroizing::new(hex(text))
    }

    #[track_caller]
    fn check(part: &BoxedUint, expected: &str) {
        assert_eq!(*part, hex(expected));
    }

    /// From Python, with `math.gcd` and `pow`; the primes less one have 46 in
    /// common.
    #[test]
    fn parts_of_a_key() {
        let p = "f0e1d2c3b4a5968778695a4b3c2d1ecb";
        let q = "c0ffee00112233445566778899aabd41";
        // The product has 256 bits, and no other number of them.
        assert!(PrivateParts::of([p, q].map(boxed), 255).is_none());
        for primes in [[p, q], [q, p]] {
            let parts = PrivateParts::of(primes.map(boxed), 256).unwrap();
            check(
                &parts.n,
                "b59a2ef5ba7e4102c38341ffbc7834d8898f82e47c14ae48e4811ebd5cfeb08b",
            );
            check(
                &parts.d,
                "00fc0332fb492b7c9d002f747da83ab918fcbacbc1782f95c417984d5b406a81",
            );
            check(&parts.p, p);
            check(&parts.q, q);
            check(&parts.dp, "d26c5313872107c83bd5bc7cf08a71d5");
            check(&parts.dq, "a9f87b2d59e989c6f38323608d1cbe41");
            check(&parts.qi, "7d345c480215b87361c4202a515c17c7");
        }
    }

    #[test]
    fn no_key_of_primes_without_an_inverse() {
        let q = "c0ffee00112233445566778899aabd41";
        // One more than a multiple of 65537.
        let p = "f0e1d2c3b4a5968778695a4b3c4a96a5";
        assert!(PrivateParts::of([p, q].map(boxed), 256).is_none());
        assert!(PrivateParts::of([q, q].map(boxed), 256).is_none());
    }
}
