//! Observes the client that the environment describes: a program of its own, as no process may
//! change its own environment.

use std::path::Path;

use integration_tests::observation::{Answer, observe};

fn main() {
    let answer = match std::env::var_os("ANSWER") {
        Some(_) => Answer::OtherClock,
        None => Answer::Token,
    };
    let folder = std::env::var_os("FOLDER").unwrap_or_default();
    let lines = observe(tokenring::Client::from_env(), answer, Path::new(&folder));
    print_lines(&lines);
}

#[expect(clippy::print_stdout, reason = "it is what this program is for")]
fn print_lines(lines: &[String]) {
    println!("{}", lines.join("\n"));
}
