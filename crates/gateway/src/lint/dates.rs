use std::time::Duration;

use serde_json::Value;
use tokenring_assertion::Lifetime;

use super::Finding;
use super::claims::is_nothing;
use super::inspection::Inspection;
use super::shown;
use crate::{DateForm, DateUnit, LifetimeStart, Remedy, Rule};

/// Ten years: more than any lifetime, and as a date before any JWT.
const SURELY_A_DATE: f64 = 320_000_000.0;

/// How far ahead `iat` may be without a word where the gateway does not look at it.
const WORTH_A_DOUBT: f64 = 60.0;

/// A text of digits that no number type has trouble with.
const MOST_DIGITS: usize = 15;

/// A date claim and the rules about it.
struct DateClaim {
    name: &'static str,
    absent: Rule,
    form: Rule,
}

const EXPIRY: DateClaim = DateClaim {
    name: "exp",
    absent: Rule::ExpiryAbsent,
    form: Rule::ExpiryForm,
};
const ISSUED_AT: DateClaim = DateClaim {
    name: "iat",
    absent: Rule::IssuedAtAbsent,
    form: Rule::IssuedAtForm,
};
const NOT_BEFORE: DateClaim = DateClaim {
    name: "nbf",
    absent: Rule::NotBeforeAbsent,
    form: Rule::NotBeforeForm,
};

impl Inspection<'_> {
    pub(super) fn check_dates(&mut self) {
        let expiry = self.read_date(&EXPIRY);
        let issued_at = self.read_date(&ISSUED_AT);
        let not_before = self.read_date(&NOT_BEFORE);
        if let Some(expiry) = expiry {
            self.check_expired(expiry);
            self.check_lifetime(expiry, issued_at, not_before);
        }
        if let Some(issued_at) = issued_at {
            self.check_issued_at(issued_at);
        }
        if let Some(not_before) = not_before {
            self.check_not_before(not_before);
        }
    }

    /// Reads a date that has a form which the gateway takes, and reports any other.
    fn read_date(&mut self, claim: &DateClaim) -> Option<f64> {
        let found = self.claim(claim.name);
        if is_nothing(found) && self.is_required(claim.name) {
            let wanted = "a number of seconds since 1970";
            self.add_absent(claim.absent, claim.name, wanted);
            return None;
        }
        let found = found?;
        let taken = self.rules().dates();
        let seconds = match found {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => digits(text),
            _ => None,
        };
        let is_text = found.is_string();
        // An integer can be too large for every integer type.
        let written = self.jwt.claims().written_number(claim.name);
        let is_integer = written.is_some_and(|number| !number.contains(['.', 'e', 'E']));
        let is_fraction = found.is_f64() && !is_integer;
        let passes = match taken {
            DateForm::Integer => found.is_u64() || found.is_i64(),
            DateForm::Number => found.is_number(),
            DateForm::NumberOrText => seconds.is_some(),
            // Nobody looks at it.
            DateForm::NumberElseAbsent if claim.name != "exp" && !found.is_number() => return None,
            DateForm::NumberElseAbsent => found.is_number(),
        };
        let wanted = match taken {
            DateForm::Number | DateForm::NumberOrText | DateForm::NumberElseAbsent => {
                "a JSON number of seconds since 1970"
            }
            DateForm::Integer => "a JSON number of seconds since 1970, without a fraction",
        };
        let (detail, remedy) = match found {
            Value::String(text) => {
                let (detail, remedy) = about_text(text);
                (Some(detail.to_owned()), remedy)
            }
            Value::Number(_) if is_fraction => (
                Some("a fraction or an exponent".to_owned()),
                Remedy::RoundDate,
            ),
            Value::Number(number) if !passes => (
                number.as_f64().and_then(about_unit),
                Remedy::SetDate { claim: claim.name },
            ),
            _ => (None, Remedy::WriteDateAsNumber),
        };
        if !passes {
            let finding = self.with_claim(self.refused(claim.form), claim.name);
            let finding = finding.with_wanted(wanted).with_detail(detail);
            self.add(with_remedy_of_form(finding, remedy));
            return None;
        }
        // Nobody looks at it: it is no date.
        if taken == DateForm::NumberElseAbsent && claim.name == "exp" && seconds == Some(0.0) {
            let finding = self.with_claim(self.doubtful(claim.form), claim.name);
            let detail = "the gateway reads 0 as no date".to_owned();
            let finding = finding.with_wanted(wanted).with_detail(Some(detail));
            self.add(finding.with_remedy(Remedy::SetExpiry));
            return None;
        }
        if let Some(finding) = self.about_form(claim, is_text, is_fraction) {
            let finding = self.with_claim(finding, claim.name);
            let finding = finding.with_wanted(wanted).with_detail(detail);
            self.add(with_remedy_of_form(finding, remedy));
        }
        seconds
    }

    /// What there is to say of a date that is taken, although not every server would.
    fn about_form(&self, claim: &DateClaim, is_text: bool, is_fraction: bool) -> Option<Finding> {
        if !is_text && !is_fraction {
            return None;
        }
        let is_known = self.rules().states_dates();
        if !is_known || self.lint.gateway.is_unknown("assertion.dates") {
            return Some(self.doubtful(claim.form));
        }
        // RFC 7519 section 2 allows a fraction, and no text.
        is_text.then(|| self.advised(claim.form))
    }

    fn check_expired(&mut self, expiry: f64) {
        let (now, leeway) = (self.now(), self.forgiven(Rule::Expired));
        let ago = now - expiry;
        if ago < 0.0 {
            return;
        }
        let is_at_the_end = self.rules().ends_at_expiry() && now >= expiry + leeway;
        let finding = if is_at_the_end || now > expiry + leeway {
            self.refused(Rule::Expired)
        } else {
            self.doubtful(Rule::Expired)
        };
        let detail = match ago {
            _ if expiry < SURELY_A_DATE => about_no_date(expiry),
            ago if ago < 1.0 => "it expires at this very second".to_owned(),
            ago => format!("it expired {} ago", shown::span(ago)),
        };
        self.add_date(
            finding,
            &EXPIRY,
            format!("a time after {}", self.lint.now),
            detail,
        );
    }

    fn check_lifetime(&mut self, expiry: f64, issued_at: Option<f64>, not_before: Option<f64>) {
        let rules = self.rules();
        let without_issued_at = rules.maximum_lifetime_without_issued_at();
        if let Some(limit) = without_issued_at.filter(|_| self.claim("iat").is_none()) {
            let rule = Rule::ExpiryTooLateWithoutIssuedAt;
            let finding = self.lifetime_finding(rule, limit, expiry, None);
            finding.into_iter().for_each(|finding| self.add(finding));
            return;
        }
        let Some(limit) = rules.maximum_lifetime() else {
            self.check_unlimited(expiry);
            return;
        };
        let starts = rules.lifetime_counts_from().iter();
        let findings = starts.filter_map(|start| {
            let claim = match start {
                LifetimeStart::Receipt => None,
                LifetimeStart::Issue => Some(("iat", issued_at)),
                LifetimeStart::NotBefore => Some(("nbf", not_before)),
            };
            let start = match claim {
                Some((name, Some(date))) => Some((name, date)),
                // It has a form that no gateway takes, and is reported for that.
                Some((name, None)) if self.claim(name).is_some() => return None,
                _ => None,
            };
            self.lifetime_finding(Rule::ExpiryTooLate, limit, expiry, start)
        });
        // One is enough, of the start that matters most.
        let finding = findings.min_by_key(Finding::severity);
        finding.into_iter().for_each(|finding| self.add(finding));
    }

    /// What there is to say of a lifetime that counts from a claim's date, or else from now.
    fn lifetime_finding(
        &self,
        rule: Rule,
        limit: Lifetime,
        expiry: f64,
        start: Option<(&str, f64)>,
    ) -> Option<Finding> {
        let leeway = seconds(self.rules().leeway().lifetime());
        let limit = limit_of(limit);
        let (from, date) = start.unwrap_or(("now", self.now()));
        let lifetime = expiry - date;
        let wanted = format!("at most {limit:.0} s after {from}");
        let over = lifetime - limit;
        let mut detail = format!("it is {} after {from}", shown::span(lifetime));
        if let Some(unit) = about_unit(expiry) {
            detail = unit;
        }
        let finding = if over > leeway {
            self.refused(rule)
        } else if over > 0.0 {
            detail = format!("it is {over:.0} s over the limit, which the server forgives");
            self.doubtful(rule)
        } else {
            return None;
        };
        Some(self.about_date(finding, &EXPIRY, wanted, detail))
    }

    /// Without a known limit there is one unit too large all the same.
    fn check_unlimited(&mut self, expiry: f64) {
        let Some(detail) = about_unit(expiry) else {
            return;
        };
        let is_taken =
            self.rules().has_unlimited_lifetime() && DateUnit::of(expiry) == DateUnit::Milliseconds;
        let finding = match is_taken {
            true => {
                let source = self.lint.gateway.source_of("assertion.unlimited-lifetime");
                self.advised(Rule::ExpiryTooLate).with_source(source)
            }
            false => self.doubtful(Rule::ExpiryTooLate),
        };
        let wanted = "a few minutes from now, in seconds".to_owned();
        self.add_date(finding, &EXPIRY, wanted, detail);
    }

    fn check_issued_at(&mut self, issued_at: f64) {
        let rules = self.rules();
        let now = self.now();
        let ahead = issued_at - now;
        let detail =
            about_unit(issued_at).unwrap_or_else(|| format!("it is {} ahead", shown::span(ahead)));
        let allowed = self.lint.gateway.forgives(Rule::IssuedInFuture);
        let allowed = allowed.map(seconds);
        let wanted = format!("seconds, at the latest {}", self.lint.now);
        match allowed {
            Some(allowed) if ahead > allowed => {
                let finding = self.beyond_leeway(Rule::IssuedInFuture, ahead);
                self.add_date(finding, &ISSUED_AT, wanted, detail);
            }
            // A clock that is a little fast does no harm here. More than that is a wrong zone or
            // a wrong unit, and no server needs to take it.
            None if ahead > WORTH_A_DOUBT => {
                let finding = self.doubtful(Rule::IssuedInFuture);
                self.add_date(finding, &ISSUED_AT, wanted, detail);
            }
            _ => {}
        }
        let Some(maximum_age) = rules.maximum_age().map(seconds) else {
            return;
        };
        if now > issued_at + maximum_age {
            let finding = self.refused(Rule::TooOld);
            let wanted = format!("at most {maximum_age:.0} s ago");
            let detail = match issued_at < SURELY_A_DATE {
                true => about_no_date(issued_at),
                false => format!("it was {} ago", shown::span(-ahead)),
            };
            self.add_date(finding, &ISSUED_AT, wanted, detail);
        }
    }

    fn check_not_before(&mut self, not_before: f64) {
        let ahead = not_before - self.now();
        if ahead <= self.forgiven(Rule::NotYetValid) {
            return;
        }
        let detail =
            about_unit(not_before).unwrap_or_else(|| format!("it is {} ahead", shown::span(ahead)));
        let finding = self.beyond_leeway(Rule::NotYetValid, ahead);
        let wanted = format!("seconds, at the latest {}", self.lint.now);
        self.add_date(finding, &NOT_BEFORE, wanted, detail);
    }

    /// How far the gateway forgives a wrong clock, in seconds.
    fn forgiven(&self, rule: Rule) -> f64 {
        seconds(self.lint.gateway.forgives(rule).unwrap_or_default())
    }

    fn add_date(&mut self, finding: Finding, claim: &DateClaim, wanted: String, detail: String) {
        let finding = self.about_date(finding, claim, wanted, detail);
        self.add(finding);
    }

    fn about_date(
        &self,
        finding: Finding,
        claim: &DateClaim,
        wanted: String,
        detail: String,
    ) -> Finding {
        let found = self.claim(claim.name);
        let mut finding = self.with_claim(finding, claim.name).with_wanted(wanted);
        let number = found.and_then(number);
        match number.map(|number| (number, DateUnit::of(number))) {
            Some((date, DateUnit::Seconds)) if date < SURELY_A_DATE => {
                finding = finding.with_remedy(Remedy::SetDate { claim: claim.name });
            }
            None | Some((_, DateUnit::Seconds)) => {}
            Some((_, unit)) => finding = finding.with_remedy(Remedy::for_unit(claim.name, unit)),
        }
        let is_unknown = finding.is_unknown();
        let unknown = is_unknown.then_some("; whether the server forgives that is unknown");
        finding.with_detail(format!("{detail}{}", unknown.unwrap_or_default()))
    }
}

/// The remedy of a form, unless the gateway's file has one of its own.
fn with_remedy_of_form(finding: Finding, remedy: Remedy) -> Finding {
    match finding.remedy() {
        Remedy::Stated(_) => finding,
        _ => finding.with_remedy(remedy),
    }
}

/// What a date is in that is too large for one in seconds.
fn about_unit(date: f64) -> Option<String> {
    Some(match DateUnit::of(date) {
        DateUnit::Seconds => return None,
        DateUnit::TooLarge => "too large for a date, in whatever unit".to_owned(),
        unit => format!("this looks like {unit}"),
    })
}

/// What a date is that is too small for one.
fn about_no_date(date: f64) -> String {
    if date < 0.0 {
        "before 1970".to_owned()
    } else if date == 0.0 {
        "0 is the beginning of 1970: it was probably never set".to_owned()
    } else {
        "this looks like a duration: it counts from 1970".to_owned()
    }
}

/// The number that a claim is, or has in its quotes.
fn number(claim: &Value) -> Option<f64> {
    match claim {
        Value::String(text) => digits(text),
        other => other.as_f64(),
    }
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

fn limit_of(lifetime: Lifetime) -> f64 {
    seconds(Duration::from_secs(lifetime.as_seconds()))
}

/// The seconds that a text of digits stands for.
fn digits(text: &str) -> Option<f64> {
    let is_plain = (1..=MOST_DIGITS).contains(&text.len());
    let is_plain = is_plain && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

/// What a text is in the place of a number, and what to write instead.
fn about_text(text: &str) -> (&'static str, Remedy) {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.parse::<tokenring_jwk::Algorithm>().is_ok() {
        (
            "the name of an algorithm: a placeholder that was left in",
            Remedy::WriteDateAsNumber,
        )
    } else if is_number {
        ("a text: the number stands in quotes", Remedy::RemoveQuotes)
    } else {
        (
            "a text without a number of seconds",
            Remedy::WriteDateAsNumber,
        )
    }
}
