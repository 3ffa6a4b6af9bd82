use serde_json::{Value, json};
use tokenring_gateway::Gateway;
use tokenring_oauth::Transport;
use tokenring_text::{printable, redact};

use super::{FactDifference, ServerMetadata};
use crate::{ClientBuilder, Error, GatewayFile, Parameter, Target};

/// What the servers of a gateway publish about themselves, next to what its file says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MetadataComparison {
    /// The gateway's name.
    pub gateway: String,
    /// What came of each environment.
    pub environments: Vec<EnvironmentMetadata>,
}

/// What came of the comparison for one environment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EnvironmentMetadata {
    /// The environment's name.
    pub environment: String,
    /// Where the metadata is, and what it says otherwise than the file; nothing where neither
    /// metadata nor an issuer is known.
    pub outcome: Option<Result<(String, Vec<FactDifference>), Error>>,
}

impl ClientBuilder {
    /// Compares the environment that was chosen, or else each one of the gateway, with the public
    /// metadata of its server. Nothing is changed because of it.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::target`], and [`Error::Missing`] where no environment has metadata
    /// or an issuer. An error of one environment's server is its outcome.
    pub fn compare_metadata<T: Transport + ?Sized>(
        &self,
        transport: &T,
    ) -> Result<MetadataComparison, Error> {
        let targets = self.targets()?;
        let mut environments = Vec::new();
        for target in &targets {
            let place = target.metadata_place()?;
            let compare = |url| {
                let metadata = ServerMetadata::find(&url, transport)?;
                let differences = metadata.differences_from(target);
                Ok((metadata.url().to_owned(), differences))
            };
            environments.push(EnvironmentMetadata {
                environment: target.endpoint().environment().to_owned(),
                outcome: place.map(compare),
            });
        }
        let gateway = targets.first().map(|target| target.gateway().name());
        let gateway = gateway.unwrap_or_default().to_owned();
        if environments.iter().all(|it| it.outcome.is_none()) {
            return Err(Error::Missing {
                parameter: Parameter::Issuer,
                gateway: Some(gateway),
            });
        }
        Ok(MetadataComparison {
            gateway,
            environments,
        })
    }

    /// The environment that was chosen, or else each one.
    fn targets(&self) -> Result<Vec<Target>, Error> {
        let chosen = self.chosen_gateway();
        let (None, Some(name)) = (&chosen.environment, &chosen.gateway) else {
            return Ok(vec![self.target_needing(Gateway::uses_in_addresses)?]);
        };
        let gateway = GatewayFile::find(name)?.into_gateway();
        let environments = gateway.environments().iter();
        let targets = environments.map(|environment| {
            let builder = self.clone().environment(environment.name());
            builder.target_needing(Gateway::uses_in_addresses)
        });
        targets.collect()
    }
}

impl MetadataComparison {
    /// Whether a server says something else than the file.
    #[must_use]
    pub fn differs(&self) -> bool {
        let mut outcomes = self.outcomes();
        outcomes.any(|outcome| outcome.as_ref().is_ok_and(|(_, all)| !all.is_empty()))
    }

    /// Why the metadata of the first environment that has none could not be compared.
    #[must_use]
    pub fn first_error(&self) -> Option<&Error> {
        self.outcomes().find_map(|outcome| outcome.as_ref().err())
    }

    fn outcomes(&self) -> impl Iterator<Item = &Result<(String, Vec<FactDifference>), Error>> {
        let environments = self.environments.iter();
        environments.filter_map(|environment| environment.outcome.as_ref())
    }

    /// A line for each difference, for a person; the errors in a program's words.
    #[must_use]
    pub fn to_text(&self, describe: impl Fn(&Error) -> String) -> String {
        let mut text = String::new();
        for EnvironmentMetadata {
            environment,
            outcome,
        } in &self.environments
        {
            let lines = match outcome {
                None => vec![format!(
                    "{environment}: skipped, no metadata and no issuer known"
                )],
                Some(Err(error)) => vec![format!("{environment}: {}", describe(error))],
                Some(Ok((url, differences))) if differences.is_empty() => {
                    vec![format!("{environment}: agrees with {url}")]
                }
                Some(Ok((_, differences))) => differences.iter().map(ToString::to_string).collect(),
            };
            for line in lines {
                text.push_str(&printable(&redact(&line)).to_string());
                text.push('\n');
            }
        }
        text
    }

    /// All of it as JSON; the errors in a program's words.
    #[must_use]
    pub fn to_json(&self, describe: impl Fn(&Error) -> String) -> Value {
        let environments = self.environments.iter().map(|it| match &it.outcome {
            None => json!({"environment": it.environment, "metadata": null}),
            Some(Err(error)) => json!({"environment": it.environment, "error": describe(error)}),
            Some(Ok((url, differences))) => {
                let differences = differences.iter().map(|it| {
                    json!({"key": it.key, "member": it.member, "ours": it.ours, "theirs": it.theirs})
                });
                json!({
                    "environment": it.environment,
                    "metadata": url,
                    "differences": differences.collect::<Vec<_>>(),
                })
            }
        });
        json!({
            "gateway": self.gateway,
            "environments": environments.collect::<Vec<_>>(),
        })
    }
}
