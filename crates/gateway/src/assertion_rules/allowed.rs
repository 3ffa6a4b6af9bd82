//! What an assertion can have, where the gateway takes nothing else.

use crate::reader::Table;
use crate::{Error, Problem, SubjectRule};

pub(super) fn read_allowed_claims(
    table: &Table<'_>,
    subject: &SubjectRule,
    sent: &[&str],
) -> Result<Option<Vec<String>>, Box<Error>> {
    let Some(value) = table.optional("allowed-claims") else {
        return Ok(None);
    };
    let allowed = value.distinct(|item| Ok(item.text()?.to_owned()))?;
    for needed in sent {
        if !allowed.iter().any(|other| other == needed) {
            return Err(value.error(Problem::OwnAssertion {
                needed: (*needed).to_owned(),
            }));
        }
    }
    if let (Some(value), SubjectRule::Optional) = (table.optional("subject"), subject) {
        if !allowed.iter().any(|other| other == "sub") {
            return Err(value.error(Problem::NotAmong {
                found: "sub".to_owned(),
                key: table.path_of("allowed-claims"),
            }));
        }
    }
    Ok(Some(allowed))
}

/// A header always has its algorithm, and the type that the file states.
pub(super) fn read_allowed_header_parameters(
    table: &Table<'_>,
) -> Result<Option<Vec<String>>, Box<Error>> {
    let Some(value) = table.optional("allowed-header-parameters") else {
        return Ok(None);
    };
    let allowed = value.distinct(|item| Ok(item.text()?.to_owned()))?;
    let typ = table.optional("typ").map(|_| "typ");
    for needed in ["alg"].into_iter().chain(typ) {
        if !allowed.iter().any(|other| other == needed) {
            return Err(value.error(Problem::OwnAssertion {
                needed: needed.to_owned(),
            }));
        }
    }
    Ok(Some(allowed))
}
