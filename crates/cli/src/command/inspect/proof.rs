use tokenring::ProofInspector;
use tokenring_assertion::NumericDate;
use tokenring_gateway::UnverifiedJwt;

use crate::options::InspectionOptions;
use crate::{ExitCode, Result};

/// Checks a DPoP proof, which is for one request and knows no gateway.
pub(super) fn report(
    jwt: &UnverifiedJwt,
    now: NumericDate,
    options: &InspectionOptions,
) -> Result<ExitCode> {
    let mut inspector = ProofInspector::at(now);
    if let Some(method) = &options.proof.method {
        inspector = inspector.with_method(method.value());
    }
    if let Some(url) = &options.proof.url {
        inspector = inspector.with_url(url.value().as_str());
    }
    if let Some(token) = options.proof.read_access_token()? {
        inspector = inspector.with_access_token(token);
    }
    let inspection = inspector.inspect(jwt);
    let report = &options.report;
    report.print(|| inspection.to_json(), || inspection.to_text())?;
    Ok(ExitCode::of_check(inspection.is_clean()))
}
