use core::fmt;

/// What an input turned out to be where a key was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FoundInput {
    /// Nothing but white space.
    Empty,
    /// A public key.
    PublicKey,
    /// Several public keys in OpenSSH's format, where one was expected.
    SeveralPublicKeys,
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
    /// A PKCS#12 file, which takes the feature `pkcs12`.
    Pkcs12,
    /// A PKCS#12 file whose key is encrypted in a way that isn't read here.
    Pkcs12Encryption,
    /// A PKCS#12 file without a private key.
    NoPrivateKey,
    /// A Java keystore in one of its own formats, JKS or JCEKS.
    JavaKeyStore,
    /// A PEM private key under OpenSSL's legacy encryption (`Proc-Type: 4,ENCRYPTED`).
    LegacyEncryptedKey,
    /// An encrypted private key in OpenSSH's own format, with a cipher that isn't read here.
    OpenSshCipher,
    /// OpenSSH's file for a key that a FIDO security key holds.
    OpenSshSecurityKey,
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
    /// An EC private key that doesn't say which curve it is on.
    NoCurve,
    /// An encrypted JWK (RFC 7517 section 7) that isn't read here: for the holder of another key,
    /// with a cipher that isn't known, or without the feature `encrypted`.
    EncryptedJwk,
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
    /// A PEM text whose BEGIN line has this number of hyphens instead of five.
    PemHyphens(usize),
    /// A PEM text whose BEGIN line has other dashes than hyphens.
    PemDashes,
    /// A PEM text in a string of JSON.
    JsonString,
    /// A private key in DER, and more after it.
    TrailingData,
    /// A PEM block with a label that names no key.
    UnknownPemLabel,
    /// A web page.
    Html,
    /// XML without a key in PEM.
    Xml,
    /// An RSA key in the XML of .NET and of XML signatures.
    DotNetXml,
    /// A JWK Set.
    JwkSet,
    /// JSON that is no JWK.
    OtherJson,
    /// A configuration file in INI, YAML or lines of `NAME=VALUE` without a key, and its member
    /// that names a key file, if it has one.
    ConfigurationFile(Option<&'static str>),
    /// The configuration file of Oracle Cloud's command and SDKs, `~/.oci/config`.
    OciConfiguration,
    /// A text in YAML without a key in PEM.
    Yaml,
    /// Text in UTF-16.
    Utf16,
    /// Nothing that is recognized.
    Unknown,
}

impl fmt::Display for FoundInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PemHyphens(hyphens) => {
                return write!(
                    f,
                    "the BEGIN line starts with {hyphens} hyphens, and PEM has five before and \
                     after its words: -----BEGIN PRIVATE KEY-----"
                );
            }
            Self::ConfigurationFile(Some(member)) => {
                return write!(
                    f,
                    "this is a configuration file and holds no key; give the file that its \
                     {member:?} names"
                );
            }
            Self::ConfigurationFile(None) => {
                "this is a configuration file and holds no key in PEM; give the key's own file"
            }
            Self::OciConfiguration => {
                "this is a configuration file of Oracle Cloud (OCI) and holds no key; give the \
                 file that its \"key_file\" names"
            }
            Self::Yaml => {
                "this is YAML and holds no key in PEM; give the key's own file, and a JWK in JSON"
            }
            Self::PemDashes => {
                "the BEGIN line has dashes that are not hyphens, as word processors make them; \
                 take the file again from where it was made"
            }
            Self::JsonString => {
                "this is a string of JSON that holds a PEM, with \\n written out in place of its \
                 line breaks; take the key out with: (umask 077 && jq -r . FILE > KEY.pem)"
            }
            Self::TrailingData => {
                "something follows the key in the file; keep the private key alone in it"
            }
            Self::Pkcs12 => {
                "this is a PKCS#12 file; build with the feature `pkcs12`, or take the private \
                 key out of it, encrypted, with: \
                 (umask 077 && openssl pkcs12 -in KEY.p12 -nocerts -out KEY.pem)"
            }
            Self::Pkcs12Encryption => {
                "this PKCS#12 file is encrypted in a way that is not supported; take the key out \
                 of it, encrypted, with: \
                 (umask 077 && openssl pkcs12 -legacy -aes256 -in KEY.p12 -nocerts -out KEY.pem)"
            }
            Self::NoPrivateKey => {
                "this PKCS#12 file has no private key; export it again with the key"
            }
            Self::JavaKeyStore => {
                "this is a Java keystore in one of Java's own formats; make PKCS#12 of it with: \
                 (umask 077 && keytool -importkeystore -srckeystore KEY.jks -destkeystore KEY.p12 \
                 -deststoretype PKCS12)"
            }
            Self::Empty => "the input is empty; give a key in PEM or DER",
            Self::PublicKey => "this is a public key; give the private key that belongs to it",
            Self::SeveralPublicKeys => {
                "there are several public keys in the file; put the one that is meant into a file of its own"
            }
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
                "the private key is encrypted; build with the feature `encrypted`"
            }
            Self::EncryptedKey => "the private key is encrypted; give its passphrase",
            Self::LegacyEncryptedKey => {
                "the private key is encrypted as OpenSSL did before PKCS#8; encrypt it again with: \
                 (umask 077 && openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 \
                 -iter 600000 -in KEY.pem -out NEW.pem)"
            }
            Self::OpenSshCipher => {
                "this OpenSSH key is encrypted with a cipher that is not supported; encrypt a copy \
                 of it again with: ssh-keygen -p -Z aes256-ctr -f COPY"
            }
            Self::OpenSshSecurityKey => {
                "this is OpenSSH's file for a security key, which keeps the private key and signs \
                 no JWT; make an RSA, EC or Ed25519 key"
            }
            Self::PuttyKey => {
                "this is a key in PuTTY's format; convert it with: \
                 (umask 077 && puttygen KEY.ppk -O private-openssh-new -o KEY)"
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
            Self::NoCurve => {
                "the EC private key does not name its curve; say which it is, or have the \
                 program that wrote it write PKCS#8"
            }
            Self::EncryptedJwk if !cfg!(feature = "encrypted") => {
                "this is an encrypted JWK (JWE); build with the feature `encrypted`"
            }
            Self::EncryptedJwk => {
                "this encrypted JWK (JWE) is for another key and not for a passphrase (PBES2), or \
                 its cipher is not supported; have the program that made it write the key as \
                 encrypted PKCS#8"
            }
            Self::SymmetricKey => {
                "this JWK is a symmetric key, a shared secret; give the private key of a key pair"
            }
            Self::PgpBlock => {
                "this is an OpenPGP key or message, which nothing turns into PEM; make a new key: \
                 openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out KEY.pem"
            }
            Self::SeveralPemBlocks => {
                "there is more than one private key in the file; put the one that is meant into \
                 a file of its own"
            }
            Self::UnfinishedPemBlock => {
                "the PEM block has no matching END line; take the file again from where it was made"
            }
            Self::EscapedLineBreaks => {
                "the key has \\n written out in place of its line breaks; fix that with: \
                 (umask 077 && printf '%b' \"$(cat FILE)\" > KEY.pem)"
            }
            Self::UnknownPemLabel => {
                "the PEM block holds no key; give one that begins with \
                 -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----"
            }
            Self::Xml => {
                "this is XML and holds no key in PEM; give the key's own file in PEM, DER or JWK"
            }
            Self::DotNetXml => {
                "this is an RSA key in the XML of .NET; have .NET write it as PEM: \
                 ExportPkcs8PrivateKeyPem()"
            }
            Self::Html => {
                "this is a web page, probably a sign-in or error page saved in place of the key; \
                 fetch the key file again"
            }
            Self::JwkSet => "this is a JWK Set; give one key in PEM or DER",
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
