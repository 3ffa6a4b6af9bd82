use crate::reader::Value;
use crate::variable::Scope;
use crate::{Error, Template};

/// What a gateway wants in the `aud` claim.
///
/// RFC 7523 section 3 allowed the token endpoint's URL; RFC 10070 demands the issuer. Some servers
/// take just the one, some just the other.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AudienceRule {
    /// The token endpoint's URL, character for character.
    TokenEndpoint,
    /// The authorization server's issuer identifier of RFC 8414.
    Issuer,
    /// The issuer if one is known, otherwise the token endpoint's URL.
    IssuerElseTokenEndpoint,
    /// None: the gateway looks at no audience.
    Absent,
    /// A text of the gateway's own, neither issuer nor token endpoint.
    Fixed(Template),
}

/// The JSON form of the `aud` claim that a gateway takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum AudienceForm {
    /// One text.
    #[default]
    Text,
    /// One text, or a list of one.
    Single,
    /// One text, or a list that holds it.
    List,
}

pub(crate) const FORMS: [(&str, AudienceForm); 3] = [
    ("text", AudienceForm::Text),
    ("single", AudienceForm::Single),
    ("list", AudienceForm::List),
];

const NAMES: [(&str, Name); 4] = [
    ("token-endpoint", Name::TokenEndpoint),
    ("issuer", Name::Issuer),
    ("issuer-else-token-endpoint", Name::IssuerElseTokenEndpoint),
    ("none", Name::Absent),
];

/// How an audience is written that is neither.
const LITERAL: &str = "an audience with a `:`, `.` or `/` in it, another one as the default of a variable (`${NAME}`)";

#[derive(Clone, Copy)]
enum Name {
    TokenEndpoint,
    Issuer,
    IssuerElseTokenEndpoint,
    Absent,
}

impl AudienceRule {
    /// The rule as it is in a file: a word, or the audience itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::TokenEndpoint => "token-endpoint",
            Self::Issuer => "issuer",
            Self::IssuerElseTokenEndpoint => "issuer-else-token-endpoint",
            Self::Absent => "none",
            Self::Fixed(template) => template.as_str(),
        }
    }

    /// Whether whatever `self` makes of an endpoint is taken by a gateway that takes `accepted`.
    pub(crate) fn is_within(&self, accepted: &[Self]) -> bool {
        let holds = |name| accepted.iter().any(|other| other.as_str() == name);
        let both = matches!(self, Self::IssuerElseTokenEndpoint)
            && holds("issuer")
            && holds("token-endpoint");
        both || holds(self.as_str())
    }

    /// A word names a rule; what no word has is a sign of the audience itself.
    pub(crate) fn read(value: &Value<'_>, scope: &Scope) -> Result<Self, Box<Error>> {
        let text = value.text()?;
        if text.contains([':', '.', '/']) || text.contains("${") {
            return Ok(Self::Fixed(value.template_with_issuer(scope)?));
        }
        let rule = NAMES.iter().find(|(name, _)| *name == text);
        Ok(match rule {
            Some((_, Name::TokenEndpoint)) => Self::TokenEndpoint,
            Some((_, Name::Issuer)) => Self::Issuer,
            Some((_, Name::IssuerElseTokenEndpoint)) => Self::IssuerElseTokenEndpoint,
            Some((_, Name::Absent)) => Self::Absent,
            None => {
                let names = NAMES.iter().map(|(name, _)| *name);
                return Err(value.unknown_value(text, names.chain([LITERAL])));
            }
        })
    }
}
