//! Assertions that are the grant: they authenticate no client, and what is said of clients that
//! authenticate with one is not about them.

use super::incident::Incident;
use super::{Cause, Class, Likelihood, overridden};
use crate::{ClientAuthentication, Flow, Remedy, RequestRules, Rule};

/// A cause in the words for a grant, where the assertion is no more than that.
pub(super) fn fitted(cause: Cause, incident: &Incident<'_>) -> Cause {
    if !overridden::is_grant_alone(incident) {
        return cause;
    }
    let is_own = |rule: Rule| *cause.remedy() == rule.remedy();
    match cause.rule() {
        Some(rule @ Rule::AuthenticationMethod) if is_own(rule) => {
            let wanted = client_authentication(incident);
            let explanation = wanted.explanation().clone();
            cause
                .explained(explanation)
                .mended_by(wanted.remedy().clone())
        }
        // The form is right for the grant: what it lacks is another assertion.
        Some(rule @ (Rule::ClientAssertionType | Rule::ClientAssertionAbsent))
            if is_own(rule) && incident.form_value("assertion").is_some() =>
        {
            let wanted = client_authentication(incident);
            cause
                .explained(
                    "The server wants an assertion that authenticates the client, besides the one \
                     that is the grant.",
                )
                .mended_by(wanted.remedy().clone())
        }
        _ => match cause.remedy() {
            Remedy::RegisterGrant => cause.mended_by(Remedy::RegisterGrantAlone),
            Remedy::CompareAlgorithm => cause.mended_by(Remedy::CompareAlgorithmOfIssuer),
            _ => cause,
        },
    }
}

/// That the server wants the client to authenticate as well.
pub(super) fn client_authentication(incident: &Incident<'_>) -> Cause {
    let authenticates =
        |rules: &RequestRules| rules.client_authentication() == ClientAuthentication::Assertion;
    let mut flows = incident.gateway.flows().iter();
    let flow = flows.find(|flow| flow.request().is_some_and(authenticates));
    Cause::of_class(Likelihood::Likely, Class::Grant)
        .explained(
            "The server wants the client to authenticate, too, such as by a secret: the assertion \
             is the grant and authenticates nobody.",
        )
        .mended_by(Remedy::AuthenticateClient {
            flow: flow.map(Flow::name).map(str::to_owned),
        })
}
