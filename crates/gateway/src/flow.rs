use crate::reader::{Table, Value};
use crate::variable::Scope;
use tokenring_jwk::Algorithm;

use crate::{AssertionRules, Error, Gateway, KeyRules, Problem, RequestRules};

/// One of several ways in which a client can be registered: table `[flows.NAME]`.
///
/// [`Gateway::with_flow`](crate::Gateway::with_flow) puts one in use.
#[derive(Clone, Debug)]
pub struct Flow {
    name: String,
    title: String,
    assertion: Option<AssertionRules>,
    key: Option<KeyRules>,
    request: Option<RequestRules>,
}

pub(crate) const KEYS: [&str; 4] = ["title", "assertion", "key", "request"];

impl Flow {
    /// The name by which it is chosen.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What this way of registering is, for a person.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    pub(crate) const fn assertion(&self) -> Option<&AssertionRules> {
        self.assertion.as_ref()
    }

    /// What the gateway wants of keys then, where it is something else.
    #[must_use]
    pub const fn key(&self) -> Option<&KeyRules> {
        self.key.as_ref()
    }

    pub(crate) const fn request(&self) -> Option<&RequestRules> {
        self.request.as_ref()
    }

    /// Whether the flow replaces this table.
    pub(crate) fn replaces(&self, table: &str) -> bool {
        match table {
            "assertion" => self.assertion.is_some(),
            "key" => self.key.is_some(),
            "request" => self.request.is_some(),
            _ => false,
        }
    }

    pub(crate) fn read_all(
        root: &Table<'_>,
        scope: &Scope,
        assertion: &AssertionRules,
    ) -> Result<Vec<Self>, Box<Error>> {
        let Some(value) = root.optional("flows") else {
            return Ok(Vec::new());
        };
        let mut flows = Vec::new();
        for (name, value) in value.open_table()?.entries() {
            value.check_name(name)?;
            flows.push(Self::read(name, &value, root, scope, assertion)?);
        }
        Ok(flows)
    }

    fn read(
        name: &str,
        value: &Value<'_>,
        root: &Table<'_>,
        scope: &Scope,
        base: &AssertionRules,
    ) -> Result<Self, Box<Error>> {
        let table = value.table(&KEYS)?;
        let title = table.required("title")?.text()?.to_owned();
        let own_assertion = match table.optional("assertion") {
            Some(value) => Some(AssertionRules::read(&value, scope)?),
            None => None,
        };
        let assertion = own_assertion.as_ref().unwrap_or(base);
        let key = match table.optional("key") {
            Some(value) => Some(KeyRules::read(&value, scope, assertion)?),
            None => None,
        };
        let request = match table.optional("request") {
            Some(value) => Some(RequestRules::read(Some(&value), scope, assertion)?),
            None => None,
        };
        // What the flow leaves as it is has to go together with what it replaces.
        if own_assertion.is_some() {
            let in_flow = |error: Box<Error>| error.in_flow(name);
            if key.is_none() {
                let value = root.required("key")?;
                KeyRules::read(&value, scope, assertion).map_err(in_flow)?;
            }
            if request.is_none() {
                let value = root.optional("request");
                RequestRules::read(value.as_ref(), scope, assertion).map_err(in_flow)?;
            }
        }
        Ok(Self {
            name: name.to_owned(),
            title,
            assertion: own_assertion,
            key,
            request,
        })
    }
}

impl Error {
    /// Says that it is so only while a flow is in use.
    pub(crate) fn in_flow(mut self: Box<Self>, flow: &str) -> Box<Self> {
        if let Self::Malformed { problem, .. } = &mut *self {
            let inner = core::mem::replace(problem, Box::new(Problem::Empty));
            **problem = Problem::InFlow {
                flow: flow.to_owned(),
                problem: inner,
            };
        }
        self
    }
}

impl Gateway {
    /// Another flow, in which one of these algorithms is accepted, if there is one.
    #[must_use]
    pub fn flow_that_accepts(&self, algorithms: &[Algorithm]) -> Option<&str> {
        let others = self.flows().iter().map(Flow::name);
        let mut others = others.filter(|name| self.flow() != Some(*name));
        others.find(|name| {
            let other = self.clone().with_flow(name);
            other.is_ok_and(|other| other.algorithms().any(|it| algorithms.contains(&it)))
        })
    }
}
