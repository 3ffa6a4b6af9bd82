//! The lock of a folder of keys.

use std::time::{Duration, Instant};

use integration_tests::{fixtures, peer};

use crate::process::{Machine, Running, mode};
use crate::transcript::Transcript;

const ADD: &str = "jwks add set.json key.pem --replace";

fn machine() -> Machine {
    let machine = Machine::new();
    machine.write("key.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    machine
}

/// Locks a file or folder in the working folder until it is dropped.
fn lock(machine: &Machine, name: &str) -> Option<Running> {
    peer::find("flock", "--version", "install util-linux")?;
    let words = [name, "sh", "-c", "echo locked; exec sleep 60"];
    let run = machine.program("flock").with_argument("--no-fork");
    let run = words
        .into_iter()
        .fold(run, |run, word| run.with_argument(word));
    let mut running = run.start();
    assert_eq!(running.line(), "locked");
    Some(running)
}

#[test]
fn is_a_file_that_stays() {
    let machine = machine();
    for _ in 0..2 {
        machine.tokenring(ADD.split(' ')).finish().has_code(0);
        assert_eq!(machine.names(), [".tokenring.lock", "key.pem", "set.json"]);
        assert_eq!(mode(&machine.work().join(".tokenring.lock")), 0o600);
        // What it was like before does not matter.
        machine.write(".tokenring.lock", "anything");
        crate::process::set_mode(&machine.work().join(".tokenring.lock"), 0o666);
    }
}

/// Whoever can read a folder can lock it, and hinders nobody.
#[test]
fn is_not_the_folder() {
    let machine = machine();
    let Some(_lock) = lock(&machine, ".") else {
        return;
    };
    let begin = Instant::now();
    machine.tokenring(ADD.split(' ')).finish().has_code(0);
    assert!(begin.elapsed() < Duration::from_secs(30));
}

/// One that could still be busy is waited for; one that is over its time is named.
#[test]
fn of_a_process_that_was_stopped() {
    let machine = machine();
    machine.write(".tokenring.lock", "");
    let Some(holder) = lock(&machine, ".tokenring.lock") else {
        return;
    };
    let id = holder.id();
    machine.write(
        ".tokenring.lock",
        format!("process {id} until 1000000000\n"),
    );
    let mut texts = Transcript::new();
    texts.hide_text(id.to_string(), "[PROCESS]");
    texts.run(machine.tokenring(ADD.split(' '))).fails(8);
    holder.signal("STOP");
    texts.run(machine.tokenring(ADD.split(' '))).fails(8);
    texts.check("folder-lock/held");
    assert!(!machine.work().join("set.json").exists());

    // It has it for a while yet, as far as anybody knows.
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    machine.write(
        ".tokenring.lock",
        format!("process {id} until {}\n", now + 60),
    );
    let mut waiting = machine.tokenring(ADD.split(' ')).start();
    for _ in 0..20 {
        assert!(!waiting.has_ended());
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(holder);
    waiting.finish().has_code(0);
}

/// Whose it is: the folder's owner, and nobody else can open it.
#[test]
fn of_several_users() {
    use std::os::unix::fs::{MetadataExt, chown};

    const OWNER: u32 = 40_001;
    const OTHER: u32 = 40_002;
    let machine = machine();
    let folder = machine.work();
    if folder.metadata().unwrap().uid() != 0 {
        peer::tell_not_run("only root can act as other users");
        return;
    }
    if peer::find("setpriv", "--version", "install util-linux").is_none() {
        return;
    }
    chown(&folder, Some(OWNER), Some(OWNER)).unwrap();
    machine.tokenring(ADD.split(' ')).finish().has_code(0);
    let lock = folder.join(".tokenring.lock");
    assert_eq!(lock.metadata().unwrap().uid(), OWNER);
    let lock_as = |user: u32| {
        let user = format!("--reuid={user}");
        let words = [
            &user,
            "--clear-groups",
            "flock",
            "-n",
            ".tokenring.lock",
            "true",
        ];
        let run = machine.program("setpriv");
        let run = words
            .into_iter()
            .fold(run, |run, word| run.with_argument(word));
        run.finish().code()
    };
    assert_eq!(lock_as(OWNER), Some(0));
    // sysexits.h: 66 is a file that cannot be opened.
    assert_eq!(lock_as(OTHER), Some(66));
    // One that somebody else made is not waited for.
    chown(&lock, Some(OTHER), Some(OTHER)).unwrap();
    let mut texts = Transcript::new();
    texts.run(machine.tokenring(ADD.split(' '))).fails(8);
    texts.check("folder-lock/of-another-user");
}

/// A journal of somebody else is not finished for him, not even by root.
#[test]
fn of_files_that_somebody_else_planted() {
    use std::os::unix::fs::{MetadataExt, chown};

    let machine = machine();
    if machine.work().metadata().unwrap().uid() != 0 {
        peer::tell_not_run("only root can act as other users");
        return;
    }
    let journal = machine.work().join(".tokenring-keyset-key");
    std::fs::create_dir(&journal).unwrap();
    std::fs::write(journal.join("key.pem"), "planted").unwrap();
    std::fs::write(journal.join("commit-replace"), "").unwrap();
    chown(&journal, Some(40_002), Some(40_002)).unwrap();
    let before = machine.read("key.pem");
    let finished = machine.tokenring(["keys", "show", "key.pem"]).finish();
    let mut texts = Transcript::new();
    finished.shown_in(&mut texts).has_code(0);
    texts.check("folder-lock/planted");
    assert_eq!(machine.read("key.pem"), before);
}

/// A link or a folder in its place is not locked, and nothing is changed without the lock.
#[test]
fn that_is_something_else() {
    let machine = machine();
    let path = machine.work().join(".tokenring.lock");
    std::os::unix::fs::symlink("key.pem", &path).unwrap();
    let mut texts = Transcript::new();
    texts.run(machine.tokenring(ADD.split(' '))).fails(8);
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    texts.run(machine.tokenring(ADD.split(' '))).fails(8);
    texts.check("folder-lock/no-file");
    assert!(!machine.work().join("set.json").exists());
}

/// A file of another name is neither emptied nor given to the folder's owner.
#[test]
fn that_has_another_name() {
    use std::os::unix::fs::{MetadataExt, chown};

    const OWNER: u32 = 40_001;
    let machine = machine();
    let user = machine.work().metadata().unwrap().uid();
    let other = machine.home().join("other");
    std::fs::write(&other, "contents").unwrap();
    crate::process::set_mode(&other, 0o644);
    std::fs::hard_link(&other, machine.work().join(".tokenring.lock")).unwrap();
    if user == 0 {
        chown(machine.work(), Some(OWNER), Some(OWNER)).unwrap();
    }
    let mut texts = Transcript::new();
    texts.run(machine.tokenring(ADD.split(' '))).fails(8);
    texts.check("folder-lock/another-name");
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "contents");
    assert_eq!(mode(&other), 0o644);
    assert_eq!(other.metadata().unwrap().uid(), user);
}

/// Several users change files in one folder, each after the other.
#[test]
fn of_a_folder_for_several_users() {
    use std::os::unix::fs::{MetadataExt, chown};

    const GROUP: u32 = 40_010;
    const USERS: [u32; 2] = [40_001, 40_002];
    let machine = machine();
    if machine.work().metadata().unwrap().uid() != 0 {
        peer::tell_not_run("only root can act as other users");
        return;
    }
    if peer::find("setpriv", "--version", "install util-linux").is_none() {
        return;
    }
    chown(machine.work(), None, Some(GROUP)).unwrap();
    crate::process::set_mode(&machine.work().join("key.pem"), 0o644);
    let private = |user: u32| (format!(".tokenring-{user}.lock"), 0o600);
    let shared = |mode: u32| vec![(".tokenring.lock".to_owned(), mode)];
    let check = |folder_mode: u32, expected: Vec<(String, u32)>| {
        crate::process::set_mode(&machine.work(), folder_mode);
        for user in USERS {
            let (id, group) = (format!("--reuid={user}"), format!("--groups={GROUP}"));
            let set = format!("{user}.json");
            let words = [&id, "--regid=40009", &group, crate::process::TOKENRING];
            let words = words
                .into_iter()
                .chain(["jwks", "add", &set, "key.pem", "-q"]);
            let run = machine.program("setpriv");
            let run = words.fold(run, |run, word| run.with_argument(word));
            run.finish().has_code(0);
            std::fs::remove_file(machine.work().join(set)).unwrap();
        }
        let locks = machine.names().into_iter();
        let locks = locks.filter(|name| name.ends_with(".lock"));
        let locks: Vec<_> = locks
            .map(|name| (name.clone(), mode(&machine.work().join(name))))
            .collect();
        assert_eq!(locks, expected, "{folder_mode:o}");
        for (name, _) in locks {
            std::fs::remove_file(machine.work().join(name)).unwrap();
        }
    };
    check(0o770, shared(0o660));
    check(0o2775, shared(0o660));
    check(0o777, shared(0o666));
    check(0o1777, USERS.map(private).to_vec());
}
