//! Why a gateway refused: its answers by themselves, and with what is known on this side.

mod advice;
mod classification;
mod conditions;
mod consistency;
mod dpop;
mod field_answers;
mod known_words;
mod local_facts;
mod local_keys;
mod other_answers;
mod other_authentication;
mod other_flows;
mod overridden;
mod recorded;
mod remedies;
mod scene;
mod sent_already;
