//! `--output FILE`.

use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::process::{mode, names_in, set_mode};
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

#[test]
fn a_file_for_its_owner_alone() {
    let client = RegisteredClient::new();
    let run = client.script("umask 0; \"$TOKENRING\" get-token --output token");
    assert_eq!(run.finish().succeeds(), "");
    let path = client.machine.work().join("token");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(
        client.machine.read("token"),
        format!("{}\n", client.token())
    );
    assert_eq!(client.machine.names(), ["int-1.pem", "token"]);
}

/// What others could read is replaced, with what its name leads to left alone.
#[test]
fn in_place_of_what_is_there() {
    let client = RegisteredClient::new();
    let work = client.machine.work();
    client.machine.write("open", "old");
    set_mode(&work.join("open"), 0o666);
    client.machine.write("target", "old");
    symlink("target", work.join("link")).unwrap();
    symlink("nothing", work.join("dangling")).unwrap();
    for name in ["open", "link", "dangling"] {
        let run = client.get_token(&["--quiet", "--output", name]);
        run.finish().succeeds();
        let path = work.join(name);
        assert!(path.symlink_metadata().unwrap().is_file(), "{name}");
        assert_eq!(mode(&path), 0o600, "{name}");
    }
    assert_eq!(client.machine.read("target"), "old");
    assert!(!work.join("nothing").exists());
}

#[test]
fn nowhere_to_write() {
    let mut texts = Transcript::new();
    let client = RegisteredClient::new();
    let work = client.machine.work();
    std::fs::create_dir(work.join("folder")).unwrap();
    let made = client.machine.program("mkfifo").with_argument("pipe");
    made.finish().succeeds();
    symlink("/dev/null", work.join("device")).unwrap();
    for path in [
        "missing/token",
        "folder",
        "int-1.pem/token",
        "pipe",
        "device",
        "/proc/token",
    ] {
        let run = client.get_token(&["--quiet", "--output", path]);
        texts.run(run).fails(8);
    }
    assert!(work.join("device").is_symlink());
    assert_eq!(names_in(&work.join("folder")).len(), 0);
    texts.check("shapes/nowhere");
}

/// Who reads meanwhile finds one token or the other, and never a part.
#[test]
fn whole_at_any_time() {
    let client = RegisteredClient::new();
    let write = || {
        let more = ["--quiet", "--force-refresh", "--output", "token"];
        client.get_token(&more).finish().succeeds();
    };
    write();
    let path = client.machine.work().join("token");
    let is_over = AtomicBool::new(false);
    let reads = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0_u32;
            while !is_over.load(Ordering::Relaxed) {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(text.ends_with('\n') && text.len() > 20, "{text:?}");
                reads += 1;
            }
            reads
        });
        for _ in 0..20 {
            write();
        }
        is_over.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    });
    assert!(reads > 20, "{reads}");
    assert_eq!(client.gateway.issued_tokens(), 21);
}
