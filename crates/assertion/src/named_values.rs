use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde::ser::SerializeMap;
use serde_json::Value;

use crate::Error;

/// JSON members that were added by name, in their order, none of them twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NamedValues {
    values: Vec<(String, Value)>,
    /// The names, once there are too many to look through.
    names: BTreeSet<String>,
}

/// So many names are looked through in no time.
const FEW: usize = 16;

impl NamedValues {
    pub(crate) fn add(&mut self, name: String, value: Value) -> Result<(), Error> {
        if self.has(&name) {
            return Err(Error::RepeatedName(name));
        }
        self.values.push((name, value));
        Ok(())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.values
            .iter()
            .try_for_each(|(name, value)| map.serialize_entry(name, value))
    }

    /// Whether a name is there, which is noted where it is not.
    fn has(&mut self, name: &str) -> bool {
        if self.values.len() < FEW {
            return self.names().any(|other| other == name);
        }
        if self.names.is_empty() {
            self.names = self.values.iter().map(|(name, _)| name.clone()).collect();
        }
        !self.names.insert(name.into())
    }
}
