//! Why a gateway refused: its answers by themselves, and with what is known on this side.

mod advice;
mod classification;
mod conditions;
mod field_answers;
mod known_words;
mod local_facts;
mod local_keys;
mod other_answers;
mod recorded;
mod remedies;
mod scene;
