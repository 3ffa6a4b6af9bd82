use integration_tests::peer;

use crate::process::{Machine, TOKENRING, names_in};
use crate::transcript::Transcript;

const FILES: [&str; 3] = ["key-1.json", "key-1.pem", "key-1.pem.pub"];

/// Any one of the three files keeps all of them from being written.
#[test]
fn files_that_are_there() {
    for present in FILES {
        let machine = Machine::new();
        machine.write(present, "precious");
        let arguments = ["generate-keys", "--alg", "ES256"];
        let complaint = machine.tokenring(arguments).finish().fails(8);
        assert_eq!(
            complaint,
            format!(
                "./{present} already exists and was not overwritten; choose another key ID or \
                 folder; --force replaces all three files"
            )
        );
        assert_eq!(machine.names(), [present]);
        assert_eq!(machine.read(present), "precious");
    }
}

/// The search for primes is not begun where it would be for nothing.
#[test]
fn a_file_in_the_place_of_the_folder() {
    let mut texts = Transcript::new();
    for folder in ["file", "file/below", "/proc/tokenring", "/dev/full"] {
        let machine = Machine::new();
        machine.write("file", "precious");
        let arguments = ["generate-keys", "--alg", "ES256", "--output-dir", folder];
        texts.run(machine.tokenring(arguments)).fails(8);
        assert_eq!(machine.names(), ["file"]);
        assert_eq!(machine.read("file"), "precious");
    }
    texts.check("generate-keys/no-folder");
}

#[test]
fn a_folder_that_takes_no_files() {
    let machine = Machine::new();
    let arguments = ["generate-keys", "--alg", "ES256", "--output-dir", "/proc"];
    machine.tokenring(arguments).finish().fails(8);
}

/// A directory that has the name of a file is never removed.
#[test]
fn a_folder_in_the_place_of_a_file() {
    for name in FILES {
        let machine = Machine::new();
        std::fs::create_dir(machine.work().join(name)).unwrap();
        let arguments = ["generate-keys", "--alg", "ES256"];
        machine.tokenring(arguments).finish().fails(8);
        assert_eq!(machine.names(), [name]);
        let arguments = ["generate-keys", "--alg", "ES256", "--force"];
        machine.tokenring(arguments).finish().fails(8);
        assert_eq!(machine.names(), [".tokenring.lock", name]);
    }
}

/// A limit on the size of files is a full disk in the small: the write fails.
#[test]
fn a_full_disk() {
    let mut texts = Transcript::new();
    for (blocks, key_type) in [("0", "p-256"), ("1", "rsa-2048")] {
        let machine = Machine::new();
        let limits = format!("trap '' XFSZ; ulimit -f {blocks}");
        let arguments = ["generate-keys", "--key-type", key_type];
        texts.run(machine.shell(&limits, &arguments)).fails(8);
        assert!(machine.names().is_empty(), "{:?}", machine.names());
    }
    texts.check("generate-keys/full-disk");
}

/// As above, and the old files stay.
#[test]
fn a_full_disk_while_replacing() {
    let machine = Machine::new();
    for name in FILES {
        machine.write(name, "precious");
    }
    let arguments = ["generate-keys", "--key-type", "rsa-2048", "--force"];
    let run = machine.shell("trap '' XFSZ; ulimit -f 1", &arguments);
    run.finish().fails(8);
    assert_eq!(machine.names()[0], ".tokenring.lock");
    assert_eq!(machine.names()[1..], FILES);
    for name in FILES {
        assert_eq!(machine.read(name), "precious");
    }
}

/// Killed as soon as a name shows, what has a name is whole.
#[test]
fn killed_between_files() {
    for _ in 0..8 {
        let machine = Machine::new();
        let arguments = ["generate-keys", "--alg", "ES256", "-q"];
        let mut running = machine.tokenring(arguments).start();
        while !running.has_ended() && !machine.work().join("key-1.json").exists() {
            std::thread::yield_now();
        }
        drop(running);
        let whole = [
            ("key-1.json", "{\n", "}"),
            ("key-1.pem", "-----BEGIN", "-----END PRIVATE KEY-----\n"),
            ("key-1.pem.pub", "-----BEGIN", "-----END PUBLIC KEY-----\n"),
        ];
        for (name, start, end) in whole {
            let Ok(text) = std::fs::read_to_string(machine.work().join(name)) else {
                continue;
            };
            assert!(text.starts_with(start), "{name}: {text}");
            assert!(text.trim_end().ends_with(end.trim_end()), "{name}: {text}");
        }
    }
}

/// One of two wins, with all three files; the other says so.
#[test]
fn two_at_once() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    for _ in 0..5 {
        let machine = Machine::new();
        let arguments = ["generate-keys", "--key-type", "p-256", "-q"];
        let running = [0; 3].map(|_| machine.tokenring(arguments).start());
        let mut winners = 0;
        for finished in running.map(crate::process::Running::finish) {
            if finished.code() == Some(0) {
                winners += 1;
            } else {
                finished.fails(8);
            }
        }
        assert_eq!(winners, 1);
        assert_eq!(machine.names(), FILES);
        let private = machine.read("key-1.pem");
        assert_eq!(openssl.public_pem(&private), machine.read("key-1.pem.pub"));
    }
}

/// The parser's own words are more than a line, and name the option.
#[test]
fn options_that_are_not_there() {
    let mut texts = Transcript::new();
    for arguments in [
        vec!["generate-keys", "--key-typ", "p-256"],
        vec!["generate-keys", "--kid"],
        vec!["generate-keys", "stray"],
        vec!["generate-key"],
        vec!["--quiet"],
    ] {
        let machine = Machine::new();
        let finished = machine.tokenring(arguments).finish().has_code(2);
        assert_eq!(finished.text(), "");
        texts.show(&finished);
        assert!(machine.names().is_empty());
    }
    texts.check("generate-keys/options");
}

/// Standard output that takes nothing is told; the files are there all the same.
#[test]
fn a_full_standard_output() {
    let machine = Machine::new();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let arguments = ["generate-keys", "--alg", "ES256", "-q"];
    let finished = machine.tokenring(arguments).with_output(full).finish();
    finished.fails(8);
    assert_eq!(machine.names(), FILES);
}

#[test]
fn temporary_files_are_gone() {
    let machine = Machine::new();
    let arguments = ["generate-keys", "--alg", "ES256"];
    machine.tokenring(arguments).finish().succeeds();
    assert_eq!(machine.names(), FILES);
    assert!(names_in(&machine.temporary()).is_empty());
    assert!(names_in(&machine.home()).is_empty());
    assert!(std::path::Path::new(TOKENRING).is_absolute());
}
