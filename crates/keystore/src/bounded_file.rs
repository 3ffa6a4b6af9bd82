//! Files that somebody names, read up to a limit.
//!
//! # Examples
//!
//! ```
//! use tokenring_keystore::bounded_file;
//!
//! let error = bounded_file::read_text("/dev/zero".as_ref(), 1024 * 1024).unwrap_err();
//! # #[cfg(unix)]
//! assert!(error.to_string().starts_with("it is a device"));
//! ```

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

/// Reads a file that has at most `limit` bytes.
///
/// # Errors
///
/// Those of [`open`], and an error that names the limit where the file is larger.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut contents = Vec::new();
    let length = open(path)?.take(limit + 1).read_to_end(&mut contents)?;
    // Half of a file would be another one.
    if u64::try_from(length).is_ok_and(|length| length > limit) {
        let limit = limit / (1024 * 1024);
        return Err(io::Error::other(format!("it is larger than {limit} MiB")));
    }
    Ok(contents)
}

/// Reads a file of UTF-8 text that has at most `limit` bytes.
///
/// # Errors
///
/// Those of [`read`], and [`io::ErrorKind::InvalidData`] where the file is not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read(path, limit)?).map_err(|error| {
        let reason = match error.as_bytes() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is text in UTF-16; save it as UTF-8",
            _ => "it is not text in UTF-8",
        };
        io::Error::new(io::ErrorKind::InvalidData, reason)
    })
}

/// Opens a file to read it, without waiting for anybody.
///
/// A named pipe or a device is an error: the one waits until somebody writes to it, the other
/// may never end. The descriptors that this process was started with, such as `/dev/stdin` and
/// a shell's `<(..)`, may be either.
///
/// # Errors
///
/// Why the file cannot be opened, or what it is instead of a file.
pub fn open(path: &Path) -> io::Result<File> {
    if may_be_no_file(path) {
        return File::open(path);
    }
    let file = open_at_once(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

/// Checks a path as [`open`] does, for a file that other code will open.
///
/// # Errors
///
/// What is there instead of a file. A path with nothing at it is no error here.
pub fn check_path(path: &Path) -> io::Result<()> {
    match path.metadata() {
        Ok(metadata) if !may_be_no_file(path) => check(&metadata),
        // The code that opens it has a better word for it.
        _ => Ok(()),
    }
}

/// Whether the path is that of a descriptor of this process, or of nothing.
pub(crate) fn may_be_no_file(path: &Path) -> bool {
    let path = path.as_os_str().as_encoded_bytes();
    path.starts_with(b"/dev/fd/")
        || path.starts_with(b"/proc/self/fd/")
        || path == b"/dev/stdin"
        || path == b"/dev/null"
}

#[cfg(unix)]
fn check(metadata: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt;

    let kind = metadata.file_type();
    let what = if kind.is_fifo() {
        "named pipe"
    } else if kind.is_char_device() || kind.is_block_device() {
        "device"
    } else {
        return Ok(());
    };
    Err(io::Error::other(format!(
        "it is a {what} and no file; name a file, or /dev/stdin for what is piped in"
    )))
}

#[cfg(not(unix))]
fn check(_: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn open_at_once(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};

    // A terminal must not become the one of this process.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = rustix::io::retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty()))?;
    Ok(File::from(opened))
}

#[cfg(not(unix))]
fn open_at_once(path: &Path) -> io::Result<File> {
    File::open(path)
}
