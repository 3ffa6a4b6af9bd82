/// The kind of object that a URI names (RFC 7512 section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectType {
    /// A private key.
    Private,
    /// A public key.
    Public,
    /// A certificate.
    Certificate,
    /// A secret key.
    SecretKey,
    /// Data.
    Data,
}

impl ObjectType {
    const ALL: [Self; 5] = [
        Self::Private,
        Self::Public,
        Self::Certificate,
        Self::SecretKey,
        Self::Data,
    ];

    /// The name in a URI.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
            Self::Certificate => "cert",
            Self::SecretKey => "secret-key",
            Self::Data => "data",
        }
    }

    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|object_type| object_type.name().as_bytes() == name)
    }
}
