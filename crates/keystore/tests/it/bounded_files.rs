//! Files that are read up to a limit.

use tokenring_keystore::bounded_file;

use crate::scratch::Scratch;

#[track_caller]
fn check(length: usize, limit: u64, wanted: bool) {
    let scratch = Scratch::new();
    let path = scratch.write("file", "x".repeat(length));
    let read = bounded_file::read_text(&path, limit);
    assert_eq!(read.is_ok(), wanted, "{read:?}");
    if let Ok(text) = read {
        assert_eq!(text.len(), length);
    }
}

#[test]
fn a_file_up_to_the_limit_is_read() {
    const MIB: u64 = 1024 * 1024;
    check(0, MIB, true);
    check(1024 * 1024, MIB, true);
    check(1024 * 1024 + 1, MIB, false);
}

#[test]
fn text_is_utf8() {
    let scratch = Scratch::new();
    let path = scratch.write("file", [0xff]);
    assert_eq!(bounded_file::read(&path, 10).unwrap(), [0xff]);
    let error = bounded_file::read_text(&path, 10).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
}

#[test]
fn what_is_no_file_is_an_error() {
    let device = "it is a device and no file; name a file, or /dev/stdin for what is piped in";
    let error = bounded_file::read("/dev/zero".as_ref(), 10).unwrap_err();
    assert_eq!(error.to_string(), device);
    let error = bounded_file::check_path("/dev/tty".as_ref()).unwrap_err();
    assert_eq!(error.to_string(), device);
    // Nothing, and what a program was started with, are somebody's wish.
    assert!(
        bounded_file::read("/dev/null".as_ref(), 10)
            .unwrap()
            .is_empty()
    );
    assert!(bounded_file::check_path("/dev/null".as_ref()).is_ok());
    assert!(bounded_file::check_path("/missing".as_ref()).is_ok());
}
