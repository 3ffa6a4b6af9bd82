//! JSON objects whose member names are unique.

use tokenring_jwk::{Error, JsonObject};

#[track_caller]
fn check(text: impl AsRef<[u8]>) -> JsonObject {
    JsonObject::parse(text.as_ref()).unwrap()
}

#[track_caller]
fn check_refused(text: impl AsRef<[u8]>) {
    assert_eq!(
        JsonObject::parse(text.as_ref()).err(),
        Some(Error::MalformedJson)
    );
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
