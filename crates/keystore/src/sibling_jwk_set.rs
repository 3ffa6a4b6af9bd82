use std::path::{Path, PathBuf};

use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, PublicKey};

use crate::{SetFile, check_key_id_length};

/// The JWK Set next to a private key, `KID.json` of `KID.pem`.
///
/// [`KeyFiles`](crate::KeyFiles) writes it, and most likely it is what was registered: the key
/// ID and the algorithm in it are those to sign with.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{Jwk, JwkSet, KeyId, KeySpec, ring};
/// use tokenring_keystore::{KeyFiles, NewKey, SiblingJwkSet};
///
/// let folder = tempfile::tempdir()?;
/// let private_key = ring::generate(KeySpec::P256)?;
/// let public_key = private_key.stated_public_key().expect("a generated key has it");
/// let key_id = KeyId::new("int-1");
/// let jwk_set = JwkSet::from_iter([Jwk::new(public_key.clone()).with_key_id(key_id.clone())]);
/// let files = KeyFiles::new(folder.path(), &key_id);
/// let pem = private_key.to_pkcs8_pem();
/// files.write(&NewKey::new(&pem, public_key, &jwk_set), &|_| {})?;
///
/// let sibling = SiblingJwkSet::find(files.private_key()).expect("it was written");
/// let published = sibling.published_as(public_key).expect("the key is in it");
/// assert_eq!(published.key_id(), Some(&key_id));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SiblingJwkSet {
    path: PathBuf,
    jwk_set: JwkSet,
}

/// What a JWK Set says of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedKey {
    key_id: Option<KeyId>,
    algorithm: Option<Algorithm>,
}

impl SiblingJwkSet {
    /// Reads the JWK Set next to a private key.
    ///
    /// [`None`] where there is no such file, or no public JWK Set in it: nothing says that a
    /// file of that name belongs to the key.
    #[must_use]
    pub fn find(private_key: &Path) -> Option<Self> {
        Self::read(private_key.with_extension("json"))
    }

    /// Reads the JWK Set of another name, such as the one that a folder of rotated keys publishes.
    ///
    /// [`None`] as for [`SiblingJwkSet::find`].
    #[must_use]
    pub fn read(path: impl Into<PathBuf>) -> Option<Self> {
        let path = path.into();
        // A change that another process did not finish was settled when the key was read.
        let text = SetFile::read_settled_text(&path).ok()?;
        let jwk_set = JwkSet::from_json(&text).ok()?;
        Some(Self { path, jwk_set })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The keys in it.
    #[must_use]
    pub const fn jwk_set(&self) -> &JwkSet {
        &self.jwk_set
    }

    /// What it says of this very key.
    ///
    /// [`None`] where the key is not in it.
    #[must_use]
    pub fn published_as(&self, public_key: &PublicKey) -> Option<PublishedKey> {
        let keys = self.jwk_set.keys().iter();
        PublishedKey::of(keys.filter(|key| key.public_key() == public_key))
    }

    /// What it says of this very key where it goes by this key ID.
    ///
    /// [`None`] where the key is not in it, or only by other key IDs.
    #[must_use]
    pub fn published_under(&self, public_key: &PublicKey, key_id: &KeyId) -> Option<PublishedKey> {
        let keys = self.jwk_set.keys().iter();
        let keys = keys.filter(|key| key.public_key() == public_key);
        PublishedKey::of(keys.filter(|key| key.key_id() == Some(key_id)))
    }
}

impl PublishedKey {
    /// What all entries of a key agree on.
    fn of<'k>(mut keys: impl Iterator<Item = &'k Jwk>) -> Option<Self> {
        let first = keys.next()?;
        let mut key_id = first.key_id().filter(|key_id| is_usable(key_id.as_str()));
        let mut algorithm = first.algorithm();
        for key in keys {
            key_id = key_id.filter(|key_id| key.key_id() == Some(key_id));
            algorithm = algorithm.filter(|algorithm| key.algorithm() == Some(*algorithm));
        }
        Some(Self {
            key_id: key_id.cloned(),
            algorithm,
        })
    }

    /// The key ID that the key has there: none where it has none that can be used, or several.
    #[must_use]
    #[doc(alias = "kid")]
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// The algorithm that the key signs with, if that is said.
    #[must_use]
    #[doc(alias = "alg")]
    pub const fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }
}

fn is_usable(key_id: &str) -> bool {
    !key_id.is_empty()
        && !key_id.chars().any(char::is_control)
        && check_key_id_length(key_id).is_ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tokenring_jwk::{KeySpec, ring};

    use super::*;

    /// A public key, and its JWK without the closing brace.
    fn key() -> (PublicKey, String) {
        let private_key = ring::generate(KeySpec::P256).unwrap();
        let public_key = private_key.stated_public_key().unwrap().clone();
        let jwk = Jwk::new(public_key.clone());
        let json = JwkSet::from_iter([jwk]).to_json();
        let start = json.find("\"kty\"").unwrap();
        let end = json[start..].find('}').unwrap() + start;
        (public_key, json[start..end].trim_end().to_owned())
    }

    /// A folder with a JWK Set, and the key that is OWN in it.
    fn folder(contents: &str) -> (tempfile::TempDir, PublicKey) {
        let (public_key, own) = key();
        let (_, other) = key();
        let folder = tempfile::tempdir().unwrap();
        let contents = contents.replace("OWN", &own).replace("OTHER", &other);
        fs::write(folder.path().join("a.json"), contents).unwrap();
        (folder, public_key)
    }

    fn published(key_id: Option<&str>, algorithm: Option<Algorithm>) -> PublishedKey {
        PublishedKey {
            key_id: key_id.map(KeyId::new),
            algorithm,
        }
    }

    #[track_caller]
    fn check(contents: &str, wanted: Option<(Option<&str>, Option<Algorithm>)>) {
        let (folder, public_key) = folder(contents);
        let sibling = SiblingJwkSet::find(&folder.path().join("a.pem"));
        let found = sibling.and_then(|sibling| sibling.published_as(&public_key));
        assert_eq!(
            found,
            wanted.map(|(id, algorithm)| published(id, algorithm))
        );
    }

    #[test]
    fn what_all_entries_of_the_very_key_say_decides() {
        let a = Some("a");
        let es256 = Some(Algorithm::Es256);
        check(r#"{"keys": [{OWN, "kid": "a"}]}"#, Some((a, None)));
        check(
            r#"{"keys": [{OWN, "kid": "a", "alg": "ES256"}]}"#,
            Some((a, es256)),
        );
        check(
            r#"{"keys": [{OTHER, "kid": "b"}, {OWN, "kid": "a"}]}"#,
            Some((a, None)),
        );
        check(
            r#"{"keys": [{OWN, "kid": "a"}, {OWN, "kid": "a"}]}"#,
            Some((a, None)),
        );
        check(
            r#"{"keys": [{OWN, "kid": "a", "alg": "ES256"}, {OWN, "kid": "a"}]}"#,
            Some((a, None)),
        );
        check(r#"{"keys": [{OWN, "alg": "ES256"}]}"#, Some((None, es256)));
        check(r#"{"keys": [{OWN, "kid": ""}]}"#, Some((None, None)));
        check(r#"{"keys": [{OWN, "kid": "a\nb"}]}"#, Some((None, None)));
        check(
            r#"{"keys": [{OWN, "kid": "a", "alg": "ES256"}, {OWN, "kid": "b", "alg": "ES256"}]}"#,
            Some((None, es256)),
        );
        check(
            r#"{"keys": [{OWN, "kid": "a"}, {OWN}]}"#,
            Some((None, None)),
        );
        check(
            &format!(r#"{{"keys": [{{OWN, "kid": "{}"}}]}}"#, "k".repeat(1001)),
            Some((None, None)),
        );
    }

    #[test]
    fn anything_else_decides_nothing() {
        check(r#"{"keys": []}"#, None);
        check(r#"{"keys": [{OTHER, "kid": "a"}]}"#, None);
        check(r#"{"keys": [{OWN, "kid": "a", "d": "AA"}]}"#, None);
        check(r#"{OWN, "kid": "a"}"#, None);
        check("not JSON", None);
    }

    #[test]
    fn a_key_id_that_is_given_chooses_among_the_entries() {
        let (folder, public_key) = folder(
            r#"{"keys": [{OWN, "kid": "a"}, {OWN, "kid": "b", "alg": "ES256"}, {OTHER, "kid": "c"}]}"#,
        );
        let sibling = SiblingJwkSet::find(&folder.path().join("a.pem")).unwrap();
        let under = |key_id| sibling.published_under(&public_key, &KeyId::new(key_id));
        assert_eq!(under("a"), Some(published(Some("a"), None)));
        let es256 = Some(Algorithm::Es256);
        assert_eq!(under("b"), Some(published(Some("b"), es256)));
        assert_eq!(under("c"), None);
    }

    #[test]
    fn no_file_is_no_set() {
        let folder = tempfile::tempdir().unwrap();
        assert!(SiblingJwkSet::find(&folder.path().join("a.pem")).is_none());
        fs::create_dir(folder.path().join("a.json")).unwrap();
        assert!(SiblingJwkSet::find(&folder.path().join("a.pem")).is_none());
    }
}
