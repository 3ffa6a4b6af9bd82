//! Natural numbers of any size, for the checks that a key passes on its way in.
//!
//! Nothing here computes a signature. The time that a check takes depends on
//! the numbers; it is taken once for each key, where its file is read.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

const LIMB_BYTES: usize = 8;
const LIMB_BITS: usize = 64;

/// A natural number, its limbs from the least significant one on and the last
/// of them not zero.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Natural(Vec<u64>);

impl Natural {
    /// Takes a big-endian magnitude.
    pub(crate) fn from_be_bytes(bytes: &[u8]) -> Self {
        let mut limbs = Vec::with_capacity(bytes.len().div_ceil(LIMB_BYTES));
        limbs.extend(bytes.rchunks(LIMB_BYTES).map(|chunk| {
            chunk
                .iter()
                .fold(0, |limb, &byte| (limb << 8) | u64::from(byte))
        }));
        Self(limbs).trimmed()
    }

    pub(crate) fn from_limb(limb: u64) -> Self {
        Self(vec![limb]).trimmed()
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(any(test, feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) fn is_one(&self) -> bool {
        self.0 == [1]
    }

    /// The limbs, from the least significant one on; `None` where there are more.
    pub(crate) fn to_limbs<const N: usize>(&self) -> Option<[u64; N]> {
        let mut limbs = [0; N];
        limbs.get_mut(..self.0.len())?.copy_from_slice(&self.0);
        Some(limbs)
    }

    /// The number with its lowest bit cleared: one less, where it is odd.
    #[cfg(any(test, feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) fn even(&self) -> Self {
        let mut limbs = self.0.clone();
        if let Some(lowest) = limbs.first_mut() {
            *lowest &= !1;
        }
        Self(limbs).trimmed()
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        let (long, short) = if self.0.len() < other.0.len() {
            (other, self)
        } else {
            (self, other)
        };
        let mut limbs = Vec::with_capacity(long.0.len() + 1);
        let mut carry = false;
        let padded = short.0.iter().copied().chain(core::iter::repeat(0));
        for (&left, right) in long.0.iter().zip(padded) {
            let (sum, first) = left.overflowing_add(right);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            carry = first || second;
            limbs.push(sum);
        }
        limbs.push(u64::from(carry));
        Self(limbs).trimmed()
    }

    /// The difference; `None` where it would be negative.
    pub(crate) fn minus(&self, other: &Self) -> Option<Self> {
        if *self < *other {
            return None;
        }
        let mut limbs = vec![0; self.0.len()];
        subtract(&mut limbs, &self.0, &other.0);
        Some(Self(limbs).trimmed())
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        let mut limbs = vec![0; self.0.len() + other.0.len()];
        for (index, &left) in self.0.iter().enumerate() {
            let mut carry = 0;
            let mut factors = other.0.iter();
            for limb in limbs.iter_mut().skip(index) {
                let product = factors
                    .next()
                    .map_or(0, |&right| u128::from(left) * u128::from(right));
                let sum = product + u128::from(*limb) + u128::from(carry);
                *limb = low(sum);
                carry = low(sum >> LIMB_BITS);
            }
        }
        Self(limbs).trimmed()
    }

    /// The remainder of a division by `modulus`, which is not zero.
    pub(crate) fn modulo(&self, modulus: &Self) -> Self {
        // As many limbs as are sure to be less than the modulus need no work.
        let ready = modulus.0.len().saturating_sub(1).min(self.0.len());
        let (rest, head) = self.0.split_at(self.0.len() - ready);
        let length = modulus.0.len() + 1;
        let mut remainder = Vec::with_capacity(length);
        remainder.extend_from_slice(head);
        remainder.resize(length, 0);
        let mut reduced = vec![0; length];
        for &limb in rest.iter().rev() {
            for bit in (0..LIMB_BITS).rev() {
                let mut carry = (limb >> bit) & 1;
                for limb in &mut remainder {
                    let next = *limb >> (LIMB_BITS - 1);
                    *limb = (*limb << 1) | carry;
                    carry = next;
                }
                if !subtract(&mut reduced, &remainder, &modulus.0) {
                    core::mem::swap(&mut reduced, &mut remainder);
                }
            }
        }
        wipe(&mut reduced);
        Self(remainder).trimmed()
    }

    /// What stands below and above the bit `limbs * 64`.
    pub(crate) fn split(&self, limbs: usize) -> (Self, Self) {
        let (low, high) = self.0.split_at(limbs.min(self.0.len()));
        (Self(low.to_vec()).trimmed(), Self(high.to_vec()).trimmed())
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }
}

/// Writes `left - right` and says whether it was negative.
fn subtract(difference: &mut [u64], left: &[u64], right: &[u64]) -> bool {
    let mut borrow = false;
    let padded = right.iter().copied().chain(core::iter::repeat(0));
    for ((limb, &left), right) in difference.iter_mut().zip(left).zip(padded) {
        let (rest, first) = left.overflowing_sub(right);
        let (rest, second) = rest.overflowing_sub(u64::from(borrow));
        borrow = first || second;
        *limb = rest;
    }
    borrow
}

fn low(value: u128) -> u64 {
    u64::try_from(value & u128::from(u64::MAX)).unwrap_or_default()
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        let lengths = self.0.len().cmp(&other.0.len());
        lengths.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl Drop for Natural {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Wipes what may be part of a private key; without a provider there is none.
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
fn wipe(limbs: &mut Vec<u64>) {
    zeroize::Zeroize::zeroize(limbs);
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
const fn wipe(_: &mut Vec<u64>) {}

#[cfg(test)]
mod tests {
    use super::Natural;

    fn hex(text: &str) -> Natural {
        let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16).unwrap()).unwrap();
        let text = if text.len() % 2 == 1 {
            alloc::format!("0{text}")
        } else {
            text.into()
        };
        let bytes: alloc::vec::Vec<u8> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| digit(pair[0]) * 16 + digit(pair[1]))
            .collect();
        Natural::from_be_bytes(&bytes)
    }

    #[track_caller]
    fn check(left: &str, right: &str, sum: &str, product: &str, remainder: &str) {
        let (left, right) = (hex(left), hex(right));
        assert!(left.plus(&right) == hex(sum));
        assert!(right.plus(&left) == hex(sum));
        assert!(left.times(&right) == hex(product));
        assert!(right.times(&left) == hex(product));
        assert!(left.modulo(&right) == hex(remainder));
        assert!(left.plus(&right).minus(&right) == Some(left.clone()));
        assert!(right.minus(&left.plus(&right)).is_none() || left == hex("0"));
    }

    /// The results are Python's.
    #[test]
    fn arithmetic() {
        check("0", "1", "1", "0", "0");
        check("7", "3", "a", "15", "1");
        check(
            "ffffffffffffffff",
            "1",
            "10000000000000000",
            "ffffffffffffffff",
            "0",
        );
        check(
            "fedcba98765432100123456789abcdef0011223344556677",
            "123456789abcdef0fedcba987654321",
            "fedcba987654321002468acf13579bde0ffeeddccbbaa998",
            "121fa00ad77d7423213d0003e234949aaa6dbf49b7b3e912e961fcb99899bd0af37d3c756c65a57",
            "c87311223344556676a6",
        );
        check(
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "8000000000000000000000000000000000000000000000000000000000000001",
            "18000000000000000000000000000000000000000000000000000000000000000",
            "80000000000000000000000000000000000000000000000000000000000000007fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe",
        );
    }

    #[test]
    fn parts() {
        assert!(hex("10").even() == hex("10") && hex("11").even() == hex("10"));
        assert!(hex("1").even() == hex("0") && hex("1").is_one());
        let (low, high) = hex("10000000000000002").split(1);
        assert!(low == hex("2") && high == hex("1"));
        assert_eq!(hex("10000000000000002").to_limbs(), Some([2, 1, 0]));
        assert_eq!(hex("10000000000000002").to_limbs::<1>(), None);
        assert!(hex("10000000000000000") > hex("ffffffffffffffff"));
    }
}
