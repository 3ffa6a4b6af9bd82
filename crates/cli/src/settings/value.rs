//! What the values of options may be.

use std::ffi::OsStr;

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

/// Whether a value is a key or certificate where the name of its file belongs.
pub(crate) fn is_contents(value: &OsStr) -> bool {
    let text = value.to_string_lossy();
    ["-----BEGIN", "PRIVATE KEY-----", "\"kty\""]
        .iter()
        .any(|part| text.contains(part))
}
