use alloc::string::String;
use alloc::vec::Vec;

use serde::ser::SerializeMap;
use serde_json::Value;

use crate::Error;

/// JSON members that were added by name, in their order, none of them twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NamedValues(Vec<(String, Value)>);

impl NamedValues {
    pub(crate) fn add(&mut self, name: String, value: Value) -> Result<(), Error> {
        if self.names().any(|other| other == name) {
            return Err(Error::RepeatedName(name));
        }
        self.0.push((name, value));
        Ok(())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.0
            .iter()
            .try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}
