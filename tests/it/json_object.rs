//! JSON objects whose member names are unique.

use tokenring_jwk::{Error, JsonFault, JsonObject, JsonPosition, JsonType};

#[track_caller]
fn check(text: impl AsRef<[u8]>) -> JsonObject {
    JsonObject::parse(text.as_ref()).unwrap()
}

#[track_caller]
fn check_refused(text: impl AsRef<[u8]>) {
    fault_of(text);
}

#[track_caller]
fn fault_of(text: impl AsRef<[u8]>) -> JsonFault {
    match JsonObject::parse(text.as_ref()) {
        Err(Error::MalformedJson(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn faults() {
    #[track_caller]
    fn check(text: impl AsRef<[u8]>, expected: &JsonFault) {
        assert_eq!(fault_of(text), *expected);
    }
    let at = JsonPosition::new;
    for empty in ["", " ", "\r\n\t"] {
        check(empty, &JsonFault::Empty);
    }
    check("\u{feff}{}", &JsonFault::ByteOrderMark);
    check(b"\xff\xfe{\0}\0", &JsonFault::Utf16);
    check(b"\xfe\xff\0{\0}", &JsonFault::Utf16);
    check(b"{\n\"a\": \"\xe9\"}", &JsonFault::NotUtf8(at(2, 7)));
    check("<!DOCTYPE html>", &JsonFault::Markup);
    check("{\"a\":1e400}", &JsonFault::NumberTooLarge(at(1, 10)));
    check("\n-----BEGIN CERTIFICATE-----\n", &JsonFault::Pem);
    check("\n<a/>", &JsonFault::Markup);
    check("[]", &JsonFault::NotAnObject(JsonType::Array));
    check("7", &JsonFault::NotAnObject(JsonType::Number));
    check("null", &JsonFault::NotAnObject(JsonType::Null));
    check(r#""{\"a\":1}""#, &JsonFault::JsonInText);
    check(r#""abc""#, &JsonFault::NotAnObject(JsonType::Text));
    for cut in ["{", r#"{"a"#, r#"{"a": [1, {"b":"#] {
        check(cut, &JsonFault::Truncated);
    }
    check("{\n \"a\": [1,\n ]}", &JsonFault::TrailingComma(at(2, 9)));
    check("{\"a\":1,}", &JsonFault::TrailingComma(at(1, 7)));
    check("// x\n{}", &JsonFault::Comment(at(1, 1)));
    check("{\n\n  /* x */ \"a\": 1}", &JsonFault::Comment(at(3, 3)));
    check("{\"a\": 1, # x\n}", &JsonFault::Comment(at(1, 10)));
    check("{}\n// x", &JsonFault::Comment(at(2, 1)));
    check("{}\n{}", &JsonFault::TextAfter(at(2, 1)));
    check("{},", &JsonFault::TextAfter(at(1, 3)));
    check("{\n'a': 1}", &JsonFault::SingleQuote(at(2, 1)));
    check("{\"a\": 'b'}", &JsonFault::SingleQuote(at(1, 7)));
    check("{\"a\": 01}", &JsonFault::Syntax(at(1, 8)));
    check("{".repeat(9) + "x", &JsonFault::Syntax(at(1, 2)));
    check("[".repeat(1_000), &JsonFault::TooDeep);
    let name = "a at line 1 column 2".to_owned();
    check(
        format!("{{\"{name}\":1,\n\"{name}\":2}}"),
        &JsonFault::RepeatedName {
            name: None,
            position: at(2, 22),
        },
    );
}

#[test]
fn words_of_faults() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = Error::MalformedJson(fault_of(text));
        assert_eq!(error.to_string(), expected);
    }
    check(
        "{\"a\":1,}",
        "line 1, column 7: a comma with nothing after it; remove it",
    );
    check(
        "// x",
        "line 1, column 1: a comment, which JSON does not have; remove it",
    );
    check(
        "{'a':1}",
        "line 1, column 2: a single quotation mark, which JSON does not have; write double ones",
    );
    check("[]", "an array, where a JSON object is expected");
    check(
        "{\"\\u001b[31m\":1,\"\\u001b[31m\":2}",
        "line 1, column 28: a member occurs twice; keep one",
    );
    check(
        "{\"kid\":1,\"kid\":2}",
        r#"line 1, column 14: the member "kid" occurs twice; keep one"#,
    );
    let long = "x".repeat(1_000);
    let text = fault_of(format!("{{\"{long}\":1,\"{long}\":2}}")).to_string();
    assert!(text.len() < 140, "{text}");
}

#[test]
fn one_object_is_accepted() {
    check("{}");
    check(" \t\r\n{ } \n");
    let object = check(r#"{"a":1,"b":{"a":[{"a":-2.5},{"a":null}]},"":true,"ü":"\ud83d\ude00"}"#);
    assert_eq!(object.get("a").unwrap(), 1);
    assert_eq!(object.get("").unwrap(), true);
    assert_eq!(object.get("ü").unwrap(), "😀");
    assert_eq!(object.get("b").unwrap()["a"][0]["a"], -2.5);
    assert!(object.get("c").is_none());
    assert_eq!(object.iter().count(), 4);
}

#[test]
fn repeated_names_are_refused_at_any_depth() {
    check_refused(r#"{"a":1,"a":1}"#);
    check_refused(r#"{"a":1,"b":2,"a":3}"#);
    check_refused(r#"{"a":null,"a":null}"#);
    check_refused(r#"{"a":{"b":1,"b":2}}"#);
    check_refused(r#"{"a":[[{"b":1,"b":2}]]}"#);
    // One name, once with an escape.
    check_refused(r#"{"a":1,"\u0061":2}"#);
    check_refused(r#"{"kid":1,"k\u0069d":2}"#);
    // Names that differ.
    check(r#"{"a":1,"A":2,"a ":3,"\u00e9":4,"e\u0301":5}"#);
}

#[test]
fn other_values_and_texts_are_refused() {
    for text in [
        "",
        " ",
        "null",
        "true",
        "1",
        "\"{}\"",
        "[]",
        "[{}]",
        "{",
        "}",
        "{}{}",
        "{} {}",
        "{}x",
        "{},",
        "{}\0",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":NaN}",
        "{\"a\":1e999}",
        "{\"a\":Infinity}",
        "// c\n{}",
        "{/* c */}",
        "\u{feff}{}",
        "{\"a\"}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":\"\n\"}",
        r#"{"a":"\x"}"#,
        r#"{"a":"\ud800"}"#,
        r#"{"a":"\udc00\ud800"}"#,
        "{1:2}",
        "{null:2}",
        "<html>",
    ] {
        check_refused(text);
    }
}

#[test]
fn text_is_utf8() {
    for bytes in [
        &b"{\"a\":\"\xff\"}"[..],
        b"{\"\xff\":1}",
        b"{\"a\":\"\xc0\x80\"}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        b"{\"a\":\"\xf4\x90\x80\x80\"}",
        b"\xff\xfe{\0}\0",
        b"{}\xff",
    ] {
        check_refused(bytes);
    }
}

/// Nesting is bounded, so that no text can exhaust the stack.
#[test]
fn deep_nesting_is_refused() {
    let nested = |depth: usize| {
        let inside = depth - 1;
        format!("{{\"a\":{}{}}}", "[".repeat(inside), "]".repeat(inside))
    };
    check(nested(100));
    check_refused(nested(200));
    check_refused(nested(1_000_000));
    check_refused("[".repeat(1_000_000));
    check_refused("{\"a\":".repeat(1_000_000));
}

#[test]
fn debug_shows_names_alone() {
    let object = check(r#"{"name":"value","number":12345}"#);
    let shown = format!("{object:?}");
    assert!(shown.contains("name") && !shown.contains("value") && !shown.contains("12345"));
}
