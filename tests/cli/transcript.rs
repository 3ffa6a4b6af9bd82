//! What a person sees of a command, for a snapshot.
//!
//! A row is a command line, its standard output as it is, each line of its standard error after
//! `2> `, and its exit code. What differs from run to run is replaced by a placeholder. A snapshot
//! that is missing or differs fails its test; `cargo insta review` shows and takes the new ones.

mod placeholders;
mod session;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::thread;

use self::placeholders::Placeholders;
pub(crate) use self::session::Session;
use crate::process::{Finished, Machine, Run, names_in};
use crate::{help, texts};

/// The variables that each process has here, and so no row shows.
const USUAL: [&str; 4] = ["HOME", "PATH", "TMPDIR", "XDG_CONFIG_HOME"];

/// Rows for one snapshot.
#[derive(Default)]
pub(crate) struct Transcript {
    text: String,
    placeholders: Placeholders,
}

impl Transcript {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Shows `[RANDOM]` where something stands that looks like the identifier, hash or number of a
    /// new key or token.
    pub(crate) const fn hide_random(&mut self) {
        self.placeholders.hide_random();
    }

    /// Shows a placeholder in place of a text.
    pub(crate) fn hide_text(&mut self, text: String, placeholder: &'static str) {
        self.placeholders.add(text, placeholder);
    }

    /// Shows `[N]` in place of a large number of days, such as that since a year.
    pub(crate) const fn hide_days(&mut self) {
        self.placeholders.hide_days();
    }

    /// Shows `[N]` in place of the number that follows this text.
    pub(crate) fn hide_number_after(&mut self, text: &'static str) {
        self.placeholders.hide_number_after(text);
    }

    /// Begins a group of rows.
    pub(crate) fn title(&mut self, title: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "# {title}\n");
    }

    /// Writes a file into the working folder, and shows it.
    pub(crate) fn file(&mut self, machine: &Machine, name: &str, contents: &str) {
        machine.write(name, contents);
        self.show_file(name, contents);
    }

    /// Writes the configuration file, and shows it.
    pub(crate) fn configuration(&mut self, machine: &Machine, contents: &str) {
        machine.write_configuration(contents);
        self.show_file("config.toml", contents);
    }

    /// Shows a file that is there.
    pub(crate) fn show_file(&mut self, name: &str, contents: &str) {
        let _ = writeln!(self.text, "== {name} ==");
        for line in contents.lines() {
            let _ = writeln!(self.text, "| {line}");
        }
    }

    /// Runs a command to its end, and shows it.
    #[track_caller]
    pub(crate) fn run(&mut self, run: Run) -> Finished {
        run.finish().shown_in(self)
    }

    /// Shows a process that has ended.
    pub(crate) fn show(&mut self, finished: &Finished) {
        self.placeholders.add_folders(&finished.call.machine);
        self.row(&finished.call.line, finished);
    }

    /// Runs commands to their ends, all at once, and shows them in order, each with a title.
    #[track_caller]
    pub(crate) fn run_at_once(&mut self, rows: Vec<(String, Run)>) {
        let mut running = Vec::new();
        for (title, run) in rows {
            running.push((title, thread::spawn(|| run.finish())));
        }
        for (title, finished) in running {
            if !title.is_empty() {
                self.title(&title);
            }
            self.show(&finished.join().unwrap());
        }
    }

    /// Shows a process that has ended, as what this command line did.
    pub(crate) fn row(&mut self, line: &str, finished: &Finished) {
        let text = &mut self.text;
        let _ = writeln!(text, "$ {line}");
        let stdout = String::from_utf8_lossy(&finished.stdout);
        text.push_str(&stdout);
        if !stdout.is_empty() && !stdout.ends_with('\n') {
            text.push_str("[no end of line]\n");
        }
        for line in finished.stderr.lines() {
            let _ = writeln!(text, "2> {line}");
        }
        match (finished.code(), finished.signal()) {
            (Some(code), _) => writeln!(text, "[exit {code}]\n"),
            (None, signal) => writeln!(text, "[signal {}]\n", signal.unwrap_or_default()),
        }
        .unwrap_or_default();
    }

    /// Shows a command's help or the like, which needs no row of its own.
    pub(crate) fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Knows the folders of the machine that a command runs on.
    pub(crate) fn hide_folders(&mut self, run: &Run) {
        let work = run.command().get_current_dir().unwrap();
        self.placeholders.add_folders(work.parent().unwrap());
    }

    /// Compares with a snapshot, `FOLDER/NAME`.
    #[track_caller]
    pub(crate) fn check(self, name: &str) {
        let (folder, name) = name.split_once('/').unwrap();
        let text = self.placeholders.put(&self.text);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(snapshots().join(folder));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

/// The command line of a process, as a shell would take it.
pub(crate) fn line(run: &Run) -> String {
    let mut words = Vec::new();
    match run.input() {
        [] => {}
        input if input.len() > 200 => words.push(format!("({} bytes) |", input.len())),
        input => words.push(format!(
            "printf {} |",
            quoted(&String::from_utf8_lossy(input))
        )),
    }
    let command = run.command();
    for (name, value) in command.get_envs() {
        let name = name.to_string_lossy();
        let value = value.map(|value| quoted(&value.to_string_lossy()));
        match value {
            Some(value) if !USUAL.contains(&&*name) => words.push(format!("{name}={value}")),
            Some(_) => {}
            None => words.push(format!("-{name}")),
        }
    }
    let program = command.get_program().to_string_lossy();
    words.push(if program == crate::process::TOKENRING {
        "tokenring".to_owned()
    } else {
        program.into_owned()
    });
    for argument in command.get_args() {
        words.push(quoted(&argument.to_string_lossy()));
    }
    words.join(" ")
}

/// A word in quotes where a shell would want them; a long one is cut.
fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./:=@%+,[]~".contains(character);
    let count = word.chars().count();
    if count > 300 {
        let start: String = word.chars().take(20).collect();
        return format!("'{start}... ({count} characters)'");
    }
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    // A control character would act on whoever reads the snapshot.
    let word: String = word
        .chars()
        .flat_map(|character| match character {
            '\n' => vec!['\\', 'n'],
            character if character.is_control() => character.escape_default().collect(),
            character => vec![character],
        })
        .collect();
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/snapshots")
}

/// A snapshot whose test is gone would be reviewed for nothing.
#[test]
fn each_snapshot_has_its_test() {
    let mut sources = String::new();
    let mut paths = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("cli")];
    while let Some(path) = paths.pop() {
        if path.is_dir() && !path.ends_with("snapshots") {
            paths.extend(names_in(&path).iter().map(|name| path.join(name)));
        } else if path.is_file() {
            sources.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    let mut count = 0;
    for folder in names_in(&snapshots()) {
        let expected = match folder.as_str() {
            "help" => help::snapshot_names(),
            "gateways" => texts::gateways::snapshot_names(),
            "stored-files" => texts::key_files::FOLDERS.map(str::to_owned).to_vec(),
            _ => Vec::new(),
        };
        for file in names_in(&snapshots().join(&folder)) {
            let name = file.strip_suffix(".snap");
            let name = name.unwrap_or_else(|| panic!("{folder}/{file} is not reviewed"));
            let has_test = expected.iter().any(|expected| expected == name)
                || sources.contains(&format!("\"{folder}/{name}\""));
            assert!(has_test, "no test has the snapshot {folder}/{file}");
            count += 1;
        }
    }
    assert!(count > 60, "there are {count} snapshots");
}
