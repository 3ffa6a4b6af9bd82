//! Key files that cannot be used as they are, and what is said of them.

use std::fmt::Write as _;

use integration_tests::fixtures;

use crate::process::Machine;
use crate::transcript::Transcript;

/// The private JWK of a fixture with one more member.
fn jwk(name: &str, more: &str) -> String {
    let key = fixtures::text(&format!("keys/test-{name}-private.jwk.json"));
    let key = key.trim_end().trim_end_matches('}').trim_end().to_owned();
    format!("{key}{more}}}")
}

/// What is said of a file by a command that takes its name.
#[track_caller]
fn check(texts: &mut Transcript, contents: &str, code: i32) {
    let machine = Machine::new();
    machine.write("key", contents);
    let complaint = machine.tokenring(["keys", "show", "key"]).finish();
    complaint.shown_in(texts).fails(code);
}

#[test]
fn key_ids_of_absurd_length() {
    let mut texts = Transcript::new();
    let long = "k".repeat(1001);
    let member = format!(",\"kid\":\"{long}\"");
    check(&mut texts, &jwk("p256", &member), 3);
    let public = fixtures::text("keys/test-p256-public.jwk.json");
    let public = public.trim_end().trim_end_matches('}').trim_end();
    check(&mut texts, &format!("{public}{member}}}"), 3);
    let machine = Machine::new();
    machine.write("set.json", format!("{{\"keys\":[{public}{member}}}]}}"));
    let listed = machine.tokenring(["jwks", "list", "set.json"]).finish();
    listed.fails(3);
    machine.write("key.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let named = machine.tokenring(["keys", "show", "key.pem", "--kid", &long]);
    named.finish().fails(2);
    let most = jwk("p256", &format!(",\"kid\":\"{}\"", "k".repeat(1000)));
    machine.write("most.json", most);
    machine
        .tokenring(["keys", "show", "most.json"])
        .finish()
        .succeeds();
    texts.check("keys/absurd-length");
}

/// A key out of JSON or an environment file; the command that is named mends it.
#[test]
fn line_breaks_written_out() {
    let mut texts = Transcript::new();
    let key = fixtures::text("keys/test-p256-pkcs8.pem");
    let escaped = key.replace('\n', "\\n");
    check(&mut texts, &escaped, 3);
    check(&mut texts, &key.replace('\n', "\\r\\n"), 3);
    let machine = Machine::new();
    machine.write("FILE", &escaped);
    let line = "(umask 077 && printf '%b' \"$(cat FILE)\" > KEY.pem)";
    let mended = machine.program("bash").with_argument("-c");
    mended.with_argument(line).finish().succeeds();
    assert_eq!(machine.read("KEY.pem"), key);
    texts.check("keys/line-breaks");
}

/// Each of many equal entries is held against the first alone.
#[test]
fn a_set_of_one_key_many_times() {
    let key = fixtures::text("keys/test-p256-public.jwk.json");
    let key = key.trim_end().trim_end_matches('}').trim_end();
    let key = format!("{key},\"kid\":\"a\"}}");
    let mut keys = key.clone();
    for _ in 1..1000 {
        let _ = write!(keys, ",{key}");
    }
    let machine = Machine::new();
    machine.write("set.json", format!("{{\"keys\":[{keys}]}}"));
    let checked = machine.tokenring(["jwks", "check", "set.json"]).finish();
    let checked = checked.has_code(9);
    let count = |part: &str| checked.text().matches(part).count();
    assert_eq!(count("has the key ID of key 1;"), 999);
    // The same advice is said once.
    assert_eq!(count("is the same key as key 1;"), 1);
    assert_eq!(count("(and 998 more keys)"), 1);
    assert_eq!(count("has the key ID of key "), 999);
}
