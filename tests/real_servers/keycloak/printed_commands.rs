use serde_json::json;

use super::Keycloak;
use crate::report::Report;
use crate::site::Site;
use crate::user::User;

const KINDS: [(&str, &str); 10] = [
    ("RS256", "rsa-2048"),
    ("RS384", "rsa-2048"),
    ("RS512", "rsa-2048"),
    ("PS256", "rsa-2048"),
    ("PS384", "rsa-2048"),
    ("PS512", "rsa-2048"),
    ("ES256", "p-256"),
    ("ES384", "p-384"),
    ("ES512", "p-521"),
    ("EdDSA", "ed25519"),
];

/// What `generate-keys` prints as the next command gets a token as it stands, once the key is
/// registered; nothing but the client ID is filled in.
pub(super) fn check(keycloak: &Keycloak, report: &mut Report) {
    let mut rows = Vec::new();
    for flow in ["public-key", "jwks-url"] {
        for (algorithm, key_type) in KINDS {
            let stores = keycloak.stores_curves || algorithm == "EdDSA" || key_type == "rsa-2048";
            if flow == "public-key" && !stores {
                continue;
            }
            let result = follow(keycloak, flow, algorithm, key_type);
            rows.push((format!("{flow}, {algorithm}"), result));
        }
    }
    report.part("generate-keys: the next command", rows);
}

fn follow(keycloak: &Keycloak, flow: &str, algorithm: &str, key_type: &str) -> Result<(), String> {
    let user = User::new();
    let mut arguments = vec!["generate-keys".to_owned()];
    arguments.extend(keycloak.facts().options());
    let more = ["--flow", flow, "--alg", algorithm, "--key-type", key_type];
    arguments.extend(more.map(str::to_owned));
    let made = user.tokenring(&arguments)?;
    let file = |end: &str| {
        let path = made.stdout.lines().find(|line| line.ends_with(end));
        user.read(path.unwrap())
    };
    let attributes = match flow {
        "public-key" => json!({ "jwt.credential.public.key": file(".pem.pub") }),
        _ => json!({ "use.jwks.string": "true", "jwks.string": file(".json") }),
    };
    let client_id = format!("next-command-{flow}-{algorithm}");
    keycloak.admin.add_client(&client_id, &attributes);
    let line = made.stderr.lines().find_map(|line| {
        line.split_once("tokenring get-token ")
            .map(|(_, rest)| rest)
    });
    let line = line.ok_or_else(|| format!("no next command: {}", made.stderr))?;
    let addresses = keycloak.facts().addresses().join(" ");
    let line = format!("tokenring get-token {line} {addresses}");
    user.printed_line(&line, &[("ID", &client_id)])?.is_token()
}
