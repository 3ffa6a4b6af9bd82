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
            "add curve.json p256.pem --kid a",
            "remove set.json p256",
        ],
    );
    let mut jwk = fixtures::json("keys/test-p256-public.jwk.json");
    jwk["use"] = "enc".into();
    let set = serde_json::json!({ "keys": [jwk] });
    session.machine.write("encrypts.json", set.to_string());
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
            "check set.json --gateway bcgov",
            "check curve.json --gateway nhs --env int",
            "check encrypts.json --gateway keycloak --flow jwks-url --var realm='a b'",
            "check third.json --gateway nhs",
            "check curve.json --gateway nhs",
            "check set.json --gateway nsh",
            "check set.json --explain",
            "merge set.json third.json --explain",
            "show set.json --explain",
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
            "--url $URL --gateway generic",
            "--url $URL --gateway okta",
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
