//! Where gateways are whose facts are in a file of their own, `gateways/expected/NAME.toml`.

use std::fs;
use std::path::PathBuf;

use toml::{Table, Value};

use super::{endpoint, gateway};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("gateways/expected")
}

/// The gateways that have such a file.
pub(super) fn names() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let names = names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned));
    names.collect()
}

#[test]
fn environments() {
    for name in names() {
        let text = fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap();
        let expected: Table = text.parse().unwrap();
        let expected = expected["environments"].as_table().unwrap();
        let gateway = gateway(&name);
        let environments = gateway.environments();
        assert_eq!(environments.len(), expected.len(), "{name}");
        for environment in environments {
            let expected = &expected[environment.name()];
            let endpoint = endpoint(&gateway, environment);
            let text = |key| expected.get(key).and_then(Value::as_str);
            let token_endpoint = endpoint.token_endpoint().ok().map(|url| url.as_str());
            assert_eq!(token_endpoint, text("token-endpoint"), "{name}");
            assert_eq!(endpoint.issuer(), text("issuer"), "{name}");
            let audiences = expected["audiences"].as_array().unwrap().iter();
            let audiences: Vec<_> = audiences.map(|each| each.as_str().unwrap()).collect();
            assert_eq!(endpoint.accepted_audiences(), audiences, "{name}");
            assert_eq!(endpoint.audience().unwrap(), audiences[0], "{name}");
        }
    }
}
