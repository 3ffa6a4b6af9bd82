use serde_json::json;

use super::Keycloak;
use super::admin::bare;
use crate::key_ring::KeyRing;
use crate::key_set_host::KeySetHost;
use crate::key_table::ALGORITHMS;
use crate::report::Report;
use crate::site::Site;
use crate::user::User;

/// A token with every key form and algorithm that the server takes.
pub(super) fn check(keycloak: &Keycloak, keys: &KeyRing, report: &mut Report) {
    let user = User::new();
    let host = KeySetHost::start();
    let mut rows = Vec::new();
    for (algorithm, name) in ALGORITHMS {
        let key = keys.key(name);
        let file = user.write("key.pem", key.private.to_pkcs8_pem().secret());
        let set = key.jwk_set("key", algorithm);
        let url = host.serve(algorithm, &set);
        let with_url = json!({ "use.jwks.url": "true", "jwks.url": url });
        let inline = json!({ "use.jwks.string": "true", "jwks.string": set.to_string() });
        let pem = json!({ "jwt.credential.public.key": key.pem() });
        let certificate = certificate(&file);
        let certificate = json!({ "jwt.credential.certificate": bare(&certificate) });
        let mut check = |form: &str, attributes, options: &[&str]| {
            let client_id = format!("{form} {algorithm}").replace(' ', "-");
            keycloak.admin.add_client(&client_id, attributes);
            let common = ["--client-id", &client_id, "--private-key", &file];
            let options = [&common[..], &["--alg", algorithm], options].concat();
            let result = keycloak.facts().get_token(&user, &[], &options);
            rows.push((format!("{form}, {algorithm}"), result));
        };
        let by_set = ["--flow", "jwks-url", "--kid", "key"];
        check("JWK Set URL", &with_url, &by_set);
        check("inline JWK Set", &inline, &by_set);
        let is_rsa = name.starts_with("rsa");
        let stored_works = keycloak.stores_curves || is_rsa || algorithm == "EdDSA";
        if stored_works {
            let options = ["--flow", "public-key", "--kid-scheme", "spki-sha256"];
            check("stored key with kid", &pem, &options);
        }
        if algorithm == "RS256" || (algorithm == "EdDSA" && keycloak.stores_curves) {
            let options = ["--flow", "public-key", "--kid", ""];
            check("stored key without kid", &pem, &options);
        }
        // No file of ours has this way of registering, so that its lint would object.
        let options = ["--flow", "public-key", "--kid", "", "--no-lint"];
        check("certificate", &certificate, &options);
    }
    report.part("keys: forms and algorithms", rows);
}

/// A self-signed certificate of the key, of openssl.
fn certificate(key: &str) -> String {
    let arguments = [
        "req", "-x509", "-key", key, "-subj", "/CN=test", "-days", "2",
    ];
    let openssl = integration_tests::peer::Program::new("openssl");
    let output = openssl.run(&arguments, b"");
    assert!(output.success(), "{}", output.error_text());
    String::from_utf8(output.bytes().to_vec()).unwrap()
}
