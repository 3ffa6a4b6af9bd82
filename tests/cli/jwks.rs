//! `tokenring jwks`: what is published of keys, and that nothing else is.

use std::thread;

use integration_tests::fixtures;
use serde_json::Value;

use crate::loopback::{Loopback, response};
use crate::process::{Finished, Machine, mode, set_mode};
use crate::transcript::Transcript;

fn machine() -> Machine {
    let machine = Machine::new();
    for name in ["rsa-2048", "rsa-4096", "p256", "p384", "ed25519"] {
        let key = fixtures::bytes(&format!("keys/test-{name}-pkcs8.pem"));
        machine.write(&format!("{name}.pem"), key);
    }
    machine
}

fn jwks(machine: &Machine, arguments: &[&str]) -> Finished {
    machine.tokenring([&["jwks"], arguments].concat()).finish()
}

fn key_ids(machine: &Machine, set: &str) -> Vec<String> {
    let set: Value = serde_json::from_str(&machine.read(set)).unwrap();
    let keys = set["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

/// A generator's set of private keys: all public halves at once, by their names or thumbprints.
#[test]
fn adds_every_private_key_of_a_set() {
    let machine = Machine::new();
    for named in [true, false] {
        let mut keys: Vec<Value> = ["p256", "ed25519"]
            .map(|name| fixtures::json(&format!("keys/test-{name}-private.jwk.json")))
            .into();
        for (key, name) in keys.iter_mut().zip(["a", "b"]) {
            if named {
                key["kid"] = name.into();
            }
        }
        let encryption = fixtures::json("keys/test-p384-private.jwk.json");
        keys.push(encryption);
        keys[2]["use"] = "enc".into();
        machine.write(
            "private.json",
            serde_json::json!({ "keys": keys }).to_string(),
        );
        let set = format!("set-{named}.json");
        jwks(&machine, &["add", &set, "private.json"]).succeeds();
        let thumbprint = |name: &str| fixtures::text(&format!("keys/test-{name}-thumbprint.txt"));
        let expected = match named {
            true => ["a".to_owned(), "b".to_owned()],
            false => ["p256", "ed25519"].map(|name| thumbprint(name).trim().to_owned()),
        };
        assert_eq!(key_ids(&machine, &set), expected);
        assert!(!machine.read(&set).contains("\"d\""));
        let text = jwks(&machine, &["list", "private.json"]).fails(3);
        let command = "tokenring jwks add PUBLIC.json private.json";
        assert!(text.contains(command), "{text}");
    }
}

#[test]
fn adds_and_removes() {
    let machine = machine();
    jwks(
        &machine,
        &[
            "add",
            "set.json",
            "rsa-4096.pem",
            "--gateway",
            "nhs",
            "--kid",
            "int-1",
        ],
    )
    .succeeds();
    assert_eq!(mode(&machine.work().join("set.json")), 0o644);
    jwks(&machine, &["add", "set.json", "p256.pem", "ed25519.pem"]).succeeds();
    assert_eq!(key_ids(&machine, "set.json"), ["int-1", "p256", "ed25519"]);
    let set: Value = serde_json::from_str(&machine.read("set.json")).unwrap();
    assert_eq!(set["keys"][0]["alg"], "RS512");
    assert_eq!(set["keys"][1]["use"], "sig");
    for name in ["d", "p", "q", "dp", "dq", "qi"] {
        assert_eq!(set["keys"][0].get(name), None);
    }
    let before = machine.read("set.json");
    jwks(&machine, &["add", "set.json", "p256.pem"]).fails(3);
    assert_eq!(machine.read("set.json"), before);
    let arguments = ["add", "set.json", "p384.pem", "--kid", "p256", "--replace"];
    jwks(&machine, &arguments).succeeds();
    assert_eq!(key_ids(&machine, "set.json"), ["int-1", "p256", "ed25519"]);
    jwks(&machine, &["remove", "set.json", "p256", "int-1"]).succeeds();
    assert_eq!(key_ids(&machine, "set.json"), ["ed25519"]);
    // A hash may begin with a hyphen.
    jwks(&machine, &["add", "set.json", "p256.pem", "--kid=-hash"]).succeeds();
    jwks(&machine, &["remove", "set.json", "--", "-hash"]).succeeds();
    jwks(&machine, &["remove", "set.json", "absent"]).fails(3);
}

/// Somebody else's key identifier makes no line that looks like one of ours.
#[test]
fn key_ids_stay_in_their_line() {
    let machine = machine();
    let key = fixtures::text("keys/test-rsa-4096-private.jwk.json");
    let key = key.trim_end().trim_end_matches('}').trim_end();
    let key = format!("{key},\"kid\":\"x\\nFAKE\\r\u{2028}LINE\"}}");
    machine.write("odd.json", key);
    let added = jwks(&machine, &["add", "set.json", "odd.json"]).has_code(0);
    assert_eq!(added.stderr, "Added x FAKE  LINE\n");
    let arguments = ["assertion", "--gateway", "nhs", "--env", "int"];
    let more = ["--client-id", "app", "--private-key", "odd.json", "-v"];
    let made = machine.tokenring([&arguments[..], &more].concat());
    let made = made.finish().has_code(0);
    let note = "Using KID: x FAKE  LINE (the key's own)\n";
    assert_eq!(made.stderr, note);
    assert!(!made.stderr.contains('\r'), "{}", made.stderr);
}

/// What was done is said when it is in the file, and not before.
#[test]
fn nothing_is_said_of_what_was_not_written() {
    let machine = machine();
    jwks(&machine, &["add", "set.json", "p256.pem"]).succeeds();
    jwks(&machine, &["add", "other.json", "ed25519.pem"]).succeeds();
    for arguments in [
        &["remove", "set.json", "p256", "absent"][..],
        &["add", "set.json", "p384.pem", "p256.pem"],
        &["merge", "set.json", "other.json", "absent.json"],
    ] {
        let finished = jwks(&machine, arguments).has_code(3);
        assert!(
            finished.stderr.starts_with("tokenring: "),
            "{}",
            finished.stderr
        );
    }
    assert_eq!(key_ids(&machine, "set.json"), ["p256"]);
}

/// What is there already stays as it is, byte for byte, and so does the file's mode.
#[test]
fn layout_and_mode_stay() {
    let machine = machine();
    let written = "{\n\t\"owner\": \"us\",\n\t\"keys\": [],\n\t\"version\": 1.0\n}\n";
    machine.write("set.json", written);
    set_mode(&machine.work().join("set.json"), 0o640);
    jwks(&machine, &["add", "set.json", "p256.pem"]).succeeds();
    let text = machine.read("set.json");
    assert!(text.starts_with("{\n\t\"owner\": \"us\",\n\t\"keys\": ["));
    assert!(text.ends_with("],\n\t\"version\": 1.0\n}\n"), "{text}");
    assert_eq!(mode(&machine.work().join("set.json")), 0o640);
    jwks(&machine, &["remove", "set.json", "p256"]).succeeds();
    assert_eq!(machine.read("set.json"), written);
    // A link is followed, and stays one.
    std::os::unix::fs::symlink("set.json", machine.work().join("link.json")).unwrap();
    jwks(&machine, &["add", "link.json", "p256.pem"]).succeeds();
    assert_eq!(key_ids(&machine, "set.json"), ["p256"]);
    assert!(machine.work().join("link.json").is_symlink());
}

/// Of many that change one file at once, each has its say.
#[test]
fn many_at_once() {
    let machine = machine();
    thread::scope(|scope| {
        for number in 0..12 {
            let machine = &machine;
            scope.spawn(move || {
                let kid = format!("key-{number}");
                jwks(machine, &["add", "set.json", "p256.pem", "--kid", &kid]).succeeds();
            });
        }
    });
    let mut found = key_ids(&machine, "set.json");
    found.sort_unstable();
    let mut expected: Vec<_> = (0..12).map(|number| format!("key-{number}")).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn lists_and_shows() {
    let machine = machine();
    jwks(&machine, &["add", "set.json", "rsa-2048.pem", "p256.pem"]).succeeds();
    let list = jwks(&machine, &["list", "set.json"]).succeeds();
    let thumbprint = fixtures::text("keys/test-p256-thumbprint.txt");
    let lines: Vec<_> = list.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[1].contains(thumbprint.trim()), "{list}");
    let text = jwks(
        &machine,
        &["show", "set.json", "--kid", "p256", "--format", "json"],
    )
    .succeeds();
    let facts: Value = serde_json::from_str(&text).unwrap();
    let hash = fixtures::text("keys/test-p256-spki-hash.txt");
    assert_eq!(facts[0]["spki-sha256"], hash.trim());
    assert_eq!(facts.as_array().unwrap().len(), 1);
    jwks(&machine, &["show", "set.json"]).succeeds();
}

#[test]
fn merges_and_compares() {
    let machine = machine();
    jwks(&machine, &["add", "one.json", "rsa-2048.pem"]).succeeds();
    jwks(&machine, &["add", "two.json", "rsa-2048.pem", "p256.pem"]).succeeds();
    let text = jwks(&machine, &["diff", "one.json", "two.json"])
        .has_code(9)
        .text()
        .to_owned();
    assert_eq!(text, "+ p256 (P-256 256)\n");
    jwks(&machine, &["merge", "one.json", "two.json"]).succeeds();
    assert_eq!(
        jwks(&machine, &["diff", "one.json", "two.json"]).succeeds(),
        ""
    );
    jwks(
        &machine,
        &["add", "other.json", "p384.pem", "--kid", "p256"],
    )
    .succeeds();
    jwks(&machine, &["merge", "one.json", "other.json"]).fails(3);
    let text = jwks(
        &machine,
        &["diff", "one.json", "other.json", "--format", "json"],
    );
    let changes: Value = serde_json::from_str(text.has_code(9).text()).unwrap();
    assert_eq!(changes[0]["change"], "changed");
    assert_eq!(changes[1]["change"], "removed");
}

#[test]
fn checks() {
    let machine = machine();
    jwks(
        &machine,
        &["add", "good.json", "rsa-4096.pem", "--gateway", "nhs"],
    )
    .succeeds();
    for options in [
        &["check", "good.json"][..],
        &["check", "good.json", "--gateway", "nhs"],
    ] {
        jwks(&machine, options).succeeds();
    }
    let private = fixtures::text("keys/test-rsa-2048-private.jwk.json");
    machine.write("private.json", format!("{{\"keys\":[{private}]}}"));
    let checked = jwks(&machine, &["check", "private.json"]).has_code(9);
    assert!(
        !checked
            .everything()
            .contains(private.split('"').nth(40).unwrap_or("\u{0}"))
    );
    jwks(&machine, &["add", "p256.json", "p256.pem"]).succeeds();
    jwks(&machine, &["check", "p256.json"]).succeeds();
    jwks(&machine, &["check", "p256.json", "--gateway", "nhs"]).has_code(9);
    let key = fixtures::text("keys/test-p256-public.jwk.json");
    let key = key.trim_end().trim_end_matches('}').to_owned();
    let twice = format!("{{\"keys\":[{key},\"kid\":\"a\"}},{key},\"kid\":\"a\"}}]}}");
    machine.write("twice.json", twice);
    let text = jwks(&machine, &["check", "twice.json", "--format", "json"]);
    let report: Value = serde_json::from_str(text.has_code(9).text()).unwrap();
    assert_eq!(report["clean"], false);
    machine.write("none.json", "{}");
    let mut texts = Transcript::new();
    jwks(&machine, &["check", "none.json"])
        .shown_in(&mut texts)
        .fails(3);
    texts.check("jwks/no-set");
}

/// Nothing private goes into a set, and a set that has it is not touched.
#[test]
fn private_members_are_kept_out() {
    let machine = machine();
    let private = fixtures::text("keys/test-p256-private.jwk.json");
    machine.write("private.json", format!("{{\"keys\":[{private}]}}"));
    let before = machine.read("private.json");
    for arguments in [
        &["add", "private.json", "rsa-2048.pem"][..],
        &["list", "private.json"],
        &["merge", "private.json", "private.json"],
    ] {
        jwks(&machine, arguments).fails(3);
    }
    assert_eq!(machine.read("private.json"), before);
}

#[test]
fn what_is_published() {
    let mut texts = Transcript::new();
    let machine = machine();
    jwks(
        &machine,
        &["add", "set.json", "rsa-4096.pem", "--kid", "int-1"],
    )
    .succeeds();
    let headers = "Cache-Control: public, max-age=300\r\nAge: 12\r\nETag: \"7\"\r\n\
                   Date: Sun, 22 Nov 2026 10:00:00 GMT\r\n";
    let text = machine.read("set.json");
    let server = Loopback::answer(response("200 OK", headers, text.as_bytes()));
    let url = server.url("/jwks.json");
    let verify = |more: &[&str]| {
        let arguments = ["verify-published", "set.json", "--url", &url];
        jwks(&machine, &[&arguments[..], more].concat())
    };
    verify(&["--gateway", "nhs"])
        .shown_in(&mut texts)
        .succeeds();
    let text = verify(&["--gateway", "nhs", "--format", "json"]).succeeds();
    let facts: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&facts["same"], &facts["wait-seconds"]),
        (&true.into(), &3900.into())
    );
    assert_eq!(facts["headers"]["Age"], "12");
    jwks(
        &machine,
        &["add", "set.json", "rsa-2048.pem", "--kid", "int-2"],
    )
    .succeeds();
    verify(&[]).has_code(9);
    let away = Loopback::answer(response("404 Not Found", "", b"gone"));
    let url = away.url("/jwks.json");
    let arguments = ["verify-published", "set.json", "--url", &url];
    jwks(&machine, &arguments).fails(5);
    let odd = Loopback::answer(response("200 OK", "", b"<html>"));
    let url = odd.url("/jwks.json");
    let arguments = ["verify-published", "set.json", "--url", &url];
    jwks(&machine, &arguments).fails(9);
    texts.check("jwks/published");
}

/// What could not be read again is not written.
#[test]
fn a_set_that_would_be_too_large() {
    let mut texts = Transcript::new();
    let machine = Machine::new();
    let jwk = fixtures::text("keys/test-p256-public.jwk.json");
    let mut jwk: Value = serde_json::from_str(&jwk).unwrap();
    for name in ["a", "b"] {
        jwk["kid"] = name.into();
        jwk["note"] = "-".repeat(600 * 1024).into();
        let set = serde_json::json!({ "keys": [&jwk] }).to_string();
        machine.write(&format!("{name}.json"), set);
    }
    let before = machine.read("a.json");
    let merge = machine.tokenring(["jwks", "merge", "a.json", "b.json"]);
    texts.run(merge).fails(8);
    assert_eq!(machine.read("a.json"), before);
    texts.check("jwks/too-large");
}
