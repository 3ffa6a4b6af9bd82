use core::time::Duration;

use hyper::HeaderMap;
use serde_json::Value;
use tokenring_jwk::{Algorithm, Jwk, any};

use super::{Dpop, HEADER};
use crate::assertion::UnverifiedAssertion;
use crate::certificate::sha256_base64url;
use crate::clock::Instant;
use crate::expiring_set::{ExpiringSet, Full};
use crate::header::only_value;

const TYPE: &str = "dpop+jwt";

/// A proof whose signature its own key made.
#[derive(Debug)]
pub(crate) struct Proof {
    claims: Claims,
    /// The RFC 7638 thumbprint of its key, in base64url.
    pub(crate) thumbprint: String,
}

#[derive(Debug)]
struct Claims {
    method: String,
    url: String,
    jwt_id: String,
    issued_at: f64,
    nonce: Option<String>,
    token_hash: Option<String>,
}

/// What a proof is held against.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) dpop: &'a Dpop,
    pub(crate) method: &'a str,
    /// The URLs of the request, any of which is right.
    pub(crate) urls: &'a [&'a str],
    pub(crate) now: Instant,
    /// How long ago the proof may have been made.
    pub(crate) age: Duration,
    /// How far in the future.
    pub(crate) leeway: Duration,
    pub(crate) spent: &'a ExpiringSet,
    /// The access token that goes with it, at an API.
    pub(crate) access_token: Option<&'a str>,
}

/// What is wrong with a proof: RFC 9449, section 4.3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Problem {
    /// It is not one JWT of its type that its own public key verifies.
    Proof,
    /// A claim is missing.
    Claims,
    Method,
    Url,
    Nonce,
    IssuedAt,
    TokenHash,
    Replayed,
}

impl Problem {
    const ALL: [Self; 8] = [
        Self::Proof,
        Self::Claims,
        Self::Method,
        Self::Url,
        Self::Nonce,
        Self::IssuedAt,
        Self::TokenHash,
        Self::Replayed,
    ];

    /// The value of `dpop.problem`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Proof => "proof",
            Self::Claims => "claims",
            Self::Method => "htm",
            Self::Url => "htu",
            Self::Nonce => "nonce",
            Self::IssuedAt => "iat",
            Self::TokenHash => "ath",
            Self::Replayed => "jti",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.name() == name)
    }

    /// The words of a gateway whose own are not known.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Proof => "DPoP proof is not a dpop+jwt that its jwk verifies",
            Self::Claims => "DPoP proof needs htm, htu, iat and jti",
            Self::Method => "DPoP proof htm mismatch",
            Self::Url => "DPoP proof htu mismatch",
            Self::Nonce => "DPoP proof needs a nonce of this server",
            Self::IssuedAt => "DPoP proof iat is not recent enough",
            Self::TokenHash => "DPoP proof ath mismatch",
            Self::Replayed => "DPoP proof jti was used before",
        }
    }
}

impl Proof {
    /// Reads the only proof of a request; none where there is no header of its name.
    pub(crate) fn of_request(headers: &HeaderMap) -> Option<Result<Self, Problem>> {
        headers.contains_key(HEADER).then(|| {
            let text = only_value(headers, &HEADER).ok_or(Problem::Proof)?;
            Self::verify(text)
        })
    }

    fn verify(text: &str) -> Result<Self, Problem> {
        let jwt = UnverifiedAssertion::decode(text).ok_or(Problem::Proof)?;
        // No extension is known here: RFC 7515, section 4.1.11.
        if jwt.header("crit").is_some() {
            return Err(Problem::Proof);
        }
        let header = |name: &str| jwt.header(name).and_then(Value::as_str);
        let algorithm: Option<Algorithm> = header("alg").and_then(|name| name.parse().ok());
        let jwk = jwt.header("jwk").filter(|jwk| is_public(jwk));
        let jwk = jwk.and_then(|jwk| Jwk::from_json(&jwk.to_string()).ok());
        let (Some(algorithm), Some(jwk), Some(signature), Some(TYPE)) =
            (algorithm, jwk, jwt.signature(), header("typ"))
        else {
            return Err(Problem::Proof);
        };
        any::verify(jwk.public_key(), algorithm, jwt.signing_input(), signature)
            .map_err(|_| Problem::Proof)?;
        Ok(Self {
            claims: Claims::of(&jwt).ok_or(Problem::Claims)?,
            thumbprint: any::thumbprint(jwk.public_key()).to_string(),
        })
    }

    /// What is wrong with it, if something is.
    pub(crate) fn problem(&self, wanted: &Wanted<'_>) -> Option<Problem> {
        let claims = &self.claims;
        let now = wanted.now.as_seconds_f64();
        let is_old = now > claims.issued_at + wanted.age.as_secs_f64();
        let is_early = claims.issued_at > now + wanted.leeway.as_secs_f64();
        let hash = wanted
            .access_token
            .map(|token| sha256_base64url(token.as_bytes()));
        let url = normalized(&claims.url);
        if claims.method != wanted.method {
            Some(Problem::Method)
        } else if !wanted.urls.iter().any(|each| normalized(each) == url) {
            Some(Problem::Url)
        } else if !wanted.dpop.takes_nonce(claims.nonce.as_deref(), wanted.now) {
            Some(Problem::Nonce)
        } else if is_old || is_early {
            Some(Problem::IssuedAt)
        } else if hash.is_some() && claims.token_hash != hash {
            Some(Problem::TokenHash)
        } else if wanted.spent.contains(&self.key(), wanted.now) {
            Some(Problem::Replayed)
        } else {
            None
        }
    }

    /// Remembers the proof, which serves once.
    pub(crate) fn spend(&self, wanted: &Wanted<'_>) -> Result<(), Full> {
        let until = wanted.now.saturating_add(wanted.age + wanted.leeway);
        wanted.spent.insert(&self.key(), until, wanted.now)
    }

    /// What a proof is remembered under, apart from the identifiers of assertions.
    fn key(&self) -> (&'static str, &str, &str) {
        (TYPE, &self.thumbprint, &self.claims.jwt_id)
    }
}

impl Claims {
    fn of(jwt: &UnverifiedAssertion<'_>) -> Option<Self> {
        let text = |name: &str| {
            let text = jwt.claim(name).and_then(Value::as_str)?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        Some(Self {
            method: text("htm")?,
            url: text("htu")?,
            jwt_id: text("jti")?,
            issued_at: jwt.claim("iat").and_then(Value::as_f64)?,
            nonce: text("nonce"),
            token_hash: text("ath"),
        })
    }
}

/// Whether a JWK has no private or symmetric member.
fn is_public(jwk: &Value) -> bool {
    ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
        .iter()
        .all(|name| jwk.get(name).is_none())
}

/// A URL as it is compared: without query and fragment, and in one of its spellings (RFC 3986,
/// sections 6.2.2 and 6.2.3).
fn normalized(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let scheme = scheme.to_ascii_lowercase();
    let (authority, path) = match rest.find('/') {
        Some(end) => rest.split_at(end),
        None => (rest, "/"),
    };
    let authority = authority.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => ":443",
        _ => ":80",
    };
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    format!("{scheme}://{authority}{path}")
}

#[cfg(test)]
mod tests {
    use tokenring_gateway::RequestRules;

    use super::*;

    /// The examples of RFC 9449, sections 4.1, 6.1 and 7.1.
    #[test]
    fn the_rfcs_proofs_are_good() {
        let text = include_str!("../../../../tests/fixtures/rfc/rfc9449.json");
        let figures: Value = serde_json::from_str(text).unwrap();
        for (section, token) in [("4.1", None), ("7.1", Some("access_token"))] {
            let figure = &figures[section];
            let proof = Proof::verify(figure["compact"].as_str().unwrap()).unwrap();
            assert_eq!(proof.thumbprint, figures["6.1"]["jkt"].as_str().unwrap());
            let claims = &figure["claims"];
            let text = |name: &str| claims[name].as_str().unwrap();
            let wanted = Wanted {
                dpop: &Dpop::new(&RequestRules::default(), true, None),
                method: text("htm"),
                urls: &[text("htu")],
                now: Instant::from_seconds(claims["iat"].as_u64().unwrap()),
                age: Duration::from_secs(1),
                leeway: Duration::ZERO,
                spent: &ExpiringSet::with_capacity(1),
                access_token: token.map(|name| figure[name].as_str().unwrap()),
            };
            assert_eq!(proof.problem(&wanted), None);
            proof.spend(&wanted).unwrap();
            assert_eq!(proof.problem(&wanted), Some(Problem::Replayed));
            let other = Wanted {
                access_token: Some("other"),
                ..wanted
            };
            assert_eq!(proof.problem(&other), Some(Problem::TokenHash));
        }
    }

    #[test]
    fn compares_urls_in_any_spelling() {
        for (one, other) in [
            (
                "https://Server.Example/token?x=1#y",
                "https://server.example:443/token",
            ),
            ("HTTP://server.example", "http://server.example:80/"),
        ] {
            assert_eq!(normalized(one), normalized(other));
        }
        for (one, other) in [
            (
                "https://server.example/token",
                "https://server.example/Token",
            ),
            (
                "https://server.example/token",
                "http://server.example/token",
            ),
            ("https://server.example:80/", "https://server.example/"),
            (
                "https://server.example/token",
                "https://server.example/token/",
            ),
        ] {
            assert_ne!(normalized(one), normalized(other));
        }
    }
}
