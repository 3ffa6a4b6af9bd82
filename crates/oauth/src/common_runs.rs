use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use zeroize::Zeroizing;

/// So many characters in common are no coincidence.
pub(crate) const WINDOW: usize = 12;
/// A run of [`WINDOW`] has one of these at every [`STEP`]th place.
const PART: usize = 8;
const STEP: usize = WINDOW - PART + 1;

/// Finds runs of [`WINDOW`] bytes that a text has in common with any of some others.
pub(crate) struct CommonRuns {
    /// The others, with a zero byte before each.
    texts: Zeroizing<Vec<u8>>,
    /// For every [`STEP`]th part of the texts, where it is in them; zero is an empty slot.
    places: Vec<u32>,
    filter: Vec<u64>,
}

const FILTER_BITS: usize = 1 << 18;
const WORD_BITS: usize = 64;

impl CommonRuns {
    /// Takes texts, with a zero byte before each.
    pub(crate) fn new(texts: Zeroizing<Vec<u8>>) -> Self {
        let count = texts.len() / STEP;
        let mut runs = Self {
            texts,
            // At most half of the slots are taken.
            places: vec![0; (2 * count).next_power_of_two()],
            filter: vec![0; FILTER_BITS / WORD_BITS],
        };
        let mut start = 0;
        while let Some(rest) = runs.texts.get(start..).filter(|rest| !rest.is_empty()) {
            let length = rest
                .iter()
                .position(|byte| *byte == 0)
                .unwrap_or(rest.len());
            for place in (start..start + length).step_by(STEP) {
                if place + PART <= start + length {
                    runs.insert(place);
                }
            }
            start += length + 1;
        }
        runs
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether a text has a run in common with one of the others, forwards or backwards.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        let text = text.as_bytes();
        text.windows(PART).enumerate().any(|(place, part)| {
            let Some(part) = part.first_chunk() else {
                return false;
            };
            let part = u64::from_le_bytes(*part);
            self.may_have(part)
                && (self.has_run(text, place, part, false)
                    || self.has_run(text, place, part.swap_bytes(), true))
        })
    }

    fn insert(&mut self, place: usize) {
        let Some(part) = self.part(place) else {
            return;
        };
        let bit = filter_bit(part);
        if let Some(word) = self.filter.get_mut(bit / WORD_BITS) {
            *word |= 1 << (bit % WORD_BITS);
        }
        let slots = self.slots(part);
        let surroundings = self.surroundings(place);
        // A text that repeats itself would take a slot for each time, behind all the others.
        let end = slots.into_iter().flatten().find(|slot| {
            let taken = self.places.get(*slot).copied().unwrap_or_default();
            let is_same = |at| surroundings.is_some() && self.surroundings(at) == surroundings;
            taken == 0 || usize::try_from(taken).is_ok_and(is_same)
        });
        if let (Some(slot), Ok(place)) = (
            end.and_then(|slot| self.places.get_mut(slot)),
            place.try_into(),
        ) {
            *slot = place;
        }
    }

    /// A part with all that decides whether a run goes through it.
    fn surroundings(&self, place: usize) -> Option<&[u8]> {
        const MARGIN: usize = WINDOW - PART;
        self.texts
            .get(place.saturating_sub(MARGIN)..place + PART + MARGIN)
            .filter(|_| place >= MARGIN)
    }

    /// Whether the texts may have a part, forwards or backwards.
    #[inline]
    fn may_have(&self, part: u64) -> bool {
        let bit = filter_bit(part);
        let word = self
            .filter
            .get(bit / WORD_BITS)
            .copied()
            .unwrap_or_default();
        word >> (bit % WORD_BITS) & 1 == 1
    }

    /// Whether a run goes through the part at this place of a text. Seldom called: the filter is
    /// wrong now and then, and eight bytes are in common by chance.
    #[inline(never)]
    fn has_run(&self, text: &[u8], place: usize, part: u64, is_backwards: bool) -> bool {
        let slots = self.slots(part).into_iter().flatten();
        let places = slots.map_while(|slot| self.places.get(slot).filter(|place| **place != 0));
        let places = places.filter_map(|place| usize::try_from(*place).ok());
        let mut places = places.filter(|place| self.part(*place) == Some(part));
        let (before, behind) = (
            text.get(..place).unwrap_or_default().iter().rev(),
            text.get(place + PART..).unwrap_or_default().iter(),
        );
        places.any(|known| {
            let left = self.texts.get(..known).unwrap_or_default().iter().rev();
            let right = self.texts.get(known + PART..).unwrap_or_default().iter();
            let length = match is_backwards {
                false => common(left, before.clone()) + common(right, behind.clone()),
                true => common(left, behind.clone()) + common(right, before.clone()),
            };
            length + PART >= WINDOW
        })
    }

    fn part(&self, place: usize) -> Option<u64> {
        let part = self.texts.get(place..)?.first_chunk()?;
        Some(u64::from_le_bytes(*part))
    }

    /// The slots in which a part may be, in order.
    fn slots(&self, part: u64) -> [Range<usize>; 2] {
        let start = mixed(part, self.places.len());
        [start..self.places.len(), 0..start]
    }
}

/// How many bytes are the same at the beginning.
fn common<'a>(ours: impl Iterator<Item = &'a u8>, theirs: impl Iterator<Item = &'a u8>) -> usize {
    ours.zip(theirs)
        .take(WINDOW)
        .take_while(|(ours, theirs)| ours == theirs && **ours != 0)
        .count()
}

/// The same for a part and for what it is backwards.
#[inline]
fn filter_bit(part: u64) -> usize {
    mixed(part.wrapping_add(part.swap_bytes()), FILTER_BITS)
}

/// A place below a power of two.
fn mixed(number: u64, size: usize) -> usize {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let upper = number.wrapping_mul(MIX) >> (u64::BITS / 2);
    usize::try_from(upper).unwrap_or_default() & size.wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use std::string::String;

    use super::*;

    const TEXT: &str = "the quick brown fox jumps over the lazy dog, and then again";

    fn runs(texts: &[&str]) -> CommonRuns {
        let texts: String = texts.iter().flat_map(|text| ["\0", text]).collect();
        CommonRuns::new(Zeroizing::new(texts.into_bytes()))
    }

    /// Wherever a run is from, and wherever it stands.
    #[test]
    fn runs_in_a_text() {
        assert!(!runs(&[]).are_in(TEXT));
        let runs = runs(&["another text", TEXT, "and one more", "short"]);
        for start in 0..=TEXT.len() - WINDOW {
            let run = &TEXT[start..start + WINDOW];
            let backwards: String = run.chars().rev().collect();
            for before in 0..2 * STEP {
                let before = "#".repeat(before);
                assert!(runs.are_in(&std::format!("{before}{run}")));
                assert!(runs.are_in(&std::format!("{before}{backwards}##")));
                assert!(!runs.are_in(&std::format!("{before}{}#", &run[1..])));
                assert!(!runs.are_in(&std::format!("{before}{}#", &backwards[1..])));
            }
        }
        assert!(runs.are_in("#another text#"));
        assert!(!runs.are_in("nother textthe quick b"));
        assert!(!runs.are_in(""));
    }

    /// A text that repeats itself takes no longer than another one.
    #[test]
    fn repetition() {
        let text = "abc = [".repeat(10_000);
        let runs = runs(&["one", &text, "another text"]);
        let taken = runs.places.iter().filter(|place| **place != 0).count();
        assert!(taken < 20, "{taken}");
        assert!(runs.are_in("#bc = [abc = [#"));
        assert!(runs.are_in("#another text#"));
        assert!(!runs.are_in("#abc = ]abc = ]#"));
    }

    /// The same part in many texts does not hide the one that goes on as the text does.
    #[test]
    fn same_part() {
        let texts: Vec<String> = ('a'..='z')
            .map(|end| std::format!("12345678{end}234"))
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let runs = runs(&texts);
        assert!(texts.iter().all(|text| runs.are_in(text)));
        assert!(!runs.are_in("12345678A234"));
    }
}
