use tokenring_oauth::TokenEndpoint;

use super::Effective;
use crate::failure::Result;
use crate::setting::Setting;
use crate::settings::Settings;

/// Which gateway and environment, and what replaces or fills in its values.
#[derive(Clone, Debug, Default)]
pub(crate) struct GatewayOptions {
    /// A built-in gateway's name, or the path of a gateway file.
    pub(crate) gateway: Option<Setting<String>>,
    pub(crate) flow: Option<Setting<String>>,
    pub(crate) environment: Option<Setting<String>>,
    pub(crate) variables: Vec<(String, Setting<String>)>,
    pub(crate) token_url: Option<Setting<TokenEndpoint>>,
    pub(crate) issuer: Option<Setting<String>>,
    pub(crate) audience: Option<Setting<String>>,
    pub(crate) assertion_issuer: Option<Setting<String>>,
    /// Empty for none.
    pub(crate) subject: Option<Setting<String>>,
}

/// The gateway of a command that does without one, and needs no environment of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct GatewayChoice {
    pub(crate) gateway: Option<Setting<String>>,
    pub(crate) flow: Option<Setting<String>>,
}

impl Settings<'_> {
    pub(crate) fn gateway_options(&self) -> Result<GatewayOptions> {
        Ok(GatewayOptions {
            gateway: self.text("gateway")?,
            flow: self.text("flow")?,
            environment: self.text("env")?,
            variables: self.pairs("var")?,
            token_url: self.parsed("token-url", TokenEndpoint::new)?,
            issuer: self.text("issuer")?,
            audience: self.text("audience")?,
            assertion_issuer: self.text("assertion-issuer")?,
            subject: self.text("subject")?,
        })
    }

    pub(crate) fn gateway_choice(&self) -> Result<GatewayChoice> {
        let gateway = self.text("gateway")?;
        let flow = match gateway {
            None => None,
            Some(_) => self.text("flow")?,
        };
        Ok(GatewayChoice { gateway, flow })
    }
}

impl GatewayOptions {
    /// Adds what replaces or fills in the gateway's values; which gateway that is adds
    /// [`Target`](crate::endpoint::Target).
    pub(crate) fn add_replacements(&self, effective: &mut Effective) {
        effective.add_pairs("var", &self.variables);
        if let Some(url) = &self.token_url {
            effective.add("token-url", url.value().as_str(), url.origin().clone());
        }
        effective.add_given("issuer", self.issuer.as_ref());
        effective.add_given("audience", self.audience.as_ref());
        effective.add_given("assertion-issuer", self.assertion_issuer.as_ref());
        effective.add_given("subject", self.subject.as_ref());
    }
}

impl GatewayChoice {
    pub(crate) fn add_to(&self, effective: &mut Effective) {
        effective.add_given("gateway", self.gateway.as_ref());
        effective.add_given("flow", self.flow.as_ref());
    }
}
