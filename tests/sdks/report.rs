use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::course::Course;

/// Writes what an SDK did where `cargo xtask conformance` finds it.
pub(crate) fn write(name: &str, gateway: &str, courses: &[(&str, Course)]) {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        Into::into,
    );
    let folder = target.join("conformance/sdk-results");
    fs::create_dir_all(&folder).unwrap();
    let version = courses.first().map_or("", |(_, course)| &course.version);
    let cases: Map<String, Value> = courses
        .iter()
        .map(|(case, course)| ((*case).to_owned(), course.to_string().into()))
        .collect();
    let report = json!({ "name": name, "version": version, "gateway": gateway, "cases": cases });
    let file = format!("{}.json", name.replace(['@', '/'], "_"));
    let text = serde_json::to_string_pretty(&report).unwrap();
    fs::write(folder.join(file), text).unwrap();
}
