use core::cell::RefCell;

use crate::nearest::nearest;
use crate::reader::Table;
use crate::{Error, Problem, Template};

/// A value that a gateway leaves open, such as a tenant: table `[variables.NAME]`.
#[derive(Clone, Debug)]
pub struct Variable {
    name: String,
    description: String,
    example: Option<String>,
}

/// The variable that every template can use: the name of the environment.
pub(crate) const ENVIRONMENT: &str = "environment";

const KEYS: [&str; 2] = ["description", "example"];

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

    pub(crate) fn read_all(root: &Table<'_>) -> Result<Vec<Self>, Error> {
        let Some(value) = root.optional("variables") else {
            return Ok(Vec::new());
        };
        let mut variables = Vec::new();
        for (name, value) in value.open_table()?.entries() {
            value.check_name(name)?;
            if name == ENVIRONMENT {
                return Err(value.error(Problem::ReservedName));
            }
            let table = value.table(&KEYS)?;
            let example = match table.optional("example") {
                Some(value) => Some(value.text()?.to_owned()),
                None => None,
            };
            variables.push(Self {
                name: name.to_owned(),
                description: table.required("description")?.text()?.to_owned(),
                example,
            });
        }
        Ok(variables)
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
        for name in template.variables() {
            let described = self.variables.iter().map(Variable::name);
            let known = described.chain([ENVIRONMENT]);
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

    /// Ends the reading of a file: by now each variable has to have been used.
    pub(crate) fn close(self, root: &Table<'_>) -> Result<Vec<Variable>, Error> {
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
