//! Bazel's credential helpers, by their published schema:
//! <https://github.com/EngFlow/credential-helper-spec>.

use serde_json::{Value, json};

use crate::registered_client::RegisteredClient;
use crate::shapes::json::seconds_of;

/// `get-credentials-response.schema.json`: `headers` has lists of texts by name,
/// `expires` is a time as in RFC 3339; both may be missing, nothing else is there.
fn check_schema(response: &Value) {
    for (name, value) in response.as_object().unwrap() {
        match name.as_str() {
            "headers" => {
                for values in value.as_object().unwrap().values() {
                    let values = values.as_array().unwrap();
                    assert!(values.iter().all(Value::is_string));
                }
            }
            "expires" => {
                seconds_of(value.as_str().unwrap());
            }
            name => assert_eq!(name, "headers", "not in the schema"),
        }
    }
}

#[test]
fn a_request_as_bazel_makes_it() {
    let client = RegisteredClient::new();
    let run = client.get_token(&["--quiet", "--format", "credential-helper", "get"]);
    let request = json!({"uri": "https://cache.test/path"}).to_string();
    let answer = run.with_input(request).finish().succeeds();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    check_schema(&answer);
    let expected = json!({"Authorization": [format!("Bearer {}", client.token())]});
    assert_eq!(answer["headers"], expected);
    assert!(answer["expires"].is_string());
}
