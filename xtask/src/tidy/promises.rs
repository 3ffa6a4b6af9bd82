use super::Problems;
use crate::failure::Failure;
use crate::workspace;

const PAGE: &str = "SECURITY.md";
/// The part of the page whose table has a promise and its tests in each row.
const HEADING: &str = "## Promises";

/// Checks that each promise of the security page names tests, and that these exist.
pub(super) fn check(problems: &mut Problems) -> Result<(), Failure> {
    let page = workspace::read(PAGE)?;
    let rows = rows(&page);
    if rows.is_empty() {
        problems.add(PAGE, format!("no table of promises below {HEADING:?}"));
    }
    for row in rows {
        let place = format!("{PAGE}:{}", row.line);
        if row.tests.is_empty() {
            problems.add(&place, "name the test of this promise as `FILE::FUNCTION`");
        }
        for test in row.tests {
            if !exists(test) {
                problems.add(&place, format!("there is no test {test}"));
            }
        }
    }
    Ok(())
}

struct Row<'a> {
    line: usize,
    tests: Vec<&'a str>,
}

/// The rows of the table, without its head.
fn rows(page: &str) -> Vec<Row<'_>> {
    page.lines()
        .enumerate()
        .skip_while(|(_, line)| *line != HEADING)
        .skip(1)
        .take_while(|(_, line)| !line.starts_with("## "))
        .filter(|(_, line)| line.starts_with('|'))
        .skip(2)
        .map(|(index, line)| Row {
            line: index + 1,
            tests: code_spans(line)
                .filter(|span| span.contains(".rs::"))
                .collect(),
        })
        .collect()
}

fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn exists(test: &str) -> bool {
    let Some((file, function)) = test.split_once("::") else {
        return false;
    };
    workspace::read(file).is_ok_and(|text| has_test(&text, function))
}

/// Whether there is a function of this name right after a `#[test]`.
fn has_test(text: &str, function: &str) -> bool {
    let start = format!("fn {function}(");
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line == "#[test]" {
            is_test = true;
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            if is_test && line.starts_with(&start) {
                return true;
            }
            is_test = false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_their_tests() {
        let page = "\
# Security
| not | this |
## Promises
Text.
| Promise | Tests |
|---|---|
| One `thing` | `a.rs::b`, `c.rs::d` |
| Two | |
## Else
| nor | `e.rs::f` |
";
        let rows = rows(page);
        let tests: Vec<_> = rows.iter().map(|row| row.tests.as_slice()).collect();
        assert_eq!(tests, [&["a.rs::b", "c.rs::d"][..], &[]]);
        assert_eq!(rows[0].line, 7);
    }

    #[test]
    fn tests_by_their_names() {
        let text = "#[test]\n/// Why.\n#[cfg(unix)]\nfn a() {}\nfn b() {}\n";
        assert!(has_test(text, "a"));
        assert!(!has_test(text, "b"));
        assert!(!has_test(text, "c"));
    }
}
