//! The steps of a gateway, in the order of its file.

use tokenring_gateway::{Gateway, Refusal as Row, Rule};

use super::Step;
use super::relevance::{details_of, is_of_shape, is_relevant, needs_keys, stood_for_by};
use crate::refusal_plan::RefusalPlan;

/// Puts the rules in order: the listed ones as the file has them; before them what has to be so
/// for a request to be read at all, after them what else follows from the file.
///
/// A rule that is listed with conditions only is checked once more after the list: whatever the
/// conditions are, nothing is accepted that breaks it.
pub(super) fn steps(gateway: &Gateway) -> Vec<Step> {
    let listed: Vec<&Row> = rows(gateway).filter(|row| is_checked(row)).collect();
    let is_settled = |rule: &Rule| {
        let mut rows = listed.iter();
        rows.any(|row| row.rule() == Some(*rule) && row.when().is_empty())
    };
    let is_listed = |rule: &Rule| listed.iter().any(|row| row.rule() == Some(*rule));
    let heads = listed.iter().filter_map(|row| row.rule());
    let stood_for: Vec<Rule> = heads
        .flat_map(stood_for_by)
        .chain(Rule::ALL.iter().flat_map(|rule| details_of(*rule)))
        .copied()
        .filter(|rule| !is_listed(rule))
        .collect();
    let is_implied = |rule: &Rule| is_relevant(gateway, *rule) && !stood_for.contains(rule);
    let implied = |comes_first: bool| {
        let (is_implied, is_listed, is_settled) = (&is_implied, &is_listed, &is_settled);
        Rule::ALL.iter().copied().filter(move |rule| {
            let is_of_request = is_of_shape(*rule) && !is_listed(rule);
            is_of_request == comes_first && is_implied(rule) && !is_settled(rule)
        })
    };
    let judge = |rule: Rule, row: Option<&Row>| {
        let mut others: Vec<Rule> = [details_of(rule), stood_for_by(rule)].concat();
        others.retain(|other| stood_for.contains(other));
        Step::Judge {
            rule,
            stands_for: others,
            refusal: Box::new(RefusalPlan::new(gateway, rule, row)),
        }
    };
    // A gateway of which nobody knows where it counts requests counts them first.
    let limit = (!is_listed(&Rule::RateLimited)).then_some(Rule::RateLimited);
    let before = limit.into_iter().chain(implied(true));
    let before = before.map(|rule| judge(rule, None));
    let listed = listed
        .iter()
        .filter_map(|row| Some(judge(row.rule()?, Some(*row))));
    let is_of_dpop = |rule: &Rule| {
        let of_dpop = [Rule::DpopProofAbsent, Rule::DpopProof, Rule::DpopNonce];
        of_dpop.contains(rule)
    };
    let (dpop, others): (Vec<Rule>, Vec<Rule>) = implied(false).partition(is_of_dpop);
    // The proof comes last: a server looks at it after the client's authentication.
    let after = others.into_iter().chain(dpop);
    let after = after.map(|rule| judge(rule, None));
    with_deeds(gateway, before.chain(listed).chain(after).collect())
}

/// Whether an entry is about a check of a token request.
fn is_checked(row: &Row) -> bool {
    let elsewhere = [Rule::GatewayFailed, Rule::Path, Rule::Method];
    row.rule().is_some_and(|rule| !elsewhere.contains(&rule))
}

/// Adds the steps that do something.
fn with_deeds(gateway: &Gateway, judged: Vec<Step>) -> Vec<Step> {
    let is_on =
        |step: &Step, wanted: Rule| matches!(step, Step::Judge { rule, .. } if *rule == wanted);
    let mut spent_before = gateway
        .server()
        .jwt_id_spent_before()
        .filter(|rule| judged.iter().any(|step| is_on(step, *rule)));
    // Where nobody knows: the assertion is used up by the time that its proof is looked at.
    let mut judged_rules = judged.iter().rev();
    let is_dpop = |step: &&Step| {
        matches!(
            step,
            Step::Judge {
                rule: Rule::DpopProofAbsent | Rule::DpopProof | Rule::DpopNonce,
                ..
            }
        )
    };
    let last = judged_rules.by_ref().take_while(is_dpop).last();
    if let (None, Some(Step::Judge { rule, .. })) = (spent_before, last) {
        spent_before = Some(*rule);
    }
    let spends_last = spent_before.is_none();
    let mut steps = Vec::new();
    let mut has_loaded = false;
    for step in judged {
        if spent_before.is_some_and(|rule| is_on(&step, rule)) {
            steps.push(Step::SpendJwtId);
            spent_before = None;
        }
        if let Step::Judge {
            rule, stands_for, ..
        } = &step
        {
            let mut rules = core::iter::once(rule).chain(stands_for);
            if !has_loaded && rules.any(|rule| needs_keys(gateway, *rule)) {
                steps.push(Step::LoadKeys);
                has_loaded = true;
            }
        }
        steps.push(step);
    }
    if spends_last {
        steps.push(Step::SpendJwtId);
    }
    steps
}

/// The answer to whoever breaks the rule, whatever else was sent.
pub(super) fn refusal(gateway: &Gateway, rule: Rule) -> Box<RefusalPlan> {
    let mut rows = rows(gateway).filter(|row| row.rule() == Some(rule));
    let row = rows.clone().find(|row| row.when().is_empty());
    Box::new(RefusalPlan::new(gateway, rule, row.or_else(|| rows.next())))
}

/// The rows of the file that are about a rule: the others are for a diagnosis.
fn rows(gateway: &Gateway) -> impl Iterator<Item = &Row> + Clone {
    gateway.refusals().iter().filter(|row| row.rule().is_some())
}
