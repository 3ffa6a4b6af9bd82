//! Which entries of a gateway's file have the words of an answer.

use tokenring_oauth::{ErrorResponse, ErrorShape};

use crate::{Refusal, RefusalForm};

/// The entries of the file that have these words.
pub(super) fn known_words<'g>(
    response: &ErrorResponse,
    refusals: &'g [Refusal],
) -> Vec<&'g Refusal> {
    let code = response.error().unwrap_or_default();
    let words = response.description().unwrap_or_default();
    let has_words = |refusal: &&Refusal| {
        let same_code = refusal.error().is_none_or(|error| error == code);
        match (refusal.description_text(), refusal.contains()) {
            (Some(whole), _) => same_code && whole.fits(words),
            (None, Some(part)) => {
                same_code && (words.contains(part.trim()) || code.contains(part.trim()))
            }
            // Of a fault the code says it all, and its words may hold values.
            (None, None) if refusal.form() == RefusalForm::Fault => refusal.error() == Some(code),
            // An answer without anything.
            (None, None) if refusal.error().is_none() => {
                refusal.rule().is_some()
                    && response.shape() == ErrorShape::Empty
                    && refusal.status() == Some(response.status())
            }
            // Any other entry without words stands for an answer without words.
            (None, None) => {
                refusal.error() == Some(code)
                    && words.is_empty()
                    && refusal
                        .status()
                        .is_none_or(|status| status == response.status())
            }
        }
    };
    let found: Vec<&Refusal> = refusals.iter().filter(has_words).collect();
    // Where several have the same words, the status may tell them apart.
    let same_status: Vec<&Refusal> = found
        .iter()
        .copied()
        .filter(|refusal| refusal.status() == Some(response.status()))
        .collect();
    if same_status.is_empty() {
        found
    } else {
        same_status
    }
}
