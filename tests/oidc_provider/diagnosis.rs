//! Mistakes that the provider all answers with the same words: each is found on this side, with
//! nothing but what the client itself knows. The provider's log says that it was the mistake meant.

mod draft;
mod strict_server;

use serde_json::{Value, json};
use tokenring_gateway::Rule;
use tokenring_jwk::Algorithm;

use self::draft::{Bench, Tampering, signed_as_der, with_another_claim};
use crate::desk::Desk;
use crate::provider::Provider;

const AUDIENCE: &str =
    "audience (aud) must equal the endpoint url, issuer identifier or token endpoint url";
const UNKNOWN_KEY: &str = "no applicable key found in the JSON Web Key Set";
const SIGNATURE: &str = "signature verification failed";

/// The client `client` with an ES256 key, registered inline.
#[track_caller]
fn bench() -> Option<Bench> {
    let desk = Desk::new();
    let client = desk.register("client", "ES256");
    let provider = Provider::start(&json!({ "clients": [client] }))?;
    Some(Bench::new(desk, provider, "generic"))
}

#[test]
fn good_draft() {
    let Some(bench) = bench() else { return };
    bench.is_granted(&bench.draft("client", Algorithm::Es256));
    bench.close();
}

#[test]
fn header() {
    let Some(bench) = bench() else { return };
    let check = |name: &str, value: Value, reason: &str, rule: Rule| {
        let draft = bench.draft("client", Algorithm::Es256).header(name, value);
        bench.check(&draft, reason, rule, &[]);
    };
    check("kid", json!("nope"), UNKNOWN_KEY, Rule::UnknownKeyId);
    check("kid", json!("Client"), UNKNOWN_KEY, Rule::UnknownKeyId);
    check("alg", json!("none"), "alg mismatch", Rule::Algorithm);
    check("alg", json!("HS256"), "alg mismatch", Rule::Algorithm);
    check("alg", json!("es256"), "alg mismatch", Rule::Algorithm);
    check("alg", json!("RS256"), "alg mismatch", Rule::Algorithm);
    check("crit", json!(["exp"]), SIGNATURE, Rule::CriticalExtension);
    bench.close();
}

#[test]
fn claims() {
    let Some(bench) = bench() else { return };
    let check = |name: &str, value: Value, reason: &str, rule: Rule, texts: &[&str]| {
        let draft = bench.draft("client", Algorithm::Es256).claim(name, value);
        bench.check(&draft, reason, rule, texts);
    };
    let url = bench.provider.token_endpoint();
    let other_port = url.replace("127.0.0.1:", "127.0.0.1:1");
    for (audience, text) in [
        ("https://other.example/token".to_owned(), "other.example"),
        (format!("{url}/"), "slash"),
        (url.replace("127.0.0.1", "localhost"), "localhost"),
        (url.replace("http:", "https:"), "https"),
        (other_port, "127.0.0.1:1"),
        ("client".to_owned(), "client"),
    ] {
        check("aud", json!(audience), AUDIENCE, Rule::Audience, &[text]);
    }
    check(
        "aud",
        Value::Null,
        "aud (JWT audience) must be provided in the client_assertion JWT",
        Rule::AudienceAbsent,
        &[],
    );

    let now = bench.now();
    check(
        "exp",
        json!(now - 60),
        "jwt expired",
        Rule::Expired,
        &["ago"],
    );
    let text = json!((now + 60).to_string());
    check(
        "exp",
        text,
        "invalid exp value",
        Rule::ExpiryForm,
        &["quotes"],
    );
    check(
        "exp",
        Value::Null,
        "expiration must be specified in the client_assertion JWT",
        Rule::ExpiryAbsent,
        &[],
    );
    check(
        "nbf",
        json!(now + 120),
        "jwt not active yet",
        Rule::NotYetValid,
        &[],
    );
    check(
        "nbf",
        json!((now - 1).to_string()),
        "invalid nbf value",
        Rule::NotBeforeForm,
        &[],
    );
    check(
        "iat",
        json!(now.to_string()),
        "invalid iat value",
        Rule::IssuedAtForm,
        &[],
    );
    check(
        "iss",
        Value::Null,
        "iss (JWT issuer) must be provided in the client_assertion JWT",
        Rule::IssuerAbsent,
        &[],
    );
    check(
        "sub",
        Value::Null,
        "sub (JWT subject) must be provided in the client_assertion JWT",
        Rule::SubjectAbsent,
        &[],
    );
    check(
        "iss",
        json!("somebody-else"),
        "iss (JWT issuer) must be the client_id",
        Rule::IssuerNotSubject,
        &["somebody-else"],
    );
    check(
        "jti",
        Value::Null,
        "unique jti (JWT ID) must be provided in the client_assertion JWT",
        Rule::JwtIdAbsent,
        &[],
    );
    check("jti", json!(17), "invalid jti value", Rule::JwtIdForm, &[]);
    bench.close();
}

#[test]
fn reused_jwt_id() {
    let Some(bench) = bench() else { return };
    let draft = bench
        .draft("client", Algorithm::Es256)
        .claim("jti", json!("once"));
    bench.is_granted(&draft);
    let again = draft.after("once");
    let reason = "client assertion tokens must only be used once";
    bench.check(&again, reason, Rule::JwtIdSpent, &["sent before"]);
    bench.close();
}

#[test]
fn client_identifier() {
    let Some(bench) = bench() else { return };
    for (id, text) in [
        ("nobody", "may not know this client"),
        ("Client", "case of its letters"),
        ("cleint", "by a slip"),
        (" client", "white space"),
        ("\"client\"", "quotes"),
    ] {
        let draft = bench.draft("client", Algorithm::Es256).of_client(id);
        bench.check(&draft, "client not found", Rule::UnknownClient, &[text]);
    }
    bench.close();
}

/// The claims' times are those of a clock that is wrong.
#[test]
fn clock() {
    let Some(bench) = bench() else { return };
    let draft = |ahead: i64| bench.draft_at(ahead, "client", Algorithm::Es256);
    let early = draft(400);
    let early_now = bench.now() + 400;
    let early = early.claim("nbf", json!(early_now));
    let texts = ["ahead of the server's", "Set the clock right"];
    bench.check(&early, "jwt not active yet", Rule::NotYetValid, &texts);
    let texts = ["behind the server's", "Set the clock right"];
    bench.check(&draft(-100), "jwt expired", Rule::Expired, &texts);
    bench.close();
}

#[test]
fn signature() {
    let Some(bench) = bench() else { return };
    let draft = || bench.draft("client", Algorithm::Es256);
    let rows: [(Tampering, &str); 4] = [
        (with_another_claim, "changed after signing"),
        (
            |text| {
                let (input, signature) = text.rsplit_once('.').unwrap();
                let turned: String = signature.chars().rev().collect();
                format!("{input}.{turned}")
            },
            "does not verify",
        ),
        (
            |text| format!("{}.", text.rsplit_once('.').unwrap().0),
            "no signature",
        ),
        (signed_as_der, "ASN.1 DER"),
    ];
    for (tampering, text) in rows {
        bench.check(
            &draft().tampered(tampering),
            SIGNATURE,
            Rule::Signature,
            &[text],
        );
    }
    bench.close();
}

/// Keys and algorithms, against the JWK Sets that are registered.
#[test]
fn keys() {
    let desk = Desk::new();
    let client = desk.register("client", "ES256");
    let rsa = desk.register("rsa", "RS256");
    // Registered without an algorithm, so that the one in the JWK counts.
    let jwk_set = desk.generate_keys("unpinned", "RS256");
    let unpinned = json!({ "client_id": "unpinned", "jwks": jwk_set });
    // Somebody registered the wrong one of two keys under the right name.
    let impostor = Desk::new();
    impostor.generate_keys("client", "ES256");
    let clients = [client, rsa, unpinned];
    let Some(provider) = Provider::start(&json!({ "clients": clients })) else {
        return;
    };
    let bench = Bench::new(desk, provider, "generic");
    for id in ["rsa", "unpinned"] {
        bench.is_granted(&bench.draft(id, Algorithm::Rs256));
    }

    let other_key = bench
        .draft("client", Algorithm::Es256)
        .with_key(&impostor.private_key("client"), Algorithm::Es256);
    let text = "client.json has another key under this kid";
    bench.check(&other_key, SIGNATURE, Rule::Signature, &[text]);

    for algorithm in [Algorithm::Rs512, Algorithm::Ps256] {
        let draft = bench.draft("rsa", algorithm);
        let remedy = "Sign with algorithm RS256";
        bench.check(
            &draft,
            "alg mismatch",
            Rule::Algorithm,
            &[algorithm.name(), remedy],
        );
    }
    let draft = bench.draft("unpinned", Algorithm::Rs384);
    bench.check(
        &draft,
        UNKNOWN_KEY,
        Rule::Algorithm,
        &["RS384", "Sign with algorithm RS256"],
    );

    // The signature is RSASSA-PSS, the header says PKCS #1.
    let draft = bench
        .draft("rsa", Algorithm::Ps256)
        .header("alg", json!("RS256"));
    bench.check(&draft, SIGNATURE, Rule::Signature, &["PS256", "RS256"]);

    // Another client's key, and with it its kid.
    let draft = bench.draft("rsa", Algorithm::Rs256);
    let draft = draft.of_client("unpinned").published("unpinned");
    bench.check(&draft, UNKNOWN_KEY, Rule::UnknownKeyId, &["neither"]);
    bench.close();
}
