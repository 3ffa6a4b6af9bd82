//! One answer for everything: the cause has to be found on this side.

use serde_json::{Value, json};
use tokenring_gateway::diagnosis::{Cause, Class, Diagnosis, Likelihood};
use tokenring_gateway::{Remedy, Rule};

use super::scene::{NOW, Scene};

/// The first cause is about this rule, and its texts together hold these.
#[track_caller]
pub(super) fn check(scene: &Scene, rule: Rule, likelihood: Likelihood, texts: &[&str]) {
    let diagnosis = scene.diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.rule(), Some(rule), "{diagnosis:#?}");
    assert_eq!(first.likelihood(), likelihood, "{first:#?}");
    let all = [
        &first.explanation().to_string(),
        first.found_value().unwrap_or_default(),
        first.wanted_value().unwrap_or_default(),
        &first.remedy().to_string(),
    ]
    .join("\n");
    for text in texts {
        assert!(all.contains(text), "{text:?} is not in\n{all}");
    }
    is_in_order(&diagnosis);
}

#[track_caller]
fn is_in_order(diagnosis: &Diagnosis) {
    let likelihoods: Vec<Likelihood> = diagnosis.causes().map(Cause::likelihood).collect();
    assert!(likelihoods.is_sorted(), "{diagnosis:#?}");
    for cause in diagnosis.causes() {
        assert!(cause.explanation().to_string().ends_with('.'), "{cause:#?}");
        // A value to give is the end: a full stop would be taken for a part of it.
        let ends_in_value = matches!(
            cause.remedy(),
            Remedy::SetKeyId { wanted: Some(_) }
                | Remedy::ShortenLifetime { seconds: Some(_) }
                | Remedy::TryAudience { .. }
                | Remedy::TryType { .. }
        );
        let remedy = cause.remedy().to_string();
        assert_ne!(remedy.ends_with('.'), ends_in_value, "{cause:#?}");
    }
}

/// Nothing is wrong that can be seen: the client may be unknown, the keys others, in that order.
#[test]
fn nothing_found() {
    let scene = Scene::generic();
    check(
        &scene,
        Rule::UnknownClient,
        Likelihood::Possible,
        &["client ID", "portal"],
    );
    let diagnosis = scene.diagnosis();
    assert_eq!(diagnosis.class(), Class::Assertion);
    let second = diagnosis.causes().nth(1).unwrap();
    assert_eq!(second.class(), Class::Key);
    assert!(
        second
            .explanation()
            .to_string()
            .starts_with("key-1.json fits"),
        "{second:?}"
    );

    let mut unpublished = scene;
    unpublished.published = None;
    let diagnosis = unpublished.diagnosis();
    assert_eq!(diagnosis.first().remedy(), &Remedy::SupplyJwkSet);
}

#[test]
fn header() {
    let check = |name: &str, value: Value, rule, texts: &[&str]| {
        check(
            &Scene::generic().header(name, value),
            rule,
            Likelihood::Certain,
            texts,
        );
    };
    check("alg", json!("none"), Rule::Algorithm, &["none"]);
    check("alg", json!("HS256"), Rule::Algorithm, &["HS256"]);
    check(
        "alg",
        json!("RS256"),
        Rule::Algorithm,
        &["RS256", "ES256", "type"],
    );
    check("alg", Value::Null, Rule::Algorithm, &[]);
    check("crit", json!(["exp"]), Rule::CriticalExtension, &[]);
    check(
        "kid",
        json!("nope"),
        Rule::UnknownKeyId,
        &["nope", "key ID key-1"],
    );
    check(
        "kid",
        json!("KEY-1"),
        Rule::UnknownKeyId,
        &["KEY-1", "key ID key-1"],
    );
}

#[test]
fn claims() {
    let check = |name: &str, value: Value, rule, texts: &[&str]| {
        check(
            &Scene::generic().claim(name, value),
            rule,
            Likelihood::Certain,
            texts,
        );
    };
    let wanted = "https://auth.example.com";
    check(
        "aud",
        json!("https://other.example/token"),
        Rule::Audience,
        &["other.example", wanted],
    );
    check(
        "aud",
        json!("https://auth.example.com/"),
        Rule::Audience,
        &["slash"],
    );
    check(
        "aud",
        json!("http://auth.example.com"),
        Rule::Audience,
        &["http instead of https"],
    );
    check("aud", Value::Null, Rule::AudienceAbsent, &[]);
    check("exp", json!(NOW - 60), Rule::Expired, &["60 s ago"]);
    check(
        "exp",
        json!((NOW + 60).to_string()),
        Rule::ExpiryForm,
        &["quotes"],
    );
    check("exp", Value::Null, Rule::ExpiryAbsent, &[]);
    check("nbf", json!(NOW + 301), Rule::NotYetValid, &[]);
    check("nbf", json!("soon"), Rule::NotBeforeForm, &[]);
    check("iat", json!("now"), Rule::IssuedAtForm, &[]);
    check("iss", Value::Null, Rule::IssuerAbsent, &[]);
    check("sub", Value::Null, Rule::SubjectAbsent, &[]);
    check(
        "sub",
        json!("somebody-else"),
        Rule::IssuerNotSubject,
        &["somebody-else"],
    );
    check("jti", Value::Null, Rule::JwtIdAbsent, &[]);
    check("jti", json!(7), Rule::JwtIdForm, &[]);
}

/// What the preset's file does not forbid, and many servers refuse.
#[test]
fn departures_from_the_preset() {
    let check = |scene: Scene, rule, texts: &[&str]| {
        check(&scene, rule, Likelihood::Likely, texts);
    };
    check(
        Scene::generic().header("typ", "at+jwt"),
        Rule::Type,
        &["at+jwt", "JWT"],
    );
    check(
        Scene::generic().header("typ", Value::Null),
        Rule::Type,
        &["no typ"],
    );
    check(
        Scene::generic().claim("exp", NOW + 3600),
        Rule::ExpiryTooLate,
        &["3600 s", "lifetime"],
    );
    check(
        Scene::generic().claim("exp", (NOW + 60) * 1000),
        Rule::ExpiryTooLate,
        &["milliseconds"],
    );
    check(
        Scene::generic().claim("iat", NOW + 100),
        Rule::IssuedInFuture,
        &["100 s ahead"],
    );
    check(
        Scene::generic().claim("iat", NOW * 1000),
        Rule::IssuedInFuture,
        &["milliseconds"],
    );
}

#[test]
fn spent_jwt_id() {
    let mut scene = Scene::generic();
    scene.spent = vec!["another".into(), "a-new-one".into()];
    check(
        &scene,
        Rule::JwtIdSpent,
        Likelihood::Certain,
        &["sent before"],
    );
}

/// The dates are right by this machine's clock and wrong by the server's.
#[test]
fn clock() {
    let with_clock = |ahead: i64, mut scene: Scene| {
        scene.server_time = Some(NOW.checked_add_signed(-ahead).unwrap());
        scene
    };
    for (ahead, scene, rule, likelihood, texts) in [
        (
            400,
            Scene::generic().claim("nbf", NOW),
            Rule::NotYetValid,
            Likelihood::Certain,
            ["400 s ahead of", "Set the clock right"],
        ),
        (
            -90,
            Scene::generic(),
            Rule::Expired,
            Likelihood::Certain,
            ["90 s behind", "Set the clock right"],
        ),
        // No rule of the file is broken; servers that have one refuse.
        (
            200,
            Scene::generic(),
            Rule::IssuedInFuture,
            Likelihood::Likely,
            ["200 s ahead of", "Set the clock right"],
        ),
        (
            200,
            Scene::generic().claim("iat", Value::Null),
            Rule::ExpiryTooLate,
            Likelihood::Likely,
            ["200 s ahead of", "Set the clock right"],
        ),
    ] {
        check(&with_clock(ahead, scene), rule, likelihood, &texts);
    }
    // A few seconds are nothing to speak of.
    let scene = with_clock(4, Scene::generic());
    check(&scene, Rule::UnknownClient, Likelihood::Possible, &[]);
    // Without a Date nobody knows, which is said.
    let mut scene = Scene::generic();
    scene.server_time = None;
    let diagnosis = scene.diagnosis();
    let says_so = |cause: &Cause| cause.explanation().to_string().contains("no Date");
    assert!(diagnosis.causes().any(says_so), "{diagnosis:#?}");
}

/// An assertion that was wrong from the start is not the clock's fault.
#[test]
fn clock_and_a_real_mistake() {
    let mut scene = Scene::generic().claim("exp", NOW - 1000);
    scene.server_time = Some(NOW + 20);
    check(&scene, Rule::Expired, Likelihood::Certain, &["ago"]);
    assert!(
        !scene
            .diagnosis()
            .first()
            .explanation()
            .to_string()
            .contains("clock is")
    );
}

#[test]
fn client_identifier() {
    for (id, texts) in [
        (" client-1", &["white space around"][..]),
        ("client-1\n", &["white space around"]),
        ("client 1", &["white space in"]),
        ("\"client-1\"", &["quotes"]),
        ("“client-1”", &["quotes"]),
        ("<client-1>", &["placeholder"]),
        // A Cyrillic letter.
        ("\u{441}lient-1", &["ASCII"]),
    ] {
        let mut scene = Scene::generic().claim("iss", id).claim("sub", id);
        scene.client_id = id.to_owned();
        check(&scene, Rule::UnknownClient, Likelihood::Likely, texts);
    }
    let mut scene = Scene::generic()
        .claim("iss", "Client-1")
        .claim("sub", "Client-1");
    scene.client_id = "Client-1".to_owned();
    scene.other_client_ids = vec!["unlike".into(), "client-1".into()];
    check(
        &scene,
        Rule::UnknownClient,
        Likelihood::Likely,
        &["case of its letters"],
    );
    scene.other_client_ids = vec!["Cleint-1".into()];
    check(
        &scene,
        Rule::UnknownClient,
        Likelihood::Likely,
        &["by a slip"],
    );

    // An assertion of somebody else, sent by hand.
    let mut scene = Scene::generic();
    scene.client_id = "quite-another".to_owned();
    check(
        &scene,
        Rule::UnknownClient,
        Likelihood::Likely,
        &["clie…", "quit…"],
    );
}

#[test]
fn form() {
    let mut scene = Scene::generic();
    scene.form.push(("client_id".into(), "another-one".into()));
    check(
        &scene,
        Rule::ClientId,
        Likelihood::Certain,
        &["client_id anot…"],
    );

    let mut scene = Scene::of("pca", None);
    scene.header.insert("alg".into(), "RS256".into());
    let diagnosis = scene.diagnosis();
    let lacks = |cause: &Cause| cause.rule() == Some(Rule::ClientIdAbsent);
    assert!(diagnosis.causes().any(lacks), "{diagnosis:#?}");
    scene.form.push(("client_id".into(), "client-1".into()));
    let diagnosis = scene.diagnosis();
    assert!(!diagnosis.causes().any(lacks), "{diagnosis:#?}");
}

/// The strict forms of RFC 10070, which its preset sends.
#[test]
fn new_form() {
    let scene = Scene::of("rfc10070", None);
    check(&scene, Rule::UnknownClient, Likelihood::Possible, &[]);
    let scene = Scene::of("rfc10070", None).header("typ", "JWT");
    let diagnosis = scene.diagnosis();
    assert_eq!(diagnosis.first().rule(), Some(Rule::Type), "{diagnosis:#?}");
    let scene = Scene::of("rfc10070", None).claim("aud", "https://auth.example.com/token");
    check(
        &scene,
        Rule::Audience,
        Likelihood::Certain,
        &["token endpoint"],
    );

    // The old form, where nobody knows whether the server follows the new one.
    let mut scene = Scene::generic().claim("aud", "https://auth.example.com/token");
    scene.issuer = None;
    let diagnosis = scene.diagnosis();
    for rule in [Rule::Audience, Rule::Type] {
        let possible = diagnosis
            .causes()
            .find(|cause| cause.rule() == Some(rule))
            .unwrap();
        assert_eq!(possible.likelihood(), Likelihood::Possible);
        assert!(
            possible.explanation().to_string().contains("RFC 10070"),
            "{possible:?}"
        );
    }
}

/// An audience of somebody's own in place of the file's: before sending that is their business.
#[test]
fn audience_of_ones_own() {
    let mut scene = Scene::generic().claim("aud", "https://auth.example.com/");
    scene.own_audience = Some("https://auth.example.com/");
    check(&scene, Rule::Audience, Likelihood::Likely, &["slash"]);
}
