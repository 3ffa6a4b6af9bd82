use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokenring_token_store::{DirectoryStore, Unusable};

use crate::process::{Task, is_root};
use crate::scratch::START;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn folder(parent: &TempDir, mode: u32) -> PathBuf {
    let path = parent.path().join("cache");
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path
}

fn opened(path: &Path) -> String {
    match DirectoryStore::open(path) {
        Ok(_) => "usable".into(),
        Err(reason) => variant(&reason),
    }
}

fn variant(reason: &Unusable) -> String {
    let text = format!("{reason:?}");
    text.split('(').next().unwrap().to_owned()
}

#[test]
fn is_made_for_its_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("a/b/cache");
    DirectoryStore::open(&path).unwrap();
    assert_eq!(mode(&path), 0o700);
    assert_eq!(mode(&parent.path().join("a")), 0o700);
    assert_eq!(opened(&path), "usable");
}

#[test]
fn may_be_readable_but_not_writable_by_others() {
    for (mode, expected) in [
        (0o700, "usable"),
        (0o755, "usable"),
        (0o770, "WritableByOthers"),
        (0o775, "WritableByOthers"),
        (0o702, "WritableByOthers"),
        (0o777, "WritableByOthers"),
        (0o1777, "WritableByOthers"),
    ] {
        let parent = tempfile::tempdir().unwrap();
        assert_eq!(opened(&folder(&parent, mode)), expected, "{mode:o}");
    }
}

#[test]
fn is_no_file_and_below_no_file() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(opened(&file), "NotDirectory");
    assert_eq!(opened(&file.join("cache")), "NotDirectory");
    assert_eq!(fs::read(&file).unwrap(), b"");
}

#[test]
fn is_no_symbolic_link_however_it_is_written() {
    let parent = tempfile::tempdir().unwrap();
    let link = parent.path().join("link");
    symlink(folder(&parent, 0o700), &link).unwrap();
    for end in ["", "/", "//", "/.", "/./"] {
        let path = PathBuf::from(format!("{}{end}", link.display()));
        assert_eq!(opened(&path), "Symlink", "{end:?}");
    }
    let dangling = parent.path().join("dangling");
    symlink(parent.path().join("nothing"), &dangling).unwrap();
    assert_eq!(opened(&dangling), "Symlink");
    assert!(!parent.path().join("nothing").exists());
}

/// What is made of a cache some folders below one of this mode and owner.
#[track_caller]
fn check_above(mode: u32, owner: Option<u32>, expected: &str) {
    for below in ["cache", "a/b/cache"] {
        let parent = tempfile::tempdir().unwrap();
        let above = parent.path().join("above");
        fs::create_dir(&above).unwrap();
        chown(&above, owner, None).unwrap();
        fs::set_permissions(&above, Permissions::from_mode(mode)).unwrap();
        let opened = opened(&above.join(below));
        assert_eq!(opened, expected, "{mode:o} {owner:?} {below}");
        // An owner is not bound by modes that are put right in time.
        let reason = DirectoryStore::open(&above.join(below)).err();
        if let Some(Unusable::ParentWritableByOthers(path) | Unusable::ParentForeignOwner(path)) =
            reason
        {
            assert_eq!(path, fs::canonicalize(&above).unwrap());
        }
    }
}

#[test]
fn is_reached_through_no_folder_that_others_can_write_to() {
    for mode in [0o700, 0o755, 0o1777, 0o1775, 0o1770] {
        check_above(mode, None, "usable");
    }
    for mode in [0o777, 0o775, 0o770, 0o702, 0o720] {
        check_above(mode, None, "ParentWritableByOthers");
    }
}

#[test]
fn is_reached_through_no_folder_of_another_user() {
    if !is_root() {
        eprintln!("NOT RUN: another user's folder, which only root can make");
        return;
    }
    for mode in [0o755, 0o1777] {
        check_above(mode, Some(65534), "ParentForeignOwner");
    }
}

/// Where it is counts, not by which name it was reached.
#[test]
fn is_checked_behind_a_link() {
    let parent = tempfile::tempdir().unwrap();
    let open = folder(&parent, 0o777);
    let link = parent.path().join("link");
    fs::create_dir(open.join("below")).unwrap();
    symlink(open.join("below"), &link).unwrap();
    assert_eq!(opened(&link.join("cache")), "ParentWritableByOthers");
}

#[test]
fn belongs_to_this_user() {
    if !is_root() {
        // Of root's folders, this one is everywhere and writable by root alone.
        assert_eq!(opened(Path::new("/usr")), "ForeignOwner");
        return;
    }
    let parent = tempfile::tempdir().unwrap();
    let path = folder(&parent, 0o700);
    chown(&path, Some(65534), None).unwrap();
    assert_eq!(opened(&path), "ForeignOwner");
}

#[test]
fn goes_without_where_it_cannot_write() {
    let parent = tempfile::tempdir().unwrap();
    let path = folder(&parent, 0o500);
    if is_root() {
        // Modes don't bind root.
        for path in [parent.path(), &path] {
            chown(path, Some(65534), None).unwrap();
        }
    }
    let report = Task::new(&path).at(START).unprivileged().report();
    assert_eq!(report.source, "Fetch");
    assert_eq!(report.warning, "ReadOnly");
    let report = Task::new(&path.join("new"))
        .at(START)
        .unprivileged()
        .report();
    assert_eq!(report.warning, "ReadOnly");
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn says_what_to_do() {
    let reasons = [
        Unusable::Symlink,
        Unusable::NotDirectory,
        Unusable::ForeignOwner,
        Unusable::WritableByOthers,
        Unusable::ParentWritableByOthers("/parent".into()),
        Unusable::ParentForeignOwner("/parent".into()),
        Unusable::ReadOnly,
        Unusable::Full,
        Unusable::NotPrivate,
        Unusable::NoLocks,
        Unusable::TooLarge,
        Unusable::Platform,
        Unusable::Io(std::io::ErrorKind::Other.into()),
    ];
    for reason in reasons {
        let text = reason.to_string();
        assert!(text.contains("; "), "{text}");
        assert!(
            text.starts_with(|c: char| c.is_lowercase() || c == '/'),
            "{text}"
        );
    }
}
