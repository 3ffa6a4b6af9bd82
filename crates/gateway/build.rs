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

#[path = "build/pair_encoder.rs"]
mod pair_encoder;

const FOLDER: &str = "gateways";
/// The tables that are read when somebody asks for them. Without the feature `diagnosis` nobody
/// asks for more than the first.
const EVIDENCE: [&str; 4] = ["notes", "refusals", "sources", "unknown"];

fn main() -> Result<(), Box<dyn Error>> {
    for input in [
        "build.rs",
        "src/reader/outline.rs",
        "build/pair_encoder.rs",
        FOLDER,
    ] {
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
    let has_diagnosis = env::var_os("CARGO_FEATURE_DIAGNOSIS").is_some();
    let mut list = String::from("&[\n");
    let (mut rules, mut evidence, mut nodes) = (String::new(), Vec::new(), Vec::new());
    for path in files {
        let name = path.file_stem().and_then(|name| name.to_str());
        let name = name.ok_or("a gateway file has a name in UTF-8")?;
        let parts = take_apart(&fs::read_to_string(&path)?, has_diagnosis);
        writeln!(list, "    BuiltinFile {{")?;
        writeln!(list, "        name: {name:?},")?;
        for (part, text) in ["rules", "evidence"].into_iter().zip(parts) {
            let outline = Outline::parse(&text).map_err(|error| format!("{name}.toml: {error}"))?;
            let first = nodes.len();
            for node in &outline.nodes {
                nodes.push(pack(node)?);
            }
            let start = if part == "rules" {
                rules.push_str(&outline.text);
                rules.len() - outline.text.len()
            } else {
                evidence.push(outline.text.clone());
                evidence.len() - 1
            };
            let (length, source) = (outline.text.len(), text.len());
            let count = nodes.len() - first;
            writeln!(
                list,
                "        {part}: Part {{ start: {start}, length: {length}, source: {source}, \
                 nodes: ({first}, {count}) }},"
            )?;
        }
        writeln!(list, "    }},")?;
    }
    list.push_str("]\n");
    let (pairs, evidence) = pair_encoder::encode(&evidence);
    let evidence: String = evidence.iter().map(|each| format!("&{each:?},")).collect();
    for (name, text) in [
        ("files", list),
        ("rules", format!("{rules:?}")),
        ("nodes", format!("&{nodes:?}")),
        ("pairs", format!("{pairs:?}")),
        ("evidence", format!("&[{evidence}]")),
    ] {
        let folder = env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?;
        fs::write(Path::new(&folder).join(format!("{name}.rs")), text)?;
    }
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
fn take_apart(text: &str, has_diagnosis: bool) -> [String; 2] {
    let (mut rules, mut evidence) = (String::new(), String::new());
    let (mut is_evidence, mut is_left_out) = (false, false);
    for (index, line) in text.lines().map(str::trim_end).enumerate() {
        if let Some(table) = table(line) {
            is_evidence = EVIDENCE.contains(&table);
            is_left_out = is_evidence && table != EVIDENCE[0] && !has_diagnosis;
        }
        let part = if is_evidence {
            &mut evidence
        } else {
            &mut rules
        };
        let is_comment = index > 0 && line.trim_start().starts_with('#');
        let is_second_empty = line.is_empty() && part.ends_with("\n\n");
        if !is_comment && !is_second_empty && !is_left_out {
            part.push_str(line);
            part.push('\n');
        }
    }
    [rules, evidence]
}

/// The first part of the name in a table's head, such as `[sources]` or `[[refusals]]`.
fn table(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?;
    let name = name.strip_prefix('[').unwrap_or(name);
    name.split(['.', ']']).next()
}
