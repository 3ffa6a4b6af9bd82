use crate::arguments::Arguments;
use crate::cargo::cargo;
use crate::failure::Failure;
use crate::process;

/// Runs a task that is built together with the crates of the product, for speed.
///
/// Without the feature this program depends on none of them, so that it can
/// tell what is wrong with a work tree that does not compile.
pub(crate) fn run_again(task: &str, mut arguments: Arguments) -> Result<(), Failure> {
    let mut command = cargo("run");
    command
        .args(["--quiet", "--profile", "bench", "--package", "xtask"])
        .args(["--features", "product", "--", task]);
    while let Some(word) = arguments.word() {
        command.arg(word);
    }
    process::run(&mut command)
}
