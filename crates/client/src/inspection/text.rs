//! What was found out about a JWT, for a person.

use std::fmt::Write as _;

use serde_json::Value;
use tokenring_gateway::{Finding, Members, Severity, Text};
use tokenring_text::printable;

use super::private_members::masked;
use super::{Inspection, Verified};
use crate::{ProofInspection, Target};

/// More of a value than this is seldom looked at: a chain of certificates, say.
const LONGEST_VALUE: usize = 400;

impl Inspection<'_> {
    /// All of it for a person, line by line, with the remedies in a program's words. It is safe on
    /// a terminal.
    #[must_use]
    pub fn to_text(&self, words: impl Fn(&Text) -> String) -> String {
        let jwt = self.jwt();
        let mut text = String::from("Header\n");
        let date = |name: &str, value: &Value| self.date(name, value);
        add_members(&mut text, date, jwt.header());
        text.push_str("Claims\n");
        add_members(&mut text, date, jwt.claims());
        // Writing to a String does not fail.
        let _ = writeln!(text, "Signature\n  {}", signature(self, &words));
        for problem in self.verification().iter().flat_map(|it| &it.problems) {
            let _ = writeln!(text, "  {}", printable(problem));
        }
        add_oddities(&mut text, self);
        if let (Some(target), Some(findings)) = (self.target(), self.findings()) {
            add_rules(&mut text, target, findings, &words);
        }
        text
    }
}

impl ProofInspection<'_> {
    /// All of it for a person, line by line. It is safe on a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let jwt = self.jwt();
        let date = |name: &str, value: &Value| self.date(name, value);
        let mut text = String::from("DPoP proof (RFC 9449)\nHeader\n");
        add_members(&mut text, date, jwt.header());
        text.push_str("Claims\n");
        add_members(&mut text, date, jwt.claims());
        // Writing to a String does not fail.
        if let Some(thumbprint) = self.thumbprint() {
            let _ = writeln!(text, "Key\n  thumbprint (jkt) {thumbprint}");
        }
        text.push_str("Checks\n");
        for irregularity in jwt.irregularities() {
            let _ = writeln!(text, "  {}", printable(&irregularity.to_string()));
        }
        for finding in self.findings() {
            let _ = writeln!(text, "  {}", printable(&finding.to_string()));
        }
        if self.is_clean() {
            text.push_str("  nothing is wrong, as far as the proof alone can tell\n");
        }
        text
    }
}

/// What is odd about the text, and whose SDK made it.
fn add_oddities(text: &mut String, inspection: &Inspection<'_>) {
    let jwt = inspection.jwt();
    let unset = inspection.unset_values();
    if !jwt.irregularities().is_empty() || !unset.is_empty() {
        text.push_str("Text\n");
    }
    for (name, writer) in unset {
        let _ = writeln!(
            text,
            "  {name} is how {writer} writes a value that is not set; a variable is empty in the \
             program that made this"
        );
    }
    for irregularity in jwt.irregularities() {
        let _ = writeln!(text, "  {}", printable(&irregularity.to_string()));
    }
    if let Some(sdk) = inspection.sdk() {
        let _ = writeln!(text, "Made by\n  looks like {}", sdk.name());
        let _ = writeln!(text, "  {}\n  source: {}", sdk.habits(), sdk.source());
    }
}

/// Adds every member, without what is private of keys among them.
fn add_members(
    text: &mut String,
    date: impl Fn(&str, &Value) -> Option<String>,
    members: &Members,
) {
    let names = members.iter().map(|(name, _)| name.chars().count());
    let width = names.max().unwrap_or_default().min(24);
    for (name, value) in members.iter() {
        let shown = printable(name).to_string();
        let written = match masked(name, value) {
            Some(masked) => masked.to_string().into(),
            None => members.written(name).unwrap_or_default(),
        };
        let value_text = shortened(value.as_str().unwrap_or(&written));
        let _ = write!(text, "  {shown:width$}  {}", printable(&value_text));
        if let Some(words) = date(name, value) {
            let _ = write!(text, "  ({words})");
        }
        text.push('\n');
    }
}

fn signature(inspection: &Inspection<'_>, words: &impl Fn(&Text) -> String) -> String {
    let Some(signature) = inspection.jwt().signature() else {
        return "none that can be read".into();
    };
    let length = signature.as_bytes().len();
    let verdict = match inspection.verification() {
        None => words(&Text::fill(
            "not verified, as no key was given; {setting:jwks} FILE|URL gives one",
            &[],
        )),
        Some(Verified {
            is_verified: true,
            key_id: Some(key_id),
            ..
        }) => format!("verified, by key {}", printable(key_id.as_str())),
        Some(verification) if verification.is_verified => "verified".into(),
        Some(_) => "not verified".into(),
    };
    format!("{length} bytes, {verdict}")
}

fn add_rules(
    text: &mut String,
    target: &Target,
    findings: &[Finding],
    words: &impl Fn(&Text) -> String,
) {
    let flow = target.gateway().flow();
    let flow = flow.map(|flow| format!(", flow {flow}"));
    let _ = writeln!(
        text,
        "Rules of gateway {}, environment {}{}",
        target.gateway().name(),
        target.endpoint().environment(),
        flow.unwrap_or_default()
    );
    for finding in findings {
        let _ = writeln!(
            text,
            "  {}: {}",
            finding.severity(),
            printable(&finding.to_string())
        );
        let remedy = words(&finding.remedy().text());
        let _ = writeln!(text, "    mend: {}", printable(&remedy));
        let _ = writeln!(text, "    source: {}", printable(finding.source()));
    }
    if findings.iter().all(is_advice) {
        text.push_str("  none is broken, as far as the assertion alone can tell\n");
    } else if !findings.iter().any(is_refused) {
        text.push_str(
            "  none is broken for certain; what is doubtful may be refused all the same\n",
        );
    }
}

fn is_refused(finding: &Finding) -> bool {
    finding.severity() == Severity::Refused
}

fn is_advice(finding: &Finding) -> bool {
    finding.severity() == Severity::Advised
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
