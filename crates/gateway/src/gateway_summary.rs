use crate::builtin::{BuiltinFile, FILES};
use crate::environment::Environment;
use crate::gateway::KEYS;
use crate::reader::Document;
use crate::request_rules::{KEYS as REQUEST_KEYS, grant};
use crate::{Error, Flow, Gateway, Grant};

/// What a list of gateways says of one.
///
/// That of a built-in gateway is made without reading the rest of its file.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct GatewaySummary {
    /// The name by which it is chosen.
    pub name: String,
    /// What it is, for a person.
    pub title: String,
    /// The grant by which a token is asked for, outside of flows.
    pub grant: Grant,
    /// The names of its environments, in the order of the file.
    pub environments: Vec<String>,
    /// The names of its flows, in the order of the file.
    pub flows: Vec<String>,
}

impl GatewaySummary {
    /// Those of the built-in gateways, in alphabetical order.
    pub fn builtin() -> impl Iterator<Item = Self> {
        // A test has read every file: none is left out.
        FILES.iter().filter_map(|file| Self::read(file).ok())
    }

    fn read(file: &'static BuiltinFile) -> Result<Self, Box<Error>> {
        let document = Document::builtin_rules(file);
        let root = document.root(&KEYS)?;
        let names = |key: &str| match root.optional(key) {
            Some(value) => {
                let entries = value.open_table()?.entries();
                Ok::<_, Box<Error>>(entries.map(|(name, _)| name.to_owned()).collect())
            }
            None => Ok(Vec::new()),
        };
        Ok(Self {
            name: file.name.to_owned(),
            title: root.required("title")?.text()?.to_owned(),
            grant: match root.optional("request") {
                Some(value) => grant(&value.table(&REQUEST_KEYS)?)?,
                None => Grant::default(),
            },
            environments: names("environments")?,
            flows: names("flows")?,
        })
    }
}

impl From<&Gateway> for GatewaySummary {
    fn from(gateway: &Gateway) -> Self {
        let environments = gateway.environments().iter().map(Environment::name);
        let flows = gateway.flows().iter().map(Flow::name);
        Self {
            name: gateway.name().to_owned(),
            title: gateway.title().to_owned(),
            grant: gateway.request().grant(),
            environments: environments.map(str::to_owned).collect(),
            flows: flows.map(str::to_owned).collect(),
        }
    }
}
