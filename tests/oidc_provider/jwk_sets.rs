use serde_json::json;

use crate::desk::Desk;
use crate::provider::Provider;

/// While a key is replaced, the old one and the new one stand in the set that is
/// served, and either will do.
#[test]
fn two_keys_at_a_url() {
    let desk = Desk::new();
    let served = Desk::new();
    let old = desk.generate_keys("old", "ES256");
    let new = desk.generate_keys("new", "ES256");
    desk.generate_keys("not-published", "ES256");
    let both = json!({ "keys": [old["keys"][0], new["keys"][0]] });
    served.write("both.json", &both.to_string());
    let client = |file: &str| json!({ "client_id": file, "alg": "ES256", "jwks_file": file });
    let settings = json!({
        "clients": [client("both.json"), client("missing.json")],
        "jwks_folder": served.path(),
    });
    let Some(provider) = Provider::start(&settings) else {
        return;
    };
    let get_token = |client_id: &str, key_id: &str| {
        let key = format!("{key_id}.pem");
        let options = ["--private-key", &key, "--kid", key_id];
        desk.get_token(&provider, client_id, &options)
    };

    get_token("both.json", "not-published").fails(6);
    provider.refused("no applicable key found in the JSON Web Key Set");
    for key_id in ["old", "new", "old"] {
        get_token("both.json", key_id).prints_token();
        provider.granted("both.json");
    }

    // The URL answers with status 404.
    get_token("missing.json", "old").fails(6);
    provider.refused("invalid_client_metadata");
    provider.stop();
}
