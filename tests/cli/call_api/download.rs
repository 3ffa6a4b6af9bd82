use std::io::{self, Read, Write};
use std::os::unix::fs::symlink;
use std::sync::mpsc;
use std::time::Duration;

use crate::loopback::{Loopback, response};
use crate::process::{Finished, Machine, mode, set_mode};
use crate::scripted_server::ScriptedServer;
use crate::terminal::on_a_terminal;
use crate::transcript::Transcript;

/// Downloads an answer to this path.
fn download_to(machine: &Machine, path: &str, answer: Vec<u8>, more: &[&str]) -> Finished {
    let server = ScriptedServer::start(move |_, _| answer.clone());
    let url = server.url("/");
    let arguments = [
        "call-api", "--auth", "none", "--url", &url, "--output", path,
    ];
    machine.tokenring(arguments.iter().chain(more)).finish()
}

fn download(machine: &Machine, answer: Vec<u8>, more: &[&str]) -> Finished {
    download_to(machine, "file", answer, more)
}

/// What is in the working folder afterwards: `file` and nothing else.
#[track_caller]
fn has_file(machine: &Machine, contents: &[u8]) {
    assert_eq!(machine.names(), ["file"]);
    assert!(std::fs::read(machine.work().join("file")).unwrap() == contents);
}

#[test]
fn byte_for_byte() {
    let machine = Machine::new();
    let bytes: Vec<u8> = (0..=255).cycle().take(3_000_000).collect();
    for body in [&bytes[..], b"", b"\x1b[2J\r\n\0\xff"] {
        let finished = download(&machine, response("200 OK", "", body), &[]);
        // No sign of progress where nobody looks.
        assert_eq!(finished.stderr, "");
        assert_eq!(finished.succeeds(), "");
        has_file(&machine, body);
        assert_eq!(mode(&machine.work().join("file")), 0o600);
    }
}

/// `--include` shows the head and keeps it out of the file.
#[test]
fn with_the_head_on_stdout() {
    let machine = Machine::new();
    let finished = download(&machine, response("200 OK", "", b"body"), &["--include"]);
    let head = finished.succeeds().to_lowercase();
    assert_eq!(head, "http/1.1 200 ok\ncontent-length: 4\n\n");
    has_file(&machine, b"body");
}

/// An answer that breaks off leaves what was there, or nothing.
#[test]
fn an_answer_that_breaks_off() {
    let machine = Machine::new();
    let broken = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart of it";
    let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
    for answer in [broken, chunks] {
        let finished = download(&machine, answer.into(), &[]);
        finished.fails(5);
        assert!(machine.names().is_empty(), "{:?}", machine.names());
    }
    machine.write("file", "old");
    set_mode(&machine.work().join("file"), 0o644);
    for answer in [broken, chunks] {
        download(&machine, answer.into(), &[]).fails(5);
        has_file(&machine, b"old");
    }
    download(&machine, response("200 OK", "", b"new"), &[]).succeeds();
    has_file(&machine, b"new");
}

/// A process that is killed leaves what was there, and nothing else.
#[cfg(target_os = "linux")]
#[test]
fn killed() {
    let machine = Machine::new();
    machine.write("file", "old");
    let (sender, sent) = mpsc::channel();
    let server = Loopback::answer_with(move |stream| {
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: 99000000\r\n\r\n"
        )?;
        // More than connections hold: what the process has read, it writes.
        stream.write_all(&vec![b'a'; 50_000_000])?;
        sender.send(()).map_err(io::Error::other)?;
        // The rest comes never: the test ends first.
        stream.read_exact(&mut [0])
    });
    let url = server.url("/");
    let arguments = ["call-api", "--auth", "none", "--url", &url, "--output"];
    let run = machine.tokenring(arguments).with_argument("file");
    let running = run.start();
    sent.recv_timeout(Duration::from_secs(20)).unwrap();
    running.kill();
    has_file(&machine, b"old");
}

/// A refusal is no download: it is shown, unless the file is to have it.
#[test]
fn refusals() {
    let machine = Machine::new();
    machine.write("file", "old");
    let refusal = || response("404 Not Found", "", b"{\"why\":1}");
    let finished = download(&machine, refusal(), &[]).has_code(7);
    assert_eq!(finished.text(), "{\"why\":1}");
    has_file(&machine, b"old");

    let finished = download(&machine, refusal(), &["--fail-with-body"]).has_code(7);
    assert_eq!(finished.text(), "");
    has_file(&machine, b"{\"why\":1}");

    let answer = response("200 OK", "", b"body");
    download(&machine, answer, &["--fail-with-body"]).succeeds();
    has_file(&machine, b"body");
}

#[test]
fn places_that_take_no_file() {
    let machine = Machine::new();
    let answer = || response("200 OK", "", b"body");
    let mut texts = Transcript::new();
    for path in ["missing/file", "."] {
        let finished = download_to(&machine, path, answer(), &[]);
        finished.shown_in(&mut texts).fails(8);
        assert!(machine.names().is_empty(), "{:?}", machine.names());
    }
    texts.check("call-api/download");
}

/// What is no file stays what it is, and gets the bytes.
#[test]
fn devices_and_pipes() {
    let machine = Machine::new();
    symlink("/dev/null", machine.work().join("file")).unwrap();
    let finished = download(&machine, response("200 OK", "", b"body"), &[]);
    assert_eq!(finished.succeeds(), "");
    let device = machine.work().join("file");
    assert!(device.symlink_metadata().unwrap().is_symlink());
    assert!(!std::fs::metadata(device).unwrap().is_file());
    let answer = response("200 OK", "", b"body");
    let finished = download_to(&machine, "/dev/stdout", answer, &[]);
    assert_eq!(finished.succeeds(), "body");
}

/// A link like `/dev/stdout` stays one where standard output goes into a file.
#[test]
fn standard_output_in_a_file() {
    let machine = Machine::new();
    let link = machine.work().join("link");
    symlink("/proc/self/fd/1", &link).unwrap();
    machine.write("out", "before\n");
    let out = machine.work().join("out");
    let out = std::fs::File::options().append(true).open(out).unwrap();
    let server = ScriptedServer::start(|_, _| response("200 OK", "", b"body"));
    let run = machine.tokenring([
        "call-api",
        "--auth",
        "none",
        "--url",
        &server.url("/"),
        "--output",
        "link",
    ]);
    run.with_output(out).finish().has_code(0);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(machine.read("out"), "before\nbody");
}

/// A bar on a terminal, gone when it is over; nothing in a pipe or a file.
#[test]
fn progress() {
    let machine = Machine::new();
    let body = vec![b'a'; 5_000_000];
    let server = ScriptedServer::start(move |_, _| response("200 OK", "", &body));
    let line = format!(
        "tokenring call-api --auth none --url {} --output file",
        server.url("/")
    );
    let Some(finished) = on_a_terminal(&machine, &line, &[]) else {
        return;
    };
    let shown = finished.succeeds();
    assert!(shown.contains("MiB"), "{shown:?}");
    for more in ["--quiet", "2> notes", "2>&1 | cat"] {
        let line = format!("{line} {more}");
        let finished = on_a_terminal(&machine, &line, &[]).unwrap();
        assert_eq!(finished.succeeds(), "", "{more}");
    }
    assert_eq!(machine.read("notes"), "");
    assert_eq!(machine.read("file").len(), 5_000_000);
}

/// Up and down, nothing of it changes.
#[test]
fn a_file_upload_and_a_download_at_once() {
    let server = ScriptedServer::api(|_, request| response("200 OK", "", &request.body));
    let machine = Machine::new();
    let bytes: Vec<u8> = (0..=255).cycle().take(2_000_000).collect();
    machine.write("source", &bytes);
    let more = ["--data", "@source", "--output", "copy", "-q"];
    let finished = server.call_api(&machine, &more).finish();
    assert_eq!(finished.stderr, "");
    finished.succeeds();
    assert!(std::fs::read(machine.work().join("copy")).unwrap() == bytes);
}
