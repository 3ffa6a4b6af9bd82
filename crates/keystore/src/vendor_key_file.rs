use std::fmt;

use tokenring_jwk::{JsonObject, KeyId, Passphrase};
use zeroize::Zeroizing;

use crate::KeyFileContents;

/// The key file that a vendor's console hands out: JSON with a private key in PEM, and what goes
/// with it.
///
/// Google's service accounts, Zitadel's service users and applications, and Box's applications
/// have such files.
pub(crate) struct VendorKeyFile {
    pub(crate) private_key: Zeroizing<String>,
    pub(crate) passphrase: Option<Passphrase>,
    pub(crate) credentials: KeyFileCredentials,
}

/// What a vendor's key file says besides the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyFileCredentials {
    /// What people call such a file.
    pub kind: &'static str,
    /// The client ID, or what the assertion's issuer is there.
    pub client_id: Option<String>,
    /// The key ID.
    pub key_id: Option<KeyId>,
    /// The token endpoint.
    pub token_url: Option<String>,
}

impl KeyFileCredentials {
    /// Reads what the contents of a key file say besides the key, if they are a vendor's.
    #[must_use]
    pub fn read(contents: &KeyFileContents) -> Option<Self> {
        VendorKeyFile::parse(contents.secret()).map(|file| file.credentials)
    }
}

/// Where a vendor's file has what; members of members are written with dots.
struct Shape {
    kind: &'static str,
    /// A member with this value tells the file from others.
    mark: Option<(&'static str, &'static str)>,
    private_key: &'static str,
    passphrase: Option<&'static str>,
    key_id: &'static str,
    client_id: &'static str,
    token_url: Option<&'static str>,
}

const SHAPES: &[Shape] = &[
    // https://cloud.google.com/iam/docs/keys-create-delete (2026-11-30)
    Shape {
        kind: "Google service account key",
        mark: Some(("type", "service_account")),
        private_key: "private_key",
        passphrase: None,
        key_id: "private_key_id",
        client_id: "client_email",
        token_url: Some("token_uri"),
    },
    // https://zitadel.com/docs/guides/integrate/service-users/private-key-jwt (2026-11-30)
    Shape {
        kind: "Zitadel service user key",
        mark: Some(("type", "serviceaccount")),
        private_key: "key",
        passphrase: None,
        key_id: "keyId",
        client_id: "userId",
        token_url: None,
    },
    Shape {
        kind: "Zitadel application key",
        mark: Some(("type", "application")),
        private_key: "key",
        passphrase: None,
        key_id: "keyId",
        client_id: "clientId",
        token_url: None,
    },
    // https://developer.box.com/guides/authentication/jwt/jwt-setup (2026-11-30)
    Shape {
        kind: "Box application key",
        mark: None,
        private_key: "boxAppSettings.appAuth.privateKey",
        passphrase: Some("boxAppSettings.appAuth.passphrase"),
        key_id: "boxAppSettings.appAuth.publicKeyID",
        client_id: "boxAppSettings.clientID",
        token_url: None,
    },
];

impl VendorKeyFile {
    /// Reads a file that one of the vendors wrote; any other costs a look at its first character.
    pub(crate) fn parse(contents: &[u8]) -> Option<Self> {
        let contents = contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents);
        if !contents.trim_ascii_start().starts_with(b"{") {
            return None;
        }
        let members = JsonObject::parse(contents).ok()?;
        SHAPES.iter().find_map(|shape| shape.read(&members))
    }
}

impl Shape {
    fn read(&self, members: &JsonObject) -> Option<VendorKeyFile> {
        if let Some((name, value)) = self.mark {
            if text(members, name) != Some(value) {
                return None;
            }
        }
        let private_key = text(members, self.private_key)?;
        if !private_key.contains("-----BEGIN ") {
            return None;
        }
        let optional = |name: Option<&str>| text(members, name?).filter(|text| !text.is_empty());
        Some(VendorKeyFile {
            private_key: Zeroizing::new(private_key.to_owned()),
            passphrase: optional(self.passphrase)
                .map(|text| Passphrase::new(text.as_bytes().to_vec())),
            credentials: KeyFileCredentials {
                kind: self.kind,
                client_id: optional(Some(self.client_id)).map(str::to_owned),
                key_id: optional(Some(self.key_id)).map(KeyId::from),
                token_url: optional(self.token_url).map(str::to_owned),
            },
        })
    }
}

fn text<'m>(members: &'m JsonObject, path: &str) -> Option<&'m str> {
    let mut names = path.split('.');
    let first = members.get(names.next()?)?;
    names
        .try_fold(first, |value, name| value.get(name))?
        .as_str()
}

impl fmt::Debug for VendorKeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VendorKeyFile")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
