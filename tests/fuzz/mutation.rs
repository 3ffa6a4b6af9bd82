//! From a sound input to one that is not quite.

use crate::random::Random;

/// What is longer is cut: the limits on length have tests of their own.
const LONGEST: usize = 96 * 1024;

/// What a number is replaced by: the edges of the types that one may be kept in.
const NUMBERS: [&str; 22] = [
    "0",
    "-0",
    "1",
    "-1",
    "1.5",
    "1e3",
    "1e400",
    "-1e-400",
    "127",
    "255",
    "256",
    "65536",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "00000000000000000001",
];

/// What means something in one of the formats.
const WORDS: [&[u8]; 44] = [
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\\uD83D\\uDE00",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"{}",
    b"[]",
    b"\"\"",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xe2\x80\x8b",
    b"\xe2\x80\xae",
    b"\r\n",
    b"\n",
    b"\n\n",
    b" ",
    b"\t",
    b"%",
    b"%00",
    b"%zz",
    b"=",
    b"==",
    b".",
    b"..",
    b"-",
    b"-----BEGIN ",
    b"-----END ",
    b"-----",
    b"\x30\x80",
    b"\x02\x01\x00",
    b"\x30\x84\xff\xff\xff\xff",
    b"\x04\x00",
    b"\x03\x01\x00",
];

/// Levels of nesting, and with what.
const BRACKETS: [(&[u8], &[u8]); 6] = [
    (b"[", b"]"),
    (b"{\"a\":", b"}"),
    (b"(", b")"),
    (b"\x30\x80", b"\x00\x00"),
    (b"a = [", b"]"),
    (b"<a>", b"</a>"),
];

/// Makes an input of the sound ones.
pub(crate) fn mutate(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        let other = &seeds[random.below(seeds.len())];
        step(random, &mut input, other);
        input.truncate(LONGEST);
    }
    input
}

fn step(random: &mut Random, input: &mut Vec<u8>, other: &[u8]) {
    match random.below(16) {
        0 => change_byte(random, input, |random, byte| byte ^ (1 << random.below(8))),
        1 => change_byte(random, input, |random, _| random.byte()),
        2 => change_byte(random, input, |random, byte| {
            byte.wrapping_add(if random.below(2) == 0 { 1 } else { 255 })
        }),
        3 => change_byte(random, input, |random, _| {
            *random.pick(&[&0_u8, &1, &0x7f, &0x80, &0x81, &0x84, &0xff])
        }),
        4 => {
            let length = random.below(input.len() + 1);
            input.truncate(length);
        }
        5 => {
            let range = range(random, input);
            input.drain(range);
        }
        6 => {
            let copy = input[range(random, input)].to_vec();
            insert(random, input, &copy);
        }
        7 => {
            let copy = other[range(random, other)].to_vec();
            insert(random, input, &copy);
        }
        8 => {
            // The beginning of one and the end of another.
            input.truncate(random.below(input.len() + 1));
            input.extend_from_slice(&other[random.below(other.len() + 1)..]);
        }
        9 | 10 => change_number(random, input),
        11 => {
            let word = WORDS[random.below(WORDS.len())];
            insert(random, input, word);
        }
        12 => {
            let range = range(random, input);
            let word = WORDS[random.below(WORDS.len())];
            input.splice(range, word.iter().copied());
        }
        13 => nest(random, input),
        14 => {
            let piece = input[range(random, input)].to_vec();
            let times = random.small(2000);
            if piece.len() * times < LONGEST {
                insert(random, input, &piece.repeat(times));
            }
        }
        _ => {
            let bytes: Vec<u8> = (0..random.small(40)).map(|_| random.byte()).collect();
            insert(random, input, &bytes);
        }
    }
}

fn change_byte(random: &mut Random, input: &mut [u8], change: impl Fn(&mut Random, u8) -> u8) {
    if !input.is_empty() {
        let place = random.below(input.len());
        input[place] = change(random, input[place]);
    }
}

fn range(random: &mut Random, input: &[u8]) -> core::ops::Range<usize> {
    let start = random.below(input.len() + 1);
    start..start + random.small(input.len() - start)
}

fn insert(random: &mut Random, input: &mut Vec<u8>, bytes: &[u8]) {
    let place = random.below(input.len() + 1);
    input.splice(place..place, bytes.iter().copied());
}

/// Replaces a run of digits, or its last digit.
fn change_number(random: &mut Random, input: &mut Vec<u8>) {
    let from = random.below(input.len() + 1);
    let Some(start) = input[from..].iter().position(u8::is_ascii_digit) else {
        return;
    };
    let start = from + start;
    let length = input[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let number = match random.below(8) {
        0 => "9".repeat(random.small(5000)),
        _ => random.pick(&NUMBERS).to_owned(),
    };
    input.splice(start..start + length, number.bytes());
}

/// Puts brackets around a piece, at times too many for any stack.
fn nest(random: &mut Random, input: &mut Vec<u8>) {
    let (open, close) = BRACKETS[random.below(BRACKETS.len())];
    let levels = random
        .small(20_000)
        .min(LONGEST / (open.len() + close.len()));
    let range = range(random, input);
    let piece = input[range.clone()].to_vec();
    // Left open at times.
    let closed = if random.below(3) == 0 { 0 } else { levels };
    let nested = [open.repeat(levels), piece, close.repeat(closed)].concat();
    input.splice(range, nested);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(seed: u64) -> Vec<Vec<u8>> {
        let seeds = [
            b"{\"a\": 17}".to_vec(),
            Vec::new(),
            b"\x30\x03\x02\x01\x05".to_vec(),
        ];
        let make = |case| mutate(&mut Random::new(seed, "test", case), &seeds);
        (0..2000).map(make).collect()
    }

    /// What was found once can be found again, and two runs need not find the same.
    #[test]
    fn inputs_depend_on_the_seed_alone() {
        let (first, again, other) = (inputs(1), inputs(1), inputs(2));
        assert_eq!(first, again);
        let same = first.iter().zip(&other).filter(|(a, b)| a == b).count();
        assert!(same < 400, "{same}");
        let distinct: std::collections::BTreeSet<_> = first.iter().collect();
        assert!(distinct.len() > 1000, "{}", distinct.len());
        assert!(first.iter().all(|input| input.len() <= LONGEST));
    }
}
