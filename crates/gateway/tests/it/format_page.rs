//! The reference page and the parser have to agree, in both directions.

use std::collections::BTreeSet;

use tokenring_gateway::{Error, Gateway, NamedCommand, NamedOption, Problem, Rule};
use toml::{Table, Value};

const PAGE: &str = include_str!("../../FORMAT.md");

struct Row {
    key: &'static str,
    kind: &'static str,
    default: &'static str,
    example: &'static str,
}

/// Every row of the page that describes a key.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for line in PAGE.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [key, kind, default, meaning, example] = cells[..] else {
            panic!("{line}");
        };
        assert!(!meaning.is_empty());
        rows.push(Row {
            key: key.trim_matches('`'),
            kind,
            default,
            example: example.trim_matches('`'),
        });
    }
    rows
}

/// The files on the page.
fn files() -> Vec<&'static str> {
    let blocks = PAGE.split("```toml\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

/// Full keys as the page writes them, of tables too.
fn keys(table: &Table) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(table, "", &mut found);
    found
}

/// Tables whose keys are the file's own choice.
const FREE: [&str; 14] = [
    "api.token-headers",
    "assertion.own-claims",
    "environments",
    "environments.NAME.variables",
    "variables",
    "request.headers",
    "request.parameters",
    "response.members",
    "flows",
    "server.headers",
    "server.documents",
    "refusals[].members",
    "refusals[].headers",
    "sources",
];

fn collect(table: &Table, path: &str, found: &mut BTreeSet<String>) {
    for (key, value) in table {
        let free = path
            .strip_suffix('.')
            .is_some_and(|path| FREE.contains(&path));
        let path = format!("{path}{}", if free { "NAME" } else { key });
        match value {
            // These are described at their own places.
            Value::Table(_) if path.starts_with("flows.NAME.") => {}
            Value::Table(table) => collect(table, &format!("{path}."), found),
            Value::Array(items) => {
                for item in items.iter().filter_map(Value::as_table) {
                    collect(item, &format!("{path}[]."), found);
                }
            }
            _ => {}
        }
        found.insert(path);
    }
}

fn documented() -> BTreeSet<String> {
    rows().iter().map(|row| row.key.to_owned()).collect()
}

/// The place of a documented key in the page's whole file.
fn locate<'t>(file: &'t mut Table, key: &str) -> (&'t mut Table, String) {
    let mut table = file;
    let mut parts: Vec<_> = key.split('.').collect();
    let last = parts.pop().unwrap();
    for (index, part) in parts.iter().enumerate() {
        let wanted = parts.get(index + 1).copied().unwrap_or(last);
        let wanted = wanted.trim_end_matches("[]");
        let (part, in_list) = match part.strip_suffix("[]") {
            Some(part) => (part, true),
            None => (*part, false),
        };
        let name = name_in(table, part, last);
        let value = &mut table[&name];
        let value = if in_list {
            let items = value.as_array_mut().unwrap();
            // Not every item has every key.
            let found = items.iter().position(|item| item.get(wanted).is_some());
            &mut items[found.unwrap()]
        } else {
            value
        };
        table = value.as_table_mut().unwrap();
    }
    let last = name_in(table, last, last);
    (table, last)
}

/// For `NAME`, the first entry that has what is looked for; others stand for themselves.
fn name_in(table: &Table, part: &str, wanted: &str) -> String {
    if part != "NAME" {
        return part.to_owned();
    }
    let has = |value: &Value| value.get(wanted).is_some() || wanted == "NAME";
    let mut entries = table.iter();
    entries.find(|(_, value)| has(value)).unwrap().0.clone()
}

fn whole_file() -> Table {
    files()[0].parse().unwrap()
}

/// What is wrong with the whole file once `change` was made at that key.
fn problem_after(key: &str, change: impl Fn(&mut Table, &str)) -> Option<(String, Problem)> {
    let mut file = whole_file();
    let (table, name) = locate(&mut file, key);
    change(table, &name);
    match Gateway::parse(&file.to_string(), "page.toml") {
        Ok(_) => None,
        Err(Error::Malformed { key, problem, .. }) => Some((key.unwrap(), *problem)),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn the_files_on_the_page_are_good() {
    for file in files() {
        Gateway::parse(file, "page.toml").unwrap();
    }
    assert_eq!(files().len(), 2);
}

#[test]
fn the_whole_file_has_every_documented_key_and_no_other() {
    assert_eq!(keys(&whole_file()), documented());
}

#[test]
fn built_in_files_use_documented_keys_only() {
    for name in Gateway::names() {
        let file: Table = Gateway::builtin_source(name).unwrap().parse().unwrap();
        let undocumented: Vec<_> = keys(&file).difference(&documented()).cloned().collect();
        assert!(undocumented.is_empty(), "{name}: {undocumented:?}");
    }
}

/// The parser says itself which keys it takes, once it meets one that it does not.
#[test]
fn the_page_has_every_key_that_the_parser_takes() {
    let mut accepted = BTreeSet::new();
    let tables = documented().into_iter().filter_map(|key| {
        let (table, _) = key.rsplit_once('.')?;
        Some(table.to_owned())
    });
    for table in tables.chain([String::new()]).collect::<BTreeSet<_>>() {
        if FREE.contains(&table.as_str()) {
            accepted.insert(format!("{table}.NAME"));
            continue;
        }
        let below = |key: &str| match table.as_str() {
            "" => key.to_owned(),
            table => format!("{table}.{key}"),
        };
        let sibling = documented().into_iter().find(|key| {
            key.strip_prefix(&below(""))
                .is_some_and(|rest| !rest.contains('.'))
        });
        let (_, problem) = problem_after(&sibling.unwrap(), |table, _| {
            table.insert("unheard-of".to_owned(), Value::Boolean(true));
        })
        .unwrap();
        let Problem::UnknownKey { allowed, .. } = problem else {
            panic!("{problem}");
        };
        accepted.extend(allowed.iter().map(|key| below(key)));
    }
    assert_eq!(accepted, documented());
}

#[test]
fn required_keys_are_those_that_the_page_calls_so() {
    for row in rows() {
        let problem = problem_after(row.key, |table, name| {
            table.remove(name);
        });
        let is_missing = matches!(problem, Some((_, Problem::MissingKey)));
        assert_eq!(
            is_missing,
            row.default == "required",
            "{}: {problem:?}",
            row.key
        );
    }
}

#[test]
fn types_are_those_of_the_page() {
    for row in rows() {
        let wanted = match row.kind.split([' ', ':']).next().unwrap() {
            "text" if row.kind == "text or table" => "a text or a table",
            "word" if row.kind == "word or list" => "a text or a list",
            "text," => "a text, number, list, table, true or false",
            "date" => "a date without a time",
            "text" | "name" | "word" | "sentences" | "template" => "a text",
            "true" => "true or false",
            "whole" => "a whole number",
            "list" => "a list",
            "table" => "a table",
            kind => panic!("{kind}"),
        };
        let (key, problem) = problem_after(row.key, |table, name| {
            table.insert(name.to_owned(), Value::Float(0.5));
        })
        .unwrap();
        let Problem::WrongType { expected, .. } = problem else {
            panic!("{}: {key}: {problem}", row.key);
        };
        assert_eq!(expected, wanted, "{}", row.key);
    }
}

#[test]
fn examples_are_values_that_the_key_takes() {
    for row in rows() {
        if row.example == "see below" || row.example.starts_with('[') && row.kind == "table" {
            continue;
        }
        let line: Table = format!("value = {}", row.example).parse().unwrap();
        let problem = problem_after(row.key, |table, name| {
            table.insert(name.to_owned(), line["value"].clone());
        });
        // Replacing the one text that a variable was there for is not the example's fault.
        let is_good = matches!(problem, None | Some((_, Problem::UnusedVariable)));
        assert!(is_good, "{}: {problem:?}", row.key);
    }
}

#[test]
fn the_page_names_every_word() {
    for row in rows()
        .iter()
        .filter(|row| row.kind.starts_with("word") && !row.kind.contains(':'))
    {
        let problem = problem_after(row.key, |table, name| {
            table.insert(name.to_owned(), Value::String("unheard-of".to_owned()));
        });
        let Some((_, Problem::UnknownValue { allowed, .. })) = problem else {
            panic!("{}: {problem:?}", row.key);
        };
        let line = PAGE
            .lines()
            .find(|line| line.starts_with(&format!("| `{}`", row.key)));
        // Others are words of ours about a text of the file's own.
        for word in allowed.iter().filter(|word| !word.contains(' ')) {
            assert!(
                line.unwrap().contains(&format!("`{word}`")),
                "{}: {word}",
                row.key
            );
        }
    }
}

#[test]
fn the_page_describes_every_reference() {
    let described: Vec<_> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("| {")?.split_once("} | "))
        .map(|(reference, _)| reference.to_owned())
        .collect();
    let options = NamedOption::ALL
        .iter()
        .map(|option| format!("option:{}", option.name()));
    let commands = NamedCommand::ALL
        .iter()
        .map(|command| format!("command:{}", command.name()));
    assert_eq!(described, options.chain(commands).collect::<Vec<_>>());
}

#[test]
fn the_page_describes_every_rule() {
    let described: Vec<_> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("- `")?.split_once("`: "))
        .map(|(name, text)| {
            assert!(text.ends_with('.'), "{text}");
            name
        })
        .collect();
    let rules: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(described, rules);
    for name in rules {
        assert_eq!(name.parse::<Rule>().unwrap().name(), name);
    }
}
