use std::path::Path;

use serde_json::{Value, json};

use super::Program;

/// A script of `tests/conformance` that does many tasks in one run.
#[derive(Clone, Debug)]
pub struct Tasks {
    program: Program,
    script: String,
}

impl Tasks {
    pub(super) fn new(program: Program, script: &Path) -> Self {
        Self {
            program,
            script: script.display().to_string(),
        }
    }

    /// Does each task and returns its result.
    #[must_use]
    #[track_caller]
    pub fn run(&self, tasks: &[Value]) -> Vec<Value> {
        let input = json!(tasks).to_string();
        let output = self.program.expect(&[&self.script], input.as_bytes());
        let results: Vec<Value> = serde_json::from_slice(&output)
            .unwrap_or_else(|error| panic!("{}: {error}", self.script));
        assert_eq!(results.len(), tasks.len());
        results
    }
}
