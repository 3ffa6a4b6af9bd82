use std::fmt::Write as _;

use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Finding, Members, Severity, UnverifiedJwt, Verification};
use tokenring_jwk::Jwk;
use tokenring_text::printable;

use super::times;
use crate::output;
use crate::remedy_words;
use tokenring::Target;

/// What was found out about a JWT.
pub(super) struct Report<'r> {
    pub(super) jwt: &'r UnverifiedJwt,
    pub(super) now: NumericDate,
    /// None without keys.
    pub(super) verification: Option<&'r Verification<'r>>,
    /// The gateway whose rules it was held against.
    pub(super) target: Option<&'r Target>,
    pub(super) findings: Option<&'r [Finding]>,
}

/// More of a value than this is seldom looked at: a chain of certificates, say.
const LONGEST_VALUE: usize = 400;

impl Report<'_> {
    /// Whether nothing speaks against it, as far as was looked: a doubt does, and advice does not.
    ///
    /// Where there is a gateway its rules decide, of how keys are found too.
    pub(super) fn is_clean(&self) -> bool {
        match self.findings {
            Some(findings) => findings.iter().all(is_advice),
            None => {
                self.jwt.irregularities().is_empty()
                    && self.verification.is_none_or(Verification::is_clean)
            }
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = writeln!(text, "Header");
        self.members(&mut text, self.jwt.header());
        let _ = writeln!(text, "Claims");
        self.members(&mut text, self.jwt.claims());
        let _ = writeln!(text, "Signature");
        let _ = writeln!(text, "  {}", self.signature());
        if let Some(verification) = self.verification {
            for problem in verification.problems() {
                let _ = writeln!(text, "  {}", printable(&problem.to_string()));
            }
        }
        if !self.jwt.irregularities().is_empty() {
            let _ = writeln!(text, "Text");
        }
        for irregularity in self.jwt.irregularities() {
            let _ = writeln!(text, "  {}", printable(&irregularity.to_string()));
        }
        self.rules(&mut text);
        text
    }

    pub(super) fn json(&self) -> String {
        let irregularities = self.jwt.irregularities().iter();
        let verified_by = self.verification.map(|verification| {
            json!({
                "verified": verification.verified_by().is_some(),
                "key_id": verification
                    .verified_by()
                    .and_then(Jwk::key_id)
                    .map(|key_id| key_id.as_str()),
                "problems": verification
                    .problems()
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
            })
        });
        let document = json!({
            "header": object(self.jwt.header()),
            "claims": object(self.jwt.claims()),
            "signature_bytes": self.jwt.signature().map(|signature| signature.as_bytes().len()),
            "verification": verified_by,
            "irregularities": irregularities.map(ToString::to_string).collect::<Vec<_>>(),
            "gateway": self.target.map(|target| target.gateway().name()),
            "environment": self.target.map(|target| target.endpoint().environment()),
            "flow": self.target.and_then(|target| target.gateway().flow()),
            "judged_at": self.now.as_seconds(),
            "findings": self.findings.map(|findings| {
                findings.iter().map(finding_json).collect::<Vec<_>>()
            }),
            "clean": self.is_clean(),
        });
        output::json(&document)
    }

    fn members(&self, text: &mut String, members: &Members) {
        let names = members.iter().map(|(name, _)| name.chars().count());
        let width = names.max().unwrap_or_default().min(24);
        for (name, value) in members.iter() {
            let name = printable(name).to_string();
            let value_text = shortened(&match value {
                Value::String(text) => text.clone(),
                value => value.to_string(),
            });
            let _ = write!(text, "  {name:width$}  {}", printable(&value_text));
            if let Some(words) = times::in_words(&name, value, self.now) {
                let _ = write!(text, "  ({words})");
            }
            text.push('\n');
        }
    }

    fn signature(&self) -> String {
        let Some(signature) = self.jwt.signature() else {
            return "none that can be read".into();
        };
        let length = signature.as_bytes().len();
        let verdict = match self.verification {
            None => "not verified, as no key was given; --jwks FILE|URL gives one".into(),
            Some(verification) => match verification.verified_by() {
                Some(key) => match key.key_id() {
                    Some(key_id) => format!("verified, by key {}", printable(key_id.as_str())),
                    None => "verified".into(),
                },
                None => "not verified".into(),
            },
        };
        format!("{length} bytes, {verdict}")
    }

    fn rules(&self, text: &mut String) {
        let (Some(target), Some(findings)) = (self.target, self.findings) else {
            return;
        };
        let flow = target.gateway().flow();
        let flow = flow
            .map(|flow| format!(", flow {flow}"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "Rules of gateway {}, environment {}{flow}",
            target.gateway().name(),
            target.endpoint().environment()
        );
        for finding in findings {
            let _ = writeln!(
                text,
                "  {}: {}",
                finding.severity(),
                printable(&finding.to_string())
            );
            let remedy = remedy_words::words(finding.remedy());
            let _ = writeln!(text, "    mend: {}", printable(&remedy));
            let _ = writeln!(text, "    source: {}", printable(finding.source()));
        }
        if findings.iter().all(is_advice) {
            let _ = writeln!(
                text,
                "  none is broken, as far as the assertion alone can tell"
            );
        } else if !findings.iter().any(is_refused) {
            let _ = writeln!(
                text,
                "  none is broken for certain; what is doubtful may be refused all the same"
            );
        }
    }
}

fn is_refused(finding: &Finding) -> bool {
    finding.severity() == Severity::Refused
}

fn is_advice(finding: &Finding) -> bool {
    finding.severity() == Severity::Advised
}

fn finding_json(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule().name(),
        "severity": finding.severity().name(),
        "subject": finding.subject(),
        "found": finding.found(),
        "wanted": finding.wanted(),
        "detail": finding.detail(),
        "remedy": remedy_words::words(finding.remedy()),
        "source": finding.source(),
    })
}

fn object(members: &Members) -> Value {
    let members = members.iter();
    Value::Object(
        members
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect(),
    )
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => {
            let shown = text.get(..end).unwrap_or_default();
            format!("{shown}... ({} bytes)", text.len())
        }
        None => text.to_owned(),
    }
}
