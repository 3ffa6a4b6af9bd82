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

/// The key ID in the name that Apple's download of a private key has, as in `AuthKey_KID.p8`.
#[must_use]
pub fn key_id_of_file_name(path: &Path) -> Option<&str> {
    /// Apple's key IDs have ten characters.
    const LENGTH: usize = 10;
    let stem = path.file_name()?.to_str()?.strip_suffix(".p8")?;
    let (kind, key_id) = stem.split_once('_')?;
    let is_kind = ["AuthKey", "ApiKey", "SubscriptionKey"].contains(&kind);
    let is_key_id =
        key_id.len() == LENGTH && key_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_kind && is_key_id).then_some(key_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, wanted: Option<&str>) {
        assert_eq!(key_file_stem(Path::new(path)), wanted);
    }

    #[track_caller]
    fn check_key_id(path: &str, wanted: Option<&str>) {
        assert_eq!(key_id_of_file_name(Path::new(path)), wanted);
    }

    #[test]
    fn names_of_downloads() {
        check_key_id("keys/AuthKey_2X9R4HXF34.p8", Some("2X9R4HXF34"));
        check_key_id("SubscriptionKey_ABCDE12345.p8", Some("ABCDE12345"));
        check_key_id("AuthKey_2X9R4HXF34 (1).p8", None);
        check_key_id("AuthKey_2X9R4HXF34.pem", None);
        check_key_id("MyKey_2X9R4HXF34.p8", None);
        check_key_id("AuthKey_.p8", None);
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
