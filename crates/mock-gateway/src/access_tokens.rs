mod claims;
mod shared;

pub(crate) use shared::SharedTokens;

use core::fmt;
use std::collections::HashMap;
use std::path::Path;

use serde_json::{Map, Value};
use tokenring_jwk::Algorithm;

use crate::client_file::{from_json, parse};
use crate::error::Error;

/// What this gateway's access tokens are, where that is not what its file says.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::{AccessTokens, MockGateway};
///
/// let tokens = AccessTokens::jwt().with_claims(r#"{ "aud": "https://api.example" }"#)?;
/// let gateway = MockGateway::builder().with_access_tokens(tokens).start()?;
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct AccessTokens {
    form: Option<Form>,
    algorithm: Option<Algorithm>,
    /// Those of every client.
    claims: Map<String, Value>,
    of_client: HashMap<String, Map<String, Value>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Opaque,
    Jwt,
}

/// What a token can be signed with.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::Rs256];
const ALL: &str = "claims";
const CLIENTS: &str = "clients";
const WANTED: &str = "wanted: a table `claims` for every client, and a table under `clients` for \
                      each client with its own, such as [clients.my-app]";

impl AccessTokens {
    /// What the gateway's file says.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Random characters.
    #[must_use]
    pub fn opaque() -> Self {
        Self {
            form: Some(Form::Opaque),
            ..Self::default()
        }
    }

    /// JWTs, signed with a key that the gateway publishes.
    #[must_use]
    pub fn jwt() -> Self {
        Self {
            form: Some(Form::Jwt),
            ..Self::default()
        }
    }

    /// Sets what JWTs are signed with: ES256 or RS256. Defaults to ES256.
    ///
    /// RS256 needs the feature `aws-lc-rs`.
    ///
    /// # Errors
    ///
    /// When it is another algorithm.
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Result<Self, Error> {
        if !ALGORITHMS.contains(&algorithm) {
            return Err(Error::TokenAlgorithm {
                name: algorithm.name().to_owned(),
            });
        }
        self.algorithm = Some(algorithm);
        Ok(self)
    }

    /// Adds claims, the text of a JSON object, to the tokens of every client. They take the place of
    /// those that the gateway makes.
    ///
    /// # Errors
    ///
    /// When the text is no JSON object, or has something in it that a token must not have.
    pub fn with_claims(mut self, json: &str) -> Result<Self, Error> {
        let claims = object(json).map_err(|what| Error::Claims { what })?;
        self.claims.extend(claims);
        self.implies_jwt()
    }

    /// Adds claims to the tokens of one client, which take the place of those of every client.
    ///
    /// # Errors
    ///
    /// As for [`with_claims`](Self::with_claims).
    pub fn with_client_claims(
        mut self,
        client_id: impl Into<String>,
        json: &str,
    ) -> Result<Self, Error> {
        let claims = object(json).map_err(|what| Error::Claims { what })?;
        let own = self.of_client.entry(client_id.into()).or_default();
        own.extend(claims);
        self.implies_jwt()
    }

    /// Adds the claims of a file's text, TOML or JSON: by its name, or what it looks like.
    pub(crate) fn with_file(self, path: &Path, text: &str) -> Result<Self, Error> {
        let refused = |what: String| Error::ClaimsFile {
            path: path.to_owned(),
            what,
        };
        let root = parse(path, text).map_err(refused)?;
        self.with_document(&root, &refused)
    }

    /// Adds the claims of a document in the form of that file.
    pub(crate) fn with_document(
        mut self,
        root: &Value,
        refused: &dyn Fn(String) -> Error,
    ) -> Result<Self, Error> {
        let (all, of_client) = tables(root).map_err(refused)?;
        self.claims.extend(all);
        for (id, claims) in of_client {
            self.of_client.entry(id).or_default().extend(claims);
        }
        self.implies_jwt()
    }

    /// Without any claims; a form that only they made is gone with them.
    pub(crate) fn without_claims(mut self) -> Self {
        self.claims.clear();
        self.of_client.clear();
        self
    }

    pub(crate) fn without_common_claims(mut self) -> Self {
        self.claims.clear();
        self
    }

    pub(crate) fn without_client_claims(mut self, client_id: &str) -> Self {
        self.of_client.remove(client_id);
        self
    }

    /// The claims, in the form of the claims file.
    pub(crate) fn document(&self) -> [(&'static str, Value); 2] {
        let of_client = self.of_client.iter();
        let of_client: Claims = of_client
            .map(|(id, claims)| (id.clone(), claims.clone().into()))
            .collect();
        [
            (ALL, self.claims.clone().into()),
            (CLIENTS, of_client.into()),
        ]
    }

    /// The first client with claims of its own that is not among those.
    pub(crate) fn stranger(&self, is_known: impl Fn(&str) -> bool) -> Option<&str> {
        let mut ids: Vec<_> = self.of_client.keys().map(String::as_str).collect();
        ids.sort_unstable();
        ids.into_iter().find(|id| !is_known(id))
    }

    /// Whether tokens are JWTs; the file's own word counts where none was said.
    pub(crate) fn are_jwts(&self, by_file: bool) -> bool {
        let has_claims = !self.claims.is_empty() || !self.of_client.is_empty();
        let unsaid = by_file || has_claims;
        self.form.map_or(unsaid, |form| form == Form::Jwt)
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm.unwrap_or(Algorithm::Es256)
    }

    /// The claims of a client's tokens, beside those that the gateway makes.
    pub(crate) fn claims<'a>(
        &'a self,
        client_id: Option<&str>,
    ) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let own = client_id.and_then(|id| self.of_client.get(id));
        self.claims.iter().chain(own.into_iter().flatten())
    }

    /// Claims are of no use in random characters.
    fn implies_jwt(self) -> Result<Self, Error> {
        if self.form == Some(Form::Opaque) {
            return Err(Error::Claims {
                what: "an opaque access token has no claims; make it a JWT, or leave them out"
                    .to_owned(),
            });
        }
        Ok(self)
    }
}

type Claims = Map<String, Value>;

fn object(json: &str) -> Result<Claims, String> {
    claims::read(&from_json(json)?)
}

fn tables(root: &Value) -> Result<(Claims, Vec<(String, Claims)>), String> {
    let Some(members) = root.as_object() else {
        return Err(format!("the file is {}; {WANTED}", claims::kind(root)));
    };
    if let Some(stray) = members.keys().find(|name| *name != ALL && *name != CLIENTS) {
        return Err(format!("unknown table `{stray}`; {WANTED}"));
    }
    let all = match members.get(ALL) {
        None => Claims::new(),
        Some(value) => claims::read(value).map_err(|what| format!("{ALL}: {what}"))?,
    };
    let mut of_client = Vec::new();
    match members.get(CLIENTS) {
        None => {}
        Some(Value::Object(clients)) => {
            for (id, value) in clients {
                let read = claims::read(value);
                let read = read.map_err(|what| format!("{CLIENTS}.{id}: {what}"))?;
                of_client.push((id.clone(), read));
            }
        }
        Some(other) => return Err(format!("`{CLIENTS}` is {}; {WANTED}", claims::kind(other))),
    }
    if all.is_empty() && of_client.is_empty() {
        return Err(format!("the file has no claims; {WANTED}"));
    }
    Ok((all, of_client))
}

/// Claims may say something of a person: their names are enough.
impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens")
            .field("form", &self.form)
            .field("algorithm", &self.algorithm)
            .field("claims", &self.claims.keys())
            .field("clients", &self.of_client.keys())
            .finish()
    }
}
