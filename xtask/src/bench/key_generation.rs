use std::process::Command;

use super::openssl4::OpenSsl4;
use super::resource;
use super::statistics::mean;
use crate::binary_size;
use crate::failure::{Failure, While};
use crate::report::Row;
use crate::workspace;

const PAIRS: usize = 50;

/// Compares the mean time of an RSA key pair of 4096 bits with openssl's and with OpenSSL 4's.
///
/// Ours is that of the whole command, files and all, and OpenSSL 4's that of the one call.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let tokenring = binary_size::build_release(&[])?;
    let folder = workspace::target().join("bench/keys");
    std::fs::create_dir_all(&folder).while_doing(folder.display())?;
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    let openssl4 = OpenSsl4::find()?;
    let mut newest = Vec::new();
    for _ in 0..PAIRS {
        let mut command = Command::new(&tokenring);
        command
            .args([
                "generate-keys",
                "--gateway",
                "nhs",
                "--env",
                "int",
                "--quiet",
            ])
            .args(["--kid", "bench-1", "--force", "--output-dir"])
            .arg(&folder);
        ours.push(resource::measure(&command)?.seconds);
        let mut command = Command::new("openssl");
        command
            .args(["genrsa", "-out"])
            .arg(folder.join("openssl.pem"))
            .arg("4096");
        theirs.push(resource::measure(&command)?.seconds);
        newest.push(openssl4.generate()?);
    }
    let row = |name: &str, theirs: &[f64]| {
        Row::at_most(
            format!("RSA 4096 generation, mean of {PAIRS}, against {name}"),
            mean(theirs),
            mean(&ours),
            |seconds| format!("{:.0} ms", seconds * 1e3),
        )
    };
    Ok(vec![
        row("openssl", &theirs),
        row(openssl4.version(), &newest),
    ])
}
