//! The forms in which programs want a token.

use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use tokenring_assertion::NumericDate;
use tokenring_token_store::Token;
use zeroize::Zeroizing;

use crate::failure::Reason;
use crate::options::named;

named! {
    /// How a token is written.
    "format" enum Shape {
        /// The token and a newline.
        Token = "token",
        /// One JSON object.
        Json = "json",
        /// `Authorization: Bearer ...`.
        Header = "header",
        /// A configuration for `curl --config -`.
        Curl = "curl",
        /// A line for a shell's `eval`.
        Env = "env",
        /// Kubernetes' client authentication, in the version that it asks for.
        ExecCredential = "exec-credential",
        /// The credential helpers of Bazel and its kin.
        CredentialHelper = "credential-helper",
        /// Git's credential protocol, with its `authtype`.
        GitCredential = "git-credential",
        /// An entry of a `.netrc` file.
        Netrc = "netrc",
    }
}

named! {
    /// Whose syntax a line for `eval` has.
    "shell" enum Shell {
        Sh = "sh",
        Bash = "bash",
        Zsh = "zsh",
        Dash = "dash",
        Ksh = "ksh",
        Csh = "csh",
        Tcsh = "tcsh",
        Fish = "fish",
        Powershell = "powershell",
        Pwsh = "pwsh",
    }
}

/// What some shapes need beside the token.
pub(crate) struct Surroundings {
    /// Whose syntax a line for `eval` has.
    pub(crate) shell: Shell,
    /// The host of a `.netrc` entry.
    pub(crate) machine: Option<String>,
    /// The version of `ExecCredential`.
    pub(crate) exec_version: ExecVersion,
}

/// A version of Kubernetes' client authentication; those before have other
/// members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ExecVersion {
    #[default]
    V1,
    V1Beta1,
}

/// The environment variable that a token is handed over in.
pub(crate) const VARIABLE: &str = "TOKENRING_ACCESS_TOKEN";

impl Shape {
    /// Writes a token in this shape, ended by a newline.
    pub(crate) fn write(
        self,
        token: &Token,
        now: NumericDate,
        surroundings: &Surroundings,
    ) -> Result<Zeroizing<String>, Reason> {
        let secret = token.access_token().secret();
        // Room for the token in any shape: growing would leave copies behind.
        let room = 4 * secret.len() + 2 * token.members().secret_json().len() + 1024;
        let mut text = Zeroizing::new(String::with_capacity(room));
        // Writing to a String does not fail. A token has visible ASCII characters only, some of
        // which mean something to its reader.
        let _ = match self {
            Self::Token => writeln!(text, "{secret}"),
            Self::Header => writeln!(text, "Authorization: Bearer {secret}"),
            Self::Curl => {
                let secret = escaped(secret, BACKSLASHED);
                writeln!(text, "header = \"Authorization: Bearer {}\"", *secret)
            }
            Self::Env => {
                let secret = escaped(secret, surroundings.shell.escapes());
                match surroundings.shell {
                    Shell::Csh | Shell::Tcsh => writeln!(text, "setenv {VARIABLE} '{}';", *secret),
                    Shell::Fish => writeln!(text, "set -gx {VARIABLE} '{}';", *secret),
                    Shell::Powershell | Shell::Pwsh => {
                        writeln!(text, "$env:{VARIABLE} = '{}'", *secret)
                    }
                    _ => writeln!(text, "export {VARIABLE}='{}'", *secret),
                }
            }
            Self::Json => writeln!(text, "{:#}", Document(token).json(now)),
            Self::ExecCredential => {
                let version = surroundings.exec_version;
                writeln!(text, "{}", Document(token).exec_credential(version))
            }
            Self::CredentialHelper => writeln!(text, "{}", Document(token).credential_helper()),
            Self::GitCredential => {
                let _ = write!(
                    text,
                    "capability[]=authtype\nauthtype=Bearer\ncredential={secret}\nephemeral=1\n"
                );
                match token.expires_at() {
                    Some(at) => writeln!(text, "password_expiry_utc={}", at.as_seconds()),
                    None => Ok(()),
                }
            }
            Self::Netrc => {
                let machine = surroundings.machine.as_deref().ok_or_else(|| {
                    Reason::new("format netrc names a host; give it as --machine HOST")
                })?;
                let _ = write!(text, "machine {machine}\nlogin oauth2\npassword ");
                match secret.contains(['"', '\\', '\'', '#']) {
                    true => writeln!(text, "\"{}\"", *escaped(secret, BACKSLASHED)),
                    false => writeln!(text, "{secret}"),
                }
            }
        };
        Ok(text)
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

impl Shell {
    /// What is special between its single quotes.
    const fn escapes(self) -> &'static [Escape] {
        match self {
            // History is substituted there as well.
            Self::Csh | Self::Tcsh => &[('\'', "'\\''"), ('!', "\\!")],
            Self::Fish => &[('\'', "\\'"), ('\\', "\\\\")],
            Self::Powershell | Self::Pwsh => &[('\'', "''")],
            _ => &[('\'', "'\\''")],
        }
    }
}

impl ExecVersion {
    const ALL: [Self; 2] = [Self::V1, Self::V1Beta1];

    const fn name(self) -> &'static str {
        match self {
            Self::V1 => "client.authentication.k8s.io/v1",
            Self::V1Beta1 => "client.authentication.k8s.io/v1beta1",
        }
    }

    /// Reads what Kubernetes tells its plugins, in `KUBERNETES_EXEC_INFO`.
    pub(crate) fn from_exec_info(text: &str) -> Result<Self, Reason> {
        let no_object = || Reason::new("it is not the JSON that Kubernetes' clients put there");
        let info: Value = serde_json::from_str(text).map_err(|_| no_object())?;
        let wanted = info.get("apiVersion").and_then(Value::as_str);
        let wanted = wanted.ok_or_else(no_object)?;
        let version = Self::ALL.into_iter().find(|one| one.name() == wanted);
        version.ok_or_else(|| {
            let [newest, oldest] = Self::ALL.map(Self::name);
            Reason::new(format!(
                "it asks for apiVersion {wanted:?}; put {newest} or {oldest} into the kubeconfig"
            ))
        })
    }
}

/// The JSON that some shapes are.
struct Document<'t>(&'t Token);

impl Document<'_> {
    fn json(&self, now: NumericDate) -> Value {
        /// What is said below, or nothing: never a server's value of another form.
        const OWN: [&str; 2] = ["expires_at", "expires_at_rfc3339"];
        let seconds = self.0.expires_at().map(NumericDate::as_seconds);
        let mut members = self.0.members().secret_members();
        members.retain(|name, _| !OWN.contains(&name.as_str()));
        let own = object([
            ("access_token", Some(self.0.access_token().secret().into())),
            ("token_type", Some(self.0.token_type().into())),
            ("scope", self.0.scope().map(Value::from)),
            (
                "expires_in",
                seconds.map(|at| at.saturating_sub(now.as_seconds()).into()),
            ),
            ("expires_at", seconds.map(Value::from)),
            ("expires_at_rfc3339", self.expires_at_rfc3339()),
        ]);
        if let Value::Object(own) = own {
            members.extend(own);
        }
        Value::Object(members)
    }

    /// `ExecCredential`, whose status is the same in either version.
    fn exec_credential(&self, version: ExecVersion) -> Value {
        let status = object([
            ("token", Some(self.0.access_token().secret().into())),
            ("expirationTimestamp", self.expires_at_rfc3339()),
        ]);
        object([
            ("apiVersion", Some(version.name().into())),
            ("kind", Some("ExecCredential".into())),
            ("status", Some(status)),
        ])
    }

    /// The response of the credential helper protocol.
    fn credential_helper(&self) -> Value {
        let value = format!("Bearer {}", self.0.access_token().secret());
        let headers = object([("Authorization", Some(vec![value].into()))]);
        object([
            ("headers", Some(headers)),
            ("expires", self.expires_at_rfc3339()),
        ])
    }

    fn expires_at_rfc3339(&self) -> Option<Value> {
        self.0.expires_at().map(|at| rfc3339(at).into())
    }
}

/// A JSON object of the members that have a value.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let mut object = serde_json::Map::new();
    for (name, value) in members {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    }
    Value::Object(object)
}

/// 9999-12-31T23:59:59Z.
const LAST_SECOND: u64 = 253_402_300_799;

/// A time in UTC as RFC 3339 section 5.6 writes it.
fn rfc3339(at: NumericDate) -> String {
    // The form has four digits for the year.
    let seconds = at.as_seconds().min(LAST_SECOND);
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}
