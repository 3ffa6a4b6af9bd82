use integration_tests::fixtures;

use crate::loopback::{Loopback, response};
use crate::transcript::Session;

/// A whole rotation, and what keeps it from going on.
#[test]
fn rotate() {
    let mut session = rotation();
    session.title("Before there is one");
    session.run_with(
        "rotate",
        &[
            "status",
            "status --keys absent",
            "status --keys keys/int-1.pem",
            "status --keys keys",
            "begin --keys keys",
            "begin --keys keys --private-key other.pem",
            "begin --keys keys --private-key keys/public.pem",
            "begin --keys keys --private-key keys/int-1.pem --jwk-set absent/jwks.json",
            "begin --keys keys --private-key keys/int-1.pem --gateway nhs --key-type p-256",
            "begin --keys keys --private-key keys/int-1.pem --kid-scheme x5t",
            "begin --keys keys --private-key keys/int-1.pem --next-kid a/b",
            "begin --keys keys --private-key keys/int-1.pem --gateway nsh",
            "begin --keys keys --private-key keys/int-1.pem --explain",
            "activate --keys keys",
            "retire --keys keys",
        ],
    );
    session.title("Begun");
    session.run_with(
        "rotate",
        &[
            "begin --keys keys --private-key keys/int-1.pem",
            "begin --keys keys",
            "status --keys keys",
            "status --keys keys --gateway nhs",
            "status --keys keys --format json",
            "status --keys keys --format yaml",
            "status --keys keys --explain",
            "retire --keys keys",
        ],
    );
    session.title("Not yet");
    session.run_with(
        "rotate activate --keys keys",
        &[
            "",
            "--gateway nhs",
            "--gateway nhs --published now",
            "--gateway generic",
            "--cache-seconds x",
            "--cache-seconds 9 --published moon",
            "--cache-seconds 9 --published 2999-01-01T00:00:00Z",
            "--cache-seconds 9 --published 2001-01-01T00:00:00Z",
            "--wait --force",
            "--jwks-url http://keys.test/ --cache-seconds 1",
            "--explain --gateway nhs",
        ],
    );
    session.title("Activated and retired");
    session.run_each(&[
        "rotate activate --keys keys --cache-seconds 0 --published now",
        "rotate activate --keys keys --gateway nhs",
        "rotate status --keys keys",
        "rotate retire --keys keys --gateway nhs",
        "rotate retire --keys keys",
        "rotate retire --keys keys --wait --force",
        "rotate retire --keys keys --drain-seconds x",
        "rotate retire --keys keys --kid absent",
        "rotate retire --keys keys --explain",
        "rotate retire --keys keys --drain-seconds 0 --delete-key",
        "rotate retire --keys keys --gateway nhs",
        "rotate status --keys keys",
        "rotate begin --keys keys --quiet",
        "rotate activate --keys keys --force",
        "rotate retire --keys keys --force",
    ]);
    session.check("commands/rotate");
}

fn rotation() -> Session {
    let session = Session::new();
    std::fs::create_dir(session.machine.work().join("keys")).unwrap();
    session.with_files(&[
        ("keys/int-1.pem", "keys/test-p256-pkcs8.pem"),
        ("keys/public.pem", "keys/test-p256-public.pem"),
        ("other.pem", "keys/test-p384-pkcs8.pem"),
    ])
}

/// What is published while a key waits, and states and keys that are damaged.
#[test]
fn rotate_mishaps() {
    let mut session = rotation();
    session
        .prepare("rotate begin --keys keys --private-key keys/int-1.pem")
        .finish()
        .has_code(0);
    session.title("Published");
    let set = session.machine.read("keys/jwks.json");
    let other = fixtures::text("keys/test-p384-public.jwk.json");
    let other = format!(
        "{{\"keys\":[{}, \"kid\":\"int-2\"}}]}}",
        other.trim_end().trim_end_matches('}')
    );
    for answer in [
        response("200 OK", "", b"{\"keys\":[]}"),
        response("200 OK", "", other.as_bytes()),
        response("404 Not Found", "", b""),
        response("200 OK", "", b"<html>"),
        response("200 OK", "", set.as_bytes()),
    ] {
        let server = Loopback::answer(answer);
        session.set("URL", server.url("/jwks.json"));
        session.run("rotate activate --keys keys --cache-seconds 5000 --jwks-url $URL");
    }
    session.title("The new key");
    let key = session.machine.read("keys/int-2.pem");
    session.machine.write("keys/int-2.pem", "junk\n");
    session.run("rotate activate --keys keys --force");
    session.run("rotate status --keys keys");
    session.machine.write("keys/int-2.pem", key);
    session.title("The set");
    session.machine.write("keys/jwks.json", "{\"keys\":[]}");
    session.run("rotate activate --keys keys --force");
    session.run("rotate begin --keys keys");
    session.machine.write("keys/jwks.json", "junk");
    session.run("rotate begin --keys keys");
    session.run("rotate status --keys keys");
    session.machine.write("keys/jwks.json", &set);
    session.title("The state");
    let state = session.machine.read("keys/rotation.json");
    for damaged in ["", "{", &state.replace("\"waiting\"", "\"active\"")] {
        session.machine.write("keys/rotation.json", damaged);
        session.run("rotate status --keys keys");
    }
    session.run("assertion --client-id a --token-url https://a.test/ --private-key keys");
    session.machine.write("keys/rotation.json", &state);
    session.run("assertion --client-id a --token-url https://a.test/ --private-key keys");
    session.title("The active key");
    session
        .prepare("rotate activate --keys keys --force")
        .finish()
        .has_code(0);
    std::fs::remove_file(session.machine.work().join("keys/int-2.pem")).unwrap();
    session.run("rotate retire --keys keys --force");
    session.run("assertion --client-id a --token-url https://a.test/ --private-key keys");
    session.check("errors/rotate");
}

/// A machine whose rotation was put back to some moment.
fn begun(change: impl FnOnce(&Session)) -> Session {
    let session = rotation();
    let begin = session.prepare("rotate begin --keys keys --private-key keys/int-1.pem");
    begin.finish().has_code(0);
    change(&session);
    session
}

fn edit(session: &Session, from: &str, to: &str) {
    let state = session.machine.read("keys/rotation.json");
    session
        .machine
        .write("keys/rotation.json", state.replace(from, to));
}

/// Rotations that were interrupted, restored from a backup, or are old.
#[test]
fn rotate_restored() {
    let mut texts = crate::transcript::Transcript::new();
    texts.hide_days();
    let mut check = |title: &str, mut session: Session, lines: &[&str]| {
        texts.title(title);
        for line in lines {
            let run = session.prepare(line);
            texts.run(run);
        }
        session.transcript = crate::transcript::Transcript::new();
    };
    let activate = "rotate activate --keys keys --published now --cache-seconds 0";
    let making = |session: &Session| edit(session, "\"waiting\"", "\"making\"");
    check(
        "Interrupted",
        begun(|session| {
            making(session);
            std::fs::remove_file(session.machine.work().join("keys/int-2.pem")).unwrap();
        }),
        &[
            "rotate status --keys keys",
            activate,
            "rotate begin --keys keys",
            "rotate status --keys keys",
        ],
    );
    check("Going on", begun(making), &["rotate begin --keys keys"]);
    check(
        "Another key of that name",
        begun(|session| {
            making(session);
            session
                .machine
                .write("keys/int-2.pem", fixtures::bytes("keys/test-p256-sec1.pem"));
        }),
        &["rotate begin --keys keys"],
    );
    check(
        "Another new key",
        begun(|session| {
            session.machine.write(
                "keys/int-2.pem",
                fixtures::bytes("keys/test-p384-pkcs8.pem"),
            );
        }),
        &[activate],
    );
    check(
        "A clock that was ahead",
        begun(|session| {
            let state = session.machine.read("keys/rotation.json");
            let mut state: serde_json::Value = serde_json::from_str(&state).unwrap();
            state["keys"][1]["made"] = "2999-01-01T00:00:00Z".into();
            session
                .machine
                .write("keys/rotation.json", state.to_string());
        }),
        &["rotate status --keys keys"],
    );
    check(
        "Old keys",
        begun(|session| {
            let state = session.machine.read("keys/rotation.json");
            let mut state: serde_json::Value = serde_json::from_str(&state).unwrap();
            for index in [0, 1] {
                state["keys"][index]["made"] = "2024-01-01T00:00:00Z".into();
            }
            session
                .machine
                .write("keys/rotation.json", state.to_string());
        }),
        &["doctor --private-key keys", "rotate status --keys keys"],
    );
    check(
        "Called off",
        begun(|_| ()),
        &[
            "rotate retire --keys keys --kid int-2 --delete-key",
            "rotate retire --keys keys --kid int-1",
            "rotate begin --keys keys --next-kid other",
            "assertion --client-id a --token-url https://a.test/ --private-key keys --kid other",
        ],
    );
    for (title, contents) in [
        ("Precious", b"precious".to_vec()),
        ("A public key", fixtures::bytes("keys/test-p256-public.pem")),
        (
            "Another private key",
            fixtures::bytes("keys/test-p384-pkcs8.pem"),
        ),
    ] {
        let session = begun(|session| {
            session.prepare(activate).finish().has_code(0);
            session.machine.write("keys/int-1.pem", contents);
        });
        check(
            title,
            session,
            &["rotate retire --keys keys --drain-seconds 0 --delete-key"],
        );
    }
    let session = begun(|session| {
        session.prepare(activate).finish().has_code(0);
        edit(session, "\"int-1.pem\"", "\"int-2.pem\"");
    });
    check(
        "The file of another",
        session,
        &["rotate retire --keys keys --drain-seconds 0 --delete-key"],
    );
    let session = begun(|session| {
        session.prepare(activate).finish().has_code(0);
        let keys = session.machine.work().join("keys");
        std::fs::rename(keys.join("int-1.pem"), keys.join("away.pem")).unwrap();
        std::os::unix::fs::symlink("away.pem", keys.join("int-1.pem")).unwrap();
    });
    check(
        "A link",
        session,
        &["rotate retire --keys keys --drain-seconds 0 --delete-key"],
    );
    let session = rotation();
    session.machine.write("keys/set.json", "{\"keys\": []}");
    session.machine.write("set.json", "{\"keys\": []}");
    session.machine.write("keys/int-2.pem", "somebody's");
    session
        .machine
        .write("keys/a.key", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    check(
        "A set and files that are there",
        session,
        &[
            "rotate begin --keys keys --private-key keys/int-1.pem --jwk-set set.json",
            "rotate begin --keys keys --private-key keys/int-1.pem --jwk-set keys/set.json",
            "rotate begin --keys keys --private-key keys/a.key",
            "rotate begin --keys keys --private-key keys/int-1.pem --next-kid int-2",
            "rotate begin --keys keys --private-key keys/int-1.pem --next-kid int-1",
        ],
    );
    texts.check("errors/rotate-restored");
}
