use tokenring_jwk::{Algorithm, KeyId, KeyType, PublicKey, SignError, Signature, Signer};

use crate::{Error, SignerCommand, answer, request};

/// A [`Signer`] that runs a program for each signature.
///
/// It comes from [`SignerCommand::into_signer`]. Threads can sign at the same
/// time; each has a process of its own.
#[derive(Clone, Debug)]
pub struct CommandSigner {
    command: SignerCommand,
    algorithm: Algorithm,
}

impl CommandSigner {
    pub(crate) fn new(command: SignerCommand, algorithm: Algorithm) -> Result<Self, Error> {
        answer::check_key_type(algorithm, command.public_key.as_ref())?;
        Ok(Self { command, algorithm })
    }

    /// The public key, where it was stated or described.
    #[must_use]
    pub const fn public_key(&self) -> Option<&PublicKey> {
        self.command.public_key.as_ref()
    }

    fn run(&self, message: &[u8]) -> Result<Signature, Error> {
        let request = request::sign(self.algorithm, self.key_id(), message);
        let answer = self.command.run(&request)?;
        let signature = answer::signature(&answer, self.algorithm)?;
        self.check_length(&signature)?;
        if let (Some(public_key), Some(verify)) = (self.public_key(), self.command.verify) {
            verify(public_key, self.algorithm, message, &signature)
                .map_err(|_| Error::NotVerified)?;
        }
        Ok(signature)
    }

    fn check_length(&self, signature: &Signature) -> Result<(), Error> {
        let length = signature.as_bytes().len();
        let fits = match self.algorithm.key_type() {
            // As long as the modulus (RFC 8017 section 8.2.1), of which 2048 bits
            // are the least (RFC 7518 section 3.3).
            KeyType::Rsa => match self.public_key() {
                Some(public_key) => length == public_key.bits().div_ceil(8),
                None => length >= SHORTEST_RSA,
            },
            KeyType::P256 | KeyType::Ed25519 => length == 64,
            KeyType::P384 => length == 96,
            KeyType::P521 => length == 132,
            _ => return Err(Error::UnsupportedAlgorithm(self.algorithm)),
        };
        if fits {
            return Ok(());
        }
        Err(Error::SignatureLength {
            algorithm: self.algorithm,
            length,
        })
    }
}

const SHORTEST_RSA: usize = 2048 / 8;

impl Signer for CommandSigner {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn key_id(&self) -> Option<&KeyId> {
        self.command.key_id.as_ref()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        self.run(signing_input).map_err(|error| {
            let program = self.command.program();
            SignError::new(format!("the signer command `{program}` gave no signature"))
                .with_source(error)
        })
    }
}
