use core::fmt;
use core::time::Duration;
use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Child, Command};

use tokenring_jwk::{Algorithm, KeyId, PublicKey, Verifier};

use crate::{CommandSigner, Description, Error, answer, command_line, process, request};

/// What starts a program: [`Command::spawn`], or a function that does more around it, such as
/// to restore limits that this process has lowered for itself.
pub type Spawn = fn(&mut Command) -> io::Result<Child>;

/// A program that signs, and how to run it; its [contract](crate::contract)
/// says what goes in and what comes out.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::Algorithm;
/// use tokenring_signer_command::SignerCommand;
///
/// let command = SignerCommand::new("/usr/local/bin/sign-with-kms", ["--key", "test-1"]);
/// let signer = command.with_algorithm(Algorithm::Es256).into_signer()?;
/// # Ok::<(), tokenring_signer_command::Error>(())
/// ```
#[derive(Clone)]
pub struct SignerCommand {
    program: OsString,
    arguments: Vec<OsString>,
    time_limit: Duration,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) key_id: Option<KeyId>,
    pub(crate) public_key: Option<PublicKey>,
    pub(crate) verifier: Option<&'static dyn Verifier>,
    spawn: Spawn,
}

/// Long enough for a key service on another continent and its retries.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Our own settings, some of them secrets, stay with us.
const OWN_VARIABLES: &str = "TOKENRING_";

/// The exit code of a program that does not describe its key.
const NOT_SUPPORTED: i32 = 3;

/// A name that fits into a line.
const PROGRAM_NAME_LENGTH: usize = 100;

impl SignerCommand {
    /// Takes a program, looked up in `PATH` unless it has a slash, and its
    /// arguments as they are.
    ///
    /// Arguments can be seen by every user of the machine: they must not hold
    /// secrets.
    #[must_use]
    pub fn new(
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            time_limit: TIME_LIMIT,
            algorithm: None,
            key_id: None,
            public_key: None,
            verifier: None,
            spawn: Command::spawn,
        }
    }

    /// Takes a program and its arguments in one line, with quotes as in a shell.
    ///
    /// No shell is started: a line that a shell would do something with, such
    /// as expanding a variable, is refused.
    ///
    /// # Errors
    ///
    /// [`Error::CommandLine`] for such a line, one without a word, and one whose
    /// quote is never closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_signer_command::SignerCommand;
    ///
    /// SignerCommand::from_command_line("sign-with-kms --key 'test 1'")?;
    /// assert!(SignerCommand::from_command_line("sign-with-kms --key $KEY").is_err());
    /// # Ok::<(), tokenring_signer_command::Error>(())
    /// ```
    pub fn from_command_line(line: &str) -> Result<Self, Error> {
        let mut words = command_line::split(line)
            .map_err(Error::CommandLine)?
            .into_iter();
        // A line without a word was refused.
        let program = words.next().unwrap_or_default();
        Ok(Self::new(program, words))
    }

    /// Limits the time from start to end. Defaults to 30 seconds.
    #[must_use]
    pub const fn with_timeout(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// States the algorithm to sign with. Defaults to what the program describes.
    #[must_use]
    #[doc(alias = "alg")]
    pub const fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// States the key identifier. Defaults to what the program describes.
    #[must_use]
    #[doc(alias = "kid")]
    pub fn with_key_id(mut self, key_id: KeyId) -> Self {
        self.key_id = Some(key_id);
        self
    }

    /// States the public key. Defaults to what the program describes.
    #[must_use]
    pub fn with_public_key(mut self, public_key: PublicKey) -> Self {
        self.public_key = Some(public_key);
        self
    }

    /// Verifies each signature where the public key is known, before anyone else
    /// sees it: by `tokenring_jwk::any::Verifier`, say. Defaults to no verification.
    ///
    /// A gateway that is sent a bad signature takes the assertion's `jti` for
    /// used all the same, and says no more than that it refuses the client.
    #[must_use]
    pub fn with_verifier(mut self, verifier: &'static dyn Verifier) -> Self {
        self.verifier = Some(verifier);
        self
    }

    /// Starts the program in another way. Defaults to [`Command::spawn`].
    #[must_use]
    pub const fn with_spawn(mut self, spawn: Spawn) -> Self {
        self.spawn = spawn;
        self
    }

    /// Asks the program for its algorithm, key identifier and public key.
    ///
    /// # Errors
    ///
    /// [`Error::NotDescribed`] where the program does not do that, which it need
    /// not; otherwise what went wrong.
    pub fn describe(&self) -> Result<Description, Error> {
        let answer = self
            .run(&request::describe())
            .map_err(|error| match error {
                Error::Failed { code, .. } if code == NOT_SUPPORTED => Error::NotDescribed,
                error => error,
            })?;
        answer::description(&answer)
    }

    /// Makes the signer.
    ///
    /// The program runs if it has to be asked for the algorithm.
    ///
    /// # Errors
    ///
    /// As for [`SignerCommand::describe`], and [`Error::WrongKeyType`] where the
    /// algorithm doesn't sign with the public key.
    pub fn into_signer(mut self) -> Result<CommandSigner, Error> {
        let algorithm = match self.algorithm {
            Some(algorithm) => algorithm,
            None => {
                let description = self.describe()?;
                let algorithm = description.algorithm();
                if self.key_id.is_none() {
                    self.key_id = description.key_id().cloned();
                }
                if self.public_key.is_none() {
                    self.public_key = description.public_key().cloned();
                }
                algorithm
            }
        };
        CommandSigner::new(self, algorithm)
    }

    /// Gives the program its input and returns its answer.
    pub(crate) fn run(&self, request: &str) -> Result<Vec<u8>, Error> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        for (name, _) in std::env::vars_os() {
            if is_own_variable(&name) {
                command.env_remove(name);
            }
        }
        process::run(command, request.as_bytes(), self.time_limit, self.spawn)
    }

    /// The program's name, for people.
    pub(crate) fn program(&self) -> String {
        tokenring_text::one_line(&self.program.to_string_lossy(), PROGRAM_NAME_LENGTH)
    }
}

fn is_own_variable(name: &OsStr) -> bool {
    name.as_encoded_bytes()
        .starts_with(OWN_VARIABLES.as_bytes())
}

/// Shows how many arguments there are, and not what they are.
impl fmt::Debug for SignerCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignerCommand")
            .field("program", &self.program)
            .field("arguments", &self.arguments.len())
            .field("time_limit", &self.time_limit)
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .field("public_key", &self.public_key)
            .field("verifies", &self.verifier.is_some())
            .finish()
    }
}
