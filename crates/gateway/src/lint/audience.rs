use serde_json::Value;

use super::audience_difference::difference;
use super::claims::is_nothing;
use super::inspection::Inspection;
use super::shown;
use crate::{AudienceForm, AudienceRule, Endpoint, Rule};

impl Inspection<'_> {
    pub(super) fn check_audience(&mut self) {
        let found = self.claim("aud");
        // Who looks at no audience minds none.
        if matches!(self.rules().audience(), AudienceRule::Absent) && !self.is_required("aud") {
            return;
        }
        if is_nothing(found) && self.is_required("aud") {
            self.add_absent(Rule::AudienceAbsent, "aud", &self.wanted_audience());
            return;
        }
        match found {
            None => {}
            Some(Value::String(text)) => self.check_one(text),
            Some(Value::Array(list)) => self.check_list(list),
            Some(_) => self.add_audience(Rule::Audience, Some("it is no text".to_owned())),
        }
    }

    fn check_list(&mut self, list: &[Value]) {
        match (self.rules().audience_form(), list) {
            (AudienceForm::Text, [_]) => {
                let detail = "a list, although of one: without brackets it is a text";
                self.add_audience(Rule::AudienceList, Some(detail.to_owned()));
            }
            (AudienceForm::Text, _) => {
                let detail = "a list";
                self.add_audience(Rule::AudienceList, Some(detail.to_owned()));
            }
            (AudienceForm::Single, [only]) => match only.as_str() {
                Some(only) => self.check_one(only),
                None => self.add_audience(Rule::Audience, Some("no text in it".to_owned())),
            },
            (AudienceForm::Single, _) => {
                let accepted = self.lint.endpoint.accepted_audiences();
                let is_accepted = |item: &Value| {
                    let mut accepted = accepted.iter();
                    accepted.any(|other| item.as_str() == Some(other.as_str()))
                };
                // Whether the right one is there is looked at before how many there are.
                let is_there = accepted.is_empty() || list.iter().any(is_accepted);
                let rule = match is_there {
                    true => Rule::AudienceList,
                    false => Rule::Audience,
                };
                let detail = format!("a list of {}", list.len());
                self.add_audience(rule, Some(detail));
            }
            (AudienceForm::List, _) => self.check_any(list),
        }
    }

    /// A list in which the right one may stand beside others.
    fn check_any(&mut self, list: &[Value]) {
        let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        let accepted = self.lint.endpoint.accepted_audiences();
        let is_accepted = |text: &&str| accepted.iter().any(|other| other == text);
        if texts.len() < list.len() {
            let detail = "not all that is in the list is a text".to_owned();
            self.add_audience(Rule::Audience, Some(detail));
        } else if !accepted.is_empty() && !texts.iter().any(is_accepted) {
            let detail = texts.iter().find_map(|text| self.about_audience(text));
            self.add_audience(Rule::Audience, detail);
        } else if texts.len() > 1 {
            let finding = self.doubtful(Rule::AudienceList);
            let detail = "whoever receives it can pass it on to the others (RFC 10070)".to_owned();
            self.add(
                self.with_claim(finding, "aud")
                    .with_wanted(self.wanted_audience())
                    .with_detail(detail),
            );
        }
    }

    fn check_one(&mut self, audience: &str) {
        let endpoint = self.lint.endpoint;
        let accepted = endpoint.accepted_audiences();
        if audience.is_empty() {
            self.add_audience(Rule::Audience, None);
        } else if !accepted.is_empty() && !accepted.iter().any(|other| other == audience) {
            let own = endpoint.audience().ok();
            let is_stated = endpoint.is_audience_replaced() && own == Some(audience);
            if !is_stated || self.knows_server() {
                self.add_audience(Rule::Audience, self.about_audience(audience));
            }
        } else if let Some(advised) = endpoint.audience().ok().filter(|other| *other != audience) {
            let finding = self.with_claim(self.doubtful(Rule::Audience), "aud");
            let detail = "it is taken, and not what is advised".to_owned();
            self.add(finding.with_wanted(quoted(advised)).with_detail(detail));
        }
    }

    /// Whether the gateway's file says where the server is. Where it does not, what the caller
    /// states of the server goes before the file.
    fn knows_server(&self) -> bool {
        let environment = self.lint.endpoint.environment();
        let environment = self.lint.gateway.environment(Some(environment));
        environment.is_ok_and(|known| known.token_endpoint().is_some())
    }

    fn add_audience(&mut self, rule: Rule, detail: Option<String>) {
        let finding = self.with_claim(self.refused(rule), "aud");
        self.add(
            finding
                .with_wanted(self.wanted_audience())
                .with_detail(detail),
        );
    }

    fn wanted_audience(&self) -> String {
        let endpoint = self.lint.endpoint;
        let accepted: Vec<String> = endpoint
            .accepted_audiences()
            .iter()
            .map(|each| quoted(each))
            .collect();
        if accepted.is_empty() {
            "the token endpoint's URL or the issuer".to_owned()
        } else {
            shown::any_of(accepted.iter().map(String::as_str))
        }
    }

    /// What an audience is instead, or where it differs.
    fn about_audience(&self, found: &str) -> Option<String> {
        let endpoint = self.lint.endpoint;
        if is_token_endpoint(endpoint, found) {
            return Some("that is the token endpoint, and the issuer is wanted".to_owned());
        }
        if endpoint.issuer() == Some(found) {
            return Some("that is the issuer, and another audience is wanted".to_owned());
        }
        let mut accepted = endpoint.accepted_audiences().iter();
        accepted
            .find_map(|wanted| difference(found, wanted))
            .or_else(|| self.about_other_environment(found))
            .or_else(|| about_place(endpoint, found))
            .or_else(|| self.about_words(found))
    }

    /// The other environments of the same gateway are where wrong audiences are from.
    fn about_other_environment(&self, found: &str) -> Option<String> {
        let (gateway, endpoint) = (self.lint.gateway, self.lint.endpoint);
        let mut near = None;
        for environment in gateway.environments() {
            if environment.name() == endpoint.environment() {
                continue;
            }
            let mut builder = gateway.endpoint(environment);
            for (name, value) in endpoint.variables() {
                builder = builder.with_variable(name, value);
            }
            // One for which a value is missing cannot be compared.
            let Ok(other) = builder.build() else { continue };
            let name = environment.name();
            if other.accepted_audiences().iter().any(|each| each == found) {
                return Some(format!("that is the audience of the environment `{name}`"));
            }
            if is_token_endpoint(&other, found) {
                return Some(format!(
                    "that is the token endpoint of the environment `{name}`"
                ));
            }
            if other.issuer() == Some(found) {
                return Some(format!("that is the issuer of the environment `{name}`"));
            }
            let mut accepted = other.accepted_audiences().iter();
            if let Some(what) = accepted.find_map(|wanted| difference(found, wanted)) {
                let what = format!("that is the environment `{name}`, and {what}");
                near.get_or_insert(what);
            }
        }
        near
    }

    /// What is no URL at all.
    fn about_words(&self, found: &str) -> Option<String> {
        if self.jwt.claims().text("iss") == Some(found) {
            return Some("that is the client identifier".to_owned());
        }
        if found.to_ascii_lowercase().contains("%3a%2f%2f") {
            return Some("it is percent-encoded".to_owned());
        }
        if found.trim() != found {
            return Some("there is white space around it".to_owned());
        }
        let is_word = found.chars().all(|c| c.is_ascii_alphanumeric());
        is_word.then(|| "that is no URL: perhaps a placeholder that was left in".to_owned())
    }
}

/// A part of the right URL, or something under it.
fn about_place(endpoint: &Endpoint, found: &str) -> Option<String> {
    let within = |whole: &str, part: &str| {
        let rest = whole.strip_prefix(part.trim_end_matches('/'));
        part.contains("://") && rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let accepted = || endpoint.accepted_audiences().iter();
    if accepted().any(|wanted| within(wanted, found)) {
        return Some("that is the beginning of it, such as an issuer".to_owned());
    }
    if accepted().any(|wanted| within(found, wanted)) {
        return Some("that is an address below it, such as a token endpoint".to_owned());
    }
    None
}

fn is_token_endpoint(endpoint: &Endpoint, found: &str) -> bool {
    let url = endpoint.token_endpoint();
    url.is_ok_and(|url| url.as_str() == found)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", shown::text(text))
}
