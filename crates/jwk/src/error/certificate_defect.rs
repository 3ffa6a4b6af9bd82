use core::fmt;

/// Why a file gives no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateDefect {
    /// Nothing in it is a certificate.
    Missing,
    /// One of its certificates cannot be read.
    Damaged {
        /// Which one, counted from 1.
        number: usize,
    },
    /// A `TRUSTED CERTIFICATE`, with settings that only OpenSSL knows.
    OpenSslTrusted,
    /// A PKCS#7 or CMS file, `.p7b` or `.p7c`.
    Pkcs7 {
        /// Whether it is in DER rather than PEM.
        is_der: bool,
    },
    /// A PKCS#12 file, `.p12` or `.pfx`.
    Pkcs12,
    /// A Java keystore in one of its own formats, JKS or JCEKS.
    JavaKeyStore,
    /// A certificate request.
    Request,
}

impl fmt::Display for CertificateDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str(
                "there is no certificate in the file; give one that begins with \
                 -----BEGIN CERTIFICATE-----",
            ),
            Self::Damaged { number } => write!(
                f,
                "certificate {number} in the file is damaged; replace it, or remove it from the file"
            ),
            Self::OpenSslTrusted => f.write_str(
                "this is a certificate with trust settings of OpenSSL; convert it with: \
                 openssl x509 -in FILE -out CERTIFICATE.pem",
            ),
            Self::Pkcs7 { is_der } => write!(
                f,
                "this is a PKCS#7 file; take the certificates out of it with: \
                 openssl pkcs7{} -in FILE -print_certs -out CERTIFICATES.pem",
                if *is_der { " -inform DER" } else { "" }
            ),
            Self::Pkcs12 => f.write_str(
                "this is a PKCS#12 file; take the certificates out of it with: \
                 openssl pkcs12 -in FILE -nokeys -out CERTIFICATES.pem",
            ),
            Self::JavaKeyStore => f.write_str(
                "this is a Java keystore; take the certificate out of it with: \
                 keytool -exportcert -rfc -keystore FILE -alias ALIAS -file CERTIFICATE.pem",
            ),
            Self::Request => f.write_str(
                "this is a certificate request; give the certificate that an authority made of it",
            ),
        }
    }
}
