use crate::Error;
use crate::Template;
use crate::reader::Value;
use crate::variable::Scope;

/// What a gateway wants in the `sub` claim.
///
/// A client assertion names the client twice, as issuer and as subject. An assertion that is
/// itself the grant has for a subject whomever the token is for, or none.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum SubjectRule {
    /// The client identifier, as in `iss`.
    #[default]
    ClientId,
    /// None: the gateway refuses one.
    Absent,
    /// One that the caller gives, or none.
    Optional,
    /// The client identifier, unless the caller gives another.
    Any,
    /// A text with variables, such as a user's name.
    Fixed(Template),
}

const WORDS: [(&str, Word); 4] = [
    ("client-id", Word::ClientId),
    ("absent", Word::Absent),
    ("optional", Word::Optional),
    ("any", Word::Any),
];

#[derive(Clone, Copy)]
enum Word {
    ClientId,
    Absent,
    Optional,
    Any,
}

impl SubjectRule {
    /// The rule as it is in a file: a word, or the subject itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::ClientId => "client-id",
            Self::Absent => "absent",
            Self::Optional => "optional",
            Self::Any => "any",
            Self::Fixed(template) => template.as_str(),
        }
    }

    /// Whether every assertion has a subject.
    pub(crate) const fn is_always_sent(&self) -> bool {
        matches!(self, Self::ClientId | Self::Any | Self::Fixed(_))
    }

    /// A word names a rule; a text with a `${` is the subject itself.
    pub(crate) fn read(value: &Value<'_>, scope: &Scope) -> Result<Self, Box<Error>> {
        if value.text()?.contains("${") {
            return Ok(Self::Fixed(value.template(scope)?));
        }
        Ok(match value.one_of(&WORDS)? {
            Word::ClientId => Self::ClientId,
            Word::Absent => Self::Absent,
            Word::Optional => Self::Optional,
            Word::Any => Self::Any,
        })
    }
}
