//! The algorithm that a key signs with here.

use tokenring_jwk::{Algorithm, Error as JwkError, KeyType};

use crate::error::{Reason, names};
use crate::target::Target;
use crate::{Error, Parameter, ValueSource};

/// The algorithm that is wanted, the one that the key is for, or the one that the gateway has
/// for such a key.
pub(crate) fn choose(
    target: &Target,
    key_type: KeyType,
    stated: Option<Algorithm>,
    wanted: Option<&str>,
    checks_rules: bool,
) -> Result<(Algorithm, ValueSource), Error> {
    let gateway = target.gateway();
    let rules = gateway.assertion();
    let invalid = |reason: String| Error::invalid(Parameter::Algorithm, Reason::new(reason));
    if let Some(name) = wanted {
        let algorithm: Algorithm = name
            .parse()
            .map_err(|error: JwkError| Error::invalid(Parameter::Algorithm, error))?;
        if checks_rules && !rules.algorithms().contains(&algorithm) {
            let accepted = names(rules.algorithms());
            return Err(invalid(format!(
                "gateway {} takes {accepted}",
                gateway.name()
            )));
        }
        if algorithm.key_type() != key_type {
            let error = JwkError::WrongKeyType {
                algorithm,
                key_type,
            };
            return Err(Error::invalid(Parameter::Algorithm, error));
        }
        return match stated {
            Some(stated) if stated != algorithm => Err(invalid(format!(
                "the key itself says that it is for {stated}"
            ))),
            _ => Ok((algorithm, ValueSource::Given)),
        };
    }
    match stated {
        Some(algorithm) if rules.algorithms().contains(&algorithm) => {
            Ok((algorithm, ValueSource::Key))
        }
        Some(algorithm) => Err(Error::KeyAlgorithm {
            algorithm,
            gateway: gateway.name().to_owned(),
            accepted: rules.algorithms().to_vec(),
        }),
        None => match rules.default_algorithm(key_type) {
            Some(algorithm) => Ok((algorithm, target.source())),
            None => Err(Error::KeyType {
                key_type,
                gateway: gateway.name().to_owned(),
                accepted: rules.algorithms().to_vec(),
            }),
        },
    }
}
