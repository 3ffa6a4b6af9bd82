use core::cell::RefCell;

use crate::nearest::nearest;
use crate::pattern;
use crate::reader::{Table, Value};
use crate::{Error, Problem, Template};

/// A value that a gateway leaves open, such as a tenant: table `[variables.NAME]`.
#[derive(Clone, Debug)]
pub struct Variable {
    name: String,
    description: String,
    example: Option<String>,
    default: Option<String>,
    allowed_values: Vec<String>,
    refused_values: Vec<String>,
}

/// The variable that every template can use: the name of the environment.
pub(crate) const ENVIRONMENT: &str = "environment";
/// The variable that URLs and audiences can use besides: the issuer in use.
pub(crate) const ISSUER: &str = "issuer";

pub(crate) const KEYS: [&str; 5] = [
    "description",
    "example",
    "default",
    "allowed-values",
    "refused-values",
];

impl Variable {
    /// The name by which templates and callers call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it stands for, for a person who has to find the value.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// A value of the right form.
    #[must_use]
    pub fn example(&self) -> Option<&str> {
        self.example.as_deref()
    }

    /// The value where the caller gives none.
    #[must_use]
    pub fn default_value(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// The values that it can have, in which `*` stands for anything. Defaults to any.
    #[must_use]
    pub fn allowed_values(&self) -> &[String] {
        &self.allowed_values
    }

    /// The values among them that it cannot have.
    #[must_use]
    pub fn refused_values(&self) -> &[String] {
        &self.refused_values
    }

    /// Whether the file lets it have this value.
    pub(crate) fn takes(&self, value: &str) -> bool {
        let fits = |pattern: &String| pattern::fits(pattern, value);
        let is_allowed = self.allowed_values.is_empty() || self.allowed_values.iter().any(fits);
        is_allowed && self.refusing(value).is_none()
    }

    /// The pattern of a value that it cannot have.
    pub(crate) fn refusing(&self, value: &str) -> Option<&str> {
        let mut refused = self.refused_values.iter();
        let found = refused.find(|pattern| pattern::fits(pattern, value));
        found.map(String::as_str)
    }

    /// Whether a variable can have this value.
    pub(crate) fn is_usable(value: &str) -> bool {
        !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c.is_control())
    }

    pub(crate) fn read_all(root: &Table<'_>) -> Result<Vec<Self>, Box<Error>> {
        let Some(value) = root.optional("variables") else {
            return Ok(Vec::new());
        };
        let mut variables = Vec::new();
        for (name, value) in value.open_table()?.entries() {
            value.check_name(name)?;
            if name == ENVIRONMENT || name == ISSUER {
                return Err(value.error(Problem::ReservedName));
            }
            let table = value.table(&KEYS)?;
            if let Some(value) = table.optional("default") {
                if !Self::is_usable(value.text()?) {
                    return Err(value.error(Problem::VariableValue));
                }
            }
            let patterns = |key: &str| {
                let read = |item: &Value<'_>| Ok(item.text()?.to_owned());
                table.distinct(key, read).map(Option::unwrap_or_default)
            };
            let variable = Self {
                name: name.to_owned(),
                description: table.required("description")?.text()?.to_owned(),
                example: table.text("example")?,
                default: table.text("default")?,
                allowed_values: patterns("allowed-values")?,
                refused_values: patterns("refused-values")?,
            };
            for key in ["example", "default"] {
                if let Some(value) = table.optional(key) {
                    variable.check_own(&table, &value)?;
                }
            }
            variables.push(variable);
        }
        Ok(variables)
    }
}

impl Variable {
    /// Refuses a value of the file's own that the file refuses.
    fn check_own(&self, table: &Table<'_>, value: &Value<'_>) -> Result<(), Box<Error>> {
        let problem = self.refuses(value.text()?, &table.path());
        problem.map_or(Ok(()), |problem| Err(value.error(problem)))
    }

    /// Which list at this path excludes a value.
    fn refuses(&self, found: &str, path: &str) -> Option<Problem> {
        if self.takes(found) {
            return None;
        }
        Some(match self.refusing(found) {
            Some(pattern) => Problem::Contradiction {
                key: format!("{path}.refused-values"),
                is: pattern.to_owned(),
            },
            None => Problem::NotAmong {
                found: found.to_owned(),
                key: format!("{path}.allowed-values"),
            },
        })
    }
}

/// The variables that the templates of one file can use, and which of them one did.
pub(crate) struct Scope {
    variables: Vec<Variable>,
    used: RefCell<Vec<String>>,
}

impl Scope {
    pub(crate) const fn new(variables: Vec<Variable>) -> Self {
        Self {
            variables,
            used: RefCell::new(Vec::new()),
        }
    }

    /// Refuses a template with a variable that nobody could give.
    pub(crate) fn admit(&self, template: &Template) -> Result<(), Problem> {
        self.admit_with(template, &[ENVIRONMENT])
    }

    /// As [`Scope::admit`], for a template that can use the issuer.
    pub(crate) fn admit_with_issuer(&self, template: &Template) -> Result<(), Problem> {
        self.admit_with(template, &[ENVIRONMENT, ISSUER])
    }

    /// As [`Scope::admit`], for a template that can use these names.
    pub(crate) fn admit_with(&self, template: &Template, built_in: &[&str]) -> Result<(), Problem> {
        for name in template.variables() {
            let described = self.variables.iter().map(Variable::name);
            let known = described.chain(built_in.iter().copied());
            if !known.clone().any(|other| other == name) {
                return Err(Problem::UnknownVariable {
                    name: name.to_owned(),
                    nearest: nearest(name, known.clone()),
                    known: known.map(str::to_owned).collect(),
                });
            }
            self.used.borrow_mut().push(name.to_owned());
        }
        Ok(())
    }

    /// The values that an environment gives to variables.
    pub(crate) fn read_values(
        &self,
        value: &Value<'_>,
    ) -> Result<Vec<(String, String)>, Box<Error>> {
        let mut values = Vec::new();
        for (name, value) in value.open_table()?.entries() {
            let text = value.text()?;
            let Some(variable) = self.variables.iter().find(|known| known.name == name) else {
                let names = self.variables.iter().map(Variable::name);
                return Err(value.error(Problem::UnknownVariable {
                    name: name.to_owned(),
                    nearest: nearest(name, names.clone()),
                    known: names.map(str::to_owned).collect(),
                }));
            };
            if !Variable::is_usable(text) {
                return Err(value.error(Problem::VariableValue));
            }
            if let Some(problem) = variable.refuses(text, &format!("variables.{name}")) {
                return Err(value.error(problem));
            }
            values.push((name.to_owned(), text.to_owned()));
        }
        Ok(values)
    }

    /// Ends the reading of a file: by now each variable has to have been used.
    pub(crate) fn close(self, root: &Table<'_>) -> Result<Vec<Variable>, Box<Error>> {
        let used = self.used.into_inner();
        if let Some(value) = root.optional("variables") {
            for (name, value) in value.open_table()?.entries() {
                if !used.iter().any(|other| other == name) {
                    return Err(value.error(Problem::UnusedVariable));
                }
            }
        }
        Ok(self.variables)
    }
}
