use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};

use crate::loopback::{Loopback, response};
use crate::transcript::Session;

/// A JWT of this header and these claims, whose signature is none.
fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let signature = Base64UrlUnpadded::encode_string(&[0; 512]);
    format!("{}.{}.{signature}", encode(header), encode(claims))
}

/// A session with keys and an assertion for NHS in `good.jwt`.
fn session() -> Session {
    let session = Session::new().with_files(&[
        ("int-1.pem", "keys/test-rsa-4096-pkcs8.pem"),
        ("public.pem", "keys/test-rsa-4096-public.pem"),
        ("other.pem", "keys/test-rsa-2048-public.pem"),
        ("private.json", "keys/test-rsa-2048-private.jwk.json"),
    ]);
    let mut jwk = fixtures::json("keys/test-rsa-4096-public.jwk.json");
    jwk["kid"] = "int-1".into();
    session
        .machine
        .write("jwks.json", json!({"keys": [jwk]}).to_string());
    let run =
        session.prepare("assertion -q --gateway nhs --client-id client-1 --private-key int-1.pem");
    let jwt = run.finish().succeeds();
    session.machine.write("good.jwt", jwt);
    session
}

fn header() -> Value {
    json!({"alg": "RS512", "kid": "int-1", "typ": "JWT"})
}

fn claims() -> Value {
    json!({
        "iss": "a", "sub": "a", "jti": "1", "iat": 1_700_000_000, "exp": 1_700_000_150,
        "aud": "https://int.api.service.nhs.uk/oauth2/token",
    })
}

/// Whose SDK made an assertion, and what is sent where there is none.
#[test]
fn sdks() {
    let mut session = Session::new();
    let rows = fixtures::json("sdk-assertions/assertions.json");
    for start in ["msal 1.39.0 (PyPI), thumb", "@okta", "simple-salesforce"] {
        let mut rows = rows.as_array().unwrap().iter();
        let row = rows.find(|row| row["sdk"].as_str().unwrap().starts_with(start));
        let encode = |name: &str| {
            let text = row.unwrap()[name].as_str().unwrap();
            Base64UrlUnpadded::encode_string(text.as_bytes())
        };
        let jwt = format!("{}.{}.AAAA", encode("header"), encode("claims"));
        session.title(start);
        session.machine.write("sdk.jwt", jwt);
        session.run("inspect @sdk.jwt --at 1796067200");
    }
    session.run("inspect @sdk.jwt --at 1796067200 --format json");
    session.title("no value");
    let claims = json!({"iss": "undefined", "sub": "None", "exp": 1_796_067_300});
    session
        .machine
        .write("unset.jwt", unsigned(&json!({"alg": "RS256"}), &claims));
    session.run("inspect @unset.jwt --at 1796067200");
    session.title("no token");
    for text in [
        "Authorization: Bearer undefined",
        "Bearer ",
        "null",
        "[object Object]",
        "grant_type=client_credentials&client_id=None&client_assertion=a.b.c",
    ] {
        session.run_with_input("inspect", text);
    }
    session.check("inspect/sdks");
}

#[test]
fn good() {
    let mut session = session();
    session.run_with(
        "inspect @good.jwt",
        &[
            "",
            "--gateway nhs --env int --jwks jwks.json --client-id client-1",
            "--gateway nhs --env int --jwks public.pem --format json",
            "--gateway nhs --env int --jwks other.pem",
            "--gateway nhs --env int --client-id client-2",
            "--gateway nhs --env prod",
            "--gateway nhs --env int --explain",
            "--at 2100-01-01T00:00:00Z",
            "--verbose --gateway nhs --env int",
        ],
    );
    session.check("inspect/good");
}

/// Findings of each severity, as text and as JSON.
#[test]
fn findings() {
    let mut session = session();
    let nhs = "inspect @a.jwt --gateway nhs --env int --at 1700000000";
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        (header(), claims)
    };
    let with_header = |name: &str, value: Value| {
        let mut header = header();
        header[name] = value;
        (header, claims())
    };
    let mut bare = claims();
    bare.as_object_mut()
        .unwrap()
        .retain(|name, _| name == "iss");
    for (what, (header, claims)) in [
        ("no typ", with_header("typ", Value::Null)),
        ("alg none", with_header("alg", "none".into())),
        ("alg RS256", with_header("alg", "RS256".into())),
        ("a header parameter more", with_header("x5c", json!(["AA"]))),
        ("crit", with_header("crit", json!(["b64"]))),
        (
            "another audience",
            with("aud", "https://dev.api.service.nhs.uk/oauth2/token".into()),
        ),
        ("two audiences", with("aud", json!(["a", "b"]))),
        ("another subject", with("sub", "b".into())),
        ("a long lifetime", with("exp", 1_700_009_000.into())),
        ("expired", with("exp", 1_600_000_000.into())),
        ("from the future", with("iat", 1_700_009_000.into())),
        ("milliseconds", with("iat", 1_700_000_000_000_u64.into())),
        ("a time as text", with("exp", "1700000150".into())),
        ("not before", with("nbf", 1_700_009_000.into())),
        ("a jti that is no text", with("jti", 5.into())),
        ("most of it missing", (json!({"alg": "RS512"}), bare)),
        (
            "hostile",
            (
                json!({"alg": "none", "kid": "\u{1b}[2J\u{202e}"}),
                json!({"iss": "x\r\ny", "exp": -1e15, "long": "z".repeat(5_000)}),
            ),
        ),
    ] {
        session.title(what);
        session.machine.write("a.jwt", unsigned(&header, &claims));
        session.run(nhs);
    }
    session.title("As JSON");
    session.machine.write(
        "a.jwt",
        unsigned(&header(), &with("iat", 1_700_000_000_000_u64.into()).1),
    );
    session.run(&format!("{nhs} --format json"));
    session
        .machine
        .write("a.jwt", unsigned(&json!({"alg": "RS512"}), &claims()));
    session.run(&format!("{nhs} --format json"));
    session.check("inspect/findings");
}

/// What is no JWT, no key, no time.
#[test]
fn errors() {
    let mut session = session();
    let jwt = session.machine.read("good.jwt");
    let parts: Vec<_> = jwt.trim().split('.').collect();
    let half = &parts[1][..parts[1].len() - 10];
    session.title("No JWT");
    for (what, text) in [
        ("empty", String::new()),
        ("a word", "text".into()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("a broken header", format!("!.{}.{}", parts[1], parts[2])),
        ("broken claims", format!("{}.{half}.{}", parts[0], parts[2])),
        ("a list of claims", format!("{}.W10.{}", parts[0], parts[2])),
        ("JSON", "{\"keys\":[]}".into()),
        ("PEM", session.machine.read("public.pem")),
        ("five parts", "a.b.c.d.e".into()),
        ("four parts", "a.b.c.d".into()),
        ("long", "a".repeat(100_000)),
        ("too long", "a".repeat(3 * 1024 * 1024)),
        ("a header", format!("Authorization: Bearer {}", jwt.trim())),
    ] {
        session.machine.write("odd.jwt", text);
        session.transcript.text(&format!("== odd.jwt: {what} ==\n"));
        session.run("inspect @odd.jwt");
    }
    session.run("inspect @absent.jwt");
    session.run("inspect @absent.jwt --format json");
    session.run_with_input("inspect", "a.b");
    session.run_with_input("inspect", "a".repeat(3 * 1024 * 1024));
    session.title("Keys");
    session.machine.write("text", "no keys");
    session.machine.write("binary", [0xff]);
    session.run_with(
        "inspect @good.jwt --jwks",
        &[
            "absent.json",
            "binary",
            "text",
            "int-1.pem",
            "private.json",
            "http://keys.test/",
            "http://127.0.0.1:9/",
            ".",
        ],
    );
    for answer in [
        response("404 Not Found", "", b"nothing"),
        response("200 OK", "", b"<html>"),
    ] {
        let server = Loopback::answer(answer);
        session.set("URL", server.url("/"));
        session.run("inspect @good.jwt --jwks $URL");
    }
    session.title("Usage");
    session.run_with(
        "inspect @good.jwt",
        &[
            "--at soon",
            "--format yaml",
            "--gateway nsh",
            "--gateway nhs --env moon",
            "--gateway keycloak",
            "--gateway auth0",
            "--gateway auth0 --var tenant=example.eu",
        ],
    );
    session.title("A JWT in the arguments");
    session.set("JWT", jwt.trim());
    session.run("inspect $JWT --quiet");
    session.run("inspect $JWT");
    session.check("inspect/errors");
}
