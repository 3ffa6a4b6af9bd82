mod date;
mod private_members;
mod text;

pub(crate) use date::in_words as date_in_words;
pub(crate) use private_members::has_private;

use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{
    Finding, KnownSdk, Lint, Members, Registration, Severity, Text, UnverifiedJwt, Verification,
};
use tokenring_jwk::{Jwk, JwkSet, KeyId, any};
use tokenring_text::unset_value;

use self::private_members::masked;
use crate::Target;

/// Looks at a JWT of anybody's: verifies it with keys, and holds a gateway's rules against it.
///
/// # Examples
///
/// ```
/// use tokenring::Inspector;
/// use tokenring_assertion::NumericDate;
/// use tokenring_gateway::UnverifiedJwt;
///
/// // {"alg":"none"} and {"exp":1700000100}
/// let jwt = UnverifiedJwt::decode("eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAxMDB9.")?;
/// let inspector = Inspector::at(NumericDate::from_seconds(1_700_000_040));
/// let inspection = inspector.inspect(&jwt);
/// let date = inspection.date("exp", &jwt.claims().get("exp").unwrap()).unwrap();
/// assert_eq!(date, "2023-11-14T22:15:00Z, in 1m");
/// assert!(inspection.verification().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Inspector {
    now: NumericDate,
    keys: Option<JwkSet>,
    registration: Registration,
    target: Option<Target>,
    client_id: Option<String>,
}

impl Inspector {
    /// Judges by this time.
    #[must_use]
    pub const fn at(now: NumericDate) -> Self {
        Self {
            now,
            keys: None,
            registration: Registration::JwkSet,
            target: None,
            client_id: None,
        }
    }

    /// Sets the keys that are registered, and whether the gateway fetches them from a URL. Defaults
    /// to none: the signature is not verified.
    #[must_use]
    pub fn with_keys(mut self, keys: JwkSet, at_url: bool) -> Self {
        self.registration = match keys.keys() {
            _ if at_url => Registration::JwkSetUrl,
            [only] if is_bare(only) => Registration::PublicKey,
            _ => Registration::JwkSet,
        };
        self.keys = Some(keys);
        self
    }

    /// Sets the gateway whose rules are held against the JWT. Defaults to none.
    #[must_use]
    pub fn with_target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// Sets the client that the JWT is to name. Defaults to any.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Inspects a JWT.
    ///
    /// A key that stands alone without a name is the one that the JWT means, whatever it calls it.
    #[must_use]
    pub fn inspect<'i>(&'i self, jwt: &'i UnverifiedJwt) -> Inspection<'i> {
        let named = match (
            self.keys.as_ref().map(JwkSet::keys),
            jwt.header().text("kid"),
        ) {
            (Some([jwk]), Some(key_id)) if jwk.key_id().is_none() => Some(JwkSet::from_iter([jwk
                .clone()
                .with_key_id(KeyId::new(key_id))])),
            _ => None,
        };
        let keys = named.as_ref().or(self.keys.as_ref());
        let findings = self.target.as_ref().map(|target| {
            let mut lint = Lint::new(target.gateway(), target.endpoint(), self.now);
            if let Some(client_id) = &self.client_id {
                lint = lint.with_client_id(client_id);
            }
            if let Some(keys) = keys {
                lint = lint
                    .with_registered_keys(keys, &any::Verifier)
                    .with_registration(self.registration);
            }
            lint.check(jwt)
        });
        Inspection {
            jwt,
            inspector: self,
            verification: keys.map(|keys| Verified::by(jwt, keys)),
            findings,
        }
    }
}

/// Whether nothing is said of a key: it came as a public key alone.
fn is_bare(jwk: &Jwk) -> bool {
    jwk.key_id().is_none() && jwk.key_use().is_none() && jwk.algorithm().is_none()
}

/// What was found out about a JWT.
#[derive(Debug)]
pub struct Inspection<'i> {
    jwt: &'i UnverifiedJwt,
    inspector: &'i Inspector,
    verification: Option<Verified>,
    findings: Option<Vec<Finding>>,
}

/// What the keys say of a JWT.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Verified {
    /// Whether one of them verifies it.
    pub is_verified: bool,
    /// The key ID of the one that does.
    pub key_id: Option<KeyId>,
    /// What a server that finds keys by their `kid` minds, in words.
    pub problems: Vec<String>,
    is_clean: bool,
}

impl Verified {
    fn by(jwt: &UnverifiedJwt, keys: &JwkSet) -> Self {
        let verification = Verification::new(jwt, keys, &any::Verifier);
        let key = verification.verified_by();
        let problems = verification.problems().iter();
        Self {
            is_verified: key.is_some(),
            key_id: key.and_then(Jwk::key_id).cloned(),
            problems: problems.map(ToString::to_string).collect(),
            is_clean: verification.is_clean(),
        }
    }
}

impl Inspection<'_> {
    /// The JWT.
    #[must_use]
    pub const fn jwt(&self) -> &UnverifiedJwt {
        self.jwt
    }

    /// What the keys say; nothing without keys.
    #[must_use]
    pub const fn verification(&self) -> Option<&Verified> {
        self.verification.as_ref()
    }

    /// The gateway whose rules the JWT was held against.
    #[must_use]
    pub const fn target(&self) -> Option<&Target> {
        self.inspector.target.as_ref()
    }

    /// The rules that it breaks, or may break; nothing without a gateway.
    #[must_use]
    pub fn findings(&self) -> Option<&[Finding]> {
        self.findings.as_deref()
    }

    /// What a header parameter or claim says of when, in words, if it is one that does.
    #[must_use]
    pub fn date(&self, name: &str, value: &Value) -> Option<String> {
        date::in_words(name, value, self.inspector.now)
    }

    /// Whose SDK made it, where its shape tells. No proof of that.
    #[must_use]
    pub fn sdk(&self) -> Option<&'static KnownSdk> {
        KnownSdk::recognize(self.jwt)
    }

    /// The members whose text programs write for a value that is not set, such as `undefined`, and
    /// which programs do.
    #[must_use]
    pub fn unset_values(&self) -> Vec<(&'static str, &'static str)> {
        let (header, claims) = (self.jwt.header(), self.jwt.claims());
        let claimed = ["iss", "sub", "aud", "jti", "scope"].map(|name| (name, claims.text(name)));
        let named = [("kid", header.text("kid"))].into_iter().chain(claimed);
        named
            .filter_map(|(name, text)| Some((name, unset_value(text?)?)))
            .collect()
    }

    /// Whether nothing speaks against it, as far as was looked: a doubt does, and advice does not.
    ///
    /// Where there is a gateway its rules decide, of how keys are found too.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        if !self.unset_values().is_empty() {
            return false;
        }
        match &self.findings {
            Some(findings) => findings
                .iter()
                .all(|finding| finding.severity() == Severity::Advised),
            None => {
                let verification = self.verification.as_ref();
                self.jwt.irregularities().is_empty() && verification.is_none_or(|it| it.is_clean)
            }
        }
    }

    /// All of it as JSON, with the remedies in a program's words.
    #[must_use]
    pub fn to_json(&self, words: impl Fn(&Text) -> String) -> Value {
        let irregularities = self.jwt.irregularities().iter();
        let verification = self.verification.as_ref().map(|verification| {
            json!({
                "verified": verification.is_verified,
                "key_id": verification.key_id.as_ref().map(KeyId::as_str),
                "problems": verification.problems,
            })
        });
        let finding = |finding: &Finding| {
            json!({
                "rule": finding.rule().name(),
                "severity": finding.severity().name(),
                "subject": finding.subject(),
                "found": finding.found(),
                "wanted": finding.wanted(),
                "detail": finding.detail(),
                "remedy": words(&finding.remedy().text()),
                "source": finding.source(),
            })
        };
        let target = self.target();
        let findings = self.findings.as_ref();
        let sdk = self.sdk().map(
            |sdk| json!({ "name": sdk.name(), "habits": sdk.habits(), "source": sdk.source() }),
        );
        let unset = self.unset_values();
        let unset = unset
            .iter()
            .map(|(name, writer)| json!({ "name": name, "writer": writer }));
        json!({
            "header": object(self.jwt.header()),
            "claims": object(self.jwt.claims()),
            "signature_bytes": self.jwt.signature().map(|signature| signature.as_bytes().len()),
            "verification": verification,
            "irregularities": irregularities.map(ToString::to_string).collect::<Vec<_>>(),
            "unset": unset.collect::<Vec<_>>(),
            "sdk": sdk,
            "gateway": target.map(|target| target.gateway().name()),
            "environment": target.map(|target| target.endpoint().environment()),
            "flow": target.and_then(|target| target.gateway().flow()),
            "judged_at": self.inspector.now.as_seconds(),
            "findings": findings.map(|all| all.iter().map(finding).collect::<Vec<_>>()),
            "clean": self.is_clean(),
        })
    }
}

/// The members as JSON, without what is private of keys among them.
pub(crate) fn object(members: &Members) -> Value {
    let shown = |name: &str, value: &Value| masked(name, value).unwrap_or_else(|| value.clone());
    let members = members.iter();
    Value::Object(
        members
            .map(|(name, value)| (name.to_owned(), shown(name, value)))
            .collect(),
    )
}
