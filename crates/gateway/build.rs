//! Takes the built-in gateway files apart, so that no program has to: each becomes its text, without
//! the comments, and constants that say where in it which value is.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use outline::{KINDS, Node, Outline, Packed};

#[path = "src/reader/outline.rs"]
#[expect(dead_code, reason = "only errors at run time want to know lines")]
mod outline;

const FOLDER: &str = "gateways";
/// The tables that are read when somebody asks for them. Nothing but the feature `diagnosis` does.
const EVIDENCE: [&str; 3] = ["refusals", "sources", "unknown"];

fn main() -> Result<(), Box<dyn Error>> {
    for input in ["build.rs", "src/reader/outline.rs", FOLDER] {
        println!("cargo::rerun-if-changed={input}");
    }
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
        let source = match env::var_os("CARGO_FEATURE_DIAGNOSIS") {
            Some(_) => rules + &evidence,
            None => rules,
        };
        let outline = Outline::parse(&source).map_err(|error| format!("{name}.toml: {error}"))?;
        let nodes: Result<Vec<Packed>, Box<dyn Error>> = outline.nodes.iter().map(pack).collect();
        writeln!(list, "    BuiltinFile {{")?;
        writeln!(list, "        name: {name:?},")?;
        writeln!(list, "        text: {:?},", outline.text)?;
        writeln!(list, "        source_length: {},", source.len())?;
        writeln!(list, "        nodes: &{:?},", nodes?)?;
        writeln!(list, "    }},")?;
    }
    list.push_str("]\n");
    let folder = env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?;
    fs::write(Path::new(&folder).join("builtin.rs"), list)?;
    Ok(())
}

/// Where keys and values begin in the file goes: only errors tell it, and a test reads every file.
fn pack(node: &Node) -> Result<Packed, Box<dyn Error>> {
    let kind = KINDS.iter().position(|kind| *kind == node.kind);
    let kind = u8::try_from(kind.ok_or("every kind has a number")?)?;
    let (key, value) = (node.key, node.value);
    Ok([
        u16::try_from(key.0)?,
        u16::from_be_bytes([kind, u8::try_from(key.1)?]),
        u16::try_from(value.0)?,
        u16::try_from(value.1)?,
    ])
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
