use integration_tests::fixtures;

use crate::loopback::{Loopback, response};
use crate::transcript::Session;

/// `jwks`, and what is wrong with JWK Sets.
#[test]
fn jwks() {
    let mut session = Session::new().with_files(&[
        ("rsa-2048.pem", "keys/test-rsa-2048-pkcs8.pem"),
        ("rsa-4096.pem", "keys/test-rsa-4096-pkcs8.pem"),
        ("p256.pem", "keys/test-p256-pkcs8.pem"),
        ("p384.pem", "keys/test-p384-pkcs8.pem"),
        ("public.pem", "keys/test-p256-public.pem"),
    ]);
    session.title("Changes");
    session.run_with(
        "jwks",
        &[
            "add set.json rsa-4096.pem --gateway nhs --kid int-1",
            "add set.json p256.pem",
            "add set.json p256.pem",
            "add set.json p384.pem --kid p256",
            "add set.json p384.pem --kid p256 --replace",
            "add set.json p256.pem p384.pem --kid a",
            "add set.json p256.pem --gateway nhs",
            "add set.json p256.pem --alg RS256",
            "add set.json public.pem --quiet",
            "add set.json absent.pem",
            "add absent/set.json p256.pem",
            "add set.json p256.pem --explain",
            "remove set.json absent",
            "remove set.json public --quiet",
            "remove set.json p256 --explain",
            "remove absent.json p256",
            "add other.json rsa-2048.pem --kid int-1",
            "merge set.json other.json",
            "merge set.json absent.json",
            "add third.json rsa-2048.pem",
            "merge set.json third.json",
            "remove set.json p256",
        ],
    );
    session.title("Looks");
    session.run_with(
        "jwks",
        &[
            "list set.json",
            "list set.json --format json",
            "list absent.json",
            "show set.json",
            "show set.json --kid int-1 --format json",
            "show set.json --kid absent",
            "diff set.json other.json",
            "diff set.json other.json --format json",
            "diff set.json set.json",
            "diff set.json set.json --quiet",
            "diff set.json absent.json",
            "check set.json",
            "check set.json --gateway nhs",
            "check set.json --gateway pca --format json",
            "check set.json --gateway nsh",
            "check absent.json",
            "list set.json --explain",
        ],
    );
    session.title("Sets that are odd");
    for (what, contents) in sets() {
        session.machine.write("odd.json", contents);
        session
            .transcript
            .text(&format!("== odd.json: {what} ==\n"));
        session.run("jwks check odd.json");
        session.run("jwks list odd.json");
    }
    let (_, long) = sets().swap_remove(0);
    let long = long.replace(
        "\"kty\"",
        &format!("\"kid\":\"{}\",\"kty\"", "k".repeat(1001)),
    );
    let long = long.replace("\"d\"", "\"e\"");
    session.machine.write("odd.json", long);
    session.run("jwks list odd.json");
    session.check("commands/jwks");
}

/// What is odd about each, and the set.
fn sets() -> Vec<(&'static str, String)> {
    let private = fixtures::text("keys/test-p256-private.jwk.json");
    let public = fixtures::text("keys/test-p256-public.jwk.json");
    let public = public.trim_end().trim_end_matches('}').trim_end();
    let set = |keys: &str| format!("{{\"keys\":[{keys}]}}");
    let with = |member: &str| set(&format!("{public}{member}}}"));
    vec![
        ("private", set(&private)),
        ("no keys", "{}".into()),
        ("empty", set("")),
        (
            "one key twice",
            set(&format!(
                "{public},\"kid\":\"a\"}},{public},\"kid\":\"a\"}}"
            )),
        ),
        ("no kid", with("")),
        ("another use", with(",\"kid\":\"a\",\"use\":\"enc\"")),
        (
            "another algorithm",
            with(",\"kid\":\"a\",\"alg\":\"RS256\""),
        ),
        ("a number as kid", with(",\"kid\":5")),
        (
            "symmetric",
            set("{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"a\"}"),
        ),
        ("unknown", set("{\"kty\":\"LMS\",\"kid\":\"a\"}")),
        ("keys no list", "{\"keys\":5}".into()),
        ("a list", "[]".into()),
        ("no JSON", "<html>".into()),
        ("cut off", "{\"keys\":[".into()),
    ]
}

#[test]
fn verify_published() {
    let mut session =
        Session::new().with_files(&[("rsa-4096.pem", "keys/test-rsa-4096-pkcs8.pem")]);
    let add = session.prepare("jwks add set.json rsa-4096.pem --kid int-1");
    add.finish().has_code(0);
    let headers = "Cache-Control: public, max-age=300\r\nAge: 12\r\nETag: \"7\"\r\n\
                   Date: Sun, 26 Nov 2023 10:00:00 GMT\r\n";
    let text = session.machine.read("set.json");
    let same = Loopback::answer(response("200 OK", headers, text.as_bytes()));
    session.set("URL", same.url("/jwks.json"));
    session.run_with(
        "jwks verify-published set.json",
        &[
            "--url $URL",
            "--url $URL --gateway nhs",
            "--url $URL --gateway nhs --format json",
            "--url $URL --explain",
            "",
            "--url http://keys.test/",
        ],
    );
    session.title("Another set");
    let more = session.prepare("jwks add set.json rsa-4096.pem --kid int-2");
    more.finish().has_code(0);
    session.run("jwks verify-published set.json --url $URL");
    session.run("jwks verify-published set.json --url $URL --format json");
    session.title("No set");
    for answer in [
        response("404 Not Found", "", b"gone"),
        response("302 Found", "Location: https://elsewhere.test/\r\n", b""),
        response("200 OK", "", b"<html>"),
        response("200 OK", "", b"{}"),
        Vec::new(),
    ] {
        let server = Loopback::answer(answer);
        session.set("URL", server.url("/jwks.json"));
        session.run("jwks verify-published set.json --url $URL");
    }
    session.check("commands/jwks-verify-published");
}

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
