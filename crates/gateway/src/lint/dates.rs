use std::time::Duration;

use serde_json::Value;
use tokenring_assertion::Lifetime;

use super::Finding;
use super::claims::is_nothing;
use super::inspection::Inspection;
use super::shown;
use crate::{DateForm, LifetimeStart, Remedy, Rule};

/// As a number of seconds this is in the year 5138; as milliseconds it was in 1973.
const SURELY_MILLISECONDS: f64 = 100_000_000_000.0;

/// How fast a client's clock may well be; NHS England's limit has just that much over.
const USUAL_SKEW: f64 = 10.0;

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
        let is_fraction = found.is_f64();
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
        let detail = match found {
            Value::String(text) => Some(about_text(text)),
            Value::Number(_) if is_fraction => Some("a fraction or an exponent".to_owned()),
            _ => None,
        };
        if !passes {
            let finding = self.with_claim(self.refused(claim.form), claim.name);
            self.add(finding.with_wanted(wanted).with_detail(detail));
            return None;
        }
        // Nobody looks at it: it is no date.
        if taken == DateForm::NumberElseAbsent && claim.name == "exp" && seconds == Some(0.0) {
            let finding = self.with_claim(self.doubtful(claim.form), claim.name);
            self.add(finding.with_wanted(wanted));
            return None;
        }
        if is_text || is_fraction {
            let finding = self.with_claim(self.doubtful(claim.form), claim.name);
            self.add(finding.with_wanted(wanted).with_detail(detail));
        }
        seconds
    }

    fn check_expired(&mut self, expiry: f64) {
        let (now, leeway) = (self.now(), seconds(self.rules().leeway().expiry()));
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
        if is_milliseconds(expiry) {
            "in seconds; this looks like milliseconds".clone_into(&mut detail);
        }
        let finding = if over > leeway {
            self.refused(rule)
        } else if over > 0.0 {
            detail = format!("it is {over:.0} s over the limit, which the server forgives");
            self.doubtful(rule)
        } else if start.is_none() && over + USUAL_SKEW > leeway {
            detail = format!("a clock that is {USUAL_SKEW:.0} s fast makes it too late");
            self.doubtful(rule)
        } else {
            return None;
        };
        Some(self.about_date(finding, &EXPIRY, wanted, detail))
    }

    /// Without a known limit there is one unit too large all the same.
    fn check_unlimited(&mut self, expiry: f64) {
        if !is_milliseconds(expiry) {
            return;
        }
        let finding = self.doubtful(Rule::ExpiryTooLate);
        let wanted = "a few minutes from now, in seconds".to_owned();
        self.add_date(
            finding,
            &EXPIRY,
            wanted,
            "this looks like milliseconds".to_owned(),
        );
    }

    fn check_issued_at(&mut self, issued_at: f64) {
        let rules = self.rules();
        let now = self.now();
        let ahead = issued_at - now;
        let detail = if is_milliseconds(issued_at) {
            "this looks like milliseconds".to_owned()
        } else {
            format!("it is {} ahead", shown::span(ahead))
        };
        let allowed = rules.leeway().issued_at().map(seconds);
        let wanted = format!("seconds, at the latest {}", self.lint.now);
        match allowed {
            Some(allowed) if ahead > allowed => {
                let finding = self.refused(Rule::IssuedInFuture);
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
            let detail = format!("it was {} ago", shown::span(-ahead));
            self.add_date(finding, &ISSUED_AT, wanted, detail);
        }
    }

    fn check_not_before(&mut self, not_before: f64) {
        let ahead = not_before - self.now();
        if ahead <= seconds(self.rules().leeway().not_before()) {
            return;
        }
        let detail = if is_milliseconds(not_before) {
            "this looks like milliseconds".to_owned()
        } else {
            format!("it is {} ahead", shown::span(ahead))
        };
        let finding = self.refused(Rule::NotYetValid);
        let wanted = format!("seconds, at the latest {}", self.lint.now);
        self.add_date(finding, &NOT_BEFORE, wanted, detail);
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
        if found.and_then(Value::as_f64).is_some_and(is_milliseconds) {
            let remedy = Remedy::WriteDateInSeconds { claim: claim.name };
            finding = finding.with_remedy(remedy);
        }
        finding.with_detail(detail)
    }
}

fn is_milliseconds(date: f64) -> bool {
    date >= SURELY_MILLISECONDS
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

fn about_text(text: &str) -> String {
    if text.parse::<tokenring_jwk::Algorithm>().is_ok() {
        "the name of an algorithm: a placeholder that was left in".to_owned()
    } else if digits(text.trim()).is_some() {
        "a text: the number stands in quotes".to_owned()
    } else {
        "a text without a number of seconds".to_owned()
    }
}
