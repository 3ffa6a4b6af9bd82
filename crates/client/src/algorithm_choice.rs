//! The algorithm that a key signs with here.

use tokenring_jwk::{Algorithm, Error as JwkError, KeyType};

use crate::error::{Reason, names};
use crate::sibling_entry::SiblingEntry;
use crate::target::Target;
use crate::{Error, Parameter, ValueSource};

/// A key for which an algorithm is to be chosen.
pub(crate) struct AlgorithmChoice<'c> {
    pub(crate) target: &'c Target,
    pub(crate) key_type: KeyType,
    /// The algorithm that the key itself states.
    pub(crate) own: Option<Algorithm>,
    /// What the JWK Set next to the key says of it.
    pub(crate) sibling: Option<&'c SiblingEntry>,
    /// The name of the algorithm that was given.
    pub(crate) wanted: Option<&'c str>,
    /// Whether the gateway's rules count.
    pub(crate) checks_rules: bool,
}

impl AlgorithmChoice<'_> {
    /// The algorithm that is wanted, the one that the key is for, the one that it was published
    /// for, or the one that the gateway has for such a key.
    pub(crate) fn choose(&self) -> Result<(Algorithm, ValueSource), Error> {
        if let Some(name) = self.wanted {
            let algorithm = self.parse(name)?;
            self.check_published(algorithm)?;
            return Ok((algorithm, ValueSource::Given));
        }
        if let Some(algorithm) = self.own {
            if !self.is_accepted(algorithm) {
                return Err(self.not_accepted(algorithm, None));
            }
            self.check_published(algorithm)?;
            return Ok((algorithm, ValueSource::Key));
        }
        if let Some((algorithm, sibling)) = self.published() {
            if self.is_accepted(algorithm) || !self.checks_rules {
                let source = ValueSource::KeySet(sibling.path().to_owned());
                return Ok((algorithm, source));
            }
            if self.is_bound_by(sibling) {
                return Err(self.not_accepted(algorithm, Some(sibling)));
            }
        }
        let gateway = self.target.gateway();
        let mut algorithms = gateway.algorithms();
        match algorithms.find(|algorithm| algorithm.key_type() == self.key_type) {
            Some(algorithm) => Ok((algorithm, self.target.source())),
            None => Err(Error::KeyType {
                key_type: self.key_type,
                gateway: gateway.name().to_owned(),
                chosen: Box::new(self.target.chosen().clone()),
                accepted: gateway.algorithms().collect(),
                flow: gateway
                    .flow_that_accepts(self.key_type.algorithms())
                    .map(str::to_owned),
            }),
        }
    }

    /// The algorithm that was given, if the gateway takes it and the key signs with it.
    fn parse(&self, name: &str) -> Result<Algorithm, Error> {
        let gateway = self.target.gateway();
        let invalid = |reason: String| Error::invalid(Parameter::Algorithm, Reason::new(reason));
        let algorithm: Algorithm = name
            .parse()
            .map_err(|error: JwkError| Error::invalid(Parameter::Algorithm, error))?;
        if self.checks_rules && !self.is_accepted(algorithm) {
            let accepted: Vec<_> = gateway.algorithms().collect();
            let accepted = names(&accepted);
            return Err(invalid(format!(
                "gateway {} takes {accepted}",
                gateway.name()
            )));
        }
        if algorithm.key_type() != self.key_type {
            let error = JwkError::WrongKeyType {
                algorithm,
                key_type: self.key_type,
            };
            return Err(Error::invalid(Parameter::Algorithm, error));
        }
        match self.own {
            Some(own) if own != algorithm => {
                Err(invalid(format!("the key itself says that it is for {own}")))
            }
            _ => Ok(algorithm),
        }
    }

    fn published(&self) -> Option<(Algorithm, &SiblingEntry)> {
        let sibling = self.sibling?;
        let algorithm = sibling.algorithm()?;
        (algorithm.key_type() == self.key_type).then_some((algorithm, sibling))
    }

    /// Fails where the gateway was told of another algorithm: many take the JWK's `alg` as the
    /// only one and answer as if the signature were wrong. Some ignore it.
    fn check_published(&self, algorithm: Algorithm) -> Result<(), Error> {
        match self.published() {
            Some((published, sibling))
                if published != algorithm && self.is_bound_by(sibling) && self.checks_rules =>
            {
                Err(Error::PublishedAlgorithm {
                    algorithm,
                    published,
                    jwk_set: sibling.path().to_owned(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Whether the gateway verifies only by the algorithm that the JWK Set states.
    fn is_bound_by(&self, sibling: &SiblingEntry) -> bool {
        sibling.is_registered() && !self.target.gateway().key().algorithm_ignored()
    }

    fn is_accepted(&self, algorithm: Algorithm) -> bool {
        self.target.gateway().algorithms().any(|it| it == algorithm)
    }

    fn not_accepted(&self, algorithm: Algorithm, sibling: Option<&SiblingEntry>) -> Error {
        let gateway = self.target.gateway();
        Error::KeyAlgorithm {
            algorithm,
            jwk_set: sibling.map(|sibling| sibling.path().to_owned()),
            gateway: gateway.name().to_owned(),
            chosen: Box::new(self.target.chosen().clone()),
            accepted: gateway.algorithms().collect(),
        }
    }
}
