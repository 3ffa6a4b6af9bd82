use serde_json::{Value, json};
use tokenring::NamingGateways;
use tokenring_keystore::KeyName;

use crate::options::KeyViewOptions;
use crate::{Console, ExitCode, Result, explanation, key_input};
use tokenring_text::columns;

/// Prints every identifier of one key.
pub(crate) fn run(options: &KeyViewOptions, console: &Console) -> Result<ExitCode> {
    let path = key_input::name(&options.path);
    if explanation::explain(
        &options.explanation,
        [format!("print the key IDs of {path}")],
    )? {
        return Ok(ExitCode::Success);
    }
    let key = key_input::read_key(options, console)?;
    let names = key.names();
    let facts = || {
        Value::from_iter(names.iter().map(|name| {
            let gateways = NamingGateways::of(name.kind);
            json!({
                "scheme": name.kind.name(),
                "parameter": name.kind.header_parameter(),
                "value": name.value,
                "wanted-by": gateways.wanted_by,
                "taken-by": gateways.taken_by,
            })
        }))
    };
    let text = || {
        let rows: Vec<_> = names.iter().map(row).collect();
        let free = NamingGateways::of_free_text().wanted_by;
        format!(
            "{}\n{} go by the name that they gave the key, or that it was registered under: --kid \
             KID.\n",
            columns(&rows),
            free.join(", ")
        )
    };
    options.report.print(facts, text)
}

fn row(name: &KeyName) -> Vec<String> {
    let gateways = NamingGateways::of(name.kind);
    let mut who = Vec::new();
    if !gateways.wanted_by.is_empty() {
        who.push(format!("wanted by {}", gateways.wanted_by.join(", ")));
    }
    if !gateways.taken_by.is_empty() {
        who.push(format!("taken by {}", gateways.taken_by.join(", ")));
    }
    vec![
        name.kind.name().to_owned(),
        name.kind.header_parameter().to_owned(),
        name.value.clone(),
        who.join("; "),
    ]
}
