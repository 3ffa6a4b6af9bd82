use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use super::resource;
use super::statistics::median;
use crate::binary_size;
use crate::failure::{Failure, While};
use crate::report::Row;

const RUNS: usize = 7;
const LARGE: u64 = 1_000_000_000;
const SMALL: u64 = 10_000_000;
/// How much the peak of a process differs from run to run, in kilobytes.
const NOISE: f64 = 512.0;

/// Compares a large download with curl's, and its memory with a small one's.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let tokenring = binary_size::build_release(&[])?;
    let address = serve()?;
    let url = |length: u64| format!("http://{address}/{length}");
    let call_api = |length| {
        let mut command = Command::new(&tokenring);
        command.args([
            "call-api",
            "--quiet",
            "--auth",
            "none",
            "--url",
            &url(length),
        ]);
        command
    };
    let mut curl = Command::new("curl");
    curl.args(["--disable", "--silent", "--fail", &url(LARGE)]);

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut large, mut small) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let usage = resource::measure(&call_api(LARGE))?;
        ours.push(usage.seconds);
        large.push(usage.peak_kilobytes);
        theirs.push(resource::measure(&curl)?.seconds);
        small.push(resource::measure(&call_api(SMALL))?.peak_kilobytes);
    }
    Ok(vec![
        Row::at_most(
            "call-api, download of 1 GB, wall time / curl",
            1.1,
            median(ours) / median(theirs),
            |ratio| format!("{ratio:.2}"),
        ),
        Row::at_most(
            "call-api, peak memory, 1 GB as 10 MB",
            median(small) + NOISE,
            median(large),
            |kilobytes| format!("{:.1} MB", kilobytes / 1e3),
        ),
    ])
}

/// A server on loopback that answers `/N` with N bytes, until this program ends.
fn serve() -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).while_doing("no free port")?;
    let address = listener.local_addr().while_doing("no free port")?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that goes away early fails on its own side.
            let _ = answer(stream);
        }
    });
    Ok(address)
}

fn answer(stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default();
    let length: u64 = path.trim_start_matches('/').parse().unwrap_or_default();
    while line.trim_end() != "" {
        line.clear();
        reader.read_line(&mut line)?;
    }
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    let bytes = vec![b'a'; 256 * 1024];
    let mut left = usize::try_from(length).unwrap_or_default();
    while left > 0 {
        let piece = bytes.get(..left.min(bytes.len())).unwrap_or_default();
        stream.write_all(piece)?;
        left -= piece.len();
    }
    Ok(())
}
