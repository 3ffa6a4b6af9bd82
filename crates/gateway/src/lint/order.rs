use crate::{Gateway, Rule};

/// Where a rule stands in a gateway's order of judgement.
///
/// The rules of the file come in its order; before them those about the request's shape, behind
/// them the others, in the order of the vocabulary.
pub(super) fn place(gateway: &Gateway, rule: Rule) -> (u8, usize, Rule) {
    let row_of = |rule: Rule| {
        let mut refusals = gateway.refusals().iter();
        refusals.position(|refusal| refusal.rule() == Some(rule))
    };
    let stand_in = || stands_for(rule).and_then(row_of);
    match row_of(rule).or_else(stand_in) {
        Some(row) => (1, row, rule),
        None if rule <= Rule::UnknownClient => (0, 0, rule),
        None => (2, 0, rule),
    }
}

/// The rule whose words a gateway uses that does not tell the two apart.
const fn stands_for(rule: Rule) -> Option<Rule> {
    match rule {
        Rule::IssuerAbsent | Rule::SubjectAbsent => Some(Rule::IssuerNotSubject),
        Rule::AudienceAbsent | Rule::AudienceList => Some(Rule::Audience),
        _ => None,
    }
}
