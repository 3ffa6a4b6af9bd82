use tokenring_gateway::Text;
use tokenring_jwk::{Error as KeyError, FoundInput, KeyId};
use tokenring_keystore::Error;
use tokenring_text::{error_chain, shell_word};

/// What is wrong with a key file, in words that name options and features where those help.
#[must_use]
pub fn key_error_text(error: &Error) -> Text {
    match error {
        Error::Key {
            place,
            source: KeyError::SeveralKeys(key_ids),
        } => several_keys(&place.to_string(), key_ids),
        Error::Key {
            place,
            source: KeyError::UnexpectedInput(FoundInput::NoCurve),
        } => {
            let place = place.to_string();
            Text::fill(
                "private key $: the EC private key does not name its curve; have the program that \
                 wrote it write PKCS#8, or name the curve, such as with: tokenring keys convert $ \
                 {setting:to} pkcs8 {setting:key-type} p-256 {setting:output} NAMED.pem",
                &[&place, &shell_word(&place).to_string()],
            )
        }
        Error::Key { place, source } if source.needed_feature() == Some("encrypted") => Text::fill(
            "private key $: it is encrypted; build with the feature `aws-lc-rs`",
            &[&place.to_string()],
        ),
        Error::Key { place, source } if source.needed_feature() == Some("rsa-completion") => {
            Text::fill(
                "private key $: it leaves out some parts of the RSA key; build with the feature \
                 `aws-lc-rs`, which computes them",
                &[&place.to_string()],
            )
        }
        Error::Set {
            path,
            source: KeyError::PrivateMember,
        } => {
            let path = path.display().to_string();
            Text::fill(
                "JWK Set $: it holds private or symmetric keys; publish only public halves, which \
                 this writes: tokenring jwks add PUBLIC.json $",
                &[&path, &shell_word(&path).to_string()],
            )
        }
        error => error_chain(error).into(),
    }
}

/// Which keys there are, and the option that says which is meant.
fn several_keys(place: &str, key_ids: &[Option<KeyId>]) -> Text {
    const ALONE: &str = "put the one that is meant, its JSON object, into a file of its own \
                         (tokenring keys convert makes PEM of that)";
    let is_unique = |key_id: &&KeyId| {
        let same = key_ids.iter().flatten().filter(|other| other == key_id);
        same.count() == 1
    };
    let names = key_ids.iter().flatten().filter(is_unique);
    let names: Vec<String> = names
        .map(|key_id| format!("{:?}", key_id.as_str()))
        .collect();
    let is_shared = key_ids.iter().flatten().next().is_some();
    if names.is_empty() {
        let problem = match is_shared {
            true => "that share key IDs",
            false => "without key IDs",
        };
        return Text::fill(
            "private key $: the JWK Set holds several private keys $; $",
            &[place, problem, ALONE],
        );
    }
    let rest = key_ids.len() - names.len();
    let rest = match rest {
        0 => String::new(),
        rest => format!("; the other {rest} have no key ID of their own: for one of them, {ALONE}"),
    };
    Text::fill(
        "private key $: the JWK Set holds several private keys; say which with {option:key-id} KID: \
         $$",
        &[place, &names.join(", "), &rest],
    )
}
