use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::resource::{self, Usage};
use super::statistics::median;
use crate::binary_size;
use crate::failure::{Failure, While};
use crate::process;
use crate::report::Row;
use crate::workspace;

const RUNS: usize = 25;
const CLIENT_ID: &str = "bench-client";
const KEY_ID: &str = "bench-1";

/// Compares the command with a Python script that does the same.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let tokenring = binary_size::build_release(&[])?;
    let python = python()?;
    let folder = workspace::target().join("bench/get-token");
    std::fs::create_dir_all(&folder).while_doing(folder.display())?;
    process::run(
        Command::new(&tokenring)
            .args(["generate-keys", "--gateway", "nhs", "--env", "int"])
            .args(["--kid", KEY_ID, "--force", "--output-dir"])
            .arg(&folder),
    )?;
    let private_key = folder.join(format!("{KEY_ID}.pem"));
    let gateway = Gateway::start(&tokenring, &folder.join(format!("{KEY_ID}.json")))?;

    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..RUNS {
        let mut command = Command::new(&tokenring);
        command
            .args(["get-token", "--gateway", "nhs", "--env", "int"])
            .args(["--client-id", CLIENT_ID, "--kid", KEY_ID])
            .args(["--token-url", &gateway.token_url, "--private-key"])
            .arg(&private_key);
        ours.push(resource::measure(&command)?);
        let mut command = Command::new(&python);
        command
            .arg(workspace::root().join("tests/bench/get_token.py"))
            .args([&gateway.token_url, CLIENT_ID, KEY_ID])
            .arg(&private_key);
        theirs.push(resource::measure(&command)?);
    }
    let wall = |usages: &[Usage]| median(usages.iter().map(|usage| usage.seconds).collect());
    let peak = |usages: &[Usage]| median(usages.iter().map(|usage| usage.peak_kilobytes).collect());
    Ok(vec![
        Row::at_most(
            "get-token, wall time, of 1/30 of the Python script's",
            wall(&theirs) / 30.0,
            wall(&ours),
            |seconds| format!("{:.1} ms", seconds * 1e3),
        ),
        Row::at_most(
            "get-token, peak memory, of 1/4 of the Python script's",
            peak(&theirs) / 4.0,
            peak(&ours),
            |kilobytes| format!("{:.1} MB", kilobytes / 1e3),
        ),
    ])
}

/// The mock gateway as a process, ended when dropped.
struct Gateway {
    process: Child,
    token_url: String,
}

impl Gateway {
    fn start(tokenring: &Path, jwk_set: &Path) -> Result<Self, Failure> {
        let address = free_address()?;
        let process = Command::new(tokenring)
            .args(["mock-gateway", "--listen", &address.to_string(), "--client"])
            .arg(format!("{CLIENT_ID}={}", jwk_set.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .while_doing("cannot start the mock gateway")?;
        let gateway = Self {
            process,
            token_url: format!("http://{address}/oauth2/token"),
        };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if start.elapsed() > Duration::from_secs(10) {
                return Err(Failure::new("the mock gateway did not start to listen"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(gateway)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended by itself; the runs then failed already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_address() -> Result<SocketAddr, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .while_doing("no free port")
}

/// A Python with the libraries of the script, in an environment of its own.
fn python() -> Result<PathBuf, Failure> {
    let folder = workspace::target().join("bench/python");
    let python = folder.join("bin/python");
    let requirements = workspace::root().join("tests/bench/requirements.txt");
    let ready = process::succeeds(Command::new(&python).args(["-c", "import jwt, requests"]));
    if !ready {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        process::run(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--requirement"])
                .arg(requirements),
        )?;
    }
    Ok(python)
}
