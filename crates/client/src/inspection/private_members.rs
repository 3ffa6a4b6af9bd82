//! Keys inside a JWT, without what is private of them.

use serde_json::Value;

/// What a JWK has only where it is private or symmetric.
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// What is shown in place of a private member's value.
const MASK: &str = "…";

/// Whether a JWK is more than a public key.
pub(crate) fn has_private(jwk: &Value) -> bool {
    PRIVATE_MEMBERS.iter().any(|name| jwk.get(name).is_some())
}

/// A member of a JWT with the private members of its keys masked, if it has such.
pub(super) fn masked(name: &str, value: &Value) -> Option<Value> {
    let mut copy = value.clone();
    mask(&mut copy, name == "jwk").then_some(copy)
}

/// Masks keys at any depth, such as the one of `cnf`, and says whether there was something.
fn mask(value: &mut Value, is_key: bool) -> bool {
    let mut is_masked = false;
    match value {
        Value::Object(members) => {
            let is_key = is_key || members.contains_key("kty");
            for (name, value) in members {
                if is_key && PRIVATE_MEMBERS.contains(&name.as_str()) {
                    *value = MASK.into();
                    is_masked = true;
                } else {
                    is_masked |= mask(value, name == "jwk");
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                is_masked |= mask(value, false);
            }
        }
        _ => {}
    }
    is_masked
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_at_any_depth() {
        let key = json!({ "kty": "EC", "x": "a", "d": "planted" });
        let shown = json!({ "kty": "EC", "x": "a", "d": MASK });
        assert_eq!(masked("jwk", &key), Some(shown.clone()));
        let cnf = json!({ "jwk": { "x": "a", "d": "planted" }, "keys": [key] });
        let expected = json!({ "jwk": { "x": "a", "d": MASK }, "keys": [shown] });
        assert_eq!(masked("cnf", &cnf), Some(expected));
        // What is no key keeps members of these names.
        assert_eq!(masked("claims", &json!({ "d": 1, "k": "v" })), None);
        assert_eq!(masked("jwk", &json!({ "kty": "EC", "x": "a" })), None);
    }
}
