//! Configuration files, which hold no key and mostly name the file that does.

use crate::FoundInput;

/// The members by which programs name a file with a private key.
const KEY_FILE_MEMBERS: [&str; 8] = [
    "key_file",
    "private_key_path",
    "private_key_file",
    "private-key-file",
    "privateKeyFile",
    "privateKeyPath",
    "client-key",
    "key_path",
];

/// Names a text in INI, YAML or lines of `NAME=VALUE`.
pub(crate) fn identify(text: &str) -> Option<FoundInput> {
    let mut lines = text.lines().map(str::trim).filter(|line| is_content(line));
    let first = lines.next()?;
    let is_ini = is_section(first) && lines.any(|line| assignment(line).is_some());
    if is_ini && is_of_oracle_cloud(text) {
        return Some(FoundInput::OciConfiguration);
    }
    if is_ini || assignment(first).is_some() {
        return Some(FoundInput::ConfigurationFile(named_member(
            text, assignment,
        )));
    }
    mapping(first)?;
    Some(match named_member(text, mapping) {
        None => FoundInput::Yaml,
        member => FoundInput::ConfigurationFile(member),
    })
}

/// Whether a line is more than a comment, or the beginning of a document in YAML.
fn is_content(line: &str) -> bool {
    !line.is_empty() && !line.starts_with(['#', ';', '%']) && line != "---"
}

fn is_section(line: &str) -> bool {
    let name = line.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    name.is_some_and(|name| !name.is_empty() && !name.contains(['"', '{', ',']))
}

/// Whether a profile has what Oracle Cloud knows a key by.
fn is_of_oracle_cloud(text: &str) -> bool {
    let is_there = |wanted: &str| {
        let mut names = text.lines().filter_map(|line| assignment(line.trim()));
        names.any(|name| name == wanted)
    };
    is_there("tenancy") && is_there("fingerprint")
}

/// The name in a line such as `NAME=VALUE`.
fn assignment(line: &str) -> Option<&str> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    // What base64 ends with is no value.
    (!value.is_empty() && !value.starts_with('=')).then_some(())?;
    plain_name(name)
}

/// The name in a line such as `NAME: VALUE`.
fn mapping(line: &str) -> Option<&str> {
    let line = line.strip_prefix("- ").unwrap_or(line);
    let (name, value) = line.split_once(':')?;
    (value.is_empty() || value.starts_with(' ')).then_some(())?;
    plain_name(name)
}

fn plain_name(name: &str) -> Option<&str> {
    let name = name.trim().trim_matches(['"', '\'']);
    let is_of_names =
        |character: char| character.is_ascii_alphanumeric() || "_.-/".contains(character);
    (!name.is_empty() && name.chars().all(is_of_names)).then_some(name)
}

/// The member that names a key file, if the text has one.
fn named_member(text: &str, name_of: fn(&str) -> Option<&str>) -> Option<&'static str> {
    let mut names = text.lines().filter_map(|line| name_of(line.trim()));
    names.find_map(|name| KEY_FILE_MEMBERS.into_iter().find(|known| *known == name))
}
