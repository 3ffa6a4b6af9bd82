//! Fermat's test with base 2, which is the end of nearly every composite number
//! that the sieve leaves.
//!
//! It decides nothing: what passes is tested again, by a library. It takes half
//! of the time of a test there because it does two numbers at once. A product of
//! two limbs waits for the carry of the one before, and the two take turns.

use alloc::vec;
use alloc::vec::Vec;

use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

const LIMB_BYTES: usize = 8;

/// A limb of each of two numbers.
type Pair = [u64; 2];

/// Two numbers, from their least significant limbs on.
type Numbers = Zeroizing<Vec<Pair>>;

/// Which of two odd numbers may be primes. They are equally long, a multiple of
/// 64 bits, and have their highest bit set.
pub(super) fn may_be_primes(candidates: [&BoxedUint; 2]) -> [bool; 2] {
    let modulus = Modulus::new(candidates);
    let one = modulus.one();
    let mut product = zero(2 * one.len());
    // Two to the power of the modulus less one, which has the bits of the
    // modulus but for the lowest one.
    let mut power = one.clone();
    for (index, limbs) in modulus.limbs.iter().enumerate().rev() {
        let lowest = u32::from(index == 0);
        for bit in (lowest..u64::BITS).rev() {
            modulus.square(&mut power, &mut product);
            modulus.double(&mut power, limbs.map(|limb| (limb >> bit) & 1));
        }
    }
    modulus.square(&mut power, &mut product);
    let mut differences = [0; 2];
    for (power, one) in power.iter().zip(one.iter()) {
        differences[0] |= power[0] ^ one[0];
        differences[1] |= power[1] ^ one[1];
    }
    differences.map(|difference| difference == 0)
}

/// Two moduli, and what Montgomery's multiplication needs of them.
///
/// The numbers that it is done with stay below the power of two that comes after
/// the modulus, and are not always less than the modulus.
struct Modulus {
    limbs: Numbers,
    /// What the lowest limb is multiplied by for -1 modulo 2^64.
    inverse: Pair,
}

impl Modulus {
    fn new(candidates: [&BoxedUint; 2]) -> Self {
        let [left, right] = candidates.map(|candidate| Zeroizing::new(candidate.to_be_bytes()));
        let pairs = left.rchunks(LIMB_BYTES).zip(right.rchunks(LIMB_BYTES));
        let limbs: Vec<Pair> = pairs
            .map(|(left, right)| [limb(left), limb(right)])
            .collect();
        let lowest = limbs.first().copied().unwrap_or_default();
        Self {
            limbs: Zeroizing::new(limbs),
            inverse: lowest.map(minus_inverse),
        }
    }

    /// The form of 1: the power of two less the modulus, which is more than half
    /// of it. No other number below the power of two stands for 1.
    fn one(&self) -> Numbers {
        let mut one = self.limbs.clone();
        for limb in one.iter_mut() {
            *limb = limb.map(|limb| !limb);
        }
        // The modulus is odd, so adding 1 carries nothing.
        if let Some(lowest) = one.first_mut() {
            *lowest = lowest.map(|limb| limb | 1);
        }
        one
    }

    /// Squares by Montgomery's multiplication. The product is room to work in.
    fn square(&self, numbers: &mut [Pair], product: &mut [Pair]) {
        product.fill([0; 2]);
        for (index, &by) in numbers.iter().enumerate() {
            let (_, factors) = numbers.split_at(index + 1);
            let (_, sum) = product.split_at_mut(2 * index + 1);
            add_row(sum, factors, by, [0; 2]);
        }
        add_squares_to_double(product, numbers);
        let mut carry = [0; 2];
        for index in 0..self.limbs.len() {
            let (_, sum) = product.split_at_mut(index);
            let lowest = sum.first().copied().unwrap_or_default();
            let by = [
                lowest[0].wrapping_mul(self.inverse[0]),
                lowest[1].wrapping_mul(self.inverse[1]),
            ];
            carry = add_row(sum, &self.limbs, by, carry);
        }
        let (_, high) = product.split_at(self.limbs.len());
        numbers.copy_from_slice(high);
        self.subtract(numbers, carry);
    }

    /// Doubles the ones of the numbers whose bit is 1.
    fn double(&self, numbers: &mut [Pair], bits: Pair) {
        let mut carry = [0; 2];
        for limb in numbers.iter_mut() {
            let next = [(limb[0] >> 63) & bits[0], (limb[1] >> 63) & bits[1]];
            *limb = [
                (limb[0] << bits[0]) | carry[0],
                (limb[1] << bits[1]) | carry[1],
            ];
            carry = next;
        }
        // The modulus is more than half of the power of two: twice is enough.
        for _ in 0..2 {
            let borrow = self.subtract(numbers, carry);
            carry = [carry[0] & !borrow[0], carry[1] & !borrow[1]];
        }
    }

    /// Subtracts the modulus once or not at all, and gives what is borrowed. It
    /// takes the same time, as the bits of a prime must not be told by it.
    fn subtract(&self, numbers: &mut [Pair], times: Pair) -> Pair {
        let masks = times.map(u64::wrapping_neg);
        let mut borrow = [0; 2];
        for (number, limb) in numbers.iter_mut().zip(self.limbs.iter()) {
            borrow = [
                subtract_limb(&mut number[0], limb[0] & masks[0], borrow[0]),
                subtract_limb(&mut number[1], limb[1] & masks[1], borrow[1]),
            ];
        }
        borrow
    }
}

fn zero(length: usize) -> Numbers {
    Zeroizing::new(vec![[0; 2]; length])
}

/// Big-endian, at most eight bytes.
fn limb(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |limb, &byte| (limb << 8) | u64::from(byte))
}

/// By Newton's iteration, which doubles the number of right bits each time; an
/// odd number is its own inverse modulo 8.
fn minus_inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse.wrapping_neg()
}

/// Adds a multiple of `factors` to a sum that is longer than it, the carry of the
/// row before to the limb after that, and gives the carry of this one.
///
/// The loop is unrolled by hand: a program that is built to be small, of which
/// this is a part, gets no loop unrolled.
fn add_row(sum: &mut [Pair], factors: &[Pair], by: Pair, before: Pair) -> Pair {
    let (sum, after) = sum.split_at_mut(factors.len());
    let mut carry = [0; 2];
    let mut sums = sum.chunks_exact_mut(4);
    let mut rows = factors.chunks_exact(4);
    for (sum, factor) in sums.by_ref().zip(rows.by_ref()) {
        if let ([sum0, sum1, sum2, sum3], [factor0, factor1, factor2, factor3]) = (sum, factor) {
            carry = add_product(sum0, factor0, by, carry);
            carry = add_product(sum1, factor1, by, carry);
            carry = add_product(sum2, factor2, by, carry);
            carry = add_product(sum3, factor3, by, carry);
        }
    }
    for (sum, factor) in sums.into_remainder().iter_mut().zip(rows.remainder()) {
        carry = add_product(sum, factor, by, carry);
    }
    after.first_mut().map_or([0; 2], |after| {
        [
            add_limb(&mut after[0], carry[0], before[0]),
            add_limb(&mut after[1], carry[1], before[1]),
        ]
    })
}

#[inline(always)]
fn add_product(sum: &mut Pair, factor: &Pair, by: Pair, carry: Pair) -> Pair {
    let mut next = [0; 2];
    let wide = u128::from(factor[0]) * u128::from(by[0]);
    (sum[0], next[0]) = split(wide + u128::from(sum[0]) + u128::from(carry[0]));
    let wide = u128::from(factor[1]) * u128::from(by[1]);
    (sum[1], next[1]) = split(wide + u128::from(sum[1]) + u128::from(carry[1]));
    next
}

/// Doubles a sum of the products of different limbs, and adds the limbs' squares.
fn add_squares_to_double(product: &mut [Pair], numbers: &[Pair]) {
    let mut highest = [0; 2];
    let mut carry = [0; 2];
    for (limbs, number) in product.chunks_exact_mut(2).zip(numbers) {
        let [low, high] = limbs else { continue };
        for ((((low, high), &number), highest), carry) in low
            .iter_mut()
            .zip(high)
            .zip(number)
            .zip(&mut highest)
            .zip(&mut carry)
        {
            let (square_low, square_high) = split(u128::from(number) * u128::from(number));
            let doubled = [(*low << 1) | *highest, (*high << 1) | (*low >> 63)];
            *highest = *high >> 63;
            [*low, *high] = doubled;
            let middle = add_limb(low, square_low, *carry);
            *carry = add_limb(high, square_high, middle);
        }
    }
}

#[inline(always)]
fn add_limb(limb: &mut u64, other: u64, carry: u64) -> u64 {
    let (sum, carry) = split(u128::from(*limb) + u128::from(other) + u128::from(carry));
    *limb = sum;
    carry
}

#[inline(always)]
fn subtract_limb(limb: &mut u64, other: u64, borrow: u64) -> u64 {
    let (rest, first) = limb.overflowing_sub(other);
    let (rest, second) = rest.overflowing_sub(borrow);
    *limb = rest;
    u64::from(first | second)
}

/// The low and the high half.
#[inline(always)]
fn split(wide: u128) -> (u64, u64) {
    let half = |value: u128| u64::try_from(value & u128::from(u64::MAX)).unwrap_or_default();
    (half(wide), half(wide >> 64))
}

#[cfg(test)]
mod tests {
    use crypto_bigint::Odd;
    use crypto_primes::hazmat::MillerRabin;

    use super::super::sieve::SmallPrimes;
    use super::*;

    /// Fermat's test as it is written.
    fn expected(number: u64) -> bool {
        let modulus = u128::from(number);
        let mut power: u128 = 1;
        for bit in (0..64).rev() {
            power = power * power % modulus;
            if ((number - 1) >> bit) & 1 == 1 {
                power = power * 2 % modulus;
            }
        }
        power == 1
    }

    #[track_caller]
    fn check_limb(left: u64, right: u64) {
        let candidates = [left, right].map(BoxedUint::from);
        let [left_one, right_one] = &candidates;
        assert_eq!(
            may_be_primes([left_one, right_one]),
            [expected(left), expected(right)],
            "{left} {right}"
        );
    }

    #[test]
    fn numbers_of_one_limb() {
        let mut primes = 0;
        for step in (0..20_000).step_by(2) {
            let (left, right) = (u64::MAX - step, (1 << 63) + 1 + step);
            check_limb(left, right);
            primes += u32::from(expected(left)) + u32::from(expected(right));
        }
        // There is a prime for every 44 of these numbers, or 22 of the odd ones.
        assert!(primes > 700, "{primes}");
    }

    /// Compares with the library's test of the numbers that the sieve leaves.
    #[track_caller]
    fn check_long<const LIMBS: usize>(pairs: usize) {
        // Numbers without a pattern, by multiplication with an odd constant.
        let mut limb: u64 = 0x9e37_79b9_7f4a_7c15;
        let words: [u64; LIMBS] = core::array::from_fn(|_| {
            limb = limb.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1);
            limb
        });
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        let bits = u32::try_from(8 * bytes.len()).unwrap();
        let mut start = BoxedUint::from_be_slice(&bytes, bits).unwrap();
        for bit in [0, bits - 1] {
            crypto_bigint::BitOps::set_bit_vartime(&mut start, bit, true);
        }
        let small_primes = SmallPrimes::new();
        let survivors: Vec<BoxedUint> = small_primes
            .survivors(&start)
            .take(2 * pairs)
            .map(|distance| start.wrapping_add(&BoxedUint::from(distance).widen(bits)))
            .collect();
        let mut primes = 0;
        for pair in survivors.chunks_exact(2) {
            let [left, right] = pair else { unreachable!() };
            let expected = [left, right].map(|candidate| {
                let candidate = Odd::new(candidate.clone()).unwrap();
                MillerRabin::new(candidate)
                    .test_base_two()
                    .is_probably_prime()
            });
            assert_eq!(may_be_primes([left, right]), expected, "{left} {right}");
            primes += expected.iter().filter(|&&prime| prime).count();
        }
        assert!(primes > 0);
    }

    #[test]
    fn numbers_of_many_limbs() {
        check_long::<2>(100);
        check_long::<3>(100);
        check_long::<5>(100);
        check_long::<16>(60);
        check_long::<24>(40);
        check_long::<32>(40);
    }

    #[test]
    fn inverses() {
        for odd in (1..1_000).step_by(2).chain([u64::MAX, (1 << 63) + 1]) {
            assert_eq!(odd.wrapping_mul(minus_inverse(odd)), u64::MAX, "{odd}");
        }
    }
}
