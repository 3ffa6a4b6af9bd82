use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use tokenring_assertion::NumericDate;
use tokenring_gateway::UnverifiedJwt;
use zeroize::Zeroizing;

use crate::settings::value::check_path;
use crate::{Console, ExitCode, Failure, Result, bounded_file};

/// Where the JWT is.
pub(super) enum Input {
    Argument(Zeroizing<String>),
    File(PathBuf),
    Stdin,
}

/// More than the longest JWT that is read, so that its length is told and not
/// that of a part of it.
const LARGEST: u64 = 1024 * 1024;

impl Input {
    pub(super) fn new(argument: Option<&Zeroizing<String>>) -> Self {
        let Some(text) = argument else {
            return Self::Stdin;
        };
        match text.strip_prefix('@') {
            Some(path) => Self::File(Path::new(path).to_owned()),
            // No JWT is the name of a file, short of somebody who made it so.
            None if Path::new(&**text).is_file() => Self::File(Path::new(&**text).to_owned()),
            None => Self::Argument(text.clone()),
        }
    }

    pub(super) fn text(&self, console: &Console) -> Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::Argument(text) => Ok(Zeroizing::new(text.as_bytes().to_vec())),
            Self::File(path) => {
                check_path(path.as_os_str())
                    .map_err(|reason| Failure::usage(reason.to_string()))?;
                let contents = bounded_file::read(path, LARGEST).map_err(|error| {
                    Failure::usage(format!("cannot read {}: {error}", path.display()))
                })?;
                Ok(Zeroizing::new(contents))
            }
            Self::Stdin => {
                if io::stdin().is_terminal() {
                    console.say("Paste the JWT, then end the input with Ctrl-D:");
                }
                let mut contents = Zeroizing::new(Vec::with_capacity(16 * 1024));
                let mut input = io::stdin().lock().take(LARGEST + 1);
                input.read_to_end(&mut contents).map_err(|error| {
                    let text = format!("cannot read standard input: {error}");
                    Failure::new(ExitCode::Unexpected, text)
                })?;
                if u64::try_from(contents.len()).is_ok_and(|length| length > LARGEST) {
                    return Err(Failure::usage(format!(
                        "what is on standard input is larger than {} MiB, and no JWT",
                        LARGEST / (1024 * 1024)
                    )));
                }
                Ok(contents)
            }
        }
    }

    /// Tells who put a JWT that is still good where others can see it.
    pub(super) fn warn_of_arguments(
        &self,
        jwt: &UnverifiedJwt,
        now: NumericDate,
        console: &Console,
    ) {
        let expiry = jwt.claims().get("exp").and_then(serde_json::Value::as_u64);
        let is_good = expiry.is_some_and(|expiry| expiry > now.as_seconds());
        if is_good && matches!(self, Self::Argument(_)) {
            console.warning(
                "this JWT is still good, and other users of the machine can see arguments; give \
                 such a one on standard input or as @FILE",
            );
        }
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::Argument(_) => "from the argument".into(),
            Self::File(path) => format!("from {}", path.display()),
            Self::Stdin => "from standard input".into(),
        }
    }
}
