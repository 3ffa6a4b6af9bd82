//! Lint and mock, which know nothing of each other, have the same opinion of some thousand
//! assertions: one that the mock takes has no finding that says refused, and of one that it does
//! not take the rule that the mock names is among the findings.
//!
//! Both go by the same clock. The signature is right for the header that is sent, unless the text
//! was damaged afterwards or the client's registered key is another one.

mod bench;
mod draft;
mod flows;
mod generator;
mod opinions;
mod random;
mod registration;
mod synonyms;
mod twist;
mod values;
