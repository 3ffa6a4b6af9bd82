//! What tells the token of one client from that of another.

use std::sync::Arc;

use tokenring_token_store::CacheKey;

use super::RequestPlan;
use crate::Error;
use crate::client_key::ClientKey;

/// What stands in a cache in place of a token endpoint.
const NO_TOKEN_ENDPOINT: &str = "(none: the signed JWT is the token)";

impl RequestPlan {
    /// What the token of this client depends on, all of it.
    pub(crate) fn cache_key(&self, key: &Arc<ClientKey>) -> Result<CacheKey, Error> {
        let factory = &self.factory;
        let plan = factory.plan();
        let target = &factory.target;
        let endpoint = target.endpoint();
        let rules = target.gateway().request();
        let url = match rules.jwt_is_token() {
            true => NO_TOKEN_ENDPOINT,
            false => self.token_endpoint()?.as_str(),
        };
        let mut cache_key = CacheKey::builder(url, &factory.client_id)
            .with_gateway(target.gateway().name())
            .with_environment(endpoint.environment())
            .with_audience(plan.audience())
            .with_algorithm(key.algorithm())
            .with_key_thumbprint(&tokenring_jwk::any::thumbprint(key.public_key()))
            .with_value("typ", plan.token_type().unwrap_or_default())
            .with_grant(self.grant_type());
        if rules.jwt_is_token() {
            let lifetime = plan.lifetime().as_seconds().to_string();
            cache_key = cache_key.with_value("lifetime", &lifetime);
        }
        if let Some(flow) = target.gateway().flow() {
            cache_key = cache_key.with_value("flow", flow);
        }
        if let Some(issuer) = endpoint.issuer() {
            cache_key = cache_key.with_issuer(issuer);
        }
        if plan.issuer() != factory.client_id {
            cache_key = cache_key.with_value("iss", plan.issuer());
        }
        if let Some(subject) = plan.subject() {
            cache_key = cache_key.with_subject(subject);
        }
        if let Some(key_id) = key.key_id() {
            cache_key = cache_key.with_key_id(key_id);
        }
        for (name, value) in key.header_parameters() {
            cache_key = cache_key.with_header_parameter(name, &value);
        }
        for (name, value) in plan.added_claims() {
            cache_key = cache_key.with_claim(name, value);
        }
        if let Some(scope) = self.scope.as_str() {
            cache_key = cache_key.with_scope(scope);
        }
        for (name, value) in &self.parameters {
            cache_key = cache_key.with_parameter(name, value);
        }
        if let Some(dpop) = self.binding.dpop() {
            cache_key = cache_key
                .with_value("dpop", dpop.rule().name())
                .with_value("jkt", dpop.thumbprint(key)?);
        }
        for (name, value) in &self.headers {
            cache_key = cache_key.with_value(name, value);
        }
        Ok(cache_key.build())
    }
}
