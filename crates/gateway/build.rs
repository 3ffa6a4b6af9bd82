//! Gathers the gateway files for the library, without their comments.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

const FOLDER: &str = "gateways";
/// The tables that are read when somebody asks for them. Nothing but the feature `diagnosis` does.
const EVIDENCE: [&str; 3] = ["refusals", "sources", "unknown"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={FOLDER}");
    let mut files = Vec::new();
    for entry in fs::read_dir(FOLDER)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    files.sort_by(|one, other| one.file_stem().cmp(&other.file_stem()));
    let mut list = String::from("&[\n");
    for path in files {
        let name = path.file_stem().and_then(|name| name.to_str());
        let name = name.ok_or("a gateway file has a name in UTF-8")?;
        let (rules, evidence) = take_apart(&fs::read_to_string(&path)?);
        let length = rules.len();
        let text = match env::var_os("CARGO_FEATURE_DIAGNOSIS") {
            Some(_) => rules + &evidence,
            None => rules,
        };
        writeln!(list, "    ({name:?}, {text:?}, {length}),")?;
    }
    list.push_str("]\n");
    let folder = env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?;
    fs::write(Path::new(&folder).join("builtin.rs"), list)?;
    Ok(())
}

/// Parts the evidence from the rest, and leaves out all comments but the first line, which says
/// what the file is about.
///
/// No text of a gateway file has several lines, and no list has lists: what stands at the front of
/// a line is what it looks like.
fn take_apart(text: &str) -> (String, String) {
    let mut parts = (String::new(), String::new());
    let mut is_evidence = false;
    for (index, line) in text.lines().map(str::trim_end).enumerate() {
        if let Some(table) = table(line) {
            is_evidence = EVIDENCE.contains(&table);
        }
        let part = if is_evidence {
            &mut parts.1
        } else {
            &mut parts.0
        };
        let is_comment = index > 0 && line.trim_start().starts_with('#');
        let is_second_empty = line.is_empty() && part.ends_with("\n\n");
        if !is_comment && !is_second_empty {
            part.push_str(line);
            part.push('\n');
        }
    }
    parts
}

/// The first part of the name in a table's head, such as `[sources]` or `[[refusals]]`.
fn table(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?;
    let name = name.strip_prefix('[').unwrap_or(name);
    name.split(['.', ']']).next()
}
