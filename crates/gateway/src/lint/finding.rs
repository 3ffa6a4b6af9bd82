use core::fmt;

use serde_json::Value;

use super::shown;
use crate::remedy::remedy;
use crate::{Endpoint, Gateway, Remedy, Rule};

/// One thing about an assertion that a gateway minds, or may mind.
///
/// Texts from the assertion are shortened, and free of control characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    rule: Rule,
    severity: Severity,
    subject: String,
    found: Option<String>,
    wanted: String,
    detail: Option<String>,
    source: String,
    remedy: Remedy,
    is_unknown: bool,
}

/// How much a finding matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Severity {
    /// The gateway refuses the assertion.
    Refused,
    /// The gateway takes it, and it breaks a documented rule all the same or hangs by a thread; or
    /// nobody knows whether the gateway takes it.
    Doubtful,
    /// The gateway takes it, and advises something else.
    Advised,
}

impl Severity {
    /// The word for it, in output for machines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Doubtful => "doubtful",
            Self::Advised => "advice",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl Finding {
    /// The rule that is broken.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// How much it matters.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// The claim, header parameter or other part of the assertion that it is about.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What the assertion has there, as JSON or in words; none if it is not there.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// What belongs there.
    #[must_use]
    pub fn wanted(&self) -> &str {
        &self.wanted
    }

    /// Where the two differ, or how the one came about, if that can be told.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Where the rule is from: the gateway's document, or else the standard.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What fixes it.
    #[must_use]
    pub const fn remedy(&self) -> &Remedy {
        &self.remedy
    }

    /// Whether the gateway's file says that nobody knows the rule's limit: the finding is doubtful
    /// for that, and the gateway may well refuse the assertion.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        self.is_unknown
    }

    /// Begins with everything that the rule itself tells.
    pub(super) fn new(
        gateway: &Gateway,
        endpoint: &Endpoint,
        rule: Rule,
        severity: Severity,
    ) -> Self {
        let stated = rule.key_path().and_then(|path| gateway.source_of(path));
        let source = stated.unwrap_or_else(|| rule.specification());
        Self {
            rule,
            severity,
            subject: rule.subject().to_owned(),
            found: None,
            wanted: String::new(),
            detail: None,
            source: source.to_owned(),
            remedy: remedy(gateway, endpoint, rule),
            is_unknown: false,
        }
    }

    /// Names another subject than the rule's.
    pub(super) fn about(mut self, subject: &str) -> Self {
        self.subject = shown::text(subject);
        self
    }

    pub(super) fn with_found(mut self, value: Option<&Value>) -> Self {
        self.found = value.map(shown::value);
        self
    }

    pub(super) const fn of_unknown(mut self) -> Self {
        self.is_unknown = true;
        self
    }

    pub(super) fn with_found_words(mut self, words: impl Into<String>) -> Self {
        self.found = Some(words.into());
        self
    }

    pub(super) fn with_wanted(mut self, wanted: impl Into<String>) -> Self {
        self.wanted = wanted.into();
        self
    }

    pub(super) fn with_detail(mut self, detail: impl Into<Option<String>>) -> Self {
        self.detail = detail.into();
        self
    }

    pub(super) fn with_source(mut self, source: Option<&str>) -> Self {
        if let Some(source) = source {
            source.clone_into(&mut self.source);
        }
        self
    }

    pub(super) fn with_remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = remedy;
        self
    }
}

/// One line without source and remedy.
impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The one subject that is many.
        let verb = match self.subject.as_str() {
            "claims" => "are",
            _ => "is",
        };
        let found = self.found.as_deref().unwrap_or("missing");
        write!(formatter, "{} {verb} {found}", self.subject)?;
        write!(formatter, ", wanted: {}", self.wanted)?;
        match &self.detail {
            Some(detail) => write!(formatter, " ({detail})"),
            None => Ok(()),
        }
    }
}
