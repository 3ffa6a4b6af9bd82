//! `tokenring gateways`.

use serde_json::Value;
use tokenring_gateway::{Gateway, Text, TextPart};

use crate::process::Machine;

/// Whether the plain words of a text are there, and names of the command between them.
#[track_caller]
fn has_words(shown: &str, text: &Text) {
    for part in text.parts() {
        if let TextPart::Plain(words) = part {
            assert!(shown.contains(words.as_ref()), "{words} is not in {shown}");
        }
    }
    assert!(!shown.contains("{option:") && !shown.contains("{command:"));
}

#[test]
fn list() {
    let machine = Machine::new();
    let text = machine.tokenring(["gateways"]).finish().succeeds();
    let names: Vec<_> = text
        .lines()
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(names, Gateway::names().collect::<Vec<_>>());
    let again = machine.tokenring(["gateways", "list"]).finish();
    assert_eq!(again.succeeds(), text);

    let run = machine.tokenring(["gateways", "--format", "json"]);
    let list: Value = serde_json::from_str(&run.finish().succeeds()).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), names.len());
    for (entry, name) in list.iter().zip(names) {
        assert_eq!(entry["name"], name);
        assert!(entry["environments"][0].is_string(), "{entry}");
    }
    let keycloak = list.iter().find(|entry| entry["name"] == "keycloak");
    assert_eq!(
        keycloak.unwrap()["flows"],
        serde_json::json!(["public-key", "jwks-url", "certificate"])
    );
}

/// Facts with their sources, and what is not known.
#[test]
fn show() {
    let machine = Machine::new();
    let show = |arguments: &[&str]| {
        let run = machine.tokenring(["gateways", "show"].iter().chain(arguments));
        run.finish().succeeds()
    };
    let text = show(&["nhs"]);
    let line = text.lines().find(|line| line.contains("typ-rule")).unwrap();
    let (_, number) = line.rsplit_once('[').unwrap();
    let number = number.split(']').next().unwrap();
    let source = text
        .lines()
        .find(|line| line.trim_start().starts_with(&format!("[{number}] ")));
    assert!(source.is_some(), "{text}");
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name).unwrap();
        let text = show(&[name]);
        for unknown in gateway.unknown() {
            assert!(text.contains(unknown.about()), "{text}");
            has_words(&text, unknown.text());
        }
        for variable in gateway.variables() {
            for words in [variable.name(), variable.description()] {
                assert!(text.contains(words), "{words} is not in {text}");
            }
        }
        for note in gateway.notes() {
            has_words(&text, note.text());
        }
        for refusal in gateway.refusals() {
            has_words(&text, &refusal.cause());
        }
    }
}

/// What is shown in TOML is a file of one's own, and in JSON the same.
#[test]
fn formats() {
    let machine = Machine::new();
    for name in Gateway::names() {
        let show = |format: &str| {
            let run = machine.tokenring(["gateways", "show", name, "--format", format]);
            run.finish().succeeds()
        };
        let toml = show("toml");
        machine.write("own.toml", &toml);
        let run = machine.tokenring(["gateways", "check", "own.toml"]);
        run.finish().succeeds();
        let json: Value = serde_json::from_str(&show("json")).unwrap();
        assert_eq!(json["name"], name);
        let run = machine.tokenring(["gateways", "show", "./own.toml", "--format", "json"]);
        let own: Value = serde_json::from_str(&run.finish().succeeds()).unwrap();
        assert_eq!(own, json);
    }
}

/// A title from a file does nothing to a terminal; an explanation names what it is about.
#[test]
fn shown_text() {
    let machine = Machine::new();
    let run = machine.tokenring(["gateways", "show", "generic", "--format", "toml"]);
    let file = run.finish().succeeds();
    let title = file.lines().find(|line| line.starts_with("title")).unwrap();
    let file = file.replace(title, "title = \"a\\u202Eb\"");
    machine.write("mine.toml", file);
    for format in ["text", "json"] {
        let run = machine.tokenring(["gateways", "show", "./mine.toml", "--format", format]);
        let finished = run.finish();
        assert!(!finished.everything().contains('\u{202e}'), "{finished:?}");
    }
    let run = machine.tokenring(["gateways", "show", "nhs", "--explain"]);
    let text = run.finish().succeeds();
    let values = text.lines().map(|line| line.split_whitespace().take(2));
    let mut values = values.map(Iterator::collect::<Vec<_>>);
    assert!(values.any(|value| value == ["name", "nhs"]), "{text}");
}
