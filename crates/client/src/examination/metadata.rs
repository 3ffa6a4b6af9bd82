//! What the server publishes about itself.

use tokenring_jwk::Algorithm;
use tokenring_oauth::SecretDetector;

use super::{Check, CheckRemedy, CheckStep, Steps};
use crate::error::{chain, names};
use crate::request_plan::shown_url;
use crate::server_metadata::shown;
use crate::{Error, ServerMetadata, Target};

const STEP: CheckStep = CheckStep::Metadata;

impl Steps<'_> {
    /// Compares what the server publishes about itself with what is used; nothing in it is
    /// followed.
    pub(super) fn metadata(&self, target: &Target, algorithm: Option<Algorithm>) -> Check {
        let url = match target.metadata_place() {
            Ok(Some(url)) => url,
            Ok(None) => {
                let text = "no metadata URL and no issuer known";
                return Check::skipped(STEP, text);
            }
            Err(Error::Gateway { source, .. }) => return Check::skipped(STEP, chain(&*source)),
            Err(error) => {
                let text = chain(&error);
                return Check::warning(STEP, text, CheckRemedy::CheckGatewayFile);
            }
        };
        let metadata = match ServerMetadata::find(&url, &self.connection.api) {
            Ok(metadata) => metadata,
            Err(error) => return unusable(&error),
        };
        let place = metadata.url();
        let Ok(endpoint) = target.endpoint().token_endpoint() else {
            let text = format!("{place} names a token endpoint, which is not taken from there");
            let details = self.stated(&metadata);
            return Check::warning(STEP, text, CheckRemedy::NameTokenEndpoint)
                .with_details(details);
        };
        let differences = self.differences(&metadata, target, endpoint.as_str(), algorithm);
        if differences.is_empty() {
            return Check::ok(STEP, format!("{place} agrees with what is used"));
        }
        let text = format!("{place} disagrees with what is used");
        Check::warning(STEP, text, CheckRemedy::CompareMetadata).with_details(differences)
    }

    fn differences(
        &self,
        metadata: &ServerMetadata,
        target: &Target,
        token_endpoint: &str,
        algorithm: Option<Algorithm>,
    ) -> Vec<String> {
        let mut differences = Vec::new();
        for (name, stated, used) in [
            ("issuer", metadata.issuer(), target.endpoint().issuer()),
            (
                "token_endpoint",
                metadata.token_endpoint(),
                Some(token_endpoint),
            ),
        ] {
            if let (Some(stated), Some(used)) = (stated, used) {
                if stated != used {
                    let (stated, used) = (self.shown(stated), shown_url(used));
                    differences.push(format!("{name} is {stated:?} there, {used:?} is used"));
                }
            }
        }
        let methods = metadata.authentication_methods();
        if methods.is_some_and(|methods| !methods.contains(&"private_key_jwt")) {
            let text = "token_endpoint_auth_methods_supported does not have private_key_jwt";
            differences.push(text.to_owned());
        }
        if let (Some(stated), Some(used)) = (metadata.algorithms(), algorithm) {
            if !stated.contains(&used) {
                differences.push(format!(
                    "token_endpoint_auth_signing_alg_values_supported does not have {used}; it has {}",
                    listed(&stated)
                ));
            }
        }
        differences
    }

    /// What somebody who does not know the token endpoint looks for.
    fn stated(&self, metadata: &ServerMetadata) -> Vec<String> {
        let mut stated = Vec::new();
        if let Some(url) = metadata.token_endpoint() {
            stated.push(format!("token endpoint: {}", self.shown(url)));
        }
        if let Some(algorithms) = metadata.algorithms() {
            stated.push(format!("algorithms: {}", listed(&algorithms)));
        }
        stated
    }

    fn shown(&self, stated: &str) -> String {
        let parameters = self.builder.request.parameters.iter();
        let secrets = SecretDetector::new(parameters.map(|(_, value)| value.as_str()));
        match secrets.finds(stated) {
            true => "[withheld: it repeats a secret]".into(),
            false => shown(stated),
        }
    }
}

fn unusable(error: &Error) -> Check {
    match error {
        Error::DocumentUnreachable { url, source, .. } => {
            let text = format!("{url}: {}", chain(&**source));
            Check::warning(STEP, text, CheckRemedy::MetadataNotNeeded)
        }
        Error::UnusableMetadata { status: 200, .. } => {
            Check::warning(STEP, chain(error), CheckRemedy::CheckVariables)
        }
        error => Check::warning(STEP, chain(error), CheckRemedy::MetadataNotUsed),
    }
}

fn listed(algorithms: &[Algorithm]) -> String {
    match algorithms {
        [] => "none that tokenring signs with".into(),
        algorithms => names(algorithms),
    }
}
