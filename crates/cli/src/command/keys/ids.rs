use serde_json::{Value, json};
use tokenring_gateway::{Gateway, KeyIdScheme};
use tokenring_jwk::ring;
use tokenring_keystore::AnyKey;

use crate::ExitCode;
use crate::console::Console;
use crate::explanation;
use crate::failure::{Failure, Result};
use crate::key_id;
use crate::key_input;
use crate::options::KeyViewOptions;
use crate::output;
use crate::table::table;

/// One way to name a key.
pub(crate) struct Name {
    /// What `--kid-scheme` calls it.
    pub(crate) scheme: &'static str,
    /// Where it goes in the header of an assertion.
    pub(crate) parameter: &'static str,
    pub(crate) value: String,
    of_gateways: Option<KeyIdScheme>,
}

/// Prints every identifier of one key.
pub(super) fn run(options: &KeyViewOptions, console: &Console) -> Result<ExitCode> {
    let path = options.path.display().to_string();
    if explanation::explain(
        options.explanation.as_ref(),
        [format!("print the key IDs of {path}")],
    )? {
        return Ok(ExitCode::Success);
    }
    let key = key_input::read_key(options, console)?;
    let names = names(&key);
    let text = if options.as_json {
        let mut entries = Vec::new();
        for name in &names {
            let (wanted, taken) = gateways(name.of_gateways)?;
            entries.push(json!({
                "scheme": name.scheme,
                "parameter": name.parameter,
                "value": name.value,
                "wanted-by": wanted,
                "taken-by": taken,
            }));
        }
        format!("{:#}\n", Value::from(entries))
    } else {
        let mut rows = Vec::new();
        for name in &names {
            let (wanted, taken) = gateways(name.of_gateways)?;
            let mut who = Vec::new();
            if !wanted.is_empty() {
                who.push(format!("wanted by {}", wanted.join(", ")));
            }
            if !taken.is_empty() {
                who.push(format!("taken by {}", taken.join(", ")));
            }
            rows.push(vec![
                name.scheme.to_owned(),
                name.parameter.to_owned(),
                name.value.clone(),
                who.join("; "),
            ]);
        }
        let mut text = table(&rows);
        let (free, _) = gateways(Some(KeyIdScheme::FreeText))?;
        text.push_str(&format!(
            "\n{} go by the name that they gave the key, or that it was registered under: --kid \
             KID.\n",
            free.join(", ")
        ));
        text
    };
    output::print(&text)?;
    Ok(ExitCode::Success)
}

/// All names of a key.
pub(crate) fn names(key: &AnyKey) -> Vec<Name> {
    let name = |scheme, parameter, value, of_gateways| Name {
        scheme,
        parameter,
        value,
        of_gateways,
    };
    let mut names = Vec::new();
    if let Some(own) = &key.key_id {
        names.push(name("own", "kid", own.as_str().to_owned(), None));
    }
    if let Some(stem) = key.place.path().and_then(key_id::file_stem) {
        let scheme = Some(KeyIdScheme::FileStem);
        names.push(name("file-stem", "kid", stem.to_owned(), scheme));
    }
    let thumbprint = ring::thumbprint(&key.public_key).to_string();
    let scheme = Some(KeyIdScheme::Thumbprint);
    names.push(name("thumbprint", "kid", thumbprint, scheme));
    let hash = ring::spki_hash(&key.public_key).to_string();
    let scheme = Some(KeyIdScheme::SpkiSha256);
    names.push(name("spki-sha256", "kid", hash, scheme));
    if let Some(certificate) = &key.certificate {
        let thumbprint = ring::certificate_thumbprint(certificate).to_string();
        let scheme = Some(KeyIdScheme::CertificateThumbprint);
        names.push(name("x5t-s256", "x5t#S256", thumbprint, scheme));
        let thumbprint = ring::certificate_sha1_thumbprint(certificate).to_string();
        names.push(name("x5t", "x5t", thumbprint, None));
    }
    names
}

/// The gateways that name keys so, and those that take it as well.
fn gateways(scheme: Option<KeyIdScheme>) -> Result<(Vec<&'static str>, Vec<&'static str>)> {
    let (mut wanted, mut taken) = (Vec::new(), Vec::new());
    let Some(scheme) = scheme else {
        return Ok((wanted, taken));
    };
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name)
            .map_err(|error| Failure::from_error(ExitCode::Unexpected, &error))?;
        let rules = gateway.key();
        if rules.id_scheme() == scheme {
            wanted.push(name);
        } else if rules.id_alternatives().contains(&scheme) {
            taken.push(name);
        }
    }
    Ok((wanted, taken))
}
