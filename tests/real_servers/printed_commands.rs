//! What `generate-keys` prints as the next command gets a token as it stands, once the key is
//! registered as it says; nothing but the client ID is filled in.

use serde_json::{Value, json};

use crate::key_ring::KeyRing;
use crate::report::Report;
use crate::site::Site;
use crate::user::{Finished, User};

/// An algorithm, and the type of key to make for it.
pub(crate) type Kind = (&'static str, &'static str);

pub(crate) const KINDS: [Kind; 10] = [
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

/// Makes a key of each kind for each flow, registers it and runs the command. A kind that cannot
/// work in a flow is not to be made.
pub(crate) fn check(
    site: &dyn Site,
    flows: &[&str],
    kinds: &[Kind],
    works: impl Fn(&str, Kind) -> bool,
    report: &mut Report,
) {
    let mut rows = Vec::new();
    for flow in flows {
        for kind in kinds {
            let (algorithm, _) = kind;
            let user = User::new();
            let made = generate(site, &user, flow, *kind);
            let result = if works(flow, *kind) {
                made.and_then(|made| follow(site, &user, flow, algorithm, &made))
            } else {
                match made {
                    Err(_) => Ok(()),
                    Ok(_) => Err("made, although it cannot work".to_owned()),
                }
            };
            rows.push((format!("{flow} {algorithm}").trim().to_owned(), result));
        }
    }
    report.part("generate-keys: the next command", rows);
}

fn generate(site: &dyn Site, user: &User, flow: &str, kind: Kind) -> Result<Finished, String> {
    let (algorithm, key_type) = kind;
    let mut arguments = vec!["generate-keys".to_owned()];
    arguments.extend(site.facts().options());
    let mut more = vec!["--alg", algorithm, "--key-type", key_type];
    if !flow.is_empty() {
        more.extend(["--flow", flow]);
    }
    arguments.extend(more.iter().map(|&option| option.to_owned()));
    user.tokenring(&arguments)
}

fn follow(
    site: &dyn Site,
    user: &User,
    flow: &str,
    algorithm: &str,
    made: &Finished,
) -> Result<(), String> {
    let file = |end: &str| {
        let path = made.stdout.lines().find(|line| line.ends_with(end));
        user.read(path.unwrap())
    };
    let registration = match flow {
        "public-key" => json!({ "pem-file": file(".pem.pub") }),
        _ => {
            let set: Value = serde_json::from_str(&file(".json")).unwrap();
            json!({ "set": set, "alg": algorithm })
        }
    };
    let client_id = format!("next-command{flow}-{algorithm}");
    site.register(&client_id, &registration, &KeyRing::default());
    let mut lines = made.stderr.lines();
    let line = lines.find_map(|line| Some(line.split_once("tokenring get-token ")?.1));
    let line = line.ok_or_else(|| format!("no next command: {}", made.stderr))?;
    let mut words = vec!["tokenring get-token", line];
    let addresses = site.facts().addresses();
    if !line.contains(" --token-url ") {
        words.extend(addresses.iter().map(String::as_str));
    }
    words.extend(site.options());
    let filled_in = [
        ("ID", client_id.as_str()),
        ("URL", site.facts().token_endpoint.as_str()),
    ];
    user.printed_line(&words.join(" "), &filled_in)?.is_token()
}
