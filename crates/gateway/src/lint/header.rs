use tokenring_jwk::Algorithm;

use super::inspection::Inspection;
use super::shown;
use crate::{Remedy, Rule, TypRule};

impl Inspection<'_> {
    pub(super) fn check_header(&mut self) {
        self.check_algorithm();
        self.check_type();
        let crit = self.header("crit");
        if let Some(names) = crit.filter(|_| !self.rules().crit_ignored()) {
            // RFC 7515 section 4.1.11: what is not understood has to be refused.
            let finding = self.refused(Rule::CriticalExtension);
            self.add(finding.with_found(Some(names)).with_wanted("no crit"));
        }
    }

    /// Whether the header has parameters that this gateway does not allow; a refused `crit` has a
    /// finding already.
    pub(super) fn check_header_parameters(&mut self) {
        let Some(allowed) = self.rules().allowed_header_parameters() else {
            return;
        };
        let is_reported = |name: &str| name == "crit" && !self.rules().crit_ignored();
        let names = self.jwt.header().iter().map(|(name, _)| name);
        let unknown = names.filter(|name| !allowed.iter().any(|other| other == name));
        let unknown: Vec<&str> = unknown.filter(|name| !is_reported(name)).collect();
        for name in unknown {
            let finding = self.refused(Rule::UnknownHeaderParameter).about(name);
            let others = shown::any_of(allowed.iter().map(String::as_str));
            self.add(
                finding
                    .with_found(self.header(name))
                    .with_wanted(format!("no other header parameter than {others}")),
            );
        }
    }

    fn check_algorithm(&mut self) {
        let taken = self.rules().algorithms();
        let found = self.header("alg");
        let name = found.and_then(|found| found.as_str());
        if taken.iter().any(|each| Some(each.name()) == name) {
            self.check_algorithm_of_key(name.unwrap_or_default());
            self.check_advised_algorithm(name);
            return;
        }
        let finding = self.refused(Rule::Algorithm).with_found(found);
        let names = taken.iter().map(|algorithm| algorithm.name());
        self.add(
            finding
                .with_wanted(shown::any_of(names))
                .with_detail(name.and_then(about_algorithm)),
        );
    }

    /// Whether the algorithm is one that the gateway advises, of those that it takes.
    fn check_advised_algorithm(&mut self, name: Option<&str>) {
        let advised = self.rules().advised_algorithms();
        let is_advised = advised.iter().any(|each| Some(each.name()) == name);
        if advised.is_empty() || is_advised {
            return;
        }
        let finding = self.advised(Rule::Algorithm).with_found(self.header("alg"));
        let names = advised.iter().map(|algorithm| algorithm.name());
        let remedy = Remedy::SetAlgorithm {
            algorithms: advised.to_vec(),
        };
        self.add(
            finding
                .with_wanted(shown::any_of(names))
                .with_remedy(remedy),
        );
    }

    /// Whether a key that is registered as the flow in use has it works with the algorithm.
    fn check_algorithm_of_key(&mut self, name: &str) {
        let Some(usable) = self.lint.key_rules().algorithms() else {
            return;
        };
        if usable.iter().any(|each| each.name() == name) {
            return;
        }
        let finding = self.refused(Rule::KeyAlgorithm);
        let names = usable.iter().map(|algorithm| algorithm.name());
        self.add(
            finding
                .with_found(self.header("alg"))
                .with_wanted(shown::any_of(names)),
        );
    }

    fn check_type(&mut self) {
        let found = self.header("typ");
        let name = self.jwt.header().text("typ");
        let is = |other: &str| name.is_some_and(|name| name.eq_ignore_ascii_case(other));
        let rules = self.rules();
        let is_accepted = name.is_some_and(|name| rules.accepts_type(name));
        let is_advised_only = match rules.typ_rule() {
            TypRule::Ignored => return,
            rule => rule == TypRule::Advised,
        };
        let passes = is_accepted || (rules.typ_rule() == TypRule::Checked && found.is_none());
        let accepted = rules.accepted_types();
        let advised = rules.typ();
        let wanted = if accepted.is_empty() {
            advised.unwrap_or("a text").to_owned()
        } else {
            shown::any_of(accepted.iter().map(String::as_str))
        };
        if !passes {
            let finding = match is_advised_only {
                true => self.advised(Rule::Type),
                false => self.refused(Rule::Type),
            };
            let finding = finding.with_found(found).with_wanted(wanted);
            self.add(finding.with_detail(name.and_then(about_type)));
        } else if let Some(advised) = advised.filter(|advised| !is(advised)) {
            let is_another_accepted = !accepted.is_empty() && is_accepted;
            // One that is not there is taken, unless nobody knows.
            if !is_another_accepted && (found.is_some() || self.is_type_unknown()) {
                let finding = self.doubtful(Rule::Type).with_found(found);
                let detail = name.and_then(about_type);
                self.add(finding.with_wanted(advised).with_detail(detail));
            }
        }
    }
}

fn about_algorithm(name: &str) -> Option<String> {
    let text = match name {
        "none" => "that is no signature at all".to_owned(),
        "HS256" | "HS384" | "HS512" => {
            "that is made with a shared secret, not with a private key".to_owned()
        }
        _ => {
            let mut known = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
            let known = known.find(|known| known.eq_ignore_ascii_case(name))?;
            if known == name {
                return None;
            }
            format!("names are case-sensitive: {known}")
        }
    };
    Some(text)
}

fn about_type(name: &str) -> Option<String> {
    let text = match name.to_ascii_lowercase().as_str() {
        "client-authentication+jwt" => {
            "that is the typ of RFC 10070, which servers of the older form refuse"
        }
        "jwt" => "that is the typ of the older form, from before RFC 10070",
        "at+jwt" | "application/at+jwt" => "that is the typ of an access token",
        "dpop+jwt" => "that is the typ of a DPoP proof",
        "application/jwt" => "the prefix `application/` is left out",
        _ => return None,
    };
    Some(text.to_owned())
}
