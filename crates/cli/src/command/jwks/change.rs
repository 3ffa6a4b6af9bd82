//! Changes of a JWK Set, each of which locks its folder.

use std::path::Path;

use tokenring_jwk::KeyId;
use tokenring_keystore::SetFile;

use crate::atomic_file::folder_of;
use crate::endpoint::stated_gateway;
use crate::explanation::explain;
use crate::key_input::{self, KeyReader};
use crate::options::{KeyAdditionOptions, KeyRemovalOptions, SetMergeOptions};
use crate::{Console, ExitCode, Result, key_id, keystore};

/// Adds the public half of keys.
pub(crate) fn add(options: &KeyAdditionOptions, console: &Console) -> Result<ExitCode> {
    let set = &options.set;
    let gateway = stated_gateway(&options.gateway)?;
    let steps = options.files.iter().map(|file| {
        format!(
            "add the public half of {} to {}",
            key_input::name(file),
            set.display()
        )
    });
    if explain(&options.explanation, steps)? {
        return Ok(ExitCode::Success);
    }
    let reader = KeyReader::new(&options.reading, console)?.with_pin(&options.pin);
    // Passphrases are asked for before anything is locked.
    let mut keys = Vec::new();
    for file in &options.files {
        for key in reader.read_all(file)? {
            keys.push(key_id::jwk(&key, gateway.as_ref(), &options.jwk)?);
        }
    }
    change(set, keystore::open_or_new_set, console, |file| {
        let mut done = Vec::new();
        for jwk in &keys {
            let changed = match options.replaces {
                true => file.document.put(jwk),
                false => file.document.add(jwk),
            };
            changed.map_err(|error| keystore::unusable_set(set, &error))?;
            let name = jwk.key_id().map_or("a key without a key ID", KeyId::as_str);
            done.push(format!("Added {name}"));
        }
        Ok(done)
    })
}

/// Removes keys.
pub(crate) fn remove(options: &KeyRemovalOptions, console: &Console) -> Result<ExitCode> {
    let KeyRemovalOptions { set, key_ids, .. } = options;
    let steps = key_ids
        .iter()
        .map(|key_id| format!("remove {key_id} from {}", set.display()));
    if explain(&options.explanation, steps)? {
        return Ok(ExitCode::Success);
    }
    change(set, keystore::open_set, console, |file| {
        let mut done = Vec::new();
        for key_id in key_ids {
            let count = file.document.remove(key_id);
            let count = count.map_err(|error| keystore::unusable_set(set, &error))?;
            done.push(match count {
                1 => format!("Removed {key_id}"),
                count => format!("Removed {count} keys {key_id}"),
            });
        }
        Ok(done)
    })
}

/// Adds the keys of other sets.
pub(crate) fn merge(options: &SetMergeOptions, console: &Console) -> Result<ExitCode> {
    let SetMergeOptions { set, others, .. } = options;
    let steps = others
        .iter()
        .map(|other| format!("add the keys of {} to {}", other.display(), set.display()));
    if explain(&options.explanation, steps)? {
        return Ok(ExitCode::Success);
    }
    change(set, keystore::open_or_new_set, console, |file| {
        let mut done = Vec::new();
        for path in others {
            let other = keystore::open_set(path)?;
            let count = file.document.merge(&other.document);
            let count = count.map_err(|error| {
                keystore::unusable_set(set, &error)
                    .while_doing(&format!("with the keys of {}", path.display()))
            })?;
            done.push(format!("Added {count} of {}", path.display()));
        }
        Ok(done)
    })
}

fn change(
    set: &Path,
    open: fn(&Path) -> Result<SetFile>,
    console: &Console,
    change: impl FnOnce(&mut SetFile) -> Result<Vec<String>>,
) -> Result<ExitCode> {
    // The file that a link leads to is the one that is changed.
    let real = std::fs::canonicalize(set).unwrap_or_else(|_| set.to_owned());
    let _lock = keystore::lock_folder(folder_of(&real), console)?;
    let mut file = open(set)?;
    if file.is_new() {
        console.detail(format_args!("Making {}", file.path().display()));
    }
    let done = change(&mut file)?;
    file.save()?;
    // Said once it is in the file, and not before.
    for line in done {
        console.say(line);
    }
    Ok(ExitCode::Success)
}
