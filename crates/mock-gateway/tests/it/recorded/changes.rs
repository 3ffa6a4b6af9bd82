//! What both forms of a recorded row have in common.

use serde_json::{Map, Value};

/// Makes the changes of a row to header or claims: `null` and `absent` leave a member out.
pub(super) fn apply(
    members: &mut Map<String, Value>,
    changes: &Value,
    resolve: impl Fn(&Value) -> Value,
) {
    let Some(changes) = changes.as_object() else {
        return;
    };
    for (name, value) in changes {
        if value.is_null() || value == "absent" {
            members.remove(name);
        } else {
            members.insert(name.clone(), resolve(value));
        }
    }
}

/// Makes the changes of a row to the form: a list sends the parameter several times.
pub(super) fn apply_to_form(
    form: &mut Vec<(String, String)>,
    changes: &Value,
    resolve: impl Fn(&str) -> String,
) {
    let Some(changes) = changes.as_object() else {
        return;
    };
    for (name, value) in changes {
        form.retain(|(each, _)| each != name);
        let values = match value {
            Value::Null => Vec::new(),
            Value::Array(values) => values.clone(),
            value if value == "absent" => Vec::new(),
            value => vec![value.clone()],
        };
        for value in values {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            form.push((name.clone(), resolve(&text)));
        }
    }
}

/// Puts values in the place of `${NAME}`, wherever a text has them.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("${{{name}}}"), value);
    }
    text
}
