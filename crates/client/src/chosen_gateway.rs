use crate::options::GatewayOptions;

/// How a gateway was chosen, for who words a command that chooses it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChosenGateway {
    /// The gateway's name or file; none where nobody named one.
    pub gateway: Option<String>,
    /// The environment, if one was named.
    pub environment: Option<String>,
    /// The flow, if one was named.
    pub flow: Option<String>,
    /// The variables that were given: name and value.
    pub variables: Vec<(String, String)>,
}

impl From<&GatewayOptions> for ChosenGateway {
    fn from(options: &GatewayOptions) -> Self {
        Self {
            gateway: options.name.clone(),
            environment: options.environment.clone(),
            flow: options.flow.clone(),
            variables: options.variables.clone(),
        }
    }
}
