use tokenring_jwk::any;

use crate::{AnyKey, key_file_stem};

/// One of the names that a key can go by.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct KeyName {
    /// Where the name is from.
    pub kind: KeyNameKind,
    /// The name.
    pub value: String,
}

/// Where a name of a key is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum KeyNameKind {
    /// The key states it.
    Own,
    /// The file is called so, without `.pem`.
    FileStem,
    /// The thumbprint of the JWK (RFC 7638).
    Thumbprint,
    /// The SHA-256 of the SubjectPublicKeyInfo.
    SpkiSha256,
    /// The SHA-256 of the certificate (RFC 7515 section 4.1.8).
    CertificateSha256,
    /// The SHA-1 of the certificate (RFC 7515 section 4.1.7).
    CertificateSha1,
}

impl KeyNameKind {
    /// What it is called in options and configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::FileStem => "file-stem",
            Self::Thumbprint => "thumbprint",
            Self::SpkiSha256 => "spki-sha256",
            Self::CertificateSha256 => "x5t-s256",
            Self::CertificateSha1 => "x5t",
        }
    }

    /// The parameter of the JOSE header that the name goes into.
    #[must_use]
    pub const fn header_parameter(self) -> &'static str {
        match self {
            Self::CertificateSha256 => "x5t#S256",
            Self::CertificateSha1 => "x5t",
            _ => "kid",
        }
    }
}

impl AnyKey {
    /// Every name that the key can go by: its own, that of its file, and those that servers
    /// compute of the key or its certificate.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_keystore::{AnyKey, KeyFileContents, KeyFileReader};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("int-1.pem");
    /// # let private_key = tokenring_jwk::ring::generate(tokenring_jwk::KeySpec::P256)?;
    /// # std::fs::write(&path, private_key.to_pkcs8_pem().secret())?;
    /// let contents = KeyFileContents::read(&path, &|_| {})?;
    /// let key = AnyKey::from_contents(&contents, &KeyFileReader::new())?;
    /// let names: Vec<_> = key.names().iter().map(|name| name.kind.name()).collect();
    /// assert_eq!(names, ["file-stem", "thumbprint", "spki-sha256"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn names(&self) -> Vec<KeyName> {
        let name = |kind, value: String| KeyName { kind, value };
        let own = self.key_id.as_ref();
        let stem = self.place.path().and_then(key_file_stem);
        let mut names = Vec::new();
        names.extend(own.map(|own| name(KeyNameKind::Own, own.to_string())));
        names.extend(stem.map(|stem| name(KeyNameKind::FileStem, stem.to_owned())));
        let thumbprint = any::thumbprint(&self.public_key);
        names.push(name(KeyNameKind::Thumbprint, thumbprint.to_string()));
        let hash = any::spki_hash(&self.public_key);
        names.push(name(KeyNameKind::SpkiSha256, hash.to_string()));
        if let Some(certificate) = &self.certificate {
            let sha256 = any::certificate_thumbprint(certificate);
            names.push(name(KeyNameKind::CertificateSha256, sha256.to_string()));
            let sha1 = any::certificate_sha1_thumbprint(certificate);
            names.push(name(KeyNameKind::CertificateSha1, sha1.to_string()));
        }
        names
    }
}
