//! What a gateway wants of keys, by the form in which they are registered.

use crate::{Flow, Gateway, KeyRules, Registration};

impl Gateway {
    /// The rules for keys that are registered in a form: those of the flow that was chosen, or
    /// else of one whose clients register their keys so.
    ///
    /// A server goes by what is registered. Where the caller did not say which flow that is, the
    /// form decides, and not the file's default.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_gateway::{Gateway, Registration};
    ///
    /// let keycloak = Gateway::builtin("keycloak")?;
    /// assert!(!keycloak.key().registers_jwk_set());
    /// assert!(keycloak.key_rules_for(Registration::JwkSet).registers_jwk_set());
    /// # Ok::<(), tokenring_gateway::Error>(())
    /// ```
    #[must_use]
    pub fn key_rules_for(&self, form: Registration) -> &KeyRules {
        let in_use = self.key();
        if self.has_chosen_flow() {
            return in_use;
        }
        let all = || {
            let others = self.flows().iter().filter_map(Flow::key);
            core::iter::once(in_use).chain(others)
        };
        let takes = |form| all().find(|rules| rules.registrations().contains(&form));
        // A JWK Set is one wherever the gateway has it from.
        let of_set = || match form {
            Registration::JwkSet => takes(Registration::JwkSetUrl),
            Registration::JwkSetUrl => takes(Registration::JwkSet),
            _ => None,
        };
        takes(form).or_else(of_set).unwrap_or(in_use)
    }
}
