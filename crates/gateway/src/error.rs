use core::error::Error as StdError;
use core::fmt;

use tokenring_oauth::Error as OauthError;

use crate::Problem;

/// Why a gateway, one of its environments or one of its values is not to be had.
///
/// The text is one line and says what to do next. Lists of names are in the variants too, for a
/// caller that words it otherwise.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No built-in gateway has this name.
    UnknownGateway {
        /// The name that was asked for.
        name: String,
        /// The names of the built-in gateways.
        known: Vec<String>,
        /// The known name that was probably meant.
        nearest: Option<String>,
    },
    /// The gateway has no environment of this name.
    UnknownEnvironment {
        /// The gateway's name.
        gateway: String,
        /// The name that was asked for.
        name: String,
        /// The names of the gateway's environments.
        known: Vec<String>,
        /// The known name that was probably meant.
        nearest: Option<String>,
    },
    /// No environment was named, and the gateway has no default one.
    NoEnvironment {
        /// The gateway's name.
        gateway: String,
        /// The names of the gateway's environments.
        known: Vec<String>,
    },
    /// The gateway has no flow of this name.
    UnknownFlow {
        /// The gateway's name.
        gateway: String,
        /// The name that was asked for.
        name: String,
        /// The names of the gateway's flows.
        known: Vec<String>,
        /// The known name that was probably meant.
        nearest: Option<String>,
    },
    /// A variable that the gateway leaves open was not given.
    MissingVariable {
        /// The gateway's name.
        gateway: String,
        /// The variable's name.
        name: String,
        /// What the variable stands for.
        description: String,
        /// A value of the right form, where the file has one.
        example: Option<String>,
    },
    /// A variable was given that the gateway does not have.
    UnknownVariable {
        /// The gateway's name.
        gateway: String,
        /// The name that was given.
        name: String,
        /// The names of the gateway's variables.
        known: Vec<String>,
        /// The known name that was probably meant.
        nearest: Option<String>,
    },
    /// A variable's value is empty or holds white space or a control character.
    VariableValue {
        /// The variable's name.
        name: String,
    },
    /// A variable's value is none of those that the gateway's file lets it have.
    RefusedVariable {
        /// The variable's name.
        name: String,
        /// What was given, and what can be.
        refusal: Box<VariableRefusal>,
    },
    /// A variable's value is a URL and ends in what cannot stand before a path.
    VariableBeforePath {
        /// The variable's name.
        name: String,
    },
    /// A variable's value would move the end of the URL's part that it stands for.
    VariableInUrl {
        /// The variable's name.
        name: String,
    },
    /// The gateway leaves the token endpoint to the caller.
    NoTokenEndpoint {
        /// The gateway's name.
        gateway: String,
        /// Where the server's metadata can be read, or its issuer, if either is known.
        metadata: Option<String>,
        /// The variable that the URL of the metadata needs, and that has no value.
        variable: Option<String>,
    },
    /// The gateway's audience is the issuer, and leaves that to the caller.
    NoIssuer {
        /// The gateway's name.
        gateway: String,
    },
    /// The issuer that was given is no URL.
    InvalidIssuer,
    /// With these variables the token endpoint is none that an assertion may be sent to.
    TokenEndpoint {
        /// The gateway's name.
        gateway: String,
        /// Why not.
        source: Box<OauthError>,
    },
    /// A gateway file breaks its format.
    Malformed {
        /// The file's name as the caller gave it.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The full key, such as `environments.int.token-endpoint`. None if the file is not TOML.
        key: Option<String>,
        /// What is wrong there.
        problem: Box<Problem>,
        /// The line of the other key that the problem names, if the file has that.
        other_line: Option<usize>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownGateway {
                name,
                known,
                nearest,
            } => {
                let (name, suggestion) = (name.escape_debug(), Suggestion(nearest.as_deref()));
                write!(
                    formatter,
                    "unknown gateway `{name}`{suggestion}; built in are "
                )?;
                write!(
                    formatter,
                    "{}, and the path to a file works too",
                    Allowed(known)
                )
            }
            Self::UnknownEnvironment {
                gateway,
                name,
                known,
                nearest,
            } => {
                let (name, suggestion) = (name.escape_debug(), Suggestion(nearest.as_deref()));
                write!(formatter, "gateway `{gateway}` has no environment `{name}`")?;
                write!(formatter, "{suggestion}; it has {}", Allowed(known))
            }
            Self::UnknownFlow {
                gateway,
                name,
                known,
                nearest,
            } => {
                let (name, suggestion) = (name.escape_debug(), Suggestion(nearest.as_deref()));
                if known.is_empty() {
                    return write!(
                        formatter,
                        "gateway `{gateway}` has no flows, so leave `{name}` out"
                    );
                }
                write!(formatter, "gateway `{gateway}` has no flow `{name}`")?;
                write!(formatter, "{suggestion}; it has {}", Allowed(known))
            }
            Self::NoEnvironment { gateway, known } => {
                let known = Allowed(known);
                write!(
                    formatter,
                    "gateway `{gateway}` has no default environment: name one of {known}"
                )
            }
            Self::MissingVariable {
                gateway,
                name,
                description,
                example,
            } => {
                write!(
                    formatter,
                    "gateway `{gateway}` needs the variable `{name}` "
                )?;
                let example = example.as_deref().unwrap_or("VALUE");
                write!(formatter, "({description}): give it as `{name}={example}`")
            }
            Self::UnknownVariable {
                gateway,
                name,
                known,
                nearest,
            } => {
                let (name, suggestion) = (name.escape_debug(), Suggestion(nearest.as_deref()));
                if known.is_empty() {
                    return write!(
                        formatter,
                        "gateway `{gateway}` has no variables, so leave `{name}` out"
                    );
                }
                write!(formatter, "gateway `{gateway}` has no variable `{name}`")?;
                write!(formatter, "{suggestion}; it has {}", Allowed(known))
            }
            Self::VariableValue { name } => write!(
                formatter,
                "the value of the variable `{name}` is empty or holds white space or a control character"
            ),
            Self::VariableInUrl { name } => write!(
                formatter,
                "the value of the variable `{name}` must be one part of a URL, without / ? # @ : or \\"
            ),
            Self::RefusedVariable { name, refusal } => {
                let VariableRefusal {
                    value,
                    description,
                    example,
                    allowed,
                    refused,
                    environment,
                    variable,
                } = refusal.as_ref();
                write!(
                    formatter,
                    "the variable `{name}` cannot be `{value}`: it is {description}"
                )?;
                if let Some(example) = example {
                    write!(formatter, ", such as `{example}`")?;
                }
                match refused {
                    Some(refused) => write!(formatter, ", and not like `{refused}`")?,
                    None => write!(formatter, ", and has to be like {}", Alternatives(allowed))?,
                }
                if let Some(environment) = environment {
                    write!(
                        formatter,
                        "; this value is for the environment `{environment}`"
                    )?;
                }
                match variable {
                    Some(variable) => write!(formatter, ", as the variable `{variable}`"),
                    None => Ok(()),
                }
            }
            Self::VariableBeforePath { name } => write!(
                formatter,
                "the value of the variable `{name}` stands before a path, and must be a URL without user, query and fragment"
            ),
            Self::NoTokenEndpoint {
                gateway, variable, ..
            } => {
                write!(
                    formatter,
                    "gateway `{gateway}` leaves the token endpoint open: give its URL"
                )?;
                match variable {
                    Some(variable) => write!(
                        formatter,
                        ", which the server's metadata names (the variable `{variable}` says where \
                         that is)"
                    ),
                    None => Ok(()),
                }
            }
            Self::NoIssuer { gateway } => write!(
                formatter,
                "gateway `{gateway}` wants the authorization server's issuer as the audience: give the issuer"
            ),
            Self::InvalidIssuer => formatter.write_str(
                "the issuer must be a URL such as https://as.example.com, without spaces, user and fragment",
            ),
            Self::TokenEndpoint { gateway, .. } => {
                write!(
                    formatter,
                    "token endpoint of gateway `{gateway}` with these variables"
                )
            }
            Self::Malformed {
                file,
                line,
                key,
                problem,
                other_line,
            } => {
                write!(formatter, "{file}:{line}: ")?;
                if let Some(key) = key {
                    write!(formatter, "`{key}`: ")?;
                }
                write!(formatter, "{problem}")?;
                match other_line {
                    Some(line) => write!(formatter, " (line {line})"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// Whatever reads a file hands its error on from function to function, in a box: that takes less
/// code.
impl From<Box<Self>> for Error {
    fn from(error: Box<Self>) -> Self {
        *error
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::TokenEndpoint { source, .. } => Some(source.as_ref()),
            Self::Malformed { problem, .. } => match problem.as_ref() {
                Problem::TokenEndpoint(source) => Some(source),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A value that a variable cannot have.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VariableRefusal {
    /// What was given, redacted and shortened.
    pub value: String,
    /// What the variable stands for.
    pub description: String,
    /// A value that it can have.
    pub example: Option<String>,
    /// The values that it can have, with `*` for anything. Any, if there is none.
    pub allowed: Vec<String>,
    /// The one among those that it cannot have that this value is like.
    pub refused: Option<String>,
    /// The environment that is meant for such a value, where there is one.
    pub environment: Option<String>,
    /// The variable that takes it there; none where the environment has it by itself.
    pub variable: Option<String>,
}

/// Values of which one is needed.
struct Alternatives<'a>(&'a [String]);

impl fmt::Display for Alternatives<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { " or " };
            write!(formatter, "{separator}`{value}`")?;
        }
        Ok(())
    }
}

/// A list of names for a person.
pub(crate) struct Allowed<'a>(pub(crate) &'a [String]);

impl fmt::Display for Allowed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return formatter.write_str("none");
        }
        formatter.write_str(&self.0.join(", "))
    }
}

/// The name that was probably meant, for a person.
pub(crate) struct Suggestion<'a>(pub(crate) Option<&'a str>);

impl fmt::Display for Suggestion<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(formatter, " (did you mean `{name}`?)"),
            None => Ok(()),
        }
    }
}
