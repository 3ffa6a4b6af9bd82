//! The files of a key, and a JWK Set.

use tokenring_jwk::{JwkSetDocument, PrivateKey, PublicKey};

use super::{KillPoint, check, hidden, start, traced};
use crate::process::{Machine, TOKENRING, names_in};

const FILES: [&str; 3] = ["key-1.json", "key-1.pem", "key-1.pem.pub"];

fn machine(machine: &Machine) -> &Machine {
    machine
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

fn old_keys() -> Machine {
    let machine = Machine::new();
    let made = machine.tokenring(["generate-keys", "--alg", "ES256", "--kid", "key-1", "-q"]);
    made.finish().has_code(0);
    // A copy to compare with, where no command looks.
    for name in FILES {
        std::fs::copy(machine.work().join(name), machine.home().join(name)).unwrap();
    }
    machine
}

fn old(machine: &Machine, name: &str) -> Option<String> {
    std::fs::read_to_string(machine.home().join(name)).ok()
}

/// The commands that read the folder, one after the other; each may be the next.
const READERS: [&str; 5] = [
    "keys show key-1.pem",
    "jwks list key-1.json",
    "assertion --client-id a --private-key key-1.pem --audience https://a.example/ --no-lint",
    "generate-keys --alg ES256 --kid key-1",
    "jwks add other.json key-1.pem",
];

/// The files are the old ones or the new ones, and there are no others.
#[track_caller]
fn is_settled(machine: &Machine, index: usize, point: &KillPoint) {
    let journal = machine.work().join(".tokenring-keyset-key-1");
    let is_unsettled = journal.is_dir()
        && names_in(&journal)
            .iter()
            .any(|name| name.starts_with("key-1"));
    let reader = READERS[index % READERS.len()];
    let finished = machine.tokenring(reader.split(' ')).finish();
    if is_unsettled {
        let said = &finished.stderr;
        assert!(
            said.contains("interrupted change"),
            "{point:?}: {reader}: {said}"
        );
    }
    let _ = std::fs::remove_file(machine.work().join("other.json"));
    assert!(
        hidden(&machine.work()).is_empty(),
        "{point:?}: {:?}",
        machine.names()
    );
    let names = machine.names();
    let present: Vec<&str> = FILES
        .into_iter()
        .filter(|name| names.iter().any(|there| there == name))
        .collect();
    if present.is_empty() {
        assert!(
            old(machine, FILES[0]).is_none(),
            "{point:?}: the old files are gone"
        );
        return;
    }
    assert_eq!(present, FILES, "{point:?}");
    let is_old = FILES.map(|name| old(machine, name).as_ref() == Some(&machine.read(name)));
    assert!(
        is_old == [true; 3] || is_old == [false; 3],
        "{point:?}: {is_old:?}"
    );
    // And they belong together.
    let private = PrivateKey::from_pem(&machine.read("key-1.pem")).unwrap();
    let public = PublicKey::from_spki_pem(&machine.read("key-1.pem.pub")).unwrap();
    assert_eq!(private.stated_public_key(), Some(&public), "{point:?}");
    let set = JwkSetDocument::parse(&machine.read("key-1.json")).unwrap();
    let jwk = set.entries()[0].jwk().unwrap();
    assert_eq!(jwk.public_key(), &public, "{point:?}");
}

#[test]
fn generate_keys() {
    let arguments = |_: &Machine| words("generate-keys --alg ES256 --kid key-1");
    check(Machine::new, machine, arguments, is_settled);
}

#[test]
fn generate_keys_with_force() {
    let arguments = |_: &Machine| words("generate-keys --alg ES256 --kid key-1 --force");
    check(old_keys, machine, arguments, is_settled);
}

/// A file that can't be replaced after another one was: all are as they were.
#[test]
fn generate_keys_that_fails_half_way() {
    if integration_tests::peer::find("strace", "-V", "install strace").is_none() {
        return;
    }
    let failures = [
        "inject=rename:error=EIO:when=1",
        "inject=rename:error=EIO:when=2",
        "inject=rename:error=EIO:when=3",
        "inject=linkat:error=EPERM:when=2",
    ];
    for failure in failures {
        for kill in [None, Some("inject=unlink:signal=KILL:when=1")] {
            let machine = old_keys();
            let mut run = traced(&machine, failure);
            if let Some(kill) = kill {
                run = run.with_argument("-e").with_argument(kill);
            }
            let run = run.with_argument("-o").with_argument("/dev/null");
            let words = words("generate-keys --alg ES256 --kid key-1 --force");
            let finished = start(run, words);
            match kill {
                None => {
                    let said = &finished.stderr;
                    assert!(said.contains("cannot write ./key-1."), "{failure}: {said}");
                    assert_eq!(finished.code(), Some(8));
                    let names = machine.names();
                    assert!(hidden(&machine.work()).is_empty(), "{failure}: {names:?}");
                }
                Some(_) => assert_eq!(finished.signal(), Some(9), "{failure}"),
            }
            let show = ["keys", "show", "key-1.pem"];
            machine.tokenring(show).finish().has_code(0);
            for name in FILES {
                assert_eq!(old(&machine, name), Some(machine.read(name)), "{failure}");
            }
            let names = machine.names();
            assert!(hidden(&machine.work()).is_empty(), "{failure}: {names:?}");
        }
    }
}

/// The old set or the new one, and the next change removes what was left.
#[test]
fn jwks_add() {
    let prepare = || {
        let machine = old_keys();
        let made = "generate-keys --alg ES256 --kid key-2 -q";
        machine.tokenring(made.split(' ')).finish().has_code(0);
        machine
    };
    let arguments = |_: &Machine| words("jwks add key-1.json key-2.pem");
    check(prepare, machine, arguments, |machine, _, point| {
        let count = |machine: &Machine| {
            let set = JwkSetDocument::parse(&machine.read("key-1.json")).unwrap();
            set.entries().len()
        };
        assert!([1, 2].contains(&count(machine)), "{point:?}");
        let again = "jwks add key-1.json key-2.pem --replace";
        machine.tokenring(again.split(' ')).finish().has_code(0);
        assert_eq!(count(machine), 2, "{point:?}");
        assert!(
            hidden(&machine.work()).is_empty(),
            "{point:?}: {:?}",
            machine.names()
        );
    });
}

/// A private key that replaces another one by `keys convert`.
#[test]
fn keys_convert() {
    let arguments = "keys convert key-1.pem --to private-jwk --output out.jwk --force";
    let prepare = || {
        let machine = old_keys();
        machine.write("out.jwk", "old");
        machine
    };
    check(
        prepare,
        machine,
        |_| words(arguments),
        |machine, _, point| {
            let text = machine.read("out.jwk");
            assert!(text == "old" || text.contains("\"d\""), "{point:?}: {text}");
            machine.tokenring(arguments.split(' ')).finish().has_code(0);
            assert!(
                hidden(&machine.work()).is_empty(),
                "{point:?}: {:?}",
                machine.names()
            );
        },
    );
}

/// What is put in the place of the change's folder meanwhile is not touched: root, too, finishes
/// what a user of the machine has begun.
#[test]
fn of_a_folder_that_somebody_replaces() {
    use std::time::{Duration, Instant};

    if integration_tests::peer::find("strace", "-V", "install strace").is_none() {
        return;
    }
    let machine = old_keys();
    let journal = machine.work().join(".tokenring-keyset-key-1");
    let elsewhere = machine.work().join("elsewhere");
    for (folder, text) in [(&journal, "the change"), (&elsewhere, "something else")] {
        std::fs::create_dir(folder).unwrap();
        std::fs::write(folder.join("key-1.json"), text).unwrap();
        std::fs::write(folder.join("commit-replace"), "").unwrap();
    }
    let run = traced(&machine, "inject=rename:delay_enter=2000000");
    let words = ["-o", "/dev/null", TOKENRING, "keys", "show", "key-1.pem"];
    let run = words
        .into_iter()
        .fold(run, |run, word| run.with_argument(word));
    let running = run.start();
    let id = running.id();
    let children = format!("/proc/{id}/task/{id}/children");
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(20) {
        let child = std::fs::read_to_string(&children).unwrap_or_default();
        let files = std::fs::read_dir(format!("/proc/{}/fd", child.trim()));
        let files = files.into_iter().flatten().flatten();
        let mut targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
        if targets.any(|target| target.ends_with(".tokenring-keyset-key-1")) {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    std::fs::rename(&journal, machine.work().join("gone")).unwrap();
    std::os::unix::fs::symlink("elsewhere", &journal).unwrap();
    running.finish().has_code(0);
    assert_eq!(names_in(&elsewhere), ["commit-replace", "key-1.json"]);
    let text = std::fs::read_to_string(elsewhere.join("key-1.json")).unwrap();
    assert_eq!(text, "something else");
    assert_eq!(machine.read("key-1.json"), "the change");
}
