use core::fmt;

use super::Class;
use crate::{Remedy, Rule, Text};

/// One thing that may have led to a refusal, and what fixes it.
///
/// Its texts are for people. They repeat values of the assertion and of key sets, which are not
/// filtered for a terminal; none of them is a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    class: Class,
    rule: Option<Rule>,
    likelihood: Likelihood,
    explanation: Text,
    found: Option<String>,
    wanted: Option<String>,
    remedy: Remedy,
    source: Option<String>,
}

/// How sure it is that something is the cause.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Likelihood {
    /// The server says so, or it is known here that the server cannot accept this.
    Certain,
    /// Servers of this kind refuse this, as a rule.
    Likely,
    /// It cannot be ruled out from here.
    Possible,
}

impl Cause {
    pub(super) fn new(likelihood: Likelihood, rule: Rule) -> Self {
        Self {
            class: Class::of_rule(rule),
            rule: Some(rule),
            likelihood,
            explanation: rule.cause().into(),
            found: None,
            wanted: None,
            remedy: rule.remedy(),
            source: None,
        }
    }

    /// A cause that is no broken rule.
    pub(super) fn of_class(likelihood: Likelihood, class: Class) -> Self {
        Self {
            class,
            rule: None,
            likelihood,
            explanation: class.meaning().into(),
            found: None,
            wanted: None,
            remedy: class.remedy(),
            source: None,
        }
    }

    pub(super) fn explained(mut self, explanation: impl Into<Text>) -> Self {
        self.explanation = explanation.into();
        self
    }

    /// Adds a sentence to the explanation.
    pub(super) fn adding(mut self, sentence: &Text) -> Self {
        self.explanation.add(sentence);
        self
    }

    pub(super) fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    pub(super) fn wanted(mut self, wanted: impl Into<String>) -> Self {
        self.wanted = Some(wanted.into());
        self
    }

    pub(super) fn mended_by(mut self, remedy: Remedy) -> Self {
        self.remedy = remedy;
        self
    }

    pub(super) fn sourced_in(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(super) const fn at(mut self, likelihood: Likelihood) -> Self {
        self.likelihood = likelihood;
        self
    }

    /// Takes over what another one knows in detail.
    pub(super) fn refined_by(mut self, detail: Self) -> Self {
        // The rule's own sentence says no more than this one.
        let general = detail.rule.map(Rule::cause);
        if let Some(more) = detail.explanation.after(general) {
            self = self.adding(&more);
        }
        self.found = detail.found.or(self.found);
        self.wanted = detail.wanted.or(self.wanted);
        self.remedy = detail.remedy;
        self.source = detail.source.or(self.source);
        self
    }

    /// What kind of refusal this leads to.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// The rule that is broken, if it is one.
    #[must_use]
    pub const fn rule(&self) -> Option<Rule> {
        self.rule
    }

    /// How sure it is.
    #[must_use]
    pub const fn likelihood(&self) -> Likelihood {
        self.likelihood
    }

    /// What is the matter, in sentences.
    #[must_use]
    pub const fn explanation(&self) -> &Text {
        &self.explanation
    }

    /// How likely it is, what is the matter, and the values, in one line.
    #[must_use]
    pub fn text(&self) -> Text {
        let mut text = Text::from(format!("{}:", self.likelihood));
        text.add(&self.explanation);
        let values = match (&self.found, &self.wanted) {
            (Some(found), Some(wanted)) => format!("(found: {found}; wanted: {wanted})"),
            (Some(found), None) => format!("(found: {found})"),
            (None, Some(wanted)) => format!("(wanted: {wanted})"),
            (None, None) => return text,
        };
        text.add(&values.into());
        text
    }

    /// What was found, where there is a value to show.
    #[must_use]
    pub fn found_value(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// What should have been there instead, where that is known.
    #[must_use]
    pub fn wanted_value(&self) -> Option<&str> {
        self.wanted.as_deref()
    }

    /// Where the rule is written down, if it is one of the gateway's file or of a standard.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// What fixes it.
    #[must_use]
    pub const fn remedy(&self) -> &Remedy {
        &self.remedy
    }
}

impl Likelihood {
    /// The name, for people and machines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl fmt::Display for Likelihood {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
