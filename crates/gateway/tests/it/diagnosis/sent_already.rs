//! No advice asks for what was sent already.

use serde_json::json;
use tokenring_gateway::diagnosis::{Cause, Class, Likelihood};
use tokenring_gateway::{Gateway, Remedy, Rule};

use super::scene::{NOW, Scene};

fn says(error: &str, words: &str) -> String {
    json!({ "error": error, "error_description": words }).to_string()
}

/// A scene with what the program that asks made by itself.
fn own(name: &str) -> Scene {
    let mut scene = Scene::of(name, None);
    scene.is_own_request = true;
    scene.published = None;
    scene.form = [
        ("grant_type", "client_credentials"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", ""),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    scene
}

fn of_rule(scene: &Scene, rule: Rule) -> Option<Cause> {
    let diagnosis = scene.diagnosis();
    let mut causes = diagnosis.causes();
    causes.find(|cause| cause.rule() == Some(rule)).cloned()
}

/// No audience that is advised is the one that was sent.
#[track_caller]
fn check_audience(scene: &Scene) {
    let sent = scene.claims["aud"].as_str().unwrap();
    let gateway = scene.gateway.name();
    for cause in scene.diagnosis().causes() {
        match cause.remedy() {
            Remedy::ReplaceAudience { audiences, .. } => {
                assert!(!audiences.iter().any(|each| each == sent), "{gateway}");
                let explanation = cause.explanation().to_string();
                assert!(!explanation.contains("is not the URL"), "{explanation}");
            }
            remedy if cause.rule() == Some(Rule::Audience) => {
                let words = remedy.to_string();
                let tells = words
                    .split_whitespace()
                    .any(|word| word.trim_end_matches([':', '.', ',']) == sent);
                assert!(
                    !tells && !words.contains("audience out"),
                    "{gateway}: {words}"
                );
                assert!(!matches!(remedy, Remedy::Stated(_)), "{gateway}: {words}");
            }
            _ => {}
        }
    }
}

/// Every gateway: its own words for a wrong audience, and those of others.
#[test]
fn the_audience_that_was_sent() {
    let mut replaced = 0;
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name).unwrap();
        // Without an audience none was sent.
        if own(name).claims["aud"] == "" {
            continue;
        }
        let mut answers = vec![
            (401, says("invalid_client", "JWT audience mismatch")),
            (400, says("invalid_client", "Invalid token audience")),
        ];
        let refusals = gateway.refusals().iter();
        let own_words = refusals.filter(|each| each.rule() == Some(Rule::Audience));
        answers.extend(own_words.filter_map(|each| {
            let words = each.description().or(each.contains())?;
            let error = each.error().unwrap_or("invalid_client");
            Some((each.status().unwrap_or(400), says(error, words)))
        }));
        for (status, body) in answers {
            let scene = own(name).says(status, &body);
            check_audience(&scene);
            let cause = of_rule(&scene, Rule::Audience);
            let is_replaced =
                |cause: &Cause| matches!(cause.remedy(), Remedy::ReplaceAudience { .. });
            replaced += usize::from(cause.is_some_and(|cause| is_replaced(&cause)));
        }
    }
    assert!(replaced > Gateway::names().count(), "{replaced}");
}

/// Another audience than the gateway's is still told to be replaced by it.
#[test]
fn another_audience_than_the_gateways() {
    let body = says("invalid_client", "JWT audience mismatch");
    let mut scene = own("smart-bulk-data").says(401, &body);
    let wanted = scene.claims["aud"].as_str().unwrap().to_owned();
    scene = scene.claim("aud", "https://other.example.com");
    let remedy = of_rule(&scene, Rule::Audience)
        .unwrap()
        .remedy()
        .to_string();
    assert!(remedy.contains(&wanted), "{remedy}");
}

/// Where nothing is known to try, the server's issuer identifier is what to ask for.
#[test]
fn an_audience_without_a_known_issuer() {
    let mut scene = own("generic");
    scene.issuer = None;
    let url = scene.endpoint().audience().unwrap().to_owned();
    let body = says("invalid_client", "JWT audience mismatch");
    let scene = scene.claim("aud", url).says(401, &body);
    let remedy = of_rule(&scene, Rule::Audience).unwrap().remedy().clone();
    let Remedy::ReplaceAudience { takes_issuer, .. } = &remedy else {
        panic!("{remedy:?}");
    };
    assert!(takes_issuer);
    assert!(remedy.to_string().contains("issuer"), "{remedy}");
}

#[test]
fn a_scope_that_was_not_requested() {
    for name in ["generic", "hydra", "pca"] {
        let body = json!({ "error": "invalid_scope" }).to_string();
        let scene = own(name).says(400, &body);
        let diagnosis = scene.diagnosis();
        let first = diagnosis.first();
        assert_eq!(first.class(), Class::Scope, "{diagnosis:#?}");
        assert_eq!(first.remedy(), &Remedy::SetScope, "{name}");
        assert!(!first.explanation().to_string().contains("requested scope"));

        let mut scene = scene;
        scene.form.push(("scope".into(), "read".into()));
        let diagnosis = scene.diagnosis();
        assert_ne!(diagnosis.first().remedy(), &Remedy::SetScope, "{name}");
    }
}

#[test]
fn an_assertion_that_has_not_expired() {
    for name in ["generic", "hydra", "smart-bulk-data", "nhs"] {
        let body = says("invalid_client", "Assertion has expired");
        let scene = own(name).says(401, &body);
        let cause = of_rule(&scene, Rule::Expired).unwrap();
        let words = cause.explanation().to_string();
        assert!(!words.contains("clock of the machine"), "{name}: {words}");
        assert_eq!(cause.remedy(), &Remedy::TryLifetime { seconds: 300 });

        // One that has is told as before.
        let scene = scene.claim("exp", NOW - 60).claim("iat", NOW - 120);
        let cause = of_rule(&scene, Rule::Expired).unwrap();
        assert!(!matches!(cause.remedy(), Remedy::TryLifetime { .. }));
    }
}

/// Google has one sentence for an assertion that lives too long and one that has expired.
#[test]
fn two_meanings_of_which_the_date_leaves_one() {
    let body = says(
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token",
    );
    let scene = own("google").says(400, &body);
    let long = scene.claim("exp", NOW + 86_400);
    assert!(of_rule(&long, Rule::Expired).is_none());
    assert!(of_rule(&long, Rule::ExpiryTooLate).is_some());
    let past = long.claim("exp", NOW - 600).claim("iat", NOW - 900);
    assert!(of_rule(&past, Rule::Expired).is_some());
    assert!(of_rule(&past, Rule::ExpiryTooLate).is_none());
}

#[test]
fn dates_of_the_answers_own_time() {
    for words in ["The token was issued in the future", "iat is in the future"] {
        let scene = own("generic").says(401, &says("invalid_client", words));
        let cause = of_rule(&scene, Rule::IssuedInFuture).unwrap();
        assert_eq!(cause.remedy(), &Remedy::TryAgainAsClocksAgree, "{words}");
        let scene = scene.claim("iat", NOW + 500);
        let cause = of_rule(&scene, Rule::IssuedInFuture).unwrap();
        assert_ne!(cause.remedy(), &Remedy::TryAgainAsClocksAgree, "{words}");
    }
}

/// What the client itself does right is not what it is told to do.
#[test]
fn requests_of_its_own() {
    for name in ["generic", "hydra", "nhs", "keycloak"] {
        let mut scene = own(name).says(415, "");
        let cause = of_rule(&scene, Rule::ContentType).unwrap();
        assert_eq!(cause.remedy(), &Remedy::CompareTokenUrl, "{name}");
        assert_eq!(cause.likelihood(), Likelihood::Likely);
        // Of another program's request nobody knows how it was sent.
        scene.is_own_request = false;
        let cause = of_rule(&scene, Rule::ContentType).unwrap();
        assert_ne!(cause.remedy(), &Remedy::CompareTokenUrl, "{name}");

        let body = says("invalid_client", "jti has been used already");
        let mut scene = own(name).says(400, &body);
        let cause = of_rule(&scene, Rule::JwtIdSpent).unwrap();
        assert_eq!(cause.remedy(), &Remedy::TryAgainWithNewJwtId);
        scene.spent = vec!["a-new-one".to_owned()];
        let cause = of_rule(&scene, Rule::JwtIdSpent).unwrap();
        assert_ne!(cause.remedy(), &Remedy::TryAgainWithNewJwtId);
    }
}

/// The key may be unknown to the gateway by every name.
#[test]
fn a_key_id_of_a_key_that_is_not_registered() {
    let mut found = 0;
    for name in Gateway::names() {
        let mut scene = own(name).says(401, &says("invalid_client", "No key for kid: 'key-1'"));
        scene.has_default_key_id = true;
        for cause in scene.diagnosis().causes() {
            let is_of_name = cause.rule() == Some(Rule::UnknownKeyId);
            let is_open = cause.remedy() == &Remedy::SetKeyId { wanted: None };
            assert!(!(is_of_name && is_open), "{name}: {cause:?}");
            found += usize::from(cause.remedy() == &Remedy::RegisterKeyOrSetKeyId);
        }
    }
    assert!(found > 3, "{found}");
}

/// Proxies, networks and headers.
#[test]
fn what_stands_in_between() {
    for (status, class, words) in [
        (407, Class::Intermediary, "user and password"),
        (511, Class::Intermediary, "login"),
        (431, Class::Request, "headers are larger"),
        (414, Class::Request, "URL is longer"),
        (413, Class::Request, "request is larger"),
    ] {
        for body in ["", "<html><body>no</body></html>"] {
            let diagnosis = own("generic").says(status, body).diagnosis();
            let first = diagnosis.first();
            assert_eq!(first.class(), class, "{status} {body}");
            let explanation = first.explanation().to_string();
            assert!(explanation.contains(words), "{status}: {explanation}");
            let remedy = first.remedy().to_string();
            assert!(status != 431 || !remedy.contains("x5c"), "{remedy}");
        }
    }
}

/// An assertion that is the grant authenticates no client.
#[test]
fn a_grant_is_told_nothing_of_client_authentication() {
    for name in ["google", "jwt-bearer", "salesforce"] {
        for body in [
            says("invalid_grant", ""),
            says("unauthorized_client", "not allowed to use this grant"),
            says("invalid_client", "client authentication failed"),
        ] {
            let scene = own(name).says(400, &body);
            for cause in scene.diagnosis().causes() {
                let words = cause.remedy().to_string();
                for of_client in [
                    "private_key_jwt",
                    "client-authentication+jwt",
                    "rfc10070",
                    "token_endpoint_auth",
                ] {
                    assert!(!words.contains(of_client), "{name}: {words}");
                }
            }
        }
    }
}
