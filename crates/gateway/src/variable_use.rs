use crate::{AudienceRule, Gateway, SubjectRule, Template};

/// What depends on a variable.
impl Gateway {
    /// Whether an assertion depends on it, rather than the form or the name of a key.
    #[must_use]
    pub fn uses_in_assertion(&self, variable: &str) -> bool {
        let uses = |template: &Template| is_in(template, variable);
        let rules = self.assertion();
        let of_audience =
            matches!(rules.audience(), AudienceRule::Fixed(template) if uses(template));
        let of_subject =
            matches!(rules.subject_rule(), SubjectRule::Fixed(template) if uses(template));
        let mut environments = self.environments().iter();
        of_audience
            || of_subject
            || environments.any(|environment| {
                environment.token_endpoint().is_some_and(uses)
                    || environment.issuer().is_some_and(uses)
            })
    }

    /// Whether an address of the server depends on it.
    #[must_use]
    pub fn uses_in_addresses(&self, variable: &str) -> bool {
        let uses = |template: Option<&Template>| {
            template.is_some_and(|template| is_in(template, variable))
        };
        let mut environments = self.environments().iter();
        environments.any(|environment| {
            uses(environment.token_endpoint())
                || uses(environment.issuer())
                || uses(environment.metadata())
        })
    }

    /// Whether the name of a new key depends on it.
    #[must_use]
    pub fn uses_in_key_name(&self, variable: &str) -> bool {
        let name = self.key().default_id();
        name.is_some_and(|name| is_in(name, variable))
    }
}

fn is_in(template: &Template, variable: &str) -> bool {
    template.variables().any(|name| name == variable)
}
