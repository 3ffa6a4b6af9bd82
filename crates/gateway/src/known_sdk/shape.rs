//! What an assertion looks like.

use serde_json::Value;

use crate::{Members, UnverifiedJwt};

/// The shape of an SDK's assertions: all of it has to fit.
#[derive(Debug)]
pub(super) struct Shape {
    /// The names in the header: exactly these, but for what is optional.
    pub(super) header: &'static [&'static str],
    pub(super) claims: &'static [&'static str],
    /// Names in header or claims that can be missing.
    pub(super) optional: &'static [&'static str],
    pub(super) order: Order,
    pub(super) marks: &'static [Mark],
}

/// In which order the members are.
#[derive(Debug)]
pub(super) enum Order {
    /// In any: the names and values tell enough.
    Any,
    /// As listed.
    AsListed,
    /// The first claim is the first that is listed.
    First,
    /// The last claim is the last that is listed.
    Last,
}

/// What is peculiar to a value.
#[derive(Debug)]
pub(super) enum Mark {
    /// `exp` is so many seconds after `iat`, or after `nbf` if there is no `iat`.
    Span(u64),
    /// `exp` is from so many to so many seconds after `nbf`.
    SpanFromStart(u64, u64),
    /// `exp` has a fraction of a second.
    FractionalExpiry,
    /// `exp` is a text.
    ExpiryAsText,
    /// `exp` is in milliseconds, and not a date of the year 30000.
    ExpiryInMilliseconds,
    /// A date is exactly this.
    Date(&'static str, u64),
    /// `iss` is a number.
    NumericIssuer,
    /// `iss` has this in it.
    IssuerWith(&'static str),
    /// `aud` has this in it.
    AudienceWith(&'static str),
    /// `aud` is a URL without a path.
    AudienceOfHost,
    /// `aud` is an empty text.
    EmptyAudience,
    /// `aud` is a list of one.
    AudienceList,
    /// The certificate's thumbprint is padded with `=`.
    PaddedThumbprint,
    /// The certificate's thumbprint is there, and not padded.
    Thumbprint,
    /// The `jti` has so many characters.
    JwtIdOf(usize),
}

impl Shape {
    pub(super) fn fits(&self, jwt: &UnverifiedJwt) -> bool {
        let (header, claims) = (jwt.header(), jwt.claims());
        self.has_names(header, self.header)
            && self.has_names(claims, self.claims)
            && self.has_order(header, claims)
            && self.marks.iter().all(|mark| mark.is_on(header, claims))
    }

    fn has_names(&self, members: &Members, listed: &[&str]) -> bool {
        let is_optional = |name: &&str| self.optional.contains(name);
        members.iter().all(|(name, _)| listed.contains(&name))
            && listed
                .iter()
                .all(|name| is_optional(name) || members.get(name).is_some())
    }

    fn has_order(&self, header: &Members, claims: &Members) -> bool {
        let first = |members: &Members| members.iter().next().map(|(name, _)| name.to_owned());
        let last = |members: &Members| members.iter().last().map(|(name, _)| name.to_owned());
        match self.order {
            Order::Any => true,
            Order::AsListed => in_order(header, self.header) && in_order(claims, self.claims),
            Order::First => first(claims).as_deref() == self.claims.first().copied(),
            Order::Last => last(claims).as_deref() == self.claims.last().copied(),
        }
    }
}

fn in_order(members: &Members, listed: &[&str]) -> bool {
    let mut listed = listed.iter();
    members
        .iter()
        .all(|(name, _)| listed.any(|other| *other == name))
}

impl Mark {
    fn is_on(&self, header: &Members, claims: &Members) -> bool {
        /// In seconds the year 5138.
        const FIRST_MILLISECOND: f64 = 100_000_000_000.0;
        let date = |name: &str| claims.get(name).and_then(Value::as_f64);
        let span = |from: &str| Some((date("exp")? - date(from)?).round());
        let audience = || match claims.get("aud") {
            Some(Value::Array(all)) => all.first().and_then(Value::as_str),
            Some(value) => value.as_str(),
            None => None,
        };
        let thumbprint = header.text("x5t").or_else(|| header.text("x5t#S256"));
        match self {
            Self::Span(seconds) => {
                span("iat").or_else(|| span("nbf")) == u32::try_from(*seconds).ok().map(f64::from)
            }
            Self::SpanFromStart(least, most) => span("nbf").is_some_and(|span| {
                let bound = |seconds: &u64| u32::try_from(*seconds).map(f64::from);
                bound(least).is_ok_and(|least| span >= least)
                    && bound(most).is_ok_and(|most| span <= most)
            }),
            Self::FractionalExpiry => date("exp").is_some_and(|exp| exp.fract() != 0.0),
            Self::ExpiryAsText => claims.text("exp").is_some(),
            Self::ExpiryInMilliseconds => date("exp").is_some_and(|exp| exp > FIRST_MILLISECOND),
            Self::Date(name, date) => claims.get(name).and_then(Value::as_u64) == Some(*date),
            Self::NumericIssuer => claims.get("iss").is_some_and(Value::is_number),
            Self::IssuerWith(part) => claims.text("iss").is_some_and(|iss| iss.contains(part)),
            Self::AudienceWith(part) => audience().is_some_and(|aud| aud.contains(part)),
            Self::AudienceOfHost => audience().is_some_and(|aud| {
                let rest = aud.strip_prefix("https://");
                rest.is_some_and(|rest| rest.find('/') == Some(rest.len() - 1))
            }),
            Self::EmptyAudience => audience() == Some(""),
            Self::AudienceList => {
                let list = claims.get("aud").and_then(Value::as_array);
                list.is_some_and(|list| list.len() == 1)
            }
            Self::PaddedThumbprint => thumbprint.is_some_and(|text| text.ends_with('=')),
            Self::Thumbprint => thumbprint.is_some_and(|text| !text.ends_with('=')),
            Self::JwtIdOf(length) => claims.text("jti").is_some_and(|id| id.len() == *length),
        }
    }
}
