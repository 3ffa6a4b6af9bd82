use core::time::Duration;

use serde_json::Value;

use super::{Finding, Lint, Severity, order, shown};
use crate::leeway::UNKNOWN_AT_MOST;
use crate::{AssertionRules, Irregularity, Part, Remedy, Rule, UnverifiedJwt};

/// One assertion on the table, and what was found about it so far.
///
/// What is judged is spread over the files beside this one.
pub(super) struct Inspection<'a> {
    pub(super) lint: &'a Lint<'a>,
    pub(super) jwt: &'a UnverifiedJwt,
    findings: Vec<Finding>,
}

impl<'a> Inspection<'a> {
    pub(super) const fn new(lint: &'a Lint<'a>, jwt: &'a UnverifiedJwt) -> Self {
        Self {
            lint,
            jwt,
            findings: Vec::new(),
        }
    }

    pub(super) fn rules(&self) -> &'a AssertionRules {
        self.lint.gateway.assertion()
    }

    pub(super) fn header(&self, name: &str) -> Option<&'a Value> {
        self.jwt.header().get(name)
    }

    pub(super) fn claim(&self, name: &str) -> Option<&'a Value> {
        self.jwt.claims().get(name)
    }

    /// A finding with a claim in it, in which numbers stand as they are written.
    pub(super) fn with_claim(&self, finding: Finding, name: &str) -> Finding {
        match (self.claim(name), self.jwt.claims().written(name)) {
            (Some(value), Some(written)) if !value.is_string() => {
                finding.with_found_words(shown::text(&written))
            }
            (value, _) => finding.with_found(value),
        }
    }

    pub(super) fn is_required(&self, claim: &str) -> bool {
        let mut required = self.rules().required_claims().iter();
        required.any(|name| name == claim)
    }

    /// The moment of judgement, in seconds.
    pub(super) fn now(&self) -> f64 {
        Duration::from_secs(self.lint.now.as_seconds()).as_secs_f64()
    }

    /// A refusal, or a doubt where the file says that nobody knows.
    pub(super) fn refused(&self, rule: Rule) -> Finding {
        let is_unknown = match rule {
            Rule::Type => self.is_type_unknown(),
            Rule::AudienceList | Rule::ExpiryTooLate | Rule::TooOld | Rule::JwtIdLength => {
                self.is_unknown(rule)
            }
            _ => false,
        };
        match is_unknown {
            true => self.finding(rule, Severity::Doubtful).of_unknown(),
            false => self.finding(rule, Severity::Refused),
        }
    }

    /// A refusal for a date that is this far ahead, and further than the gateway forgives. How much
    /// that is may be unknown, but it is no more than any server forgives.
    pub(super) fn beyond_leeway(&self, rule: Rule, seconds: f64) -> Finding {
        let is_possible = seconds <= UNKNOWN_AT_MOST.as_secs_f64();
        match is_possible && self.is_unknown(rule) {
            true => self.finding(rule, Severity::Doubtful).of_unknown(),
            false => self.finding(rule, Severity::Refused),
        }
    }

    /// Whether the file lists the fact behind a rule as unknown.
    fn is_unknown(&self, rule: Rule) -> bool {
        let path = rule.key_path();
        path.is_some_and(|path| self.lint.gateway.is_unknown(path))
    }

    /// Whether nobody knows what the gateway makes of `typ`.
    pub(super) fn is_type_unknown(&self) -> bool {
        self.is_unknown(Rule::Type) || self.lint.gateway.is_unknown("assertion.typ")
    }

    pub(super) fn doubtful(&self, rule: Rule) -> Finding {
        self.finding(rule, Severity::Doubtful)
    }

    pub(super) fn advised(&self, rule: Rule) -> Finding {
        self.finding(rule, Severity::Advised)
    }

    fn finding(&self, rule: Rule, severity: Severity) -> Finding {
        Finding::new(self.lint.gateway, self.lint.endpoint, rule, severity)
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn has_refused(&self, rule: Rule) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|found| found.rule() == rule && found.severity() == Severity::Refused)
    }

    /// A server reads strictly what could be read here with goodwill.
    pub(super) fn check_text(&mut self) {
        for irregularity in self.jwt.irregularities() {
            let part = irregularity.part();
            // A signature that cannot be decoded verifies nothing; most servers read the JWT.
            let is_signature = part == Some(Part::Signature);
            let is_read = is_signature
                && (*irregularity == Irregularity::NoSignature
                    || !self.rules().signature_is_part_of_form());
            let (rule, wanted) = if is_read {
                (Rule::Signature, "a signature in base64url")
            } else {
                (Rule::Malformed, "three parts of unpadded base64url")
            };
            let finding = self.refused(rule);
            let finding = match irregularity {
                Irregularity::RepeatedName { .. } => finding
                    .with_wanted("each name once")
                    .with_remedy(Remedy::WriteMemberOnce),
                Irregularity::NoSignature => finding
                    .with_wanted(wanted)
                    .with_remedy(Remedy::SignAssertion),
                _ => finding
                    .with_wanted(wanted)
                    .with_remedy(Remedy::SendUnchanged),
            };
            let (subject, words) = irregularity.subject_and_words();
            self.add(finding.about(&subject).with_found_words(words));
        }
    }

    /// Some servers read an assertion whose names are other values as none.
    pub(super) fn check_names(&mut self) {
        let part_of_form = self.rules().names_part_of_form();
        let (header, claims) = (self.jwt.header(), self.jwt.claims());
        let named = ["kid", "typ"].map(|name| (name, header.get(name)));
        let claimed = ["iss", "sub"].map(|name| (name, claims.get(name)));
        for (name, value) in named.into_iter().chain(claimed) {
            if !part_of_form.contains(&name) {
                continue;
            }
            let Some(value) = value.filter(|value| !(value.is_string() || value.is_null())) else {
                continue;
            };
            let finding = self.refused(Rule::Malformed).about(name);
            self.add(finding.with_found(Some(value)).with_wanted("a text"));
        }
    }

    /// A server that bounds its parameters does not read what is longer.
    pub(super) fn check_whole_length(&mut self) {
        let limit = self.lint.gateway.request().maximum_parameter_characters();
        let length = self.jwt.compact_length();
        let Some(limit) =
            limit.filter(|limit| usize::try_from(*limit).is_ok_and(|most| length > most))
        else {
            return;
        };
        let finding = self.refused(Rule::ParameterTooLong);
        self.add(
            finding
                .with_found_words(format!("{length} characters long"))
                .with_wanted(format!("at most {limit} characters")),
        );
    }

    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        let gateway = self.lint.gateway;
        self.findings
            .sort_by_key(|finding| (finding.severity(), order::place(gateway, finding.rule())));
        self.findings
    }
}
