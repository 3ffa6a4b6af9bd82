use tokenring_assertion::NumericDate;
use tokenring_gateway::{DecodeError, Irregularity, Lint, Part, PartError, UnverifiedJwt};

use super::{Draft, NOW, encode, endpoint, strict};

#[track_caller]
fn check_error(text: impl AsRef<[u8]>, wanted: &DecodeError) {
    assert_eq!(&UnverifiedJwt::decode(text).unwrap_err(), wanted);
}

#[track_caller]
fn check_irregular(text: &str, wanted: &[Irregularity]) {
    let jwt = UnverifiedJwt::decode(text).unwrap();
    assert_eq!(jwt.irregularities(), wanted);
    assert_eq!(jwt.claims().text("iss"), Some("client-1"));
}

fn header_error(error: PartError) -> DecodeError {
    DecodeError::Part {
        part: Part::Header,
        error,
    }
}

fn claims_error(error: PartError) -> DecodeError {
    DecodeError::Part {
        part: Part::Claims,
        error,
    }
}

#[test]
fn what_is_no_jwt_at_all() {
    check_error("", &DecodeError::Empty);
    check_error(" \r\n\t", &DecodeError::Empty);
    check_error("\"\"", &DecodeError::Empty);
    check_error(b"\xff\xfe", &DecodeError::NotText);
    check_error("-----BEGIN PRIVATE KEY-----\nAAAA", &DecodeError::Pem);
    check_error(r#"{"keys":[]}"#, &DecodeError::Json);
    for text in [
        "undefined",
        "Bearer undefined",
        "Authorization: Bearer undefined",
        "[object Object]",
    ] {
        let writer = Some("JavaScript");
        check_error(text, &DecodeError::NoToken { writer });
    }
    check_error(
        "bearer None",
        &DecodeError::NoToken {
            writer: Some("Python"),
        },
    );
    for text in ["Bearer", "Bearer ", "authorization: bearer"] {
        check_error(text, &DecodeError::NoToken { writer: None });
    }
    let form = |parameter, unset: &[(&str, &'static str)]| DecodeError::Form {
        parameter,
        unset: unset
            .iter()
            .map(|(name, writer)| ((*name).to_owned(), *writer))
            .collect(),
    };
    check_error(
        "grant_type=client_credentials&client_id=None&client_assertion=a.b.c&x=%5Bobject+Object%5D",
        &form(
            "client_assertion",
            &[("client_id", "Python"), ("x", "JavaScript")],
        ),
    );
    check_error(
        "grant_type=jwt-bearer&assertion=a.b.c",
        &form("assertion", &[]),
    );
    check_error("Sr5PGv19wTEHJdDr2wx2", &DecodeError::PartCount { found: 1 });
    check_error("e30.e30", &DecodeError::PartCount { found: 2 });
    check_error("e30.e30.AA.AA", &DecodeError::PartCount { found: 4 });
    check_error("e30.AA.AA.AA.AA", &DecodeError::Encrypted);
    check_error("e30.....", &DecodeError::PartCount { found: 6 });
    let long = "A".repeat(UnverifiedJwt::MAX_BYTES + 1);
    check_error(&long, &DecodeError::TooLong { bytes: 65_537 });
    check_error(&long[1..], &DecodeError::PartCount { found: 1 });
}

#[test]
fn which_part_fails_and_how() {
    check_error(".e30.AA", &header_error(PartError::Empty));
    check_error("e30..AA", &claims_error(PartError::Empty));
    check_error(
        "e3!0.e30.AA",
        &header_error(PartError::NotBase64Url { position: 3 }),
    );
    check_error(
        "e30.äe30.AA",
        &claims_error(PartError::NotBase64Url { position: 1 }),
    );
    check_error(
        "e=30.e30.AA",
        &header_error(PartError::NotBase64Url { position: 2 }),
    );
    check_error("e30.e30AA.AA", &claims_error(PartError::Length));
    let part = |bytes: &[u8]| format!("{}.e30.AA", encode(bytes));
    check_error(part(b"{\"a\":\"\xff\"}"), &header_error(PartError::NotUtf8));
    check_error(part(b"{\"a\":"), &header_error(PartError::Unfinished));
    check_error(
        part(b"{\n\"a\":1,}"),
        &header_error(PartError::NotJson { line: 2, column: 7 }),
    );
    check_error(
        part(b"{}{}"),
        &header_error(PartError::NotJson { line: 1, column: 3 }),
    );
    for (json, found) in [
        ("null", "null"),
        ("true", "true or false"),
        ("17", "a number"),
        ("\"x\"", "a string"),
        ("[{}]", "a list"),
    ] {
        check_error(
            part(json.as_bytes()),
            &header_error(PartError::NotObject { found }),
        );
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    assert!(UnverifiedJwt::decode(part(deep.as_bytes())).is_err());
}

#[test]
fn what_can_be_read_all_the_same() {
    // {"iss":"client-1"} with one blank more at its end, so that it needs padding.
    let claims = "eyJpc3MiOiJjbGllbnQtMSJ9";
    let padded = "eyJpc3MiOiJjbGllbnQtMSJ9IA==";
    let plain = format!("e30.{claims}.AAAA");
    check_irregular(&plain, &[]);
    check_irregular(&format!("  {plain}\r\n"), &[]);
    check_irregular(&format!("bearer  {plain}"), &[Irregularity::Scheme]);
    check_irregular(&format!("\"{plain}\""), &[Irregularity::Quotes]);
    check_irregular(
        &format!("Bearer '{plain}'"),
        &[Irregularity::Scheme, Irregularity::Quotes],
    );
    check_irregular(&plain.replace('.', "\n."), &[Irregularity::WhiteSpace]);
    check_irregular(
        &format!("e30.{padded}.AAAA"),
        &[Irregularity::Padding { part: Part::Claims }],
    );
    // The byte 0x20 is `IA`; `IB` and `IP` have bits too many.
    check_irregular(
        &format!("e30.{}.AAAA", padded.replace("IA==", "IP")),
        &[Irregularity::TrailingBits { part: Part::Claims }],
    );
    // {"?":"~~~"}: `eyI_Ijoifn5-In0` in base64url.
    check_irregular(
        &format!("eyI/Ijoifn5+In0.{claims}.AAAA"),
        &[Irregularity::StandardAlphabet { part: Part::Header }],
    );
    check_irregular(&format!("e30.{claims}."), &[Irregularity::NoSignature]);
    check_irregular(
        &format!("e30.{claims}.A"),
        &[Irregularity::UnreadableSignature],
    );
}

#[test]
fn of_a_repeated_name_the_last_value_is_shown() {
    let repeated = encode(r#"{"a":1,"iss":"x","a":2,"iss":"client-1","a":3}"#);
    let part = Part::Claims;
    let name = |name: &str| Some(name.to_owned());
    let text = format!("e30.{repeated}.AAAA");
    check_irregular(
        &text,
        &[
            Irregularity::RepeatedName {
                part,
                name: name("a"),
            },
            Irregularity::RepeatedName {
                part,
                name: name("iss"),
            },
        ],
    );
    let jwt = UnverifiedJwt::decode(&text).unwrap();
    let names: Vec<&str> = jwt.claims().iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["iss", "a"]);
    assert_eq!(jwt.claims().get("a").unwrap(), 3);

    let inside = encode(r#"{"iss":"client-1","a":{"b":1,"b":2}}"#);
    check_irregular(
        &format!("e30.{inside}.AAAA"),
        &[Irregularity::RepeatedName { part, name: None }],
    );
}

#[test]
fn members_keep_their_order() {
    let claims = r#"{"z":1,"a":[1.50,"ü"],"iss":"client-1"}"#;
    let jwt = UnverifiedJwt::decode(format!("e30.{}.AAAA", encode(claims))).unwrap();
    assert_eq!(
        serde_json::to_string(jwt.claims()).unwrap(),
        r#"{"z":1,"a":[1.5,"ü"],"iss":"client-1"}"#
    );
}

#[test]
fn what_was_signed_is_kept_as_it_is() {
    let draft = Draft::strict();
    let jwt = draft.jwt();
    assert_eq!(jwt.signing_input(), draft.signing_input().as_bytes());
    assert_eq!(jwt.signature().unwrap().as_bytes(), [7; 512]);
    let broken = draft.text().replace('.', ".\r\n");
    let jwt = UnverifiedJwt::decode(broken).unwrap();
    assert_eq!(jwt.signing_input(), draft.signing_input().as_bytes());
}

#[test]
fn neither_signature_nor_values_are_in_debug() {
    let draft = Draft::strict().claim("purpose", "MARKER-value");
    let mut text = draft.text();
    text.truncate(text.rfind('.').unwrap());
    text.push_str(".MARKER-signature");
    let jwt = UnverifiedJwt::decode(&text).unwrap();
    let shown = format!("{jwt:?} {jwt:#?}");
    assert!(!shown.contains("MARKER"), "{shown}");
    assert!(!shown.contains("76, "), "{shown}");
    assert!(shown.contains("purpose"), "{shown}");

    for text in [
        "MARKER",
        "MARKER.MARKER",
        "MARKER!.e30.AA",
        "e30.TUFSS0VSe30.MARKER",
    ] {
        let error = UnverifiedJwt::decode(text).unwrap_err();
        let shown = format!("{error:?} {error}");
        assert!(!shown.contains("MARKER"), "{shown}");
    }
}

#[test]
fn an_error_says_which_part_and_what_to_do() {
    #[track_caller]
    fn check(text: &str, wanted: &str) {
        assert_eq!(UnverifiedJwt::decode(text).unwrap_err().to_string(), wanted);
    }
    check(
        "e30.e$0.AA",
        "cannot read the claims of the JWT: not base64url: character 2 is not one of A-Z a-z 0-9 - _",
    );
    check(
        "e30.e30",
        "not a signed JWT: it has two parts, header and claims, and no signature",
    );
    check(
        "a.b.c.d.e",
        "an encrypted JWT, of five parts: only its receiver can read it, and no gateway takes one \
         as an assertion; give the signed JWT, of three parts",
    );
}

#[test]
fn no_damage_to_a_good_text_does_harm() {
    let draft = Draft::strict().header("kid", "ü");
    let good = draft.text().into_bytes();
    let header_and_claims = draft.signing_input().len();
    let mut readable = 0;
    for index in 0..header_and_claims {
        let cut = UnverifiedJwt::decode(&good[..index]);
        assert!(cut.is_err(), "{index}");
        for byte in [b'.', b'=', b'A', b'+', b' ', b'"', 0, 0x80] {
            let mut text = good.clone();
            text[index] = byte;
            readable += usize::from(UnverifiedJwt::decode(&text).is_ok());
            let mut text = good.clone();
            text.insert(index, byte);
            readable += usize::from(UnverifiedJwt::decode(&text).is_ok());
        }
    }
    // A blank, at least, is read over wherever it is put in.
    assert!(readable >= header_and_claims, "{readable}");
}

/// A number that no type holds is shown as it is written, not as it is calculated with.
#[test]
fn numbers_keep_their_digits() {
    let jwt = |claims: &str| {
        let header = encode(r#"{"alg":"RS256","kid":"key-1","typ":"JWT"}"#);
        let text = format!("{header}.{}.{}", encode(claims), encode([7; 256]));
        UnverifiedJwt::decode(text).unwrap()
    };
    let claims =
        r#"{"a":12345678901234567890123,"b":1.7e9,"c":7,"d":-0,"e":"x","f":{"g":1.50},"b":1.70e9}"#;
    let jwt_of_numbers = jwt(claims);
    let written = |name: &str| {
        let number = jwt_of_numbers.claims().written_number(name);
        number.map(|number| number.into_owned())
    };
    assert_eq!(written("a").as_deref(), Some("12345678901234567890123"));
    assert_eq!(written("b").as_deref(), Some("1.70e9"));
    assert_eq!(written("c").as_deref(), Some("7"));
    assert_eq!(written("d").as_deref(), Some("-0"));
    for other in ["e", "f", "absent"] {
        assert_eq!(written(other), None);
    }

    let gateway = strict();
    let endpoint = endpoint(&gateway);
    let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW));
    for exp in ["12345678901234567890123", "1.70000006e9"] {
        let findings = lint.check(&jwt(&format!(r#"{{"exp":{exp}}}"#)));
        let form = findings.iter().find(|each| each.subject() == "exp");
        assert_eq!(form.unwrap().found(), Some(exp));
    }
}
