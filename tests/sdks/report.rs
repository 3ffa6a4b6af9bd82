use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::case::Case;
use crate::course::Course;

/// What an SDK did in each case.
pub(crate) struct Report {
    name: &'static str,
    gateway: &'static str,
    version: String,
    cases: Map<String, Value>,
}

impl Report {
    pub(crate) fn new(name: &'static str, gateway: &'static str) -> Self {
        Self {
            name,
            gateway,
            version: String::new(),
            cases: Map::new(),
        }
    }

    pub(crate) fn add(&mut self, case: Case, course: &Course) {
        self.version.clone_from(&course.version);
        let verdict = course.complaint.as_ref().map_or("clean", |_| "faults");
        if case == Case::Token {
            self.cases.insert("inspect".to_owned(), verdict.into());
        }
        self.cases
            .insert(case.to_string(), course.to_string().into());
    }

    /// Adds how long an SDK waited before it sent the request again.
    pub(crate) fn add_wait(&mut self, case: Case, course: &Course) {
        let words = match course.wait {
            None => "not repeated".to_owned(),
            Some(wait) => format!("{:.0} s", wait.as_secs_f64()),
        };
        self.cases.insert(case.to_string(), words.into());
    }
}

/// Writes what an SDK did where `cargo xtask conformance` finds it.
pub(crate) fn write(report: &Report) {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        Into::into,
    );
    let folder = target.join("conformance/sdk-results");
    fs::create_dir_all(&folder).unwrap();
    let file = format!("{}.json", report.name.replace(['@', '/', ':'], "_"));
    let value = json!({
        "name": report.name,
        "version": report.version,
        "gateway": report.gateway,
        "cases": report.cases,
    });
    fs::write(
        folder.join(file),
        serde_json::to_string_pretty(&value).unwrap(),
    )
    .unwrap();
}
