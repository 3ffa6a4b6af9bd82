//! A directory that can't be used: on without it, with one word about it.

use std::os::unix::fs::{chown, symlink};
use std::path::Path;

use crate::process::{Run, names_in, set_mode};
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

/// Each call gets a token of its own, and says once why.
#[track_caller]
fn goes_without(texts: &mut Transcript, client: &RegisteredClient, prepare: impl Fn() -> Run) {
    let before = client.gateway.issued_tokens();
    for _ in 0..2 {
        let finished = prepare().finish().shown_in(texts);
        let warnings: Vec<_> = finished
            .stderr
            .lines()
            .filter(|line| line.starts_with("warning: "))
            .collect();
        assert_eq!(warnings.len(), 1, "{finished:?}");
        assert_eq!(finished.succeeds().lines().count(), 1);
    }
    assert_eq!(client.gateway.issued_tokens(), before + 2);
}

fn is_root(client: &RegisteredClient) -> bool {
    let id = client.machine.program("id").with_argument("-u").finish();
    id.succeeds() == "0\n"
}

#[test]
fn what_is_there_already() {
    let client = RegisteredClient::new();
    let work = client.machine.work();
    let mut texts = Transcript::new();
    let mut check = |name: &str| {
        goes_without(&mut texts, &client, || {
            client.get_token(&["--cache-dir", name])
        });
    };
    client.machine.write("file", "kept");
    check("file");
    check("file/below");
    assert_eq!(client.machine.read("file"), "kept");

    let folder = |name: &str, mode: u32| {
        let path = work.join(name);
        std::fs::create_dir(&path).unwrap();
        set_mode(&path, mode);
        path
    };
    let target = folder("target", 0o700);
    symlink(&target, work.join("link")).unwrap();
    check("link");
    assert_eq!(names_in(&target).len(), 0);

    let open = folder("open", 0o777);
    check("open");
    check("open/below");
    // The folder below may have been made, for nothing.
    assert!(names_in(&open).iter().all(|name| name == "below"));
    texts.hide_random();
    texts.check("cache/directories");
}

#[test]
fn somebody_else_s() {
    let client = RegisteredClient::new();
    let folder = if is_root(&client) {
        let path = client.machine.work().join("foreign");
        std::fs::create_dir(&path).unwrap();
        chown(&path, Some(65534), None).unwrap();
        path
    } else {
        Path::new("/usr").to_owned()
    };
    let folder = folder.to_str().unwrap().to_owned();
    let run = || client.get_token(&["--cache-dir", &folder]);
    let mut texts = Transcript::new();
    goes_without(&mut texts, &client, run);
    texts.hide_random();
    texts.hide_text(folder, "[FOLDER]");
    texts.check("cache/somebody-else-s");
}

/// Modes don't bind root; a place where nobody can make anything does.
#[test]
fn read_only() {
    let client = RegisteredClient::new();
    let folder = client.machine.work().join("read-only");
    std::fs::create_dir(&folder).unwrap();
    set_mode(&folder, 0o500);
    let path = if is_root(&client) {
        "/proc/tokenring"
    } else {
        "read-only"
    };
    let run = || client.get_token(&["--cache-dir", path]);
    goes_without(&mut Transcript::new(), &client, run);
    set_mode(&folder, 0o700);
}

/// No file may grow, as on a disk without room.
#[test]
fn full() {
    let client = RegisteredClient::new();
    let run = || {
        client.script(
            "trap '' XFSZ; ulimit -f 0; TOKENRING_QUIET=false exec \"$TOKENRING\" get-token",
        )
    };
    let mut texts = Transcript::new();
    goes_without(&mut texts, &client, run);
    texts.hide_random();
    texts.check("cache/full");
}

/// What is said is said to those who want to hear it.
#[test]
fn quietly() {
    let client = RegisteredClient::new();
    client.machine.write("file", "");
    let run = client.get_token(&["--quiet", "--cache-dir", "file"]);
    let finished = run.finish();
    assert_eq!(finished.stderr, "");
    finished.succeeds();
}
