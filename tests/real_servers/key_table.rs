use serde_json::json;

use crate::key_ring::KeyRing;
use crate::key_set_host::KeySetHost;
use crate::report::Report;
use crate::site::Site;
use crate::user::User;

/// An algorithm, and the key that signs with it.
pub(crate) type Row = (&'static str, &'static str);

/// Every algorithm of ours with its older name.
pub(crate) const ALGORITHMS: [Row; 10] = [
    ("RS256", "rsa2048-a"),
    ("RS384", "rsa2048-a"),
    ("RS512", "rsa2048-a"),
    ("PS256", "rsa2048-a"),
    ("PS384", "rsa2048-a"),
    ("PS512", "rsa2048-a"),
    ("ES256", "p256-a"),
    ("ES384", "p384-a"),
    ("ES512", "p521-a"),
    ("EdDSA", "ed25519-a"),
];

/// A token with each of these algorithms, from a JWK Set that is stored with the client and from
/// one at a URL.
pub(crate) fn check(site: &dyn Site, algorithms: &[Row], keys: &KeyRing, report: &mut Report) {
    let user = User::new();
    let host = KeySetHost::start();
    let mut rows = Vec::new();
    for (algorithm, name) in algorithms {
        let key = keys.key(name);
        let file = user.write("k1.pem", key.private.to_pkcs8_pem().secret());
        let url = host.serve(algorithm, &key.jwk_set("k1", algorithm));
        let entry = json!({ "key": name, "kid": "k1", "alg": algorithm, "use": "sig" });
        let inline = json!({ "jwks": [entry], "alg": algorithm });
        let with_url = json!({ "url-of": url, "alg": algorithm });
        for (form, registration) in [("inline JWK Set", inline), ("JWK Set URL", with_url)] {
            if form.starts_with("inline") && !site.stores_key_sets() {
                continue;
            }
            let client_id = format!("{form} {algorithm}").replace(' ', "-");
            site.register(&client_id, &registration, keys);
            let options = ["--client-id", &client_id, "--private-key", &file];
            let options = [&options[..], &["--kid", "k1", "--alg", algorithm]].concat();
            let result = site.facts().get_token(&user, site.options(), &options);
            rows.push((format!("{form}, {algorithm}"), result));
        }
    }
    report.part("keys: forms and algorithms", rows);
}
