//! Texts of gateway files that refer to options and commands.

use tokenring_gateway::{Error, Gateway, NamedCommand, NamedOption, Problem, Text, TextPart};

use crate::evidence::BASE;

#[track_caller]
fn check(text: &str, parts: &[TextPart], words: &str) {
    let read = Text::parse(text).unwrap();
    assert_eq!(read.parts(), parts, "{text}");
    assert_eq!(read.to_string(), words);
}

fn plain(words: &'static str) -> TextPart {
    TextPart::Plain(words.into())
}

#[test]
fn parts_of_a_text() {
    let key_id = || TextPart::Option(NamedOption::KeyId);
    check("", &[], "");
    check("{option:key-id}", &[key_id()], "key ID");
    check(
        "Leave {option:key-id} out, or {option:typ}.",
        &[
            plain("Leave "),
            key_id(),
            plain(" out, or "),
            TextPart::Option(NamedOption::Type),
            plain("."),
        ],
        "Leave key ID out, or typ.",
    );
    check(
        "{command:doctor} compares it with {option:scope}",
        &[
            TextPart::Command(NamedCommand::Doctor, None),
            plain(" compares it with "),
            TextPart::Option(NamedOption::Scope),
        ],
        "the setup check compares it with scope",
    );
    let jwks = Some((NamedOption::JwkSet, "a b=c".to_owned()));
    check(
        "{command:doctor jwks=a b=c}",
        &[TextPart::Command(NamedCommand::Doctor, jwks)],
        "the setup check with JWK Set a b=c",
    );
    // Anything else is no reference.
    for text in [
        "{kid}.json, --kid and `tokenring doctor`",
        "} {option :key} {",
        "${option}",
    ] {
        check(text, &[TextPart::Plain(text.to_owned().into())], text);
    }
}

/// What is added to a text is not read: values of an assertion get in there.
#[test]
fn words_are_not_read() {
    for words in ["{option:key-id}", "{option:nonsense}", "{command:"] {
        assert_eq!(Text::from(words).to_string(), words);
        assert_eq!(Text::from(words.to_owned()).to_string(), words);
    }
}

#[track_caller]
fn check_refused(text: &str, line: usize, message: &str) {
    let file = format!("{BASE}\n[[notes]]\ntopic = \"rate\"\ntext = \"{text}\"\n");
    let error = Gateway::parse(&file, "mine.toml").unwrap_err();
    let Error::Malformed {
        key, line: found, ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!(key.as_deref(), Some("notes[0].text"));
    assert_eq!(*found, BASE.lines().count() + line, "{error}");
    let error = error.to_string();
    assert!(error.contains(message), "{error}");
}

#[test]
fn references_to_nothing() {
    let nearest = "unknown value `keyid` (did you mean `key-id`?); allowed: algorithm";
    check_refused("Give {option:keyid}.", 4, nearest);
    check_refused("Give {option:}.", 4, "unknown value ``");
    check_refused(
        "Give {command:get}.",
        4,
        "unknown value `get`; allowed: assertion",
    );
    check_refused("See {command:doctor jwk=URL}.", 4, "did you mean `jwks`?");
    check_refused("Give {option:key-id.", 4, "`{option:` has no closing `}`");
    check_refused("Run {command:doctor", 4, "`{command:` has no closing `}`");
    let problem = Text::parse("{option:key-id").unwrap_err();
    assert!(matches!(problem, Problem::UnclosedReference { .. }));
}
