use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use zeroize::Zeroizing;

use crate::common_runs::{CommonRuns, WINDOW};
use crate::normal_form::{NormalForm, unescaped};

/// Finds secrets in a text that somebody else wrote, in whatever form they are in it.
///
/// Any run of twelve characters of a secret counts, a secret that is shorter counts when it is
/// whole: as it is, in reverse, in hex, in base64 or as the numbers of its bytes; in either case,
/// broken into lines, percent-encoded, escaped, or with punctuation or invisible characters in it.
///
/// # Examples
///
/// ```
/// use tokenring_oauth::SecretDetector;
///
/// let detector = SecretDetector::new(["correct horse battery"]);
/// assert!(detector.finds("no such user: correct%20horse+battery"));
/// assert!(detector.finds("Y29ycmVjdCBob3\r\nJzZSBiYXR0ZXJ5"));
/// assert!(!detector.finds("the horse is correct"));
/// ```
pub struct SecretDetector {
    runs: CommonRuns,
    short: Vec<Short>,
}

/// What has to be in a text whole to count.
enum Short {
    /// As a word of its own, in lower case.
    Word(Zeroizing<String>),
    /// Anywhere in [`NormalForm::exact`].
    Exact(Zeroizing<String>),
    /// Anywhere in [`NormalForm::letters`].
    Letters(Zeroizing<String>),
}

/// A shorter secret is looked for as a word: it is in too many words by chance.
const SHORTEST_PART: usize = 6;

impl SecretDetector {
    /// Takes the secrets. An empty one is passed over.
    #[must_use]
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut builder = Builder::new(&[]);
        for secret in secrets {
            builder.add(secret);
        }
        builder.build()
    }

    /// Whether a text holds any of the secrets.
    ///
    /// Takes a time that grows with the text, whatever is in it.
    #[must_use]
    pub fn finds(&self, text: &str) -> bool {
        let has_secrets = !self.runs.is_empty() || !self.short.is_empty();
        has_secrets && self.is_somewhere_in(text)
    }

    fn is_somewhere_in(&self, text: &str) -> bool {
        self.is_in(text) || unescaped(text).is_some_and(|plain| self.is_in(&plain))
    }

    fn is_in(&self, text: &str) -> bool {
        let form = NormalForm::of(text);
        self.runs.are_in(form.exact())
            || self.runs.are_in(form.letters())
            || self.short.iter().any(|short| short.is_in(text, &form))
    }
}

impl fmt::Debug for SecretDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDetector(..)")
    }
}

impl Short {
    fn is_in(&self, text: &str, form: &NormalForm) -> bool {
        let (text, part) = match self {
            Self::Word(word) => {
                return place_of(word, true, &text.to_ascii_lowercase(), 0).is_some();
            }
            Self::Exact(part) => (form.exact(), part),
            Self::Letters(part) => (form.letters(), part),
        };
        let reversed: Zeroizing<String> = Zeroizing::new(part.chars().rev().collect());
        text.contains(part.as_str()) || text.contains(reversed.as_str())
    }
}

/// Where a part stands in a text, both in lower case, from this place on.
///
/// One that `is_word` has no letter or digit before or behind it.
pub(crate) fn place_of(part: &str, is_word: bool, text: &str, mut from: usize) -> Option<usize> {
    let is_outside =
        |next: Option<char>| !is_word || next.is_none_or(|character| !character.is_alphanumeric());
    loop {
        let start = from + text.get(from..)?.find(part)?;
        let (before, found) = text.split_at_checked(start)?;
        let behind = found.get(part.len()..)?;
        if is_outside(before.chars().next_back()) && is_outside(behind.chars().next()) {
            return Some(start);
        }
        from = start + found.chars().next()?.len_utf8();
    }
}

/// Collects what a [`SecretDetector`] finds.
pub(crate) struct Builder {
    /// What may stand in a secret and is none, in exact form.
    harmless: Vec<NormalForm>,
    /// With a zero byte before each.
    texts: Zeroizing<Vec<u8>>,
    short: Vec<Short>,
}

impl Builder {
    /// Starts with texts that may stand in a secret and are none.
    pub(crate) fn new(harmless: &[&str]) -> Self {
        Self {
            harmless: harmless.iter().map(|text| NormalForm::of(text)).collect(),
            // Enough for most: a buffer that grows leaves copies of a secret behind.
            texts: Zeroizing::new(Vec::with_capacity(32 * 1024)),
            short: Vec::new(),
        }
    }

    /// Adds a secret.
    pub(crate) fn add(&mut self, secret: &str) {
        self.add_text(secret);
        self.add_encodings(secret.as_bytes());
    }

    /// Adds a secret without its encodings.
    pub(crate) fn add_text(&mut self, secret: &str) {
        let form = NormalForm::of(secret);
        if form.exact().is_empty() {
            return;
        }
        let long = |text: &str| (text.len() >= WINDOW).then(|| text.to_owned());
        let exact = self.harmless.iter().filter_map(|form| long(form.exact()));
        let mask = masked(form.exact(), exact);
        self.add_spans(form.exact(), &mask);
        let letters = self.harmless.iter().filter_map(|form| long(form.letters()));
        let mask = masked(form.letters(), letters);
        self.add_spans(form.letters(), &mask);
        if form.exact().len() < SHORTEST_PART {
            let word = secret.trim().to_ascii_lowercase();
            self.short.push(Short::Word(Zeroizing::new(word)));
        } else if form.exact().len() < WINDOW {
            self.short
                .push(Short::Exact(Zeroizing::new(form.exact().into())));
        }
        if (SHORTEST_PART..WINDOW).contains(&form.letters().len()) {
            self.short
                .push(Short::Letters(Zeroizing::new(form.letters().into())));
        }
    }

    /// Adds a JSON text in which harmless values stand beside secret ones.
    ///
    /// A run of a harmless value and the punctuation around it is harmless too.
    pub(crate) fn add_json(&mut self, text: &str) {
        let form = NormalForm::of(text);
        let values = self.harmless.iter();
        let values =
            values.flat_map(|value| ["\"", ":"].map(|start| [start, value.exact()].concat()));
        let mut mask = masked(form.exact(), values);
        let mut before = false;
        for (place, byte) in mask.iter_mut().zip(form.exact().bytes()) {
            *place |= before && b"\",:[]{}".contains(&byte);
            before = *place;
        }
        self.add_spans(form.exact(), &mask);
        self.add_encodings(text.as_bytes());
    }

    /// Adds what bytes become where they are not taken as a text.
    pub(crate) fn add_encodings(&mut self, bytes: &[u8]) {
        let mut hex = Zeroizing::new(String::with_capacity(2 * bytes.len()));
        let mut decimal = Zeroizing::new(String::with_capacity(3 * bytes.len()));
        for byte in bytes {
            hex.push(digit(byte >> 4));
            hex.push(digit(byte & 0x0f));
            if *byte >= 100 {
                decimal.push(digit(byte / 100));
            }
            if *byte >= 10 {
                decimal.push(digit(byte / 10 % 10));
            }
            decimal.push(digit(byte % 10));
        }
        self.add_encoded(&hex);
        self.add_encoded(&decimal);
        // Base64 looks different after one and after two other bytes. Its ends depend on what
        // stands beside them.
        for (before, skipped) in [(&b""[..], 0), (b"\0", 2), (b"\0\0", 3)] {
            let shifted = Zeroizing::new([before, bytes].concat());
            let base64 = Zeroizing::new(Base64UrlUnpadded::encode_string(&shifted));
            let end = base64.len() - usize::from(shifted.len() % 3 != 0);
            let form = NormalForm::of(base64.get(skipped..end).unwrap_or_default());
            self.add_encoded(form.letters());
        }
    }

    /// Adds a text of the letters of [`NormalForm::letters`].
    fn add_encoded(&mut self, text: &str) {
        if text.len() >= WINDOW {
            self.add_whole(text);
        } else if text.len() >= SHORTEST_PART {
            self.short.push(Short::Letters(Zeroizing::new(text.into())));
        }
    }

    /// Adds a text but for the runs that are harmless throughout.
    fn add_spans(&mut self, text: &str, is_harmless: &[bool]) {
        if !is_harmless.contains(&true) {
            return self.add_whole(text);
        }
        let mut span = 0..0;
        for (place, run) in is_harmless.windows(WINDOW).enumerate() {
            if run.iter().all(|harmless| *harmless) {
                continue;
            }
            if place + WINDOW > span.end + 1 {
                self.add_whole(text.get(span).unwrap_or_default());
                span = place..place;
            }
            span.end = place + WINDOW;
        }
        self.add_whole(text.get(span).unwrap_or_default());
    }

    fn add_whole(&mut self, text: &str) {
        if text.len() >= WINDOW {
            self.texts.push(0);
            self.texts.extend_from_slice(text.as_bytes());
        }
    }

    pub(crate) fn build(self) -> SecretDetector {
        SecretDetector {
            runs: CommonRuns::new(self.texts),
            short: self.short,
        }
    }
}

/// Which bytes of a text belong to one of some values.
fn masked(text: &str, values: impl Iterator<Item = String>) -> Vec<bool> {
    let mut mask = vec![false; text.len()];
    for value in values {
        for (place, _) in text.match_indices(&value) {
            let places = mask.iter_mut().skip(place).take(value.len());
            places.for_each(|place| *place = true);
        }
    }
    mask
}

fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or_default()
}
