use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use tokenring_assertion::{DpopProof, NumericDate};
use tokenring_gateway::UnverifiedJwt;
use tokenring_jwk::{Algorithm, Jwk, Thumbprint, any};
use tokenring_oauth::AccessToken;

use crate::inspection::has_private;

/// How long ago or ahead most servers let a proof have been made.
const WINDOW_SECONDS: u64 = 60;

/// Checks anybody's DPoP proof, as a server does (RFC 9449 section 4.3).
///
/// # Examples
///
/// ```
/// use tokenring::ProofInspector;
/// use tokenring_assertion::NumericDate;
/// use tokenring_gateway::UnverifiedJwt;
///
/// // {"typ":"dpop+jwt","alg":"none"} and {"htm":"GET"}
/// let jwt = UnverifiedJwt::decode("eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6Im5vbmUifQ.eyJodG0iOiJHRVQifQ.")?;
/// assert!(ProofInspector::is_proof(&jwt));
/// let inspector = ProofInspector::at(NumericDate::from_seconds(1_700_000_040)).with_method("POST");
/// let names: Vec<_> = inspector.inspect(&jwt).findings().iter().map(|it| it.name()).collect();
/// assert_eq!(names, ["algorithm", "key", "htm", "htu", "iat", "jti"]);
/// # Ok::<(), tokenring_gateway::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct ProofInspector {
    now: NumericDate,
    method: Option<String>,
    url: Option<String>,
    access_token: Option<AccessToken>,
}

/// What speaks against a proof.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ProofFinding {
    /// The header's `typ` is another one.
    Type,
    /// The header's `alg` is none that signs proofs.
    Algorithm,
    /// The header has no `jwk`, or one that is not a public key.
    Key,
    /// The header's `jwk` has a private member, which is public with that.
    PrivateKey,
    /// The header has `crit`: a server that knows no extensions refuses the proof.
    CriticalExtension,
    /// The signature is not one of the key in the header.
    Signature,
    /// A claim is missing, or is no text or number as it should be.
    Claim(&'static str),
    /// `htm` is another method than the request's.
    Method {
        /// The request's method.
        wanted: String,
    },
    /// `htu` is another URL than the request's.
    Url {
        /// The request's URL, without query and fragment.
        wanted: String,
    },
    /// `htu` has a query or a fragment.
    Query,
    /// `iat` is further away than servers take it.
    IssuedAt,
    /// There is no `ath`, or it is that of another access token.
    TokenHash,
}

/// What was found out about a proof.
#[derive(Debug)]
pub struct ProofInspection<'i> {
    jwt: &'i UnverifiedJwt,
    now: NumericDate,
    thumbprint: Option<Thumbprint>,
    findings: Vec<ProofFinding>,
}

impl ProofInspector {
    /// Judges by this time.
    #[must_use]
    pub const fn at(now: NumericDate) -> Self {
        Self {
            now,
            method: None,
            url: None,
            access_token: None,
        }
    }

    /// Whether a JWT says that it is a proof.
    #[must_use]
    pub fn is_proof(jwt: &UnverifiedJwt) -> bool {
        let typ = jwt.header().text("typ").unwrap_or_default();
        let typ = typ.trim().to_ascii_lowercase();
        typ.strip_prefix("application/").unwrap_or(&typ) == DpopProof::TYPE
    }

    /// Sets the method of the request. Defaults to any.
    #[must_use]
    pub fn with_method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Sets the URL of the request, whose query does not count. Defaults to any.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Sets the access token of the request. Defaults to any, or none.
    #[must_use]
    pub fn with_access_token(mut self, token: AccessToken) -> Self {
        self.access_token = Some(token);
        self
    }

    /// Checks a proof.
    #[must_use]
    pub fn inspect<'i>(&self, jwt: &'i UnverifiedJwt) -> ProofInspection<'i> {
        let mut findings = Vec::new();
        let thumbprint = check_header(jwt, &mut findings);
        self.check_claims(jwt, &mut findings);
        ProofInspection {
            jwt,
            now: self.now,
            thumbprint,
            findings,
        }
    }

    fn check_claims(&self, jwt: &UnverifiedJwt, findings: &mut Vec<ProofFinding>) {
        let claims = jwt.claims();
        let text = |name| claims.text(name).filter(|text| !text.is_empty());
        match (text("htm"), &self.method) {
            (None, _) => findings.push(ProofFinding::Claim("htm")),
            (Some(found), Some(wanted)) if found != wanted => {
                let wanted = wanted.clone();
                findings.push(ProofFinding::Method { wanted });
            }
            _ => {}
        }
        match text("htu") {
            None => findings.push(ProofFinding::Claim("htu")),
            Some(found) => self.check_url(found, findings),
        }
        match claims.get("iat").and_then(Value::as_f64) {
            None => findings.push(ProofFinding::Claim("iat")),
            Some(issued_at) if !self.is_recent(issued_at) => findings.push(ProofFinding::IssuedAt),
            Some(_) => {}
        }
        if text("jti").is_none() {
            findings.push(ProofFinding::Claim("jti"));
        }
        if let Some(token) = &self.access_token {
            let digest = any::sha256(token.secret().as_bytes());
            let wanted = Base64UrlUnpadded::encode_string(&digest);
            if text("ath") != Some(&wanted) {
                findings.push(ProofFinding::TokenHash);
            }
        }
    }

    fn check_url(&self, found: &str, findings: &mut Vec<ProofFinding>) {
        if let Some(wanted) = &self.url {
            let wanted = without_query(wanted);
            if normalized(found) != normalized(wanted) {
                let wanted = wanted.to_owned();
                findings.push(ProofFinding::Url { wanted });
                return;
            }
        }
        if without_query(found) != found {
            findings.push(ProofFinding::Query);
        }
    }

    fn is_recent(&self, issued_at: f64) -> bool {
        let seconds = |date: u64| core::time::Duration::from_secs(date).as_secs_f64();
        (seconds(self.now.as_seconds()) - issued_at).abs() <= seconds(WINDOW_SECONDS)
    }
}

fn check_header(jwt: &UnverifiedJwt, findings: &mut Vec<ProofFinding>) -> Option<Thumbprint> {
    let header = jwt.header();
    if header.text("typ") != Some(DpopProof::TYPE) {
        findings.push(ProofFinding::Type);
    }
    let algorithm: Option<Algorithm> = header.text("alg").and_then(|name| name.parse().ok());
    if algorithm.is_none() {
        findings.push(ProofFinding::Algorithm);
    }
    if header.get("crit").is_some() {
        findings.push(ProofFinding::CriticalExtension);
    }
    let jwk = header.get("jwk");
    if jwk.is_some_and(has_private) {
        findings.push(ProofFinding::PrivateKey);
        return None;
    }
    let Some(jwk) = jwk.and_then(|jwk| Jwk::from_json(&jwk.to_string()).ok()) else {
        findings.push(ProofFinding::Key);
        return None;
    };
    let key = jwk.public_key();
    if let Some(algorithm) = algorithm {
        let input = jwt.signing_input();
        let signature = jwt.signature();
        let is_verified =
            signature.is_some_and(|it| any::verify(key, algorithm, input, it).is_ok());
        if !is_verified {
            findings.push(ProofFinding::Signature);
        }
    }
    Some(any::thumbprint(key))
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// A URL in one of its spellings, as RFC 9449 section 4.3 has servers compare it.
fn normalized(url: &str) -> String {
    let url = without_query(url);
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let scheme = scheme.to_ascii_lowercase();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    let port = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.strip_suffix(port).unwrap_or(&authority);
    let path = if path.is_empty() { "/" } else { path };
    format!("{scheme}://{authority}{path}")
}

impl ProofFinding {
    /// The finding's name: what of the proof it is about.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Type => "typ",
            Self::Algorithm => "algorithm",
            Self::Key | Self::PrivateKey => "key",
            Self::CriticalExtension => "crit",
            Self::Signature => "signature",
            Self::Claim(name) => name,
            Self::Method { .. } => "htm",
            Self::Url { .. } | Self::Query => "htu",
            Self::IssuedAt => "iat",
            Self::TokenHash => "ath",
        }
    }
}

impl fmt::Display for ProofFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type => write!(f, "typ must be {}", DpopProof::TYPE),
            Self::Algorithm => f.write_str("alg must name an asymmetric algorithm, such as ES256"),
            Self::Key => f.write_str("the header needs the public key in jwk"),
            Self::PrivateKey => {
                f.write_str("jwk has private members: replace this key, it is no longer secret")
            }
            Self::CriticalExtension => f.write_str(
                "crit must not be there: servers refuse extensions that they do not know",
            ),
            Self::Signature => f.write_str("the key in jwk did not make this signature with alg"),
            Self::Claim(name @ "iat") => write!(f, "{name} must be there, as a number"),
            Self::Claim(name) => write!(f, "{name} must be there, as a text"),
            Self::Method { wanted } => write!(f, "htm must be the request's method, {wanted}"),
            Self::Url { wanted } => write!(f, "htu must be the request's URL, {wanted}"),
            Self::Query => f.write_str("htu must have no query and no fragment"),
            Self::IssuedAt => write!(
                f,
                "iat is more than {WINDOW_SECONDS} s away: make a proof for each request, and check \
                 the clock"
            ),
            Self::TokenHash => f.write_str("ath must be the base64url SHA-256 of the access token"),
        }
    }
}

impl ProofInspection<'_> {
    /// The proof.
    #[must_use]
    pub const fn jwt(&self) -> &UnverifiedJwt {
        self.jwt
    }

    /// The RFC 7638 thumbprint of the proof's key, which a token that is bound to it has as
    /// `cnf.jkt`; none where the header has no public key.
    #[must_use]
    pub const fn thumbprint(&self) -> Option<&Thumbprint> {
        self.thumbprint.as_ref()
    }

    /// What speaks against the proof.
    #[must_use]
    pub fn findings(&self) -> &[ProofFinding] {
        &self.findings
    }

    /// Whether nothing speaks against it, as far as was looked.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.jwt.irregularities().is_empty()
    }

    /// What a claim says of when, in words, if it is one that does.
    #[must_use]
    pub fn date(&self, name: &str, value: &Value) -> Option<String> {
        crate::inspection::date_in_words(name, value, self.now)
    }

    /// All of it as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let finding = |finding: &ProofFinding| json!({ "subject": finding.name(), "detail": finding.to_string() });
        let irregularities = self.jwt.irregularities().iter();
        json!({
            "kind": "dpop-proof",
            "header": crate::inspection::object(self.jwt.header()),
            "claims": crate::inspection::object(self.jwt.claims()),
            "jkt": self.thumbprint.as_ref().map(ToString::to_string),
            "irregularities": irregularities.map(ToString::to_string).collect::<Vec<_>>(),
            "judged_at": self.now.as_seconds(),
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
            "clean": self.is_clean(),
        })
    }
}

#[cfg(test)]
mod tests;
