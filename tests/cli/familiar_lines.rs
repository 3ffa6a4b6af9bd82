//! Lines that people type because another program has taught them to.

mod guide;
mod outcomes;
mod spellings;
mod variables_and_keys;
