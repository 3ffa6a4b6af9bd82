use tokenring_jwk::{Algorithm, KeySpec, KeyType};

use super::{Output, Program};
use crate::scratch::Scratch;

/// openssl as a signer, verifier, maker and judge of keys.
#[derive(Clone, Debug)]
pub struct Openssl(Program);

/// How openssl writes a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyEncoding {
    /// PKCS#8 in PEM.
    Pkcs8Pem,
    /// PKCS#8 in DER.
    Pkcs8Der,
    /// PKCS#1 or SEC 1 in PEM.
    TraditionalPem,
    /// PKCS#1 or SEC 1 in DER.
    TraditionalDer,
}

const PSS: [&str; 4] = [
    "-sigopt",
    "rsa_padding_mode:pss",
    "-sigopt",
    "rsa_pss_saltlen:digest",
];

impl Openssl {
    pub(super) const fn new(program: Program) -> Self {
        Self(program)
    }

    /// The program itself, for what has no method here.
    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.0
    }

    /// Makes a private key, PKCS#8 in PEM.
    #[must_use]
    #[track_caller]
    pub fn generate(&self, spec: KeySpec) -> String {
        let bits = format!("rsa_keygen_bits:{}", spec.bits());
        let curve = format!("ec_paramgen_curve:{spec}");
        let arguments: &[&str] = match spec.key_type() {
            KeyType::Rsa => &["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", &bits],
            KeyType::Ed25519 => &["genpkey", "-algorithm", "ED25519"],
            _ => &["genpkey", "-algorithm", "EC", "-pkeyopt", &curve],
        };
        text(self.0.expect(arguments, b""))
    }

    /// Writes a private key in another format.
    #[must_use]
    #[track_caller]
    pub fn convert(&self, private_pem: &str, encoding: KeyEncoding) -> Vec<u8> {
        let arguments: &[&str] = match encoding {
            KeyEncoding::Pkcs8Pem => &["pkey"],
            // `pkey -outform DER` writes the traditional form in openssl 3.0.
            KeyEncoding::Pkcs8Der => &["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"],
            KeyEncoding::TraditionalPem => &["pkey", "-traditional"],
            KeyEncoding::TraditionalDer => &["pkey", "-traditional", "-outform", "DER"],
        };
        self.0.expect(arguments, private_pem.as_bytes())
    }

    /// Fails unless openssl finds the private key sound, with its `-check`.
    #[track_caller]
    pub fn check(&self, private_pem: &str) {
        let arguments = ["pkey", "-check", "-pubcheck", "-noout"];
        let output = self.0.expect(&arguments, private_pem.as_bytes());
        let verdict = String::from_utf8_lossy(&output);
        assert!(verdict.contains("Key is valid"), "{verdict}");
    }

    /// Writes the public half of a private key, SPKI in PEM.
    #[must_use]
    #[track_caller]
    pub fn public_pem(&self, private_pem: &str) -> String {
        text(self.0.expect(&["pkey", "-pubout"], private_pem.as_bytes()))
    }

    /// Signs; an ECDSA signature is in its ASN.1 form.
    #[must_use]
    #[track_caller]
    pub fn sign(&self, private_pem: &str, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        let scratch = Scratch::new();
        let key = scratch.write("key.pem", private_pem.as_bytes());
        let message = scratch.write("message", message);
        let Some(digest) = digest(algorithm) else {
            let sign = [
                "pkeyutl", "-sign", "-rawin", "-inkey", &key, "-in", &message,
            ];
            return self.0.expect(&sign, b"");
        };
        let mut arguments = vec!["dgst", digest];
        arguments.extend(padding(algorithm));
        arguments.extend(["-sign", &key, &message]);
        self.0.expect(&arguments, b"")
    }

    /// Whether a signature verifies; an ECDSA signature is in its ASN.1 form.
    #[must_use]
    #[track_caller]
    pub fn verifies(
        &self,
        public_pem: &str,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        self.verify(public_pem, algorithm, message, signature)
            .success()
    }

    fn verify(
        &self,
        public_pem: &str,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Output {
        let scratch = Scratch::new();
        let key = scratch.write("key.pem", public_pem.as_bytes());
        let message = scratch.write("message", message);
        let signature = scratch.write("signature", signature);
        let Some(digest) = digest(algorithm) else {
            let mut arguments = vec!["pkeyutl", "-verify", "-rawin", "-pubin"];
            arguments.extend(["-inkey", &key, "-in", &message, "-sigfile", &signature]);
            return self.0.run(&arguments, b"");
        };
        let mut arguments = vec!["dgst", digest];
        arguments.extend(padding(algorithm));
        arguments.extend(["-verify", &key, "-signature", &signature, &message]);
        self.0.run(&arguments, b"")
    }
}

/// The option that names the digest; Ed25519 has none of its own to name.
fn digest(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm.name().get(2..)? {
        "256" => Some("-sha256"),
        "384" => Some("-sha384"),
        "512" => Some("-sha512"),
        _ => None,
    }
}

fn padding(algorithm: Algorithm) -> &'static [&'static str] {
    match algorithm {
        Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 => &PSS,
        _ => &[],
    }
}

#[track_caller]
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|_| panic!("openssl wrote no text"))
}
