//! What happens on the way to a token, for a person who watches.

use tokenring::{Event, Importance};

use crate::{Console, option_words};

/// Tells an event, as loud as it is important.
pub(crate) fn tell(event: &Event, console: &Console) {
    let text = event.text();
    let words = match event {
        Event::Doubtful { chosen, .. } => option_words::words_for(&text, chosen),
        _ => option_words::words(&text),
    };
    match event.importance() {
        // A log that repeats it with every token says nothing new.
        Importance::Notice if matches!(event, Event::KeyIdChosen { .. }) => console.remark(words),
        Importance::Detail => console.detail(words),
        Importance::Notice => console.say(words),
        _ => console.warning(words),
    }
}
