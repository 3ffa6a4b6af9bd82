//! Files that somebody names, read up to a limit: a name may be that of a device.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Reads a file that has no more than so many bytes.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut contents = Vec::new();
    let length = File::open(path)?
        .take(limit + 1)
        .read_to_end(&mut contents)?;
    // Half of a file would be another one.
    if u64::try_from(length).is_ok_and(|length| length > limit) {
        let limit = limit / (1024 * 1024);
        return Err(io::Error::other(format!("it is larger than {limit} MiB")));
    }
    Ok(contents)
}

/// As [`read`], for a file of text.
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read(path, limit)?).map_err(|_| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            "stream did not contain valid UTF-8",
        )
    })
}
