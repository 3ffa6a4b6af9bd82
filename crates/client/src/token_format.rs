mod documents;
mod exec_version;
mod scheme;
mod shell;

use std::fmt::Write as _;

use tokenring_assertion::NumericDate;
use tokenring_token_store::Token;
use zeroize::Zeroizing;

use self::documents::Document;
pub use self::exec_version::{ExecInfoFault, ExecVersion};
use self::scheme::scheme;
pub use self::shell::Shell;

/// How a token is written for the program that reads it.
///
/// # Examples
///
/// ```
/// use tokenring::{Shell, Token, TokenFormat};
/// use tokenring_assertion::NumericDate;
/// use tokenring_oauth::AccessToken;
///
/// let now = NumericDate::from_seconds(1_800_000_000);
/// let token = Token::new(AccessToken::new("it's")?, now);
/// let line = TokenFormat::Env(Shell::Fish).write(&token, now);
/// assert_eq!(*line, "set -gx TOKENRING_ACCESS_TOKEN 'it\\'s';\n");
/// # Ok::<(), tokenring_oauth::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum TokenFormat {
    /// The token and a newline.
    Token,
    /// One JSON object with every member of the response.
    Json,
    /// `Authorization: Bearer ...`.
    Header,
    /// `Bearer ...`: the value of an `Authorization` header.
    Bearer,
    /// A configuration file of curl.
    Curl,
    /// A line for the `eval` of a shell, which sets [`TokenFormat::VARIABLE`].
    Env(Shell),
    /// The `ExecCredential` of a Kubernetes client authentication plugin.
    ExecCredential(ExecVersion),
    /// The response of a credential helper, as Bazel and others call one.
    CredentialHelper,
    /// Git's credential protocol, with its `authtype`.
    GitCredential,
    /// The same for a Git that does not know `authtype`: the token is the password.
    GitPassword,
    /// An entry of a `.netrc` file.
    Netrc {
        /// The host.
        machine: String,
    },
}

impl TokenFormat {
    /// The environment variable that a token is handed over in.
    pub const VARIABLE: &'static str = "TOKENRING_ACCESS_TOKEN";

    /// Whether a token that is bound to a key is of use in this form: to a program that makes a
    /// proof for each request. The other forms are for programs that send the token as it is.
    #[must_use]
    pub const fn fits_bound_token(&self) -> bool {
        matches!(self, Self::Token | Self::Json)
    }

    /// Writes a token, ended by a newline.
    ///
    /// # Security
    ///
    /// The text holds the token, and is wiped when it is dropped.
    #[must_use]
    pub fn write(&self, token: &Token, now: NumericDate) -> Zeroizing<String> {
        let secret = token.access_token().secret();
        let scheme = scheme(token);
        // Room for the token in any form: growing would leave copies behind.
        let room = 4 * secret.len() + 2 * token.members().secret_json().len() + 1024;
        let mut text = Zeroizing::new(String::with_capacity(room));
        // Writing to a String does not fail. A token has visible ASCII characters only, some of
        // which mean something to its reader.
        let _ = match self {
            Self::Token => writeln!(text, "{secret}"),
            Self::Header => writeln!(text, "Authorization: {scheme} {secret}"),
            Self::Bearer => writeln!(text, "{scheme} {secret}"),
            Self::Curl => {
                let secret = escaped(secret, BACKSLASHED);
                writeln!(text, "header = \"Authorization: {scheme} {}\"", *secret)
            }
            Self::Env(shell) => {
                let (before, after) = shell.assignment();
                let secret = escaped(secret, shell.escapes());
                writeln!(text, "{before}'{}'{after}", *secret)
            }
            Self::Json => writeln!(text, "{:#}", Document(token).json(now)),
            Self::ExecCredential(version) => {
                writeln!(text, "{}", Document(token).exec_credential(*version))
            }
            Self::CredentialHelper => writeln!(text, "{}", Document(token).credential_helper()),
            Self::GitCredential => {
                let _ = write!(
                    text,
                    "capability[]=authtype\nauthtype={scheme}\ncredential={secret}\nephemeral=1\n"
                );
                write_expiry(&mut text, token)
            }
            Self::GitPassword => {
                let _ = write!(text, "username=oauth2\npassword={secret}\n");
                write_expiry(&mut text, token)
            }
            Self::Netrc { machine } => {
                let _ = write!(text, "machine {machine}\nlogin oauth2\npassword ");
                match secret.contains(['"', '\\', '\'', '#']) {
                    true => writeln!(text, "\"{}\"", *escaped(secret, BACKSLASHED)),
                    false => writeln!(text, "{secret}"),
                }
            }
        };
        text
    }
}

/// When a password of Git's expires.
fn write_expiry(text: &mut String, token: &Token) -> std::fmt::Result {
    match token.expires_at() {
        Some(at) => writeln!(text, "password_expiry_utc={}", at.as_seconds()),
        None => Ok(()),
    }
}

/// What a character becomes for its reader.
type Escape = (char, &'static str);

/// Between double quotes, for curl and in a `.netrc` file.
const BACKSLASHED: &[Escape] = &[('"', "\\\""), ('\\', "\\\\")];

fn escaped(secret: &str, escapes: &[Escape]) -> Zeroizing<String> {
    // Room for it all: growing would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(4 * secret.len()));
    for character in secret.chars() {
        match escapes.iter().find(|(special, _)| *special == character) {
            Some((_, escape)) => text.push_str(escape),
            None => text.push(character),
        }
    }
    text
}
