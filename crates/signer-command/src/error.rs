use core::error;
use core::fmt;
use core::time::Duration;
use std::io;

use tokenring_jwk::{Algorithm, KeyType};

/// Why a signer command gave no signature or description.
///
/// The text is about the command without naming it, since it stands behind a
/// [`SignError`](tokenring_jwk::SignError) that does.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The command line cannot be split without a shell.
    CommandLine(CommandLineError),
    /// There is no such program.
    NotFound,
    /// The program may not be run.
    NotExecutable,
    /// The file is no program that this system runs.
    NotAProgram,
    /// The program did not start, or could not be watched.
    Start(io::Error),
    /// The program ran longer than its limit, and was stopped.
    TimedOut(Duration),
    /// The program wrote more than an answer can be, and was stopped.
    TooMuchOutput,
    /// The program ended with an exit code that is not 0.
    Failed {
        /// The exit code.
        code: i32,
        /// The last line of what it wrote to stderr, made harmless and short.
        complaint: Option<String>,
    },
    /// A signal ended the program.
    Killed {
        /// The number of the signal.
        signal: i32,
        /// The last line of what it wrote to stderr, made harmless and short.
        complaint: Option<String>,
    },
    /// The program does not describe its key.
    NotDescribed,
    /// The answer is no JSON object.
    MalformedAnswer,
    /// A member of the answer is missing or has the wrong form.
    MalformedMember(&'static str),
    /// The answer has the signature twice, in two forms.
    TwoSignatures,
    /// The description holds a private key.
    PrivateKey,
    /// The algorithm does not sign with a key of this type.
    WrongKeyType {
        /// The algorithm.
        algorithm: Algorithm,
        /// The type of the public key.
        key_type: KeyType,
    },
    /// The algorithm is not one that such a command signs with.
    UnsupportedAlgorithm(Algorithm),
    /// The signature has a length that the algorithm never gives it.
    SignatureLength {
        /// The algorithm.
        algorithm: Algorithm,
        /// Its length in bytes.
        length: usize,
    },
    /// The ASN.1 form of the signature is broken, or the algorithm has none.
    SignatureDer(Algorithm),
    /// The signature does not verify with the public key.
    NotVerified,
    /// The verifier lacks the algorithm, so nothing tells whether the signature is
    /// one.
    Unverifiable(Algorithm),
    /// This system has no processes that could be watched.
    UnsupportedSystem,
}

impl Error {
    /// What is wrong with a signature.
    pub(crate) const fn signature(error: &tokenring_jwk::Error) -> Self {
        match error {
            tokenring_jwk::Error::SignatureLength { algorithm, length } => Self::SignatureLength {
                algorithm: *algorithm,
                length: *length,
            },
            tokenring_jwk::Error::UnsupportedAlgorithm(algorithm) => Self::Unverifiable(*algorithm),
            _ => Self::NotVerified,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine(_) => f.write_str("the command line is unusable"),
            Self::NotFound => {
                f.write_str(
                "there is no such program, or not the interpreter that its first line names; \
                 give its path, or check PATH",
            )
            }
            Self::NotExecutable => {
                f.write_str("the program may not be run; make it executable with: chmod +x FILE")
            }
            Self::NotAProgram => f.write_str(
                "the file is no program of this system; a script begins with a line such as #!/bin/sh",
            ),
            Self::Start(_) => f.write_str("the program did not start"),
            Self::TimedOut(limit) => write!(
                f,
                "it was stopped after {} s without an answer; run it by hand to see what it waits \
                 for, or allow it more time",
                limit.as_secs_f32()
            ),
            Self::TooMuchOutput => f.write_str(
                "it was stopped because it wrote more than 64 kB; it has to write one JSON object",
            ),
            Self::Failed { code, complaint } => {
                write!(f, "it ended with exit code {code}")?;
                complain(f, complaint.as_deref())
            }
            Self::Killed { signal, complaint } => {
                write!(f, "it was ended by signal {signal}")?;
                complain(f, complaint.as_deref())
            }
            Self::NotDescribed => f.write_str(
                "it does not describe its key; state the algorithm, the key identifier and the \
                 public key yourself",
            ),
            Self::MalformedAnswer => f.write_str(
                "its answer is not one JSON object in UTF-8 with unique member names; \
                 nothing else belongs on its stdout",
            ),
            Self::MalformedMember(name) => {
                write!(f, "the member {name:?} of its answer is missing or malformed")
            }
            Self::TwoSignatures => f.write_str(
                "its answer has both \"signature\" and \"signature_der\"; it has to choose one",
            ),
            Self::PrivateKey => f.write_str(
                "its description holds a private key; it has to describe the public one alone",
            ),
            Self::WrongKeyType {
                algorithm,
                key_type,
            } => write!(
                f,
                "{algorithm} signs with {} keys and its public key is {key_type}; \
                 state another algorithm or key",
                algorithm.key_type()
            ),
            Self::UnsupportedAlgorithm(algorithm) => {
                write!(f, "signer commands do not do {algorithm}; state another algorithm")
            }
            Self::SignatureLength { algorithm, length } => write!(
                f,
                "its signature has {length} bytes, which {algorithm} never has; an ECDSA \
                 signature in ASN.1 belongs into \"signature_der\""
            ),
            Self::SignatureDer(algorithm) => write!(
                f,
                "its \"signature_der\" is no ASN.1 signature of {algorithm}; only ECDSA has that \
                 form, and it is DER in base64"
            ),
            Self::Unverifiable(algorithm) => write!(
                f,
                "its signature by {algorithm} cannot be verified in this build; build with the \
                 feature `aws-lc-rs`"
            ),
            Self::NotVerified => f.write_str(
                "its signature does not verify with the public key; it signs with another key or \
                 algorithm, or hashes what is hashed already",
            ),
            Self::UnsupportedSystem => f.write_str("signer commands need a Unix system"),
        }
    }
}

fn complain(f: &mut fmt::Formatter<'_>, complaint: Option<&str>) -> fmt::Result {
    match complaint {
        Some(complaint) => write!(f, " and wrote: {complaint}"),
        None => f.write_str(" and wrote no reason to stderr; run it by hand to see why"),
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::CommandLine(error) => Some(error),
            Self::Start(error) => Some(error),
            _ => None,
        }
    }
}

/// Why a command line cannot be split without a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommandLineError {
    /// There is no word in it.
    Empty,
    /// A quote is opened and never closed.
    OpenQuote,
    /// A shell would do something with this character.
    ShellSyntax(char),
    /// The first word begins a construct of the shell.
    ReservedWord,
}

impl fmt::Display for CommandLineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty; give a program and its arguments"),
            Self::OpenQuote => f.write_str("a quote is opened and never closed"),
            Self::ShellSyntax(character) => write!(
                f,
                "no shell reads it, so {character:?} has no meaning; put it in single quotes, or \
                 what it is for into a script"
            ),
            Self::ReservedWord => f.write_str(
                "no shell reads it, so its first word has no meaning; put the line into a script",
            ),
        }
    }
}

impl error::Error for CommandLineError {}
