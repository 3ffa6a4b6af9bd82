//! `ProfileFile`: what is in a configuration file, and what is wrong with it.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use serde_json::json;
use tokenring::{ProfileFaultKind, ProfileFile, ProfileValue, WantedProfiles};

const KEYS: [&str; 4] = ["claim", "scope", "timeout", "var"];

fn parse(text: &str, wanted: WantedProfiles<'_>) -> Result<ProfileFile, (usize, ProfileFaultKind)> {
    let parsed = ProfileFile::parse(text, wanted, |key| KEYS.contains(&key));
    parsed.map_err(|fault| (fault.line(), fault.kind().clone()))
}

#[track_caller]
fn check(text: &str, expected: &ProfileValue) {
    let file = parse(text, WantedProfiles::None).unwrap();
    let found: Vec<_> = file.top().iter().map(|entry| entry.value()).collect();
    assert_eq!(found, [expected]);
}

#[test]
fn values() {
    let text = |text: &str| ProfileValue::Text(text.into());
    check("scope = 'a b'", &text("a b"));
    check("timeout = 5", &text("5"));
    check("timeout = true", &text("true"));
    let list = ProfileValue::List(vec!["a".into(), "1".into()]);
    check("scope = ['a', 1]", &list);
    let pairs = ProfileValue::Pairs(vec![("a".into(), json!("1"))]);
    check("var = { a = 1 }", &pairs);
    let claims = json!({ "b": [1, true] });
    check(
        "[claim]\na = { b = [1, true] }",
        &ProfileValue::Pairs(vec![("a".into(), claims)]),
    );
}

#[test]
fn profiles() {
    let text = "scope = 'top'\n[profiles.a]\nscope = 'a'\n[profiles.b]\ntimeout = 1\n";
    let one = parse(text, WantedProfiles::One("b")).unwrap();
    let entry = &one.profile("b").unwrap()[0];
    assert_eq!((entry.key(), entry.line()), ("timeout", 5));
    assert!(one.profile("a").is_none());
    let all = parse(text, WantedProfiles::All).unwrap();
    let names: Vec<_> = all.profiles().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b"]);
    let other = parse(text, WantedProfiles::One("c")).unwrap();
    assert_eq!(other.other_names(), ["a", "b"]);
}

#[track_caller]
fn fails(text: &str, line: usize, kind: &ProfileFaultKind) {
    for wanted in [
        WantedProfiles::None,
        WantedProfiles::One("p"),
        WantedProfiles::All,
    ] {
        let (found_line, found) = parse(text, wanted).unwrap_err();
        assert_eq!((found_line, &found), (line, kind), "{wanted:?}");
    }
}

#[test]
fn faults() {
    let wrong = |key: &str, expected| ProfileFaultKind::WrongType {
        key: key.into(),
        expected,
    };
    let scalar = "is a text, number or switch";
    fails(
        "scope = 'a'\nx = 1",
        2,
        &ProfileFaultKind::UnknownKey("x".into()),
    );
    let unknown = ProfileFaultKind::UnknownKey("y".into());
    fails("[profiles.p]\n\ny = 1", 3, &unknown);
    fails("profiles = 1", 1, &ProfileFaultKind::NoProfiles);
    fails(
        "[profiles]\np = 1",
        2,
        &ProfileFaultKind::NoTable("p".into()),
    );
    fails("scope = 1.5", 1, &wrong("scope", scalar));
    fails(
        "[profiles.p]\nscope = { a = 1 }",
        2,
        &wrong("scope", scalar),
    );
    fails("scope = [[1]]", 1, &wrong("scope", "is a list of texts"));
    let pairs = "holds a value of a wrong type";
    fails("var = { a = [] }", 1, &wrong("var", pairs));
    let (line, kind) = parse("scope = 'a'\n= 1", WantedProfiles::All).unwrap_err();
    assert!(matches!((line, kind), (2, ProfileFaultKind::Syntax(_))));
}
