//! What the values of options may be.

use std::ffi::OsStr;
use std::path::Path;

use tokenring_text::is_key_material;

use crate::failure::Reason;

/// The name of a file after an `@`, which need not be UTF-8.
#[cfg(unix)]
pub(crate) fn path_of(value: &OsStr) -> Option<&OsStr> {
    use std::os::unix::ffi::OsStrExt;

    value.as_bytes().strip_prefix(b"@").map(OsStr::from_bytes)
}

#[cfg(not(unix))]
pub(crate) fn path_of(value: &OsStr) -> Option<&OsStr> {
    value.to_str()?.strip_prefix('@').map(OsStr::new)
}

/// A value as text, unless it is a key that stands in the wrong place.
pub(crate) fn text_of(value: &OsStr) -> Result<String, Reason> {
    if value.to_string_lossy().contains("PRIVATE KEY-----") {
        return Err(Reason::new(
            "this is a private key, which is not repeated here; write it to a file, and name \
             that with --private-key",
        ));
    }
    let text = value.to_str();
    text.map(str::to_owned)
        .ok_or_else(|| Reason::new("the value is not UTF-8; give it in UTF-8"))
}

/// Refuses a key or certificate where the name of its file belongs, and does not repeat it.
pub(crate) fn check_path(value: &OsStr) -> Result<(), Reason> {
    let path = Path::new(value);
    if !is_key_material(&value.to_string_lossy()) || is_there(path) {
        return Ok(());
    }
    Err(Reason::new(
        "this is what the file holds, and not its name; write it to a file and give the file's \
         name",
    ))
}

/// Whether a name, however odd, is one of a file or of a new one in a folder.
fn is_there(path: &Path) -> bool {
    let is_folder = |folder: &Path| folder.file_name().is_some() && folder.is_dir();
    path.exists() || path.parent().is_some_and(is_folder)
}
