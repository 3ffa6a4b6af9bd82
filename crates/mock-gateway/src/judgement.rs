use core::fmt;

use tokenring_gateway::Rule;

/// What became of one rule when a request was judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Judgement {
    pub(crate) rule: Rule,
    pub(crate) verdict: Verdict,
}

/// Whether a request keeps a rule.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// The request keeps it.
    Held,
    /// The request breaks it: this is what the answer is about.
    Broken,
    /// An earlier rule was broken, so nobody looked.
    NotReached,
}

impl Judgement {
    /// The rule's name, such as `key-id-absent`.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.rule.name()
    }

    /// What became of it.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }
}

impl Verdict {
    /// The word for it: `held`, `broken` or `not reached`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Broken => "broken",
            Self::NotReached => "not reached",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
