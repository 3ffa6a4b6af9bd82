use super::Remedy;
#[cfg(feature = "diagnosis")]
use crate::DateUnit;
use crate::{Endpoint, Gateway, KeyIdScheme, Rule, SubjectRule, Text};

/// What fixes a broken rule at one gateway: the words of its file, or else the rule's remedy with
/// the value that the gateway wants.
pub(crate) fn remedy(gateway: &Gateway, endpoint: &Endpoint, rule: Rule) -> Remedy {
    let mut refusals = gateway.refusals().iter();
    let row = refusals.find(|refusal| refusal.rule() == Some(rule));
    if let Some(stated) = row.and_then(|refusal| refusal.own_remedy()) {
        return Remedy::Stated(stated.clone());
    }
    let specific = match rule {
        Rule::Type => typ(gateway),
        Rule::Audience | Rule::AudienceAbsent => Some(audience(gateway, endpoint)),
        Rule::Algorithm => Some(Remedy::SetAlgorithm {
            algorithms: gateway.assertion().algorithms().to_vec(),
        }),
        Rule::UnknownClaim => allowed_claims(gateway),
        Rule::UnknownHeaderParameter => allowed_header_parameters(gateway),
        Rule::SubjectAbsent => subject(gateway, endpoint),
        Rule::KeyIdAbsent => key_name(gateway),
        _ => None,
    };
    specific.unwrap_or_else(|| rule.remedy())
}

#[cfg(feature = "diagnosis")]
impl Remedy {
    /// What fixes a date that is in another unit than seconds.
    pub(crate) fn for_unit(claim: &'static str, unit: DateUnit) -> Self {
        let divisor = match unit {
            DateUnit::Milliseconds => 1_000,
            DateUnit::Microseconds => 1_000_000,
            DateUnit::Nanoseconds => 1_000_000_000,
            _ => return Self::SetDate { claim },
        };
        Self::WriteDateInSeconds { claim, divisor }
    }
}

fn typ(gateway: &Gateway) -> Option<Remedy> {
    let rules = gateway.assertion();
    let wanted = rules
        .typ()
        .or_else(|| rules.accepted_types().first().map(String::as_str))?;
    Some(Remedy::SetType {
        wanted: Some(wanted.to_owned()),
    })
}

fn audience(gateway: &Gateway, endpoint: &Endpoint) -> Remedy {
    let own = endpoint.audience();
    let wanted = match &own {
        Ok(own) if !endpoint.is_audience_replaced() => Some(*own),
        _ => endpoint.accepted_audiences().first().map(String::as_str),
    };
    match wanted {
        Some("") => Remedy::Stated(Text::fill(
            "Leave {option:audience} out, or give it as the API's documentation names it.",
            &[],
        )),
        Some(wanted) => Remedy::SetAudience {
            wanted: Some(wanted.to_owned()),
            has_other_environments: gateway.environments().len() > 1,
        },
        None if endpoint.lacks_issuer() => Remedy::SetIssuer,
        None => Remedy::SetTokenUrl,
    }
}

/// What names the key where the gateway finds none by a `kid`.
fn key_name(gateway: &Gateway) -> Option<Remedy> {
    let rules = gateway.key();
    match rules.id_scheme() {
        _ if rules.finds_by_key_id() => None,
        KeyIdScheme::CertificateThumbprint
        | KeyIdScheme::CertificateSha1Thumbprint
        | KeyIdScheme::CertificateChain => Some(Remedy::NameCertificate),
        KeyIdScheme::PublicKey => Some(Remedy::SendPublicKey),
        _ => None,
    }
}

fn allowed_claims(gateway: &Gateway) -> Option<Remedy> {
    let allowed = gateway.assertion().allowed_claims()?;
    Some(Remedy::LeaveUnknownClaimOut {
        allowed: allowed.to_vec(),
    })
}

fn allowed_header_parameters(gateway: &Gateway) -> Option<Remedy> {
    let allowed = gateway.assertion().allowed_header_parameters()?;
    let words = "Leave it out of the header: allowed are $.";
    Some(Remedy::Stated(Text::fill(words, &[&allowed.join(", ")])))
}

fn subject(gateway: &Gateway, endpoint: &Endpoint) -> Option<Remedy> {
    match gateway.assertion().subject_rule() {
        SubjectRule::ClientId => None,
        _ => Some(Remedy::SetSubject {
            wanted: endpoint.subject().map(str::to_owned),
        }),
    }
}
