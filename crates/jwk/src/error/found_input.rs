use core::fmt;

/// What an input turned out to be where a key was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FoundInput {
    /// Nothing but white space.
    Empty,
    /// A public key.
    PublicKey,
    /// A private key, where a public one was expected.
    PrivateKey,
    /// An X.509 certificate.
    Certificate,
    /// A text without a certificate, where one was expected.
    NoCertificate,
    /// A PKCS#10 certificate request.
    CertificateRequest,
    /// An encrypted PKCS#8 private key.
    EncryptedKey,
    /// A PKCS#12 file.
    Pkcs12,
    /// A Java keystore in one of its own formats, JKS or JCEKS.
    JavaKeyStore,
    /// A PEM private key under OpenSSL's legacy encryption (`Proc-Type: 4,ENCRYPTED`).
    LegacyEncryptedKey,
    /// A private key in OpenSSH's own format.
    OpenSshKey,
    /// An Ed25519 private key in OpenSSH's own format.
    OpenSshEd25519Key,
    /// A private key in PuTTY's own format.
    PuttyKey,
    /// A DSA key.
    DsaKey,
    /// An RSA key restricted to RSASSA-PSS.
    RsaPssKey,
    /// A key on the curve secp256k1.
    Secp256k1Key,
    /// An Ed448 key.
    Ed448Key,
    /// An X25519 or X448 key, which agree on secrets and sign nothing.
    KeyAgreementKey,
    /// An EC key whose curve is written out instead of named.
    ExplicitCurve,
    /// A symmetric key in a JWK.
    SymmetricKey,
    /// An OpenPGP block.
    PgpBlock,
    /// More than one PEM block.
    SeveralPemBlocks,
    /// A PEM block that begins and never ends.
    UnfinishedPemBlock,
    /// A PEM text whose line breaks are written as `\n`, as in a string of JSON.
    EscapedLineBreaks,
    /// A PEM block with a label that names no key.
    UnknownPemLabel,
    /// A web page.
    Html,
    /// A JWK Set.
    JwkSet,
    /// A key file of Google's, which holds a private key among other members.
    GoogleKeyFile,
    /// JSON that is no JWK.
    OtherJson,
    /// Text in UTF-16.
    Utf16,
    /// Nothing that is recognized.
    Unknown,
}

impl fmt::Display for FoundInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pkcs12 => {
                "this is a PKCS#12 file; take the private key out of it with: \
                 (umask 077 && openssl pkcs12 -in KEY.p12 -nocerts -nodes -out KEY.pem)"
            }
            Self::JavaKeyStore => {
                "this is a Java keystore; take the private key out of it with: \
                 (umask 077 && keytool -importkeystore -srckeystore KEY.jks -destkeystore KEY.p12 \
                 -deststoretype PKCS12 && openssl pkcs12 -in KEY.p12 -nocerts -nodes -out KEY.pem)"
            }
            Self::Empty => "the input is empty; give a key in PEM or DER",
            Self::PublicKey => "this is a public key; give the private key that belongs to it",
            Self::PrivateKey => {
                "this is a private key; give its public half: openssl pkey -in KEY.pem -pubout"
            }
            Self::Certificate => {
                "this is a certificate, which holds a public key; give the private key that belongs to it"
            }
            Self::NoCertificate => {
                "there is no certificate in the file; give one that begins with \
                 -----BEGIN CERTIFICATE-----"
            }
            Self::CertificateRequest => {
                "this is a certificate request, which holds a public key; \
                 give the private key that belongs to it"
            }
            Self::EncryptedKey if !cfg!(feature = "encrypted") => {
                "the private key is encrypted; build with the feature `encrypted`, or decrypt it \
                 with: (umask 077 && openssl pkey -in KEY.pem -out PLAIN.pem)"
            }
            Self::EncryptedKey | Self::LegacyEncryptedKey => {
                "the private key is encrypted; decrypt it with: \
                 (umask 077 && openssl pkey -in KEY.pem -out PLAIN.pem)"
            }
            Self::OpenSshKey => {
                "this is a key in OpenSSH's format; convert a copy of it with: \
                 ssh-keygen -p -m PKCS8 -f COPY"
            }
            Self::OpenSshEd25519Key => {
                "this is an Ed25519 key in OpenSSH's format; convert a copy of it, \
                 with OpenSSH 9.6 or newer, with: ssh-keygen -p -m PKCS8 -f COPY"
            }
            Self::PuttyKey => {
                "this is a key in PuTTY's format; convert it with: \
                 puttygen KEY.ppk -O private-openssh -o KEY && ssh-keygen -p -m PKCS8 -f KEY"
            }
            Self::DsaKey => "DSA keys sign no JWT; make an RSA, EC or Ed25519 key",
            Self::RsaPssKey => {
                "this RSA key is restricted to PSS in its file; make a plain RSA key, \
                 which signs PS256 to PS512 as well"
            }
            Self::Secp256k1Key => {
                "keys on secp256k1 sign no JWT here; make a key on P-256 with: \
                 openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out KEY.pem"
            }
            Self::Ed448Key => {
                "Ed448 keys sign no JWT here; make an Ed25519 key with: \
                 openssl genpkey -algorithm ED25519 -out KEY.pem"
            }
            Self::KeyAgreementKey => {
                "X25519 and X448 keys agree on secrets and sign nothing; make an Ed25519 key with: \
                 openssl genpkey -algorithm ED25519 -out KEY.pem"
            }
            Self::ExplicitCurve => {
                "the key writes its elliptic curve out instead of naming it; \
                 give it the name with: \
                 openssl ec -in KEY.pem -param_enc named_curve -out NAMED.pem"
            }
            Self::SymmetricKey => {
                "this JWK is a symmetric key, a shared secret; give the private key of a key pair"
            }
            Self::PgpBlock => {
                "this is an OpenPGP key or message, which nothing turns into PEM; make a new key: \
                 openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out KEY.pem"
            }
            Self::SeveralPemBlocks => {
                "there is more than one key in the file; keep the private key alone in it, \
                 or take the first one out with: (umask 077 && openssl pkey -in FILE -out KEY.pem)"
            }
            Self::UnfinishedPemBlock => {
                "the PEM block has no matching END line; take the file again from where it was made"
            }
            Self::EscapedLineBreaks => {
                "the key has \\n written out in place of its line breaks; mend that with: \
                 (umask 077 && printf '%b' \"$(cat FILE)\" > KEY.pem)"
            }
            Self::UnknownPemLabel => {
                "the PEM block holds no key; give one that begins with \
                 -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----"
            }
            Self::Html => {
                "this is a web page, probably a sign-in or error page saved in place of the key; \
                 fetch the key file again"
            }
            Self::JwkSet => "this is a JWK Set; give one key in PEM or DER",
            Self::GoogleKeyFile => {
                "this is a key file of Google's; take the private key out of it with: \
                 (umask 077 && jq -r .private_key FILE.json > KEY.pem)"
            }
            Self::OtherJson => {
                "this is JSON and no JWK, which has a member \"kty\"; give a private key \
                 in PEM, DER or JWK"
            }
            Self::Utf16 => {
                "this is text in UTF-16, as some editors and shells write it; convert it with: \
                 (umask 077 && iconv -f UTF-16 -t UTF-8 KEY.pem > UTF8.pem)"
            }
            Self::Unknown => {
                "this is no key in PEM, DER or JWK; give a file that begins with \
                 -----BEGIN PRIVATE KEY-----"
            }
        })
    }
}
