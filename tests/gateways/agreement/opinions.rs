//! What the mock and the lint say of one assertion, and what divides them.

use serde_json::Value;

use super::draft::{Change, Draft};
use super::synonyms;
use crate::stage::ACCEPTED;

/// Where the client has registered its keys, and for which algorithm.
const ONLY_THE_SERVER_KNOWS: [&str; 2] = ["algorithm-of-client", "key-set-url"];

/// What became of one assertion.
pub(super) struct Opinions {
    /// Who sent it, by its place in the bench.
    pub(super) client: usize,
    pub(super) mock: &'static str,
    /// The rules by which the lint says that it is refused, in its order.
    pub(super) lint: Vec<&'static str>,
    /// Those by which it may be, where nobody knows how strict the gateway is.
    pub(super) unknown: Vec<&'static str>,
    pub(super) text: String,
    /// What a gateway may remember the assertion by.
    pub(super) jwt_id: Option<String>,
    pub(super) is_spent: bool,
    /// Whether the file leaves open whom the server trusts as issuer.
    pub(super) has_free_issuer: bool,
    pub(super) draft: Draft,
}

impl Opinions {
    /// Whether the two agree, and if so whether the mock refuses by the lint's first rule.
    pub(super) fn agreement(&self) -> Option<bool> {
        if self.mock == ACCEPTED {
            return (self.lint.is_empty() && !self.is_spent).then_some(false);
        }
        // The lint sees one assertion only.
        if self.mock == "jwt-id-spent" {
            return self.is_spent.then_some(false);
        }
        if self.mock == "unknown-client" && self.has_free_issuer {
            return Some(false);
        }
        let mut unknown = self.unknown.iter();
        if unknown.any(|rule| synonyms::are_same(self.mock, rule)) {
            return Some(self.lint.is_empty());
        }
        if ONLY_THE_SERVER_KNOWS.contains(&self.mock) {
            return Some(false);
        }
        let mut rules = self.lint.iter();
        let place = rules.position(|rule| synonyms::are_same(self.mock, rule));
        place.map(|place| place == 0)
    }
}

/// What the two are divided on.
pub(super) struct Difference {
    pub(super) title: String,
    pub(super) client: &'static str,
    pub(super) changes: Vec<Change>,
    pub(super) opinions: Opinions,
}

impl core::fmt::Display for Difference {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self {
            title,
            client,
            opinions,
            ..
        } = self;
        write!(
            formatter,
            "{title}, client {client:?}: mock {}, lint {:?}",
            opinions.mock, opinions.lint
        )?;
        for change in &self.changes {
            write!(formatter, "; {change}")?;
        }
        let json =
            |members: &serde_json::Map<String, Value>| serde_json::to_string(members).unwrap();
        write!(
            formatter,
            "\n    {} {}",
            json(&opinions.draft.header),
            json(&opinions.draft.claims)
        )
    }
}
