use tokenring_gateway::KeyIdScheme as GatewayScheme;
use tokenring_jwk::{
    Algorithm, Jwk, JwkSet, KeyId, KeySpec, KeyType, KeyUse, PrivateKey, PublicKey, any,
};
use tokenring_keystore::check_file_name;

use crate::error::Reason;
use crate::key_id_scheme::of_public_key;
use crate::{Error, KeyIdScheme, Parameter, Target};

/// What is asked of a new key; the gateway decides the rest.
///
/// # Examples
///
/// ```
/// use tokenring::{ClientBuilder, NewKey};
/// use tokenring_jwk::{KeySpec, any};
/// use tokenring_keystore::{KeyFiles, NewKey as NewKeyFiles};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let target = ClientBuilder::default().gateway("generic").target()?;
/// let plan = NewKey::new().with_spec(KeySpec::P256).with_key_id("int-1").plan(&target)?;
/// let made = plan.describe(any::generate(plan.spec())?)?;
///
/// let files = KeyFiles::new(folder, &made.file_name); // int-1.pem, int-1.pem.pub, int-1.json
/// let pem = made.private_key.to_pkcs8_pem();
/// files.write(&NewKeyFiles::new(&pem, &made.public_key, &made.jwk_set), &|_| {})?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct NewKey {
    spec: Option<KeySpec>,
    algorithm: Option<Algorithm>,
    key_id: Option<KeyId>,
    scheme: Option<KeyIdScheme>,
}

/// What a new key of a gateway's client is.
#[derive(Clone, Debug)]
pub struct KeyPlan {
    spec: KeySpec,
    algorithm: Algorithm,
    scheme: GatewayScheme,
    file_name: Option<KeyId>,
    is_named: bool,
}

/// A new key as it is registered.
#[derive(Debug)]
#[non_exhaustive]
pub struct DescribedKey {
    /// The private key.
    pub private_key: PrivateKey,
    /// The public half.
    pub public_key: PublicKey,
    /// The key ID.
    pub key_id: KeyId,
    /// What its files are called after.
    pub file_name: KeyId,
    /// The JWK Set to publish.
    pub jwk_set: JwkSet,
}

impl NewKey {
    /// Asks for the key that the gateway prefers, named in the gateway's way.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for a key of this kind. Defaults to one for the algorithm, else to the gateway's.
    #[must_use]
    pub const fn with_spec(mut self, spec: KeySpec) -> Self {
        self.spec = Some(spec);
        self
    }

    /// Asks for a key for this algorithm. Defaults to the gateway's for the kind of key.
    #[must_use]
    pub const fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Names the key and its files. Defaults to the gateway's way.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<KeyId>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Says how the key is named. Defaults to the gateway's way.
    #[must_use]
    pub const fn with_key_id_scheme(mut self, scheme: KeyIdScheme) -> Self {
        self.scheme = Some(scheme);
        self
    }

    /// Settles what is made.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for the algorithm, the key ID or its scheme, [`Error::NewKeyType`], and
    /// [`Error::Conflict`] where both a key ID and a scheme are given.
    pub fn plan(&self, target: &Target) -> Result<KeyPlan, Error> {
        let (spec, algorithm) = self.kind(target)?;
        let scheme = self.choose_scheme(target)?;
        let file_name = match (&self.key_id, target.endpoint().default_key_id()) {
            (Some(key_id), _) => Some(key_id),
            (None, Some(key_id)) if scheme != GatewayScheme::Thumbprint => Some(key_id),
            (None, _) => None,
        };
        if let Some(name) = file_name {
            check_file_name(name).map_err(|error| Error::invalid(Parameter::KeyId, error))?;
        }
        let has_default = target.endpoint().default_key_id().is_some();
        let file_name = match file_name {
            None if !has_default && !is_named_by_itself(target, scheme) => readable_name(target),
            name => name.cloned(),
        };
        Ok(KeyPlan {
            spec,
            algorithm,
            scheme,
            file_name,
            is_named: self.key_id.is_some(),
        })
    }

    fn kind(&self, target: &Target) -> Result<(KeySpec, Algorithm), Error> {
        let gateway = target.gateway();
        // Not every key can be registered in each of the gateway's ways.
        let accepted: Vec<_> = gateway.algorithms().collect();
        let invalid = |text: String| Error::invalid(Parameter::Algorithm, Reason::new(text));
        if let Some(algorithm) = self.algorithm.filter(|it| !accepted.contains(it)) {
            let names: Vec<_> = accepted.iter().map(|it| it.name()).collect();
            let (name, names) = (gateway.name(), names.join(", "));
            let text = match gateway.flow_that_accepts(&[algorithm]) {
                Some(flow) => format!(
                    "gateway {name} takes {names}, and not {algorithm}; its flow {flow} accepts it"
                ),
                None => format!("gateway {name} takes {names}, and not {algorithm}"),
            };
            return Err(invalid(text));
        }
        let preferred = gateway.key().generate();
        let spec = match (self.spec, self.algorithm) {
            (Some(spec), _) => spec,
            (None, Some(algorithm)) => spec_for(algorithm.key_type(), preferred),
            (None, None) => preferred,
        };
        match self.algorithm {
            Some(algorithm) if algorithm.key_type() != spec.key_type() => Err(invalid(format!(
                "{algorithm} signs with {} keys, and the key asked for is {spec}; leave one of the \
                 two out",
                algorithm.key_type(),
            ))),
            Some(algorithm) => Ok((spec, algorithm)),
            None => match accepted.iter().find(|it| it.key_type() == spec.key_type()) {
                Some(algorithm) => Ok((spec, *algorithm)),
                None => Err(Error::NewKeyType {
                    spec,
                    gateway: gateway.name().to_owned(),
                    flow: gateway
                        .flow_that_accepts(spec.key_type().algorithms())
                        .map(str::to_owned),
                    accepted,
                }),
            },
        }
    }

    fn choose_scheme(&self, target: &Target) -> Result<GatewayScheme, Error> {
        let Some(scheme) = self.scheme else {
            return Ok(target.gateway().key().id_scheme());
        };
        if self.key_id.is_some() {
            return Err(Error::Conflict {
                parameters: [Parameter::KeyId, Parameter::KeyIdScheme],
            });
        }
        match (scheme, scheme.of_key()) {
            (KeyIdScheme::FileStem, _) => Ok(GatewayScheme::FileStem),
            (_, Some(of_key)) => Ok(of_key),
            _ => {
                let reason = "a new key is named by file-stem, thumbprint or spki-sha256; give any \
                              other name as the key ID";
                let reason = Reason::new(reason);
                Err(Error::invalid(Parameter::KeyIdScheme, reason))
            }
        }
    }
}

impl KeyPlan {
    /// The kind of key to make.
    #[must_use]
    pub const fn spec(&self) -> KeySpec {
        self.spec
    }

    /// The algorithm that it is for.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What its files are called after, unless the key gives itself its name.
    #[must_use]
    pub const fn file_name(&self) -> Option<&KeyId> {
        self.file_name.as_ref()
    }

    /// How the gateway finds the key.
    #[must_use]
    pub const fn scheme(&self) -> GatewayScheme {
        self.scheme
    }

    /// Returns whether the key ID was asked for.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        self.is_named
    }

    /// Names a key that was made, and says how it is registered.
    ///
    /// Loading the key proves that it will sign.
    ///
    /// # Errors
    ///
    /// The key is not of the kind that was planned, or cannot be used.
    pub fn describe(&self, private_key: PrivateKey) -> Result<DescribedKey, tokenring_jwk::Error> {
        let loaded = any::SigningKey::new(&private_key, self.algorithm)?;
        let public_key = loaded.public_key().clone();
        let derived = of_public_key(self.scheme, &public_key).map(|(key_id, _)| key_id);
        let file_name = self.file_name.clone().or_else(|| derived.clone());
        let file_name =
            file_name.unwrap_or_else(|| KeyId::new(any::thumbprint(&public_key).to_string()));
        let key_id = match (self.is_named, derived) {
            (false, Some(derived)) => derived,
            _ => file_name.clone(),
        };
        let jwk = Jwk::new(public_key.clone())
            .with_algorithm(self.algorithm)?
            .with_key_id(key_id.clone())
            .with_use(KeyUse::Signature);
        Ok(DescribedKey {
            private_key,
            public_key,
            key_id,
            file_name,
            jwk_set: JwkSet::from_iter([jwk]),
        })
    }
}

/// Whether what the gateway calls the key is a name for its files too.
fn is_named_by_itself(target: &Target, scheme: GatewayScheme) -> bool {
    let computed = [GatewayScheme::Thumbprint, GatewayScheme::SpkiSha256];
    computed.contains(&scheme) || target.gateway().key().registers_jwk_set()
}

/// A name that can be typed, for the files of a key whose name the gateway does not get.
fn readable_name(target: &Target) -> Option<KeyId> {
    let gateway = target.gateway();
    let name = match gateway.environments().len() {
        1 => format!("{}-1", gateway.name()),
        _ => format!("{}-{}-1", gateway.name(), target.endpoint().environment()),
    };
    let name = KeyId::new(name);
    check_file_name(&name).is_ok().then_some(name)
}

/// The kind of key for a type; the size of RSA is the gateway's if it has one.
fn spec_for(key_type: KeyType, preferred: KeySpec) -> KeySpec {
    match key_type {
        key_type if key_type == preferred.key_type() => preferred,
        KeyType::P256 => KeySpec::P256,
        KeyType::P384 => KeySpec::P384,
        KeyType::P521 => KeySpec::P521,
        KeyType::Ed25519 => KeySpec::Ed25519,
        _ => KeySpec::Rsa3072,
    }
}
