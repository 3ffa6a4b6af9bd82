use std::path::Path;

/// The name of a key file without its `.pem`, which is the key ID of the files that
/// [`KeyFiles`](crate::KeyFiles) writes.
///
/// [`None`] for any other name, such as that of a pipe.
#[must_use]
pub fn key_file_stem(path: &Path) -> Option<&str> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".pem")?;
    (!stem.is_empty() && !stem.chars().any(char::is_control)).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, wanted: Option<&str>) {
        assert_eq!(key_file_stem(Path::new(path)), wanted);
    }

    #[test]
    fn only_pem_files_have_one() {
        check("keys/int-1.pem", Some("int-1"));
        check("a.b.pem", Some("a.b"));
        check("int-1.json", None);
        check("int-1.pem.pub", None);
        check("/dev/fd/63", None);
        check("-", None);
        check(".pem", None);
        check("a\nb.pem", None);
        check("keys/", None);
    }
}
