//! Certificates in every form in which `openssl` and others write them: read, or named with the
//! command that takes them out, and that command does what it says.

use std::process::Command;

use integration_tests::scratch::Scratch;
use integration_tests::{fixtures, peer};
use tokenring_jwk::{CertificateDefect, CertificateFacts, Error, FoundInput, read_certificates};

/// Files of one chain, `leaf` and `root`, made by openssl.
const FILES: &str = r#"
set -e
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out leaf.key
openssl req -config /dev/null -x509 -newkey rsa:2048 -nodes -keyout root.key -days 30 \
  -subj '/C=GB/O=Test/CN=Test Root' -addext basicConstraints=critical,CA:TRUE -out root.pem 2> /dev/null
openssl req -config /dev/null -new -key leaf.key -subj /CN=leaf -out leaf.csr
openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -out leaf.pem 2> /dev/null
cat leaf.pem root.pem > chain.pem
cat leaf.key leaf.pem > with-key.pem
sed 's/$/\r/' leaf.pem > crlf.pem
printf '\xef\xbb\xbf' | cat - leaf.pem > mark.pem
openssl x509 -in leaf.pem -outform DER -out leaf.der
base64 -w 0 leaf.der > leaf.txt
openssl pkcs12 -export -inkey leaf.key -in leaf.pem -passout pass:x -out store.p12
openssl pkcs12 -in store.p12 -passin pass:x -nodes -out bag.pem
openssl x509 -in leaf.pem -trustout -addtrust serverAuth -out trusted.pem
openssl crl2pkcs7 -nocrl -certfile chain.pem -out chain.p7b
openssl crl2pkcs7 -nocrl -certfile chain.pem -outform DER -out chain.der.p7b
sed 's/^MII/MIA/' leaf.pem > damaged.pem
cat root.pem damaged.pem > second-damaged.pem
"#;

struct Files(Scratch);

impl Files {
    fn make() -> Option<Self> {
        peer::openssl()?;
        let files = Self(Scratch::new());
        files.run(FILES);
        Some(files)
    }

    #[track_caller]
    fn run(&self, lines: &str) {
        let mut bash = Command::new("bash");
        let status = bash
            .arg("-c")
            .arg(lines)
            .current_dir(self.0.path())
            .status();
        assert!(status.unwrap().success(), "{lines}");
    }

    fn read(&self, name: &str) -> Result<Vec<Vec<u8>>, Error> {
        read_certificates(&std::fs::read(self.0.path().join(name)).unwrap())
    }

    /// Whose certificates are in the file, or what it is instead.
    #[track_caller]
    fn check(&self, name: &str, expected: Result<&[&str], Error>) {
        let subjects = self.read(name).map(|certificates| {
            let facts = certificates
                .iter()
                .map(|der| CertificateFacts::from_der(der));
            facts
                .map(|facts| facts.unwrap().subject().to_owned())
                .collect::<Vec<_>>()
        });
        let expected = expected.map(<[&str]>::to_vec);
        match (subjects, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{name}"),
            (found, expected) => assert_eq!(found.err(), expected.err(), "{name}"),
        }
    }

    /// Runs the command that the error for this file names, and reads what it made.
    #[track_caller]
    fn follow(&self, name: &str, made: &str, expected: &[&str]) {
        let text = self.read(name).unwrap_err().to_string();
        let (_, command) = text.split_once(": openssl ").unwrap();
        let command = command.replace("FILE", name);
        let pass = if command.starts_with("pkcs12") {
            " -passin pass:x"
        } else {
            ""
        };
        self.run(&format!("openssl {command}{pass}"));
        self.check(made, Ok(expected));
    }
}

const LEAF: &str = "CN=leaf";
const ROOT: &str = "C=GB, O=Test, CN=Test Root";

#[test]
fn read_or_named() {
    let Some(files) = Files::make() else { return };
    for name in [
        "leaf.pem",
        "with-key.pem",
        "crlf.pem",
        "mark.pem",
        "leaf.der",
        "leaf.txt",
        "bag.pem",
    ] {
        files.check(name, Ok(&[LEAF]));
    }
    files.check("chain.pem", Ok(&[LEAF, ROOT]));
    for (name, defect) in [
        ("leaf.key", CertificateDefect::Missing),
        ("leaf.csr", CertificateDefect::Request),
        ("trusted.pem", CertificateDefect::OpenSslTrusted),
        ("chain.p7b", CertificateDefect::Pkcs7 { is_der: false }),
        ("chain.der.p7b", CertificateDefect::Pkcs7 { is_der: true }),
        ("store.p12", CertificateDefect::Pkcs12),
        ("damaged.pem", CertificateDefect::Damaged { number: 1 }),
        (
            "second-damaged.pem",
            CertificateDefect::Damaged { number: 2 },
        ),
    ] {
        files.check(name, Err(Error::UnusableCertificate(defect)));
    }
    files.follow("trusted.pem", "CERTIFICATE.pem", &[LEAF]);
    files.follow("chain.p7b", "CERTIFICATES.pem", &[LEAF, ROOT]);
    files.follow("chain.der.p7b", "CERTIFICATES.pem", &[LEAF, ROOT]);
    files.follow("store.p12", "CERTIFICATES.pem", &[LEAF]);
}

#[test]
fn what_is_no_certificate() {
    #[track_caller]
    fn check(contents: &[u8], expected: Error) {
        assert_eq!(read_certificates(contents), Err(expected));
    }
    check(b"\xff\xfe-\0-\0", Error::UnexpectedInput(FoundInput::Utf16));
    let keystore = fixtures::bytes("foreign/test-keystore.jks");
    check(
        &keystore,
        Error::UnusableCertificate(CertificateDefect::JavaKeyStore),
    );
    for text in ["", "<html></html>", "AAAA", "not a certificate", "{}"] {
        let missing = Error::UnusableCertificate(CertificateDefect::Missing);
        check(text.as_bytes(), missing);
    }
    let whole = fixtures::bytes("certificates/test-p256.der");
    let cut = whole.split_at(whole.len() - 1).0;
    let damaged = Error::UnusableCertificate(CertificateDefect::Damaged { number: 1 });
    check(cut, damaged);
}

/// As `openssl x509 -noout -dates -issuer` prints them.
#[test]
fn facts() {
    let Some(files) = Files::make() else { return };
    let chain = files.read("chain.pem").unwrap();
    let [leaf, root] = [0, 1].map(|index| CertificateFacts::from_der(&chain[index]).unwrap());
    assert_eq!((leaf.subject(), leaf.issuer()), (LEAF, ROOT));
    assert!(leaf.is_issued_by(&root) && !leaf.is_self_issued());
    assert!(root.is_self_issued() && !root.is_issued_by(&leaf));
    assert_eq!(root.version(), 3);
    assert_eq!(leaf.not_after() - leaf.not_before(), 30 * 86_400);
    files.run(&format!(
        "test \"$(date -d \"$(openssl x509 -in leaf.pem -noout -enddate | cut -d= -f2)\" +%s)\" = {}",
        leaf.not_after()
    ));
}
