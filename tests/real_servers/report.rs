use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::site::Facts;

/// What was found at one program. It is written to a file, which `cargo xtask conformance` shows,
/// and fails the test at its end.
pub(crate) struct Report {
    name: &'static str,
    program: String,
    parts: Vec<Value>,
    failures: Vec<String>,
}

impl Report {
    pub(crate) fn new(name: &'static str, facts: &Facts) -> Self {
        Self {
            name,
            program: format!("{} {}", facts.program, facts.version),
            parts: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// A part in which every row has to be right.
    pub(crate) fn part(&mut self, title: &str, rows: Vec<(String, Result<(), String>)>) {
        let all = rows.len();
        self.part_with_floor(title, rows, all);
    }

    /// A part in which so many rows at least have to be right.
    pub(crate) fn part_with_floor(
        &mut self,
        title: &str,
        rows: Vec<(String, Result<(), String>)>,
        floor: usize,
    ) {
        let of = rows.len();
        let wrong: Vec<String> = rows
            .into_iter()
            .filter_map(|(label, result)| Some(format!("{label}: {}", result.err()?)))
            .collect();
        let right = of - wrong.len();
        let heading = format!("{}: {title}: {right} of {of}", self.program);
        if right < floor || of == 0 {
            let lines = wrong.join("\n  ");
            self.failures
                .push(format!("{heading}, at least {floor} wanted\n  {lines}"));
        }
        self.parts
            .push(json!({ "title": title, "right": right, "of": of, "wrong": wrong }));
    }

    /// Writes the report.
    #[track_caller]
    pub(crate) fn finish(self) {
        let report = json!({ "program": self.program, "parts": self.parts });
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
            Into::into,
        );
        let folder = target.join("conformance/results");
        fs::create_dir_all(&folder).unwrap();
        let text = serde_json::to_string_pretty(&report).unwrap();
        fs::write(folder.join(format!("{}.json", self.name)), text).unwrap();
        assert!(self.failures.is_empty(), "{}", self.failures.join("\n"));
    }
}
