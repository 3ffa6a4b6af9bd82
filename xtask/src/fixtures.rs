use std::path::Path;
use std::process::Command;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::peer::Peer;
use crate::process;
use crate::steps::Outcome;
use crate::terminal;
use crate::workspace;

/// The file in a data folder that says where its data is from.
///
/// The shell lines under its heading "Make", where it has one, make the data
/// anew; those under "Check" compare what is stored with what the tools say.
const PROVENANCE: &str = "PROVENANCE.md";

/// Makes the data of every folder anew, or checks it.
pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let checking = arguments.flag("--check");
    arguments.finish()?;
    let outcome = if checking { check() } else { make() }?;
    match outcome {
        Outcome::Done => Ok(()),
        Outcome::NotRun(why) => {
            eprintln!("{}", terminal::loud(&format!("NOT RUN: fixtures: {why}")));
            Ok(())
        }
    }
}

/// Compares the stored data with what the tools that made it say.
pub(crate) fn check() -> Result<Outcome, Failure> {
    every("Check")
}

fn make() -> Result<Outcome, Failure> {
    every("Make")
}

fn every(heading: &str) -> Result<Outcome, Failure> {
    for peer in [Peer::OpenSsl, Peer::Basenc] {
        if let Some(outcome) = peer.missing() {
            return outcome;
        }
    }
    let mut failed = Vec::new();
    for path in workspace::files()? {
        let path = Path::new(&path);
        if path.file_name().is_none_or(|name| name != PROVENANCE) {
            continue;
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let Some(script) = script(&workspace::read(path)?, heading) else {
            continue;
        };
        eprintln!("{}: {}", folder.display(), heading.to_lowercase());
        let mut shell = Command::new("bash");
        shell
            .args(["-euc", &script, PROVENANCE])
            .current_dir(workspace::root().join(folder));
        if process::run(&mut shell).is_err() {
            failed.push(folder.display().to_string());
        }
    }
    if failed.is_empty() {
        Ok(Outcome::Done)
    } else {
        Err(Failure::new(format!(
            "`{heading}` of {PROVENANCE} failed in {}",
            failed.join(", ")
        )))
    }
}

/// The shell lines under a heading of the second level.
fn script(document: &str, heading: &str) -> Option<String> {
    let mut script = String::new();
    let mut inside_section = false;
    let mut inside_block = false;
    for line in document.lines() {
        match line {
            "```" => inside_block = false,
            "```sh" => inside_block = inside_section,
            _ if inside_block => {
                script.push_str(line);
                script.push('\n');
            }
            _ => {
                if let Some(title) = line.strip_prefix("## ") {
                    inside_section = title == heading;
                }
            }
        }
    }
    (!script.is_empty()).then_some(script)
}

#[cfg(test)]
mod tests {
    use super::script;

    const DOCUMENT: &str = "\
# Title

## Make

Words.

```sh
# A comment.
one
```

```text
not this
```

## Check

```sh
two
```
";

    #[test]
    fn only_shell_lines_under_the_heading() {
        assert_eq!(script(DOCUMENT, "Make").unwrap(), "# A comment.\none\n");
        assert_eq!(script(DOCUMENT, "Check").unwrap(), "two\n");
        assert_eq!(script(DOCUMENT, "Words"), None);
    }
}
