//! The search for planted secrets in what is shown.

use std::error::Error;
use std::fmt::Debug;

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};

/// A secret that is planted to be searched for.
#[derive(Debug)]
pub struct Marker {
    disguises: Vec<String>,
}

impl Marker {
    /// Takes a secret. The fewer bytes, the likelier a false alarm.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        let mut disguises = vec![String::from_utf8_lossy(secret).into_owned()];
        // Base64 looks different after one and after two other bytes.
        for before in [&b""[..], b"\0", b"\0\0"] {
            let shifted = [before, secret].concat();
            disguises.push(Base64UrlUnpadded::encode_string(&shifted));
            disguises.push(Base64Unpadded::encode_string(&shifted));
        }
        let digits = |number: &dyn Fn(&u8) -> String, between: &str| {
            secret.iter().map(number).collect::<Vec<_>>().join(between)
        };
        for between in ["", ":", ","] {
            disguises.push(digits(&|byte| format!("{byte:02x}"), between));
            disguises.push(digits(&|byte| format!("{byte:02X}"), between));
        }
        disguises.push(digits(&u8::to_string, ","));
        for disguise in &mut disguises {
            *disguise = middle_half(&without_space(disguise));
        }
        Self { disguises }
    }

    /// Fails where a text holds the secret: as it is, in base64, in numbers,
    /// broken into lines, or its middle half alone.
    #[track_caller]
    pub fn must_not_be_in(&self, shown: &str) {
        let dense = without_space(shown);
        for disguise in &self.disguises {
            assert!(
                !dense.contains(disguise),
                "the secret {disguise:?} is in: {shown}"
            );
        }
    }

    /// Fails where `Debug`, in both of its forms, holds the secret.
    #[track_caller]
    pub fn must_not_be_debugged(&self, value: &dyn Debug) {
        self.must_not_be_in(&format!("{value:?}"));
        self.must_not_be_in(&format!("{value:#?}"));
    }

    /// Fails where an error or one of its causes shows the secret.
    #[track_caller]
    pub fn must_not_be_told(&self, error: &(dyn Error + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.must_not_be_in(&error.to_string());
            self.must_not_be_debugged(&error);
            next = error.source();
        }
    }
}

/// The ends of base64 and of lists depend on what stands beside them, and a
/// part of a secret is too much as well.
fn middle_half(text: &str) -> String {
    let count = text.chars().count();
    text.chars().skip(count / 4).take(count / 2).collect()
}

fn without_space(text: &str) -> String {
    text.chars().filter(|text| !text.is_whitespace()).collect()
}

/// The chain of an error as the command line shows it, joined by ": ".
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(": ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Marker;

    const SECRET: &[u8] = b"planted secret, 24 bytes";

    #[track_caller]
    fn check(shown: &str) {
        let found = std::panic::catch_unwind(|| Marker::new(SECRET).must_not_be_in(shown));
        assert!(found.is_err(), "not found in {shown}");
    }

    #[test]
    fn every_disguise_is_found() {
        check("an error: planted secret, 24 bytes, sorry");
        check("anted secret, 24 by");
        check(&format!("{SECRET:?}"));
        check(&format!("{SECRET:#?}"));
        check(&format!("{SECRET:02x?}"));
        check("cGxhbnRlZCBzZWNyZXQsIDI0IGJ5dGVz");
        check("AHBsYW50ZWQgc2VjcmV0\nLCAyNCBieXRlcw==");
        check("70:6C:61:6E:74:65:64:20:73:65:63:72:65:74:2C:20:32:34:20:62:79:74:65:73");
        check("706c616e746564207365637265742c203234206279746573");
    }

    #[test]
    fn other_text_is_not() {
        Marker::new(SECRET).must_not_be_in("nothing to see");
    }
}
