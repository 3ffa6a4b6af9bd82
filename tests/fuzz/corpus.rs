//! Sound inputs: the fixtures, and what a test writes itself.

use std::fs;

use integration_tests::fixtures;

/// Every file of these folders of `tests/fixtures` whose name passes, in order.
pub(crate) fn fixtures(folders: &[&str], is_wanted: impl Fn(&str) -> bool) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(fixtures::path(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.ends_with("PROVENANCE.md"))
        .filter(|path| is_wanted(path.file_name().unwrap().to_str().unwrap()))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

pub(crate) fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
