//! The built-in files as the crate takes them along, against those in its folder.

use std::fs;
use std::path::PathBuf;

use tokenring_gateway::Gateway;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("gateways")
}

#[test]
fn every_file_of_the_folder_is_built_in() {
    let mut names: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort_unstable();
    assert_eq!(Gateway::names().collect::<Vec<_>>(), names);
}

/// What a built-in gateway reads when somebody asks, it reads whole and without a fault.
#[cfg(feature = "diagnosis")]
#[test]
fn nothing_is_lost_on_the_way_into_the_crate() {
    for name in Gateway::names() {
        let path = folder().join(format!("{name}.toml"));
        let text = fs::read_to_string(path).unwrap();
        let from_file = Gateway::parse(&text, name).unwrap();
        let builtin = Gateway::builtin(name).unwrap();
        assert_eq!(format!("{builtin:?}"), format!("{from_file:?}"), "{name}");

        let again = Gateway::builtin_source(name).unwrap();
        let again = Gateway::parse(&again, name).unwrap();
        assert_eq!(format!("{again:?}"), format!("{from_file:?}"), "{name}");
        assert!(builtin.source_of("assertion.audience").is_some(), "{name}");
    }
}

/// Without the feature they are smaller and otherwise the same.
#[cfg(not(feature = "diagnosis"))]
#[test]
fn rules_are_there_without_the_evidence() {
    for name in Gateway::names() {
        let path = folder().join(format!("{name}.toml"));
        let text = fs::read_to_string(path).unwrap();
        let from_file = Gateway::parse(&text, name).unwrap();
        let builtin = Gateway::builtin(name).unwrap();
        for (one, other) in [
            (
                format!("{:?}", builtin.assertion()),
                format!("{:?}", from_file.assertion()),
            ),
            (
                format!("{:?}", builtin.key()),
                format!("{:?}", from_file.key()),
            ),
            (
                format!("{:?}", builtin.server()),
                format!("{:?}", from_file.server()),
            ),
            (
                format!("{:?}", builtin.notes()),
                format!("{:?}", from_file.notes()),
            ),
        ] {
            assert_eq!(one, other, "{name}");
        }
        assert!(builtin.refusals().is_empty() && builtin.unknown().is_empty());
    }
}

/// The crate's page has a row for each, with its title.
#[test]
fn the_page_names_every_built_in_gateway() {
    let page = include_str!("../../README.md");
    for name in Gateway::names() {
        let title = Gateway::builtin(name).unwrap().title().to_owned();
        assert!(page.contains(&format!("| `{name}` | {title} |")), "{name}");
    }
}
