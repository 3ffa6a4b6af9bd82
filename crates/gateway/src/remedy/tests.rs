use super::*;
use crate::{NamedOption, TextPart};

#[track_caller]
fn check(remedy: &Remedy, wanted: &str) {
    assert_eq!(remedy.to_string(), wanted);
}

#[test]
fn values_are_put_in_unread() {
    let audience = "https://a.example/{option:typ}$";
    let remedy = Remedy::SetAudience {
        wanted: Some(audience.to_owned()),
        has_other_environments: true,
    };
    check(
        &remedy,
        &format!(
            "Set aud to {audience}: leave audience out, or give audience {audience}; \
             environment chooses another environment."
        ),
    );
    let text = remedy.text();
    let options = text.parts().iter().filter_map(|part| match part {
        TextPart::Option(option) => Some(*option),
        _ => None,
    });
    use NamedOption::{Audience, Environment};
    assert!(options.eq([Audience, Audience, Environment]));
    check(
        &Remedy::UseAlgorithm {
            algorithms: vec![Algorithm::Es384, Algorithm::Es512],
        },
        "Sign with algorithm ES384 or algorithm ES512, with this key.",
    );
    check(
        &Remedy::MakeKeyFor {
            algorithms: vec![Algorithm::Es384, Algorithm::Rs384],
        },
        "Make and register a new key for ES384 or RS384: key generation with algorithm ES384.",
    );
    check(
        &Remedy::Stated(Text::parse("Compare {option:environment} with the portal.").unwrap()),
        "Compare environment with the portal.",
    );
}

/// Whatever is written there is read as a reference when the sentence is wanted.
#[test]
fn every_reference_is_known() {
    for file in [
        include_str!("examined.rs"),
        include_str!("words.rs"),
        include_str!("sentences.rs"),
    ] {
        assert!(Text::parse(file).unwrap().parts().len() > 10);
    }
}

#[test]
fn every_rule_has_words() {
    for rule in crate::Rule::ALL {
        let words = rule.remedy().to_string();
        assert!(
            words.ends_with('.') && !words.contains(['{', '$']),
            "{rule}: {words}"
        );
    }
}
