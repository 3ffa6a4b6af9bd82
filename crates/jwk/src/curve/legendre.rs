//! Whether a public number is a square modulo a prime, in a fraction of the time of a power.

use core::mem;

/// 256 bits, the least significant limb first.
type Limbs = [u64; 4];

/// Whether `number`, which is less than the odd prime `p`, is a square modulo `p` and not zero: its
/// Jacobi symbol, by the binary algorithm.
pub(super) fn is_square(number: Limbs, p: Limbs) -> bool {
    let (mut upper, mut lower) = (number, p);
    let mut is_negative = false;
    while let Some(zeros) = trailing_zeros(&upper) {
        shift_right(&mut upper, zeros);
        // (2 / n) is -1 for n of 3 and 5 modulo 8.
        is_negative ^= zeros % 2 == 1 && matches!(lower[0] % 8, 3 | 5);
        if is_less(&upper, &lower) {
            mem::swap(&mut upper, &mut lower);
            // The law of quadratic reciprocity.
            is_negative ^= upper[0] % 4 == 3 && lower[0] % 4 == 3;
        }
        subtract(&mut upper, &lower);
    }
    lower == [1, 0, 0, 0] && !is_negative
}

/// `None` for zero.
fn trailing_zeros(limbs: &Limbs) -> Option<u32> {
    let mut zeros = 0;
    for limb in limbs {
        if *limb != 0 {
            return Some(zeros + limb.trailing_zeros());
        }
        zeros += u64::BITS;
    }
    None
}

fn shift_right(limbs: &mut Limbs, bits: u32) {
    for _ in 0..bits / u64::BITS {
        let [_, second, third, fourth] = *limbs;
        *limbs = [second, third, fourth, 0];
    }
    let bits = bits % u64::BITS;
    if bits == 0 {
        return;
    }
    let mut carry = 0;
    for limb in limbs.iter_mut().rev() {
        let shifted = (*limb >> bits) | carry;
        carry = *limb << (u64::BITS - bits);
        *limb = shifted;
    }
}

fn is_less(left: &Limbs, right: &Limbs) -> bool {
    left.iter().rev().lt(right.iter().rev())
}

/// Takes the second from the first, which is not less.
fn subtract(left: &mut Limbs, right: &Limbs) {
    let mut borrow = false;
    for (left, right) in left.iter_mut().zip(right) {
        let (rest, first) = left.overflowing_sub(*right);
        let (rest, second) = rest.overflowing_sub(u64::from(borrow));
        (*left, borrow) = (rest, first || second);
    }
}

#[cfg(test)]
mod tests {
    use super::{Limbs, is_square};

    /// Against every square there is.
    #[test]
    fn small_primes() {
        for p in [3_u64, 5, 7, 11, 13, 17, 19, 23, 97, 257, 65537] {
            let modulus = [p, 0, 0, 0];
            let squares: alloc::collections::BTreeSet<u64> = (1..p).map(|x| x * x % p).collect();
            for number in 0..p {
                let expected = squares.contains(&number);
                assert_eq!(
                    is_square([number, 0, 0, 0], modulus),
                    expected,
                    "{number} {p}"
                );
            }
        }
    }

    /// By the supplements of the law of reciprocity: modulo 2^255 - 19, which is 5 modulo 8, -1 is
    /// a square and 2 is none, and a square stays one times 4 and stops being one times 2.
    #[test]
    fn of_edwards_25519() {
        let p: Limbs = [u64::MAX - 18, u64::MAX, u64::MAX, u64::MAX >> 1];
        let check = |number: Limbs, expected: bool| assert_eq!(is_square(number, p), expected);
        check([0; 4], false);
        check([1, 0, 0, 0], true);
        check([2, 0, 0, 0], false);
        check([4, 0, 0, 0], true);
        check([u64::MAX - 19, u64::MAX, u64::MAX, u64::MAX >> 1], true);
        check([0, 1, 0, 0], true);
        check([0, 2, 0, 0], false);
        check([0, 0, 0, 1 << 62], true);
        check([0, 0, 0, 1 << 61], false);
    }
}
