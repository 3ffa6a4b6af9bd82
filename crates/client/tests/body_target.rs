//! `BodyTarget`: a file is there when it is whole, and nobody is waited for in vain.

use std::fs;
use std::io::{self, Read};

use tokenring::{BodyTarget, CopyError};

/// A body that breaks off.
struct Broken(&'static [u8]);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::ConnectionReset.into()),
            length => Ok(length),
        }
    }
}

#[test]
fn a_file_stays_until_the_next_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("body");
    let target = BodyTarget::new(&path);
    target.write(&b"first"[..]).unwrap();
    let error = target.write(Broken(b"second")).unwrap_err();
    assert!(matches!(error, CopyError::Read(_)), "{error:?}");
    assert_eq!(fs::read(&path).unwrap(), b"first");
    target.write(&b"third"[..]).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"third");
    // No draft is left.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_place_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let target = BodyTarget::new(folder.path().join("missing").join("body"));
    let error = target.write(&b"text"[..]).unwrap_err();
    assert!(matches!(error, CopyError::Write(_)), "{error:?}");
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;

    BodyTarget::new("/dev/null").write(&b"text"[..]).unwrap();
    let kind = fs::metadata("/dev/null").unwrap().file_type();
    assert!(kind.is_char_device());
}

#[cfg(unix)]
#[test]
fn a_reader_that_takes_nothing() {
    use std::os::unix::net::UnixStream;
    use std::time::Instant;

    use tokenring::{DeadlineWriter, copy_body};

    let (writer, _reader) = UnixStream::pair().unwrap();
    let mut writer = DeadlineWriter::new(writer, Some(Instant::now()));
    let copied = copy_body(&mut io::repeat(0), &mut writer);
    let error = copied.unwrap_err();
    assert!(matches!(error, CopyError::TimedOut(_)), "{error:?}");
}
