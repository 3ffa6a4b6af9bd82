//! What is wrong with a server's certificate, in words and never as a dump of the
//! TLS library's values. Certificates and servers are openssl's.

use std::cell::RefCell;

use integration_tests::{fixtures, peer};

use super::tls;
use crate::process::Machine;
use crate::transcript::Transcript;

/// Makes `NAME.pem` and `NAME.key`, and `authorities.pem`, of which `ec` is one.
const FUNCTIONS: &str = r#"
set -e
key() { openssl genpkey -quiet "$@"; }
p256="-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
rsa() { echo "-algorithm RSA -pkeyopt rsa_keygen_bits:$1"; }
authority() { # NAME KEY
  key $2 -out $1.key
  openssl req -config /dev/null -x509 -key $1.key -out $1.pem -days 30 -subj "/CN=test authority $1" \
    -addext basicConstraints=critical,CA:TRUE
}
issue() { # NAME AUTHORITY KEY EXTENSIONS [OPTION]
  key $3 -out $1.key
  openssl req -config /dev/null -new -key $1.key -out $1.csr -subj /CN=localhost/OU=$1
  printf "$4\n" > $1.ext
  openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days 30 -extfile $1.ext -out $1.pem $5 2> /dev/null
}
self_signed() { # NAME EXTENSION
  key $p256 -out $1.key
  openssl req -config /dev/null -x509 -key $1.key -out $1.pem -days 30 -subj /CN=localhost -addext "$2" -addext $names
}
names=subjectAltName=DNS:localhost,IP:127.0.0.1
authority ec "$p256"
cp ec.pem authorities.pem
"#;

/// Pieces of the TLS library's values.
const DUMPS: &[&str] = &[
    "invalid peer certificate",
    "received fatal alert",
    "UnknownIssuer",
    "BadSignature",
    "OtherError",
    "Context",
    "DnsName",
    "HandshakeFailure",
    "CertificateRequired",
    "ProtocolVersion",
    "0x",
    "{",
    "[",
];

struct Servers(Machine, RefCell<Transcript>);

impl Servers {
    fn new(lines: &str) -> Option<Self> {
        peer::openssl()?;
        let machine = Machine::new();
        machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
        machine
            .program("bash")
            .with_argument("-c")
            .with_argument(format!("{FUNCTIONS}{lines}"))
            .finish()
            .has_code(0);
        let mut texts = Transcript::new();
        texts.hide_number_after("localhost:");
        Some(Self(machine, RefCell::new(texts)))
    }

    #[track_caller]
    fn check(&self, name: &str, more: &[&str]) {
        self.check_with(name, more, &["--ca-cert", "authorities.pem"]);
    }

    #[track_caller]
    fn check_with(&self, name: &str, server: &[&str], client: &[&str]) {
        let (certificate, key) = (format!("{name}.pem"), format!("{name}.key"));
        let lax = ["-www", "-cipher", "ALL:@SECLEVEL=0"];
        let options = [&lax, server].concat();
        let (_running, url) = tls::serve(&self.0, &certificate, &key, &options).unwrap();
        let arguments = [
            "get-token",
            "-q",
            // A later server may get an earlier one's port, whose failure would be remembered.
            "--no-cache",
            "--client-id",
            "a",
            "--private-key",
            "key-1.pem",
            // Not what the machine of the test happens to trust.
            "--ca-store",
            "bundled",
            "--token-url",
            &url,
        ];
        let run = self.0.tokenring([&arguments[..], client].concat());
        let mut texts = self.1.borrow_mut();
        texts.title([&[name], server].concat().join(" ").as_str());
        let complaint = texts.run(run).fails(5);
        for dump in DUMPS {
            assert!(!complaint.contains(dump), "{dump:?} is in: {complaint}");
        }
    }
}

#[test]
fn issuers() {
    let Some(servers) = Servers::new(
        r#"
        authority unknown "$p256"
        issue intermediate ec "$p256" basicConstraints=critical,CA:TRUE
        issue no-intermediate intermediate "$p256" $names
        issue private-authority unknown "$p256" $names
        self_signed self basicConstraints=CA:FALSE
        self_signed self-authority basicConstraints=critical,CA:TRUE
        key $p256 -out version-1.key
        openssl req -config /dev/null -new -key version-1.key -out version-1.csr -subj /CN=localhost
        openssl x509 -req -in version-1.csr -signkey version-1.key -days 30 -out version-1.pem 2> /dev/null
    "#,
    ) else {
        return;
    };
    for name in ["self", "no-intermediate", "private-authority"] {
        servers.check(name, &[]);
    }
    // As `openssl req -x509` makes one, whether it is given as an authority or not.
    servers.check_with("self-authority", &[], &[]);
    // Given, it is the server's own, and openssl has no answer.
    let given = ["--ca-cert", "self-authority.pem", "--timeout", "1"];
    servers.check_with("self-authority", &[], &given);
    servers.check("version-1", &[]);
    servers.1.into_inner().check("certificates/issuers");
}

/// Chains whose parts do not fit together, though each is sound.
#[test]
fn chains() {
    let Some(servers) = Servers::new(
        r#"
        authority constrained "$p256"
        openssl req -config /dev/null -x509 -key constrained.key -out constrained.pem -days 30 \
          -subj "/CN=test authority constrained" -addext basicConstraints=critical,CA:TRUE \
          -addext "nameConstraints=critical,permitted;DNS:example.org"
        cat constrained.pem >> authorities.pem
        issue other-host constrained "$p256" $names
        issue no-authority ec "$p256" basicConstraints=critical,CA:FALSE
        issue by-no-authority no-authority "$p256" $names
        issue address-only ec "$p256" subjectAltName=IP:127.0.0.1,IP:::1
        issue mail-only ec "$p256" subjectAltName=email:a@example.com
        mv ec.pem old.pem
        authority ec "$p256"
        issue new-authority ec "$p256" $names
    "#,
    ) else {
        return;
    };
    servers.check("other-host", &[]);
    servers.check("by-no-authority", &["-cert_chain", "no-authority.pem"]);
    servers.check("address-only", &[]);
    servers.check("mail-only", &[]);
    servers.check("new-authority", &[]);
    servers.1.into_inner().check("certificates/chains");
}

#[test]
fn weak_signatures_and_keys() {
    let Some(servers) = Servers::new(
        r#"
        authority rsa "$(rsa 2048)"
        authority short "$(rsa 1024)"
        cat rsa.pem short.pem >> authorities.pem
        issue sha1-rsa rsa "$p256" $names -sha1
        issue sha1-ecdsa ec "$p256" $names -sha1
        issue md5 rsa "$p256" $names -md5
        issue short-key ec "$(rsa 1024)" $names
        issue short-authority short "$p256" $names
    "#,
    ) else {
        return;
    };
    servers.check("sha1-rsa", &[]);
    servers.check("sha1-ecdsa", &[]);
    servers.check("md5", &[]);
    for name in ["short-key", "short-authority"] {
        servers.check(name, &[]);
    }
    servers.1.into_inner().check("certificates/weak");
}

#[test]
fn names_and_purposes() {
    let Some(servers) = Servers::new(
        r#"
        issue no-names ec "$p256" basicConstraints=CA:FALSE
        issue other-names ec "$p256" subjectAltName=DNS:a.test,DNS:b.test,DNS:c.test,DNS:d.test
        issue client ec "$p256" "$names\nextendedKeyUsage=clientAuth"
        issue critical ec "$p256" "$names\n1.2.3.4.5=critical,DER:0500"
    "#,
    ) else {
        return;
    };
    servers.check("no-names", &[]);
    servers.check("other-names", &[]);
    servers.check("client", &[]);
    servers.check("critical", &[]);
    servers
        .1
        .into_inner()
        .check("certificates/names-and-purposes");
}

/// What a server answers to a handshake that it does not want.
#[test]
fn alerts() {
    let Some(servers) = Servers::new(
        r#"
        issue good ec "$p256" $names
    "#,
    ) else {
        return;
    };
    servers.check("good", &["-tls1_1"]);
    let cbc = ["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"];
    servers.check("good", &cbc);
    servers.check("good", &["-Verify", "1"]);
    servers.1.into_inner().check("certificates/alerts");
}

/// Keys that are not rejected, though few servers have them. The server is asked, and openssl has
/// no answer.
#[test]
fn rare_keys() {
    let Some(servers) = Servers::new(
        r#"
        p521="-algorithm EC -pkeyopt ec_paramgen_curve:P-521"
        pss="-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048"
        restricted="$pss -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32"
        authority p521-authority "$p521"
        authority pss-authority "$restricted"
        cat p521-authority.pem pss-authority.pem >> authorities.pem
        issue p521 p521-authority "$p521" $names
        issue pss-key ec "$pss" $names
        issue pss-chain pss-authority "$restricted" $names
    "#,
    ) else {
        return;
    };
    let client = ["--ca-cert", "authorities.pem", "--timeout", "1"];
    for name in ["p521", "pss-key", "pss-chain"] {
        servers.check_with(name, &["-tls1_3"], &client);
        servers.check_with(name, &["-tls1_2"], &client);
    }
    servers.check_with("p521", &["-groups", "P-521"], &client);
    servers.1.into_inner().check("certificates/rare-keys");
}
