use serde::{Serialize, Serializer};
use serde_json::Value;

/// A JSON object whose members stay in the order given.
pub(crate) struct Members<'a>(pub(crate) &'a [(&'a str, Value)]);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (*name, value)))
    }
}

impl Members<'_> {
    pub(crate) fn to_compact(&self) -> Vec<u8> {
        // Only a map with keys that are no strings, or a failing writer, could fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(crate) fn to_pretty(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }
}
