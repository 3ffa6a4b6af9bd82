use base64ct::{Base64, Encoding};
use serde_json::Value;

use super::finding::Finding;
use super::inspection::Inspection;
use super::shown;
use crate::nearest::nearest;
use crate::{IssuerRule, JwtIdForm, Rule, ScopeRule, SubjectRule};

/// Claims that have rules of their own.
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// What people write for a registered claim who take it for an abbreviation.
const LONG_NAMES: [(&str, &[&str]); 7] = [
    ("iss", &["issuer", "client_id"]),
    ("sub", &["subject"]),
    ("aud", &["audience"]),
    (
        "exp",
        &[
            "expires",
            "expiry",
            "expiration",
            "expires_at",
            "expires_in",
        ],
    ),
    ("nbf", &["not_before"]),
    ("iat", &["issued_at"]),
    ("jti", &["jwt_id", "id"]),
];

impl Inspection<'_> {
    pub(super) fn check_claims(&mut self) {
        self.check_issuer();
        self.check_subject();
        self.check_jwt_id();
        self.check_scope();
        self.check_other_required();
        self.check_unknown();
        self.check_header_parameters();
    }

    fn check_issuer(&mut self) {
        let (found, issuer) = (self.claim("iss"), self.jwt.claims().text("iss"));
        let (wanted, detail) = match self.rules().issuer_rule() {
            IssuerRule::ClientId => (self.lint.client_id, "the client identifier is another"),
            IssuerRule::Fixed(_) => {
                let wanted = self.lint.endpoint.assertion_issuer();
                (wanted, "the gateway's issuer is another")
            }
            IssuerRule::OfKey(_) | IssuerRule::Any => (None, ""),
        };
        self.check_key_in_issuer(issuer);
        match (issuer, wanted) {
            (None, _) if self.is_no_text("iss", found) => {}
            (None, _) if self.is_required("iss") || found.is_some() => {
                let wanted = wanted.map(shown::text);
                let wanted = wanted.unwrap_or_else(|| "the client identifier".to_owned());
                self.add_absent(Rule::IssuerAbsent, "iss", &wanted);
            }
            (Some(issuer), Some(wanted)) if wanted != issuer => {
                let is_given = self.lint.given_issuer == Some(issuer);
                let finding = self.unless_given(Rule::UnknownClient, is_given);
                let wanted = format!("\"{}\"", shown::text(wanted));
                let finding = finding.with_found(found).with_wanted(wanted);
                self.add(finding.with_detail(detail.to_owned()));
            }
            _ => {}
        }
    }

    /// Reports an issuer that has to name a key of the client, and names none that is known.
    fn check_key_in_issuer(&mut self, issuer: Option<&str>) {
        let rule = self.rules().issuer_rule();
        let (Some(issuer), IssuerRule::OfKey(_)) = (issuer, rule) else {
            return;
        };
        let subject = self.jwt.claims().text("sub");
        if let (Some(client_id), Some(_)) = (self.lint.client_id, subject) {
            if subject != Some(client_id) {
                let finding = self.refused(Rule::UnknownClient).about("sub");
                let finding = finding.with_found(self.claim("sub"));
                self.add(finding.with_wanted(format!("\"{}\"", shown::text(client_id))));
            }
        }
        let hashes = self.lint.spki_hashes();
        let client_id = self.lint.client_id.or(self.jwt.claims().text("sub"));
        let of_key = |hash: &[u8; 32]| rule.of_key(client_id?, &Base64::encode_string(hash));
        let wanted: Vec<String> = hashes.iter().filter_map(of_key).collect();
        let Some(first) = wanted.first() else {
            return;
        };
        if !wanted.iter().any(|wanted| wanted == issuer) {
            let finding = self.refused(Rule::UnknownKeyId).about("iss");
            let finding = finding.with_found(self.claim("iss"));
            self.add(finding.with_wanted(format!("\"{}\"", shown::text(first))));
        }
    }

    fn issuer_begins_with(&self, subject: &str) -> bool {
        let issuer = self.jwt.claims().text("iss");
        issuer.is_some_and(|issuer| issuer.starts_with(subject))
    }

    fn check_subject(&mut self) {
        let (found, subject) = (self.claim("sub"), self.jwt.claims().text("sub"));
        let rule = self.rules().subject_rule();
        if let (SubjectRule::Absent, Some(_)) = (rule, found) {
            let finding = self.refused(Rule::SubjectPresent);
            self.add(finding.with_found(found).with_wanted("no sub"));
            return;
        }
        let Some(subject) = subject else {
            if self.is_no_text("sub", found) {
                return;
            }
            if self.is_required("sub") || found.is_some() {
                let wanted = match rule {
                    SubjectRule::ClientId => "the same as iss",
                    _ => "whom the token is for",
                };
                self.add_absent(Rule::SubjectAbsent, "sub", wanted);
            }
            return;
        };
        match rule {
            SubjectRule::ClientId => {
                let issuer = match self.rules().issuer_rule() {
                    // The key's name follows the client.
                    IssuerRule::OfKey(_) if self.issuer_begins_with(subject) => None,
                    _ => self.jwt.claims().text("iss"),
                };
                if issuer.is_some_and(|issuer| issuer != subject) {
                    let is_given = self.lint.given_subject == Some(subject);
                    let is_free = is_given && !self.is_known_to_compare_subject();
                    let finding = self.unless_given(Rule::IssuerNotSubject, is_free);
                    let finding = finding.with_found(found);
                    let issuer = self.claim("iss").map(shown::value).unwrap_or_default();
                    self.add(finding.with_wanted(format!("the same as iss, {issuer}")));
                }
            }
            SubjectRule::Fixed(_) => {
                let given = self.lint.endpoint.subject();
                if let Some(given) = given.filter(|given| *given != subject) {
                    let finding = self.doubtful(Rule::UnknownClient).about("sub");
                    let wanted = format!("\"{}\"", shown::text(given));
                    self.add(finding.with_found(found).with_wanted(wanted));
                }
            }
            _ => {}
        }
    }

    /// What the caller chose for this one call may be right for a server of which the file knows
    /// nothing.
    fn unless_given(&self, rule: Rule, is_given: bool) -> Finding {
        match is_given {
            true => self.doubtful(rule),
            false => self.refused(rule),
        }
    }

    /// Whether the file has the refusal, so that nothing is left to try.
    fn is_known_to_compare_subject(&self) -> bool {
        let mut refusals = self.lint.gateway.refusals().iter();
        refusals.any(|refusal| refusal.rule() == Some(Rule::IssuerNotSubject))
    }

    fn check_jwt_id(&mut self) {
        let found = self.claim("jti");
        if self.rules().jwt_id_form() == JwtIdForm::Any {
            if matches!(found, None | Some(Value::Null)) && self.is_required("jti") {
                self.add_absent(Rule::JwtIdAbsent, "jti", "a text that is new each time");
            }
            return;
        }
        if is_nothing(found) && self.is_required("jti") {
            self.add_absent(Rule::JwtIdAbsent, "jti", "a text that is new each time");
            return;
        }
        // Without the need of one, an empty text is as good as any.
        match found {
            None => {}
            Some(Value::String(jwt_id)) => self.check_jwt_id_length(jwt_id.chars().count()),
            Some(_) => {
                let finding = self.refused(Rule::JwtIdForm).with_found(found);
                self.add(finding.with_wanted("a text that is new each time"));
            }
        }
    }

    fn check_jwt_id_length(&mut self, length: usize) {
        let rules = self.rules();
        let (least, most) = (
            rules.minimum_jwt_id_characters(),
            rules.maximum_jwt_id_characters(),
        );
        let is_too_short = least.is_some_and(|least| length < least);
        let is_too_long = most.is_some_and(|most| length > most);
        if !is_too_short && !is_too_long {
            return;
        }
        let wanted = match (least, most) {
            (Some(least), Some(most)) => format!("{least} to {most} characters"),
            (Some(least), None) => format!("at least {least} characters"),
            (None, most) => format!("at most {} characters", most.unwrap_or_default()),
        };
        let finding = self.refused(Rule::JwtIdLength);
        let key = match is_too_short {
            true => "assertion.minimum-jwt-id-characters",
            false => "assertion.maximum-jwt-id-characters",
        };
        let finding = finding.with_source(self.lint.gateway.source_of(key));
        self.add(
            finding
                .with_found_words(format!("{length} characters long"))
                .with_wanted(wanted),
        );
    }

    fn check_scope(&mut self) {
        if self.lint.gateway.request().scope() != ScopeRule::InAssertion {
            return;
        }
        let is_given = |name: &str| {
            let text = self.claim(name).and_then(Value::as_str);
            text.is_some_and(|text| !text.trim().is_empty())
        };
        let instead = self.lint.gateway.request().id_token_claim();
        if !is_given("scope") && !instead.is_some_and(is_given) {
            let wanted = "the scopes in one text, with blanks between them";
            self.add_absent(Rule::ScopeAbsent, "scope", wanted);
        }
    }

    fn check_other_required(&mut self) {
        let scope_is_checked = self.lint.gateway.request().scope() == ScopeRule::InAssertion;
        for name in self.rules().required_claims() {
            let has_own_rule =
                REGISTERED.contains(&name.as_str()) || (name == "scope" && scope_is_checked);
            if !has_own_rule && is_nothing(self.claim(name)) {
                self.add_absent(Rule::ClaimAbsent, name, "the claim that this gateway wants");
            }
        }
    }

    fn check_unknown(&mut self) {
        if let Some(allowed) = self.rules().allowed_claims() {
            let unknown = |name: &&str| !allowed.iter().any(|other| other == name);
            let names: Vec<&str> = self.jwt.claims().iter().map(|(name, _)| name).collect();
            for name in names.into_iter().filter(unknown) {
                let allowed = || allowed.iter().map(String::as_str);
                let nearest = nearest(name, allowed());
                let finding = self.refused(Rule::UnknownClaim).about(name);
                let finding = self.with_claim(finding, name);
                self.add(
                    finding
                        .with_wanted(format!("no other claim than {}", shown::any_of(allowed())))
                        .with_detail(nearest.map(|nearest| format!("{nearest} may be meant"))),
                );
            }
            return;
        }
        let claims = self.jwt.claims();
        for optional in ["iat", "nbf"] {
            if claims.get(optional).is_some() || self.is_required(optional) {
                continue;
            }
            let misspelt = claims
                .iter()
                .find(|(name, _)| is_same_letters(name, optional));
            if let Some((name, _)) = misspelt {
                let finding = self.doubtful(Rule::UnknownClaim).about(name);
                let detail = format!("{optional} may be meant");
                self.add(
                    self.with_claim(finding, name)
                        .with_wanted("a name that the gateway knows")
                        .with_detail(detail),
                );
            }
        }
    }

    /// Whether a name is another value, with which this server reads no assertion at all.
    fn is_no_text(&self, name: &str, found: Option<&Value>) -> bool {
        let is_other = |value: &Value| !(value.is_string() || value.is_null());
        self.rules().names_part_of_form().contains(&name) && found.is_some_and(is_other)
    }

    /// Reports a claim that is needed, and another one that may be it under a wrong name.
    pub(super) fn add_absent(&mut self, rule: Rule, claim: &str, wanted: &str) {
        let finding = self.refused(rule).about(claim);
        let finding = self.with_claim(finding, claim);
        let misspelt = self.misspelling_of(claim);
        let detail = misspelt.map(|name| format!("the claim `{name}` may be meant for it"));
        self.add(finding.with_wanted(wanted).with_detail(detail));
    }

    /// The claim that probably stands for one that is not there.
    fn misspelling_of(&self, claim: &str) -> Option<String> {
        if self.claim(claim).is_some() {
            return None;
        }
        let allowed = self.rules().allowed_claims().unwrap_or_default();
        let required = self.rules().required_claims();
        let is_known = |name: &str| {
            let mut others = allowed.iter().chain(required);
            REGISTERED.contains(&name) || others.any(|other| other == name)
        };
        let names = self.jwt.claims().iter().map(|(name, _)| name);
        let strange: Vec<&str> = names.filter(|name| !is_known(name)).collect();
        let long_names = LONG_NAMES.iter().filter(|(name, _)| *name == claim);
        let long_names = long_names.flat_map(|(_, long_names)| long_names.iter());
        let is_long_name = |name: &&&str| {
            long_names
                .clone()
                .any(|long| name.eq_ignore_ascii_case(long))
        };
        let spelt_out = strange
            .iter()
            .find(is_long_name)
            .map(|name| (*name).to_owned());
        let misspelt = || {
            let same = strange.iter().find(|name| is_same_letters(name, claim));
            same.map(|name| (*name).to_owned())
        };
        spelt_out
            .or_else(misspelt)
            .or_else(|| nearest(claim, strange.iter().copied()))
            .map(|name| shown::text(&name))
    }
}

/// Nothing that a claim could be: not there, null, or an empty text.
pub(super) fn is_nothing(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

/// Two letters exchanged, or capitals: what happens to a name of three letters.
fn is_same_letters(name: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    name != other && name.len() == other.len() && sorted(name) == sorted(other)
}
