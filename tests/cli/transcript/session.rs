use integration_tests::fixtures;

use super::Transcript;
use crate::process::{Finished, Machine, Run};

/// A machine and what is seen of the commands that are run on it.
///
/// A command is written as for a shell that knows words, `'quotes'`, variables in front, and
/// `$NAME` for what has been set.
pub(crate) struct Session {
    pub(crate) machine: Machine,
    pub(crate) transcript: Transcript,
    values: Vec<(String, String)>,
}

impl Session {
    pub(crate) fn new() -> Self {
        Self::on(Machine::new())
    }

    pub(crate) fn on(machine: Machine) -> Self {
        Self {
            machine,
            transcript: Transcript::new(),
            values: Vec::new(),
        }
    }

    /// Sets what `$NAME` stands for.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        let name = format!("${name}");
        self.values.retain(|(other, _)| *other != name);
        self.values.push((name, value.into()));
    }

    /// Sets `$FIXTURES`, the folder of stored files.
    pub(crate) fn with_fixtures(mut self) -> Self {
        self.set("FIXTURES", fixtures::path("").display().to_string());
        self
    }

    /// Writes stored files into the working folder.
    pub(crate) fn with_files(self, files: &[(&str, &str)]) -> Self {
        for (name, fixture) in files {
            self.machine.write(name, fixtures::bytes(fixture));
        }
        self
    }

    pub(crate) fn title(&mut self, title: &str) {
        self.transcript.title(title);
    }

    pub(crate) fn file(&mut self, name: &str, contents: &str) {
        self.transcript.file(&self.machine, name, contents);
    }

    pub(crate) fn configuration(&mut self, contents: &str) {
        self.transcript.configuration(&self.machine, contents);
    }

    /// Runs `tokenring` with these words.
    #[track_caller]
    pub(crate) fn run(&mut self, line: &str) -> Finished {
        let run = self.prepare(line);
        self.transcript.run(run)
    }

    #[track_caller]
    pub(crate) fn run_each(&mut self, lines: &[&str]) {
        for line in lines {
            self.run(line);
        }
    }

    /// Runs a command with each of these words at its end.
    #[track_caller]
    pub(crate) fn run_with(&mut self, line: &str, ends: &[&str]) {
        for end in ends {
            self.run(&format!("{line} {end}"));
        }
    }

    /// Runs commands that take their time, all at once.
    #[track_caller]
    pub(crate) fn run_at_once(&mut self, lines: &[String]) {
        let rows = lines.iter().map(|line| (String::new(), self.prepare(line)));
        let rows = rows.collect();
        self.transcript.run_at_once(rows);
    }

    /// Runs `tokenring` with this on its standard input.
    #[track_caller]
    pub(crate) fn run_with_input(&mut self, line: &str, input: impl Into<Vec<u8>>) -> Finished {
        let run = self.prepare(line).with_input(input);
        self.transcript.run(run)
    }

    pub(crate) fn prepare(&self, line: &str) -> Run {
        let mut words = words(line);
        for word in &mut words {
            for (name, value) in &self.values {
                *word = word.replace(name.as_str(), value);
            }
        }
        let is_variable = |word: &&String| {
            let name = word.split('=').next().unwrap_or_default();
            word.contains('=') && !name.starts_with('-')
        };
        let count = words.iter().take_while(is_variable).count();
        let run = self.machine.tokenring(&words[count..]);
        words[..count].iter().fold(run, |run, variable| {
            let (name, value) = variable.split_once('=').unwrap();
            run.with_variable(name, value)
        })
    }

    #[track_caller]
    pub(crate) fn check(self, name: &str) {
        self.transcript.check(name);
    }
}

/// The words of a line; those in single quotes are one.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    for character in line.chars() {
        match character {
            '\'' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            ' ' if !is_quoted => words.extend(word.take()),
            character => word.get_or_insert_default().push(character),
        }
    }
    assert!(!is_quoted, "a quote without an end: {line}");
    words.extend(word);
    words
}

#[test]
fn a_line_and_its_words() {
    let check = |line: &str, expected: &[&str]| assert_eq!(words(line), expected, "{line}");
    check("a  b", &["a", "b"]);
    check("a 'b c'd ''", &["a", "b cd", ""]);
    check("a='b c'", &["a=b c"]);
}
