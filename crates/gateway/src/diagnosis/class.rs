use core::fmt;

use crate::{Remedy, Rule};

/// What kind of refusal it is, whoever refused and in whatever words.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Class {
    /// The assertion was not taken, or the client was not; the words need not say which.
    Assertion,
    /// The client is unknown, revoked or inactive.
    Client,
    /// Something is wrong with the client's keys, or with the signature.
    Key,
    /// The client may not have a token in this way.
    Grant,
    /// What was asked for is not to be had.
    Scope,
    /// The form or its headers are not as they should be.
    Request,
    /// There were too many requests.
    RateLimit,
    /// The gateway itself is in trouble.
    ServerTrouble,
    /// Somebody else answered in the gateway's place: a proxy, a login page, a web site.
    Intermediary,
    /// The answer is none of an OAuth token endpoint.
    NotOAuth,
    /// None of these.
    Other,
}

impl Class {
    /// Every class there is.
    pub const ALL: &'static [Self] = &[
        Self::Assertion,
        Self::Client,
        Self::Key,
        Self::Grant,
        Self::Scope,
        Self::Request,
        Self::RateLimit,
        Self::ServerTrouble,
        Self::Intermediary,
        Self::NotOAuth,
        Self::Other,
    ];

    /// The name for machines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Assertion => "assertion",
            Self::Client => "client",
            Self::Key => "key",
            Self::Grant => "grant",
            Self::Scope => "scope",
            Self::Request => "request",
            Self::RateLimit => "rate-limit",
            Self::ServerTrouble => "server-trouble",
            Self::Intermediary => "intermediary",
            Self::NotOAuth => "not-oauth",
            Self::Other => "other",
        }
    }

    /// The class of what breaks a rule.
    #[must_use]
    pub const fn of_rule(rule: Rule) -> Self {
        match rule {
            Rule::ContentType
            | Rule::ClientCertificateAbsent
            | Rule::DpopNonce
            | Rule::DpopProof
            | Rule::DpopProofAbsent
            | Rule::DuplicateParameter
            | Rule::Origin
            | Rule::Method
            | Rule::GrantTypeAbsent
            | Rule::ClientAssertionType
            | Rule::ClientAssertionAbsent
            | Rule::ParameterTooLong
            | Rule::SecretAbsent
            | Rule::ClientIdAbsent => Self::Request,
            Rule::ClientId
            | Rule::AuthenticationMethod
            | Rule::ClientDisabled
            | Rule::UnknownClient
            | Rule::AppRevoked
            | Rule::DeveloperInactive
            | Rule::CompanyInactive
            | Rule::NotActive => Self::Client,
            Rule::GrantType
            | Rule::GrantNotAllowed
            | Rule::ProductMissing
            | Rule::NoApplicationScope => Self::Grant,
            Rule::ScopeAbsent | Rule::Scope | Rule::Target => Self::Scope,
            Rule::KeysNotRegistered
            | Rule::KeyAlgorithm
            | Rule::KeySetUrl
            | Rule::KeyUse
            | Rule::KeysUnreachable
            | Rule::KeysUnreadable
            | Rule::UnknownKeyId
            | Rule::KeyType
            | Rule::KeySize
            | Rule::Signature => Self::Key,
            Rule::Path => Self::NotOAuth,
            Rule::RateLimited => Self::RateLimit,
            Rule::GatewayFailed => Self::ServerTrouble,
            _ => Self::Assertion,
        }
    }

    /// What it means, in a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Assertion => "The gateway does not take the assertion, or the client.",
            Self::Client => "The gateway does not know the client, or has it blocked.",
            Self::Key => "The gateway cannot verify the assertion with the client's keys.",
            Self::Grant => "The client may not have a token in this way.",
            Self::Scope => {
                "The server does not grant the requested scope, or another parameter of the request."
            }
            Self::Request => "The token request is not in the form that the gateway wants.",
            Self::RateLimit => "Too many requests were sent in too short a time.",
            Self::ServerTrouble => "The gateway itself, or something behind it, is in trouble.",
            Self::Intermediary => {
                "A web page came back: something else than the token endpoint answered, such as \
                 a proxy, a login page or a web site."
            }
            Self::NotOAuth => "What answered is no OAuth token endpoint.",
            Self::Other => "The answer's words say nothing that is known here.",
        }
    }

    /// What to do first, as long as nothing more is known.
    #[must_use]
    pub fn remedy(self) -> Remedy {
        match self {
            Self::Assertion => Remedy::CheckSetup,
            Self::Client => Rule::UnknownClient.remedy(),
            Self::Key => Remedy::CompareKeyWithJwkSet,
            Self::Grant => Remedy::RegisterGrant,
            Self::Scope => Remedy::CompareScope,
            Self::Request => Remedy::CompareForm,
            Self::RateLimit => Rule::RateLimited.remedy(),
            Self::ServerTrouble => Rule::GatewayFailed.remedy(),
            Self::Intermediary => Remedy::CheckProxy,
            Self::NotOAuth => Remedy::CheckTokenUrl,
            Self::Other => Remedy::AskSupportWithTime,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
