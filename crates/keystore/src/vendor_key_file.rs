use std::fmt;
use std::path::{Path, PathBuf};

use tokenring_jwk::{JsonObject, KeyId, Passphrase};
use zeroize::Zeroizing;

use crate::KeyFileContents;

/// The key file that a vendor's console or program hands out: JSON with a private key in PEM, or
/// with the path of one, and what goes with it.
///
/// Google's service accounts, Zitadel's service users and applications, Box's applications and
/// Salesforce's command line have such files.
pub(crate) struct VendorKeyFile {
    pub(crate) private_key: VendorKey,
    pub(crate) passphrase: Option<Passphrase>,
    pub(crate) credentials: KeyFileCredentials,
}

/// Where the key of a vendor's file is.
pub(crate) enum VendorKey {
    /// In the file, in PEM.
    Here(Zeroizing<String>),
    /// In another file.
    InFile(PathBuf),
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
    /// On whose behalf the client acts: the assertion's subject where that is the grant.
    pub subject: Option<String>,
    /// The authorization server's issuer.
    pub issuer: Option<String>,
    /// The token endpoint.
    pub token_url: Option<String>,
    /// The client secret, for servers that want it in addition to the assertion.
    pub client_secret: Option<ClientSecret>,
}

/// A client secret, wiped when dropped. Its [`Debug`](fmt::Debug) does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    /// The text; keep no copy of it longer than needed.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

impl KeyFileCredentials {
    /// Reads what the contents of a key file say besides the key, if they are a vendor's.
    #[must_use]
    pub fn read(contents: &KeyFileContents) -> Option<Self> {
        VendorKeyFile::parse(contents).map(|file| file.credentials)
    }
}

/// Where a vendor's file has what; members of members are written with dots.
struct Shape {
    kind: &'static str,
    /// A member with this value tells the file from others.
    mark: Option<(&'static str, &'static str)>,
    private_key: &'static str,
    /// Whether the key is in a file, of which this is the path.
    is_path: bool,
    passphrase: Option<&'static str>,
    key_id: Option<&'static str>,
    client_id: &'static str,
    subject: Option<&'static str>,
    issuer: Option<&'static str>,
    token_url: Option<&'static str>,
    client_secret: Option<&'static str>,
}

const NOTHING: Shape = Shape {
    kind: "",
    mark: None,
    private_key: "",
    is_path: false,
    passphrase: None,
    key_id: None,
    client_id: "",
    subject: None,
    issuer: None,
    token_url: None,
    client_secret: None,
};

const SHAPES: &[Shape] = &[
    // https://cloud.google.com/iam/docs/keys-create-delete (2026-11-30)
    Shape {
        kind: "Google service account key",
        mark: Some(("type", "service_account")),
        private_key: "private_key",
        key_id: Some("private_key_id"),
        client_id: "client_email",
        token_url: Some("token_uri"),
        ..NOTHING
    },
    // https://zitadel.com/docs/guides/integrate/service-users/private-key-jwt (2026-11-30)
    Shape {
        kind: "Zitadel service user key",
        mark: Some(("type", "serviceaccount")),
        private_key: "key",
        key_id: Some("keyId"),
        client_id: "userId",
        ..NOTHING
    },
    Shape {
        kind: "Zitadel application key",
        mark: Some(("type", "application")),
        private_key: "key",
        key_id: Some("keyId"),
        client_id: "clientId",
        ..NOTHING
    },
    // https://developer.box.com/guides/authentication/jwt/jwt-setup (2026-11-30)
    Shape {
        kind: "Box application key",
        private_key: "boxAppSettings.appAuth.privateKey",
        passphrase: Some("boxAppSettings.appAuth.passphrase"),
        key_id: Some("boxAppSettings.appAuth.publicKeyID"),
        client_id: "boxAppSettings.clientID",
        subject: Some("enterpriseID"),
        client_secret: Some("boxAppSettings.clientSecret"),
        ..NOTHING
    },
    // What `sf org login jwt` leaves in ~/.sfdx/USERNAME.json: AuthFields of @salesforce/core
    // 9.4.0 (2026-11-30)
    Shape {
        kind: "Salesforce CLI authorization",
        private_key: "privateKey",
        is_path: true,
        client_id: "clientId",
        subject: Some("username"),
        issuer: Some("loginUrl"),
        ..NOTHING
    },
];

impl VendorKeyFile {
    /// Reads a file that one of the vendors wrote; any other costs a look at its first character.
    pub(crate) fn parse(contents: &KeyFileContents) -> Option<Self> {
        let bytes = contents.secret();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if !bytes.trim_ascii_start().starts_with(b"{") {
            return None;
        }
        let members = JsonObject::parse(bytes).ok()?;
        let folder = contents.place().path().and_then(Path::parent);
        let mut shapes = SHAPES.iter();
        shapes.find_map(|shape| shape.read(&members, folder))
    }
}

impl Shape {
    /// Reads the file; a relative path in it begins at the file's folder.
    fn read(&self, members: &JsonObject, folder: Option<&Path>) -> Option<VendorKeyFile> {
        if let Some((name, value)) = self.mark {
            if text(members, name) != Some(value) {
                return None;
            }
        }
        let optional = |name: Option<&str>| text(members, name?).filter(|text| !text.is_empty());
        let private_key = text(members, self.private_key)?;
        let private_key = if !self.is_path {
            private_key.contains("-----BEGIN ").then_some(())?;
            VendorKey::Here(Zeroizing::new(private_key.to_owned()))
        } else {
            // Other JSON has other members, or the key itself in this one.
            let needed = [self.subject, self.issuer, Some(self.client_id)];
            let is_whole = needed.iter().all(|name| optional(*name).is_some());
            (is_whole && is_path(private_key)).then_some(())?;
            VendorKey::InFile(match Path::new(private_key) {
                path if path.is_absolute() => path.to_owned(),
                path => folder?.join(path),
            })
        };
        Some(VendorKeyFile {
            private_key,
            passphrase: optional(self.passphrase)
                .map(|text| Passphrase::new(text.as_bytes().to_vec())),
            credentials: KeyFileCredentials {
                kind: self.kind,
                client_id: optional(Some(self.client_id)).map(str::to_owned),
                key_id: optional(self.key_id).map(KeyId::from),
                subject: optional(self.subject).map(str::to_owned),
                issuer: optional(self.issuer).map(|it| it.trim_end_matches('/').to_owned()),
                token_url: optional(self.token_url).map(str::to_owned),
                client_secret: optional(self.client_secret)
                    .map(|text| ClientSecret(Zeroizing::new(text.to_owned()))),
            },
        })
    }
}

/// Whether a text is the path of a key rather than a key, in PEM or in base64.
fn is_path(text: &str) -> bool {
    /// The base64 of an Ed25519 key in PKCS#8, the shortest of all.
    const SHORTEST_KEY: usize = 64;
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
    let is_key = text.len() >= SHORTEST_KEY && text.bytes().all(is_base64);
    let is_line = !text.is_empty() && !text.contains(char::is_control);
    is_line && !text.contains("-----BEGIN ") && (!is_key || text.starts_with('/'))
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
