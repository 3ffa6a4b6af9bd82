use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use tokenring_jwk::{Algorithm, Signer};
use tokenring_signer_command::SignerCommand;

use crate::script::{Script, alone, complaint, eventually, is_running};

const SHORT: Duration = Duration::from_millis(300);

/// A program that hangs is stopped, and so is what it started.
#[test]
fn hangs() {
    let script = Script::new(
        "sleep 1000 & echo $! > \"$1/child.new\"; mv \"$1/child.new\" \"$1/child\"; \
         echo $$ > \"$1/itself\"; exec sleep 1000",
    );
    let command = script.command().with_algorithm(Algorithm::Es256);
    let start = Instant::now();
    let line = complaint(command.with_timeout(Duration::from_secs(4)));
    assert_eq!(
        line,
        "it was stopped after 4 s without an answer; run it by hand to see what it waits for, \
         or allow it more time"
    );
    assert!(start.elapsed() < Duration::from_secs(30));
    for name in ["child", "itself"] {
        let id = script.read(name).unwrap();
        eventually(|| !is_running(&id));
    }
}

/// One that has closed its outputs and lives on has not ended.
#[test]
fn hangs_with_closed_outputs() {
    let script = Script::new("exec >&- 2>&- <&-; exec sleep 1000");
    let command = script.command().with_algorithm(Algorithm::Es256);
    assert!(complaint(command.with_timeout(SHORT)).starts_with("it was stopped after 0.3 s"));
}

/// One that ignores what it can.
#[test]
fn hangs_deaf() {
    let script = Script::new("trap '' TERM INT HUP QUIT; while :; do sleep 1000; done");
    let command = script.command().with_algorithm(Algorithm::Es256);
    assert!(complaint(command.with_timeout(SHORT)).starts_with("it was stopped after 0.3 s"));
}

#[test]
fn floods_stdout() {
    let line = "it was stopped because it wrote more than 64 kB; it has to write one JSON object";
    assert_eq!(Script::new("exec cat /dev/zero").complaint(), line);
    assert_eq!(Script::new("exec yes").complaint(), line);
    // As much as can be kept, and one byte more: told apart by their ends.
    let filler = |length: usize| format!("head -c {length} /dev/zero | tr '\\0' ' '");
    assert_eq!(Script::new(&filler(65_537)).complaint(), line);
    assert!(
        Script::new(&filler(65_536))
            .complaint()
            .starts_with("its answer is not one JSON")
    );
}

/// It may write to stderr as long as it likes, and gets to its answer.
#[test]
fn floods_stderr() {
    let much = "head -c 3000000 /dev/zero >&2; echo >&2; ";
    let script = Script::new(&format!("{much} echo the end >&2; exit 9"));
    assert_eq!(
        script.complaint(),
        "it ended with exit code 9 and wrote: the end"
    );
    let script = Script::new(&format!("{much} echo '{{\"signature\":\"AAAA\"}}'"));
    assert!(script.complaint().starts_with("its signature has 3 bytes"));
    let script = Script::new("exec cat /dev/zero >&2");
    let command = script.command().with_algorithm(Algorithm::Es256);
    assert!(complaint(command.with_timeout(SHORT)).starts_with("it was stopped after"));
}

/// However much it writes, little of it is kept.
#[test]
fn floods_within_bounds() {
    // The most memory that this process ever had, in kB, where the system tells it.
    let most = || -> Option<u64> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    alone("misbehaviour::floods_within_bounds", &[], || {
        Script::new("exit 1").complaint();
        let before = most();
        let flood = Script::new("head -c 200000000 /dev/zero | tr '\\0' x >&2; exit 1");
        assert_eq!(
            flood.complaint(),
            format!("it ended with exit code 1 and wrote: {}…", "x".repeat(200))
        );
        assert!(
            Script::new("exec cat /dev/zero")
                .complaint()
                .contains("64 kB")
        );
        if let (Some(before), Some(after)) = (before, most()) {
            assert!(after - before < 2_000, "{before} kB, then {after} kB");
        }
    });
}

/// What it writes to stderr is the last thing that says something.
#[test]
fn ends_badly() {
    let check = |line: &str, expected: &str| {
        assert_eq!(Script::new(line).complaint(), expected, "{line}");
    };
    let silent = "and wrote no reason to stderr; run it by hand to see why";
    check("exit 1", &format!("it ended with exit code 1 {silent}"));
    check("exit 3", &format!("it ended with exit code 3 {silent}"));
    check("exit 255", &format!("it ended with exit code 255 {silent}"));
    check("kill -9 $$", &format!("it was ended by signal 9 {silent}"));
    check(
        "printf 'Traceback\\n  at line 1\\nno such key\\r\\n\\n' >&2; exit 1",
        "it ended with exit code 1 and wrote: no such key",
    );
    check(
        "printf '\\033]0;title\\007 \\342\\200\\256moc.elpmaxe' >&2; exit 1",
        "it ended with exit code 1 and wrote: \u{fffd}]0;title\u{fffd} \u{fffd}moc.elpmaxe",
    );
    check(
        "head -c 5000 /dev/zero | tr '\\0' x >&2; kill -15 $$",
        &format!("it was ended by signal 15 and wrote: {}…", "x".repeat(200)),
    );
    // An answer does not make up for it.
    check(
        "echo '{\"signature\":\"AAAA\"}'; echo but no >&2; exit 4",
        "it ended with exit code 4 and wrote: but no",
    );
}

#[test]
fn does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, contents: &str, mode: u32, expected: &str| {
        let path = folder.path().join(name);
        fs::write(&path, contents).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let command = SignerCommand::new(&path, [""; 0]).with_algorithm(Algorithm::Es256);
        assert!(complaint(command).starts_with(expected), "{name}");
    };
    check("plain", "#!/bin/sh\n", 0o644, "the program may not be run");
    check(
        "no-interpreter",
        "#!/no/such/thing\n",
        0o755,
        "there is no such program, or not",
    );
    check(
        "garbage",
        "\u{1}\u{2}\u{3}",
        0o755,
        "the file is no program of this system",
    );

    let missing = |name: &str| {
        let command = SignerCommand::new(name, ["x"]).with_algorithm(Algorithm::Es256);
        assert!(
            complaint(command).starts_with("there is no such program"),
            "{name}"
        );
    };
    missing("no-such-signer-command");
    missing("/no/such/signer-command");
    let folder = SignerCommand::new(folder.path(), ["x"]).with_algorithm(Algorithm::Es256);
    assert!(complaint(folder).starts_with("the program may not be run"));
}

/// It need not read what it is asked, be it more than a pipe holds.
#[test]
fn closes_stdin() {
    let signature = "A".repeat(86);
    let answer = format!("echo '{{\"signature\":\"{signature}\"}}'");
    for line in [
        answer.clone(),
        format!("exec <&-; {answer}"),
        format!("{answer}; exec sleep 0"),
    ] {
        let script = Script::new(&line);
        let command = script.command().with_algorithm(Algorithm::Es256);
        let signer = command.into_signer().unwrap();
        assert_eq!(
            signer.sign(&vec![b'x'; 1_000_000]).unwrap().as_bytes(),
            [0; 64]
        );
    }
}

/// A grandchild that holds the pipes open delays nothing, and is stopped.
#[test]
fn leaves_a_grandchild() {
    let signature = "A".repeat(86);
    let script = Script::new(&format!(
        "sleep 1000 & echo $! > \"$1/child\"; echo '{{\"signature\":\"{signature}\"}}'"
    ));
    let command = script.command().with_algorithm(Algorithm::Es256);
    let signer = command.into_signer().unwrap();
    let start = Instant::now();
    signer.sign(b"header.claims").unwrap();
    assert!(start.elapsed() < Duration::from_secs(20));
    let id = script.read("child").unwrap();
    eventually(|| !is_running(&id));
}

/// One that has left the group is not stopped, and delays nothing, though it writes
/// to stderr without end.
#[test]
fn leaves_a_flood() {
    let signature = "A".repeat(86);
    let script = Script::new(&format!(
        "setsid sh -c 'echo $$ > \"$1/flood.new\"; mv \"$1/flood.new\" \"$1/flood\"; \
             exec yes >&2' flood \"$1\" > \"$1/log\" & \
         while ! [ -e \"$1/flood\" ]; do :; done; \
         echo '{{\"signature\":\"{signature}\"}}'"
    ));
    let command = script.command().with_algorithm(Algorithm::Es256);
    let signer = command.into_signer().unwrap();
    let start = Instant::now();
    signer.sign(b"header.claims").unwrap();
    assert!(start.elapsed() < Duration::from_secs(20));
    // Nobody reads what it writes any more, and that ends it.
    let id = script.read("flood").unwrap();
    eventually(|| !is_running(&id));
}

/// Many runs leave neither a file open nor a process behind.
#[test]
fn leaves_nothing_open() {
    alone("misbehaviour::leaves_nothing_open", &[], || {
        let open = || fs::read_dir("/dev/fd").unwrap().count();
        let before = open();
        for _ in 0..20 {
            Script::new("exit 1").complaint();
            let slow = Script::new("exec sleep 1000");
            let command = slow.command().with_algorithm(Algorithm::Es256);
            complaint(command.with_timeout(Duration::from_millis(1)));
        }
        assert_eq!(open(), before);
        // Where the system tells them; there must not be one that has ended, either.
        let children = fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
        assert_eq!(children, "");
    });
}
