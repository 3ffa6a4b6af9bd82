use core::fmt;

use tokenring_oauth::Error as OauthError;

use crate::error::{Allowed, Suggestion};

/// What is wrong at one place of a gateway file.
///
/// It stands in [`Error::Malformed`](crate::Error::Malformed), which knows the place.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem {
    /// The file is not TOML; the text is the TOML parser's.
    Syntax(String),
    /// A key that the format does not have.
    UnknownKey {
        /// The keys that this table can hold.
        allowed: Vec<String>,
        /// The allowed key that was probably meant.
        nearest: Option<String>,
    },
    /// A key that has to be there is not.
    MissingKey,
    /// A value of another type than the key takes.
    WrongType {
        /// The type that the key takes.
        expected: &'static str,
        /// The type that the file gives it.
        found: &'static str,
    },
    /// A word that is none of those which the key takes.
    UnknownValue {
        /// The word in the file.
        found: String,
        /// The words that the key takes.
        allowed: Vec<String>,
        /// The allowed word that was probably meant.
        nearest: Option<String>,
    },
    /// A number outside its bounds, which are both allowed.
    OutOfRange {
        /// The least allowed number.
        minimum: u64,
        /// The greatest allowed number.
        maximum: u64,
    },
    /// An empty text or list.
    Empty,
    /// A text that holds a control character, or one that hides or reorders others.
    ControlCharacter,
    /// A reference to an option or a command that does not end.
    UnclosedReference {
        /// How it begins.
        opening: &'static str,
    },
    /// A name with characters that would not be safe in a file name or a URL.
    Name,
    /// A key is not a path.
    Path,
    /// A name that the format uses itself.
    ReservedName,
    /// A header name that is not a token of RFC 9110 section 5.6.2.
    HeaderName,
    /// A form parameter that has its own place in the token request.
    ReservedParameter,
    /// A value that stands at another place already.
    Duplicate {
        /// The key of the other place.
        other: String,
    },
    /// A number over the maximum that another key states.
    OverMaximum {
        /// The other key.
        key: String,
        /// The maximum.
        maximum: u64,
    },
    /// A number over a tenth of the one that another key states.
    OverTenth {
        /// The other key.
        key: String,
        /// Its number.
        whole: u64,
    },
    /// A limit in which no assertion has room that is signed with another key's key.
    NoRoom {
        /// The other key.
        key: String,
        /// How many characters such an assertion has at least.
        characters: usize,
    },
    /// A key to generate that none of the algorithms can sign with.
    KeyFitsNoAlgorithm,
    /// A value that does not go together with what another key says.
    Contradiction {
        /// The other key.
        key: String,
        /// What the other key says, in the words of the file.
        is: String,
    },
    /// A value that another key's list does not hold.
    NotAmong {
        /// The value.
        found: String,
        /// The other key.
        key: String,
    },
    /// A list without something that every assertion of this file has.
    OwnAssertion {
        /// What the list has to hold.
        needed: String,
    },
    /// A rule that is good in itself and contradicts a flow's.
    InFlow {
        /// The name of the flow.
        flow: String,
        /// What is wrong when it is in use.
        problem: Box<Self>,
    },
    /// A key path that this file does not have.
    AbsentKeyPath {
        /// The path.
        path: String,
    },
    /// A key path that no file can have.
    UnknownKeyPath {
        /// The path.
        path: String,
    },
    /// A refusal that nothing tells from others.
    NothingToKnowItBy,
    /// A value that a variable cannot have.
    VariableValue,
    /// An environment that hands on to one that hands on itself, or to itself.
    TokenEnvironmentChain,
    /// A `${` without its `}`.
    UnclosedVariable,
    /// A `${name}` that no `[variables.name]` describes.
    UnknownVariable {
        /// The name in the template.
        name: String,
        /// The names that the file could use here.
        known: Vec<String>,
        /// The known name that was probably meant.
        nearest: Option<String>,
    },
    /// A described variable that nothing in the file uses.
    UnusedVariable,
    /// A token endpoint to which an assertion must not be sent.
    TokenEndpoint(OauthError),
}

impl Problem {
    /// The other key that it is about, if there is one.
    pub(crate) fn other_key(&self) -> Option<&str> {
        match self {
            Self::Duplicate { other: key }
            | Self::OverMaximum { key, .. }
            | Self::OverTenth { key, .. }
            | Self::NoRoom { key, .. }
            | Self::Contradiction { key, .. }
            | Self::NotAmong { key, .. } => Some(key),
            Self::KeyFitsNoAlgorithm => Some("assertion.algorithms"),
            _ => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(text) => write!(formatter, "not TOML: {text}"),
            Self::UnknownKey { allowed, nearest } => {
                write!(formatter, "unknown key{}; ", Suggestion(nearest.as_deref()))?;
                write!(formatter, "this table can hold {}", Allowed(allowed))
            }
            Self::MissingKey => formatter.write_str("is missing and has no default"),
            Self::WrongType { expected, found } => {
                write!(formatter, "must be {expected}, not {found}")
            }
            Self::UnknownValue {
                found,
                allowed,
                nearest,
            } => {
                let found = found.escape_debug();
                write!(formatter, "unknown value `{found}`")?;
                if allowed.is_empty() {
                    return formatter.write_str("; this file defines none that it could name");
                }
                write!(formatter, "{}; ", Suggestion(nearest.as_deref()))?;
                write!(formatter, "allowed: {}", Allowed(allowed))
            }
            Self::OutOfRange { minimum, maximum } => {
                write!(formatter, "must be between {minimum} and {maximum}")
            }
            Self::Empty => formatter.write_str("must not be empty"),
            Self::ControlCharacter => formatter.write_str(
                "must not hold control characters, nor characters that hide or reorder others",
            ),
            Self::UnclosedReference { opening } => {
                write!(formatter, "`{opening}` has no closing `}}`")
            }
            Self::Name => {
                formatter.write_str("a name holds only ASCII letters, digits, `-`, `_` and `.`")?;
                formatter.write_str(", and begins with a letter or digit")
            }
            Self::Path => formatter.write_str(
                "a path begins with `/`, and holds only visible ASCII characters, without ? and #",
            ),
            Self::ReservedName => formatter.write_str("the format itself defines this name"),
            Self::HeaderName => formatter
                .write_str("a header name holds only ASCII letters, digits and !#$%&'*+-.^_`|~"),
            Self::ReservedParameter => {
                formatter.write_str("this form parameter is set by other keys or by the caller")
            }
            Self::Duplicate { other } => write!(formatter, "`{other}` says this already"),
            Self::OverMaximum { key, maximum } => {
                write!(formatter, "is over `{key}`, which is {maximum}")
            }
            Self::OverTenth { key, whole } => {
                write!(formatter, "is over a tenth of `{key}`, which is {whole}")
            }
            Self::NoRoom { key, characters } => write!(
                formatter,
                "has no room for this file's assertions, of at least {characters} characters by `{key}`"
            ),
            Self::KeyFitsNoAlgorithm => {
                formatter.write_str("none of `assertion.algorithms` signs with such a key")
            }
            Self::Contradiction { key, is } => {
                write!(formatter, "contradicts `{key}`, which is `{is}`")
            }
            Self::NotAmong { found, key } => {
                write!(formatter, "`{}` is not among `{key}`", found.escape_debug())
            }
            Self::OwnAssertion { needed } => write!(
                formatter,
                "must hold `{}`, which every assertion of this file has",
                needed.escape_debug()
            ),
            Self::InFlow { flow, problem } => {
                write!(formatter, "with the flow `{flow}`: {problem}")
            }
            Self::AbsentKeyPath { path } => {
                let path = path.escape_debug();
                write!(
                    formatter,
                    "this file has no key `{path}`; allowed are those that it has"
                )
            }
            Self::UnknownKeyPath { path } => {
                let path = path.escape_debug();
                write!(
                    formatter,
                    "the format has no key `{path}`; allowed are those of FORMAT.md, "
                )?;
                formatter.write_str("and words without a dot")
            }
            Self::NothingToKnowItBy => formatter.write_str(
                "needs `rule`, `status`, `error`, `description` or `contains` to be known by",
            ),
            Self::VariableValue => formatter.write_str("must hold no white space"),
            Self::TokenEnvironmentChain => formatter
                .write_str("must name another environment, one that takes its tokens from itself"),
            Self::UnclosedVariable => formatter.write_str("`${` has no closing `}`"),
            Self::UnknownVariable {
                name,
                known,
                nearest,
            } => {
                let (name, suggestion) = (name.escape_debug(), Suggestion(nearest.as_deref()));
                write!(
                    formatter,
                    "`${{{name}}}` is not under `variables`{suggestion}; "
                )?;
                write!(formatter, "this template can use {}", Allowed(known))
            }
            Self::UnusedVariable => {
                formatter.write_str("no template uses this variable: remove it or use it")
            }
            Self::TokenEndpoint(_) => {
                formatter.write_str("not a URL that an assertion may be sent to")
            }
        }
    }
}
