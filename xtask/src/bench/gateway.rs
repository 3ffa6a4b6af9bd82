use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Failure, While};
use crate::process;
use crate::workspace;

pub(super) const CLIENT_ID: &str = "bench-client";
pub(super) const KEY_ID: &str = "bench-1";

/// The mock gateway as a process, ended when dropped.
pub(super) struct Gateway {
    process: Child,
    token_url: String,
    folder: PathBuf,
}

impl Gateway {
    /// Makes a key of 4096 bits, as the NHS platform wants, and starts a gateway
    /// that knows it.
    pub(super) fn start(tokenring: &Path) -> Result<Self, Failure> {
        let folder = workspace::target().join("bench/gateway");
        std::fs::create_dir_all(&folder).while_doing(folder.display())?;
        process::run(
            Command::new(tokenring)
                .args(["generate-keys", "--gateway", "nhs", "--env", "int"])
                .args(["--kid", KEY_ID, "--force", "--output-dir"])
                .arg(&folder),
        )?;
        let jwk_set = folder.join(format!("{KEY_ID}.json"));
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
            folder,
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

    pub(super) fn token_url(&self) -> &str {
        &self.token_url
    }

    pub(super) fn private_key(&self) -> PathBuf {
        self.folder.join(format!("{KEY_ID}.pem"))
    }

    /// What a command has to be told to be a client of this gateway.
    pub(super) fn client_arguments(&self) -> Vec<OsString> {
        let arguments = ["--gateway", "nhs", "--env", "int", "--client-id", CLIENT_ID];
        let more = [
            "--kid",
            KEY_ID,
            "--token-url",
            &self.token_url,
            "--private-key",
        ];
        let mut arguments: Vec<OsString> = arguments.iter().chain(&more).map(Into::into).collect();
        arguments.push(self.private_key().into());
        arguments
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
