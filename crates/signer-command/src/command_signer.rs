use tokenring_jwk::{Algorithm, KeyId, PublicKey, SignError, Signature, Signer};

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
        signature
            .check(
                message,
                self.algorithm,
                self.public_key(),
                self.command.verifier,
            )
            .map_err(|error| Error::signature(&error))?;
        Ok(signature)
    }
}

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
