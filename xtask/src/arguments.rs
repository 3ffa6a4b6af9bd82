use std::collections::VecDeque;

use crate::failure::{Failure, While};

/// The words of the command line that no one has taken yet.
pub(crate) struct Arguments(VecDeque<String>);

impl Arguments {
    pub(crate) fn from_process() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// Takes the next word.
    pub(crate) fn word(&mut self) -> Option<String> {
        self.0.pop_front()
    }

    /// Takes a flag, wherever it stands.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Takes an option and the word after it, wherever they stand.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|word| word == name)?;
        self.0.remove(place);
        Some(self.0.remove(place).unwrap_or_default())
    }

    /// Takes an option and the number after it, wherever they stand.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<u64>, Failure> {
        let Some(place) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.0.remove(place);
        let number = self.0.remove(place).unwrap_or_default();
        let number = number.parse().while_doing(format!("{name} {number}"))?;
        Ok(Some(number))
    }

    /// Complains about what was not taken.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        match self.word() {
            None => Ok(()),
            Some(word) => Err(Failure::new(format!("unexpected argument `{word}`"))),
        }
    }
}
