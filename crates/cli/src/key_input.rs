use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use tokenring_jwk::PrivateKey;
use zeroize::Zeroizing;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result, chain};
use crate::shell::shell_word;

/// More than any key file has.
const LARGEST: u64 = 256 * 1024;

/// Reads a private key from a file, or from standard input where the path is `-`.
pub(crate) fn read(path: &Path, console: &Console) -> Result<PrivateKey> {
    let name = name(path);
    let unusable = |text: String| {
        Failure::new(
            ExitCode::Configuration,
            format!("private key {name}: {text}"),
        )
    };
    // Room for all of it from the start: growing would leave copies behind.
    let mut contents = Zeroizing::new(Vec::with_capacity(16 * 1024));
    let mut mode = None;
    let read = if is_stdin(path) {
        io::stdin()
            .lock()
            .take(LARGEST + 1)
            .read_to_end(&mut contents)
    } else {
        File::open(path).and_then(|file| {
            mode = open_mode(&file)?;
            file.take(LARGEST + 1).read_to_end(&mut contents)
        })
    };
    match read {
        Err(error) => return Err(unusable(format!("cannot be read: {error}"))),
        Ok(length) if u64::try_from(length).is_ok_and(|length| length > LARGEST) => {
            return Err(unusable(
                "is larger than any key; name the key's own file".into(),
            ));
        }
        Ok(_) => {}
    }
    let key = PrivateKey::from_key_file(&contents).map_err(|error| unusable(chain(&error)))?;
    if let Some(mode) = mode {
        console.warning(format_args!(
            "others can read the private key {name} (mode {mode:04o}); run: chmod 600 {}",
            shell_word(&name)
        ));
    }
    Ok(key)
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

pub(crate) fn name(path: &Path) -> String {
    if is_stdin(path) {
        "from standard input".into()
    } else {
        path.display().to_string()
    }
}

/// The mode of a file that others can read.
#[cfg(unix)]
fn open_mode(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata()?;
    let mode = metadata.permissions().mode() & 0o777;
    // A pipe or a device, as of a shell's <(..), is nobody else's to open.
    Ok((metadata.is_file() && mode & 0o077 != 0).then_some(mode))
}

#[cfg(not(unix))]
fn open_mode(_: &File) -> io::Result<Option<u32>> {
    Ok(None)
}
