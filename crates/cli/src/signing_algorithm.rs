//! The algorithm that a key signs with here.

use tokenring_jwk::{Algorithm, Error, KeyType};

use crate::ExitCode;
use crate::endpoint::Target;
use crate::failure::{Failure, Reason, Result};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;
use crate::signing::names;

/// The algorithm asked for, the one that the key is for, or the one that the gateway has
/// for such a key.
pub(crate) fn read(
    target: &Target,
    key_type: KeyType,
    stated: Option<Algorithm>,
    settings: &Settings<'_>,
) -> Result<Setting<Algorithm>> {
    let rules = target.gateway.assertion();
    if let Some(name) = settings.noted_text("alg")? {
        let algorithm = name.parse("alg", |name| name.parse::<Algorithm>())?;
        let is_taken = rules.algorithms().contains(algorithm.value());
        if !is_taken && settings.holds_rules()? {
            let reason = Reason::new(format!(
                "gateway {} takes {}",
                target.gateway.name(),
                names(rules.algorithms())
            ));
            return Err(Failure::invalid("alg", &algorithm, &reason));
        }
        if algorithm.value().key_type() != key_type {
            let error = Error::WrongKeyType {
                algorithm: *algorithm.value(),
                key_type,
            };
            return Err(Failure::invalid("alg", &algorithm, &error));
        }
        if let Some(stated) = stated.filter(|stated| stated != algorithm.value()) {
            let reason = Reason::new(format!("the key itself says that it is for {stated}"));
            return Err(Failure::invalid("alg", &algorithm, &reason));
        }
        return Ok(algorithm);
    }
    if let Some(stated) = stated {
        if !rules.algorithms().contains(&stated) {
            return Err(Failure::new(
                ExitCode::Configuration,
                format!(
                    "the private key says that it is for {stated}, and gateway {} takes {}; make \
                     a fitting key with: tokenring generate-keys --gateway {}",
                    target.gateway.name(),
                    names(rules.algorithms()),
                    target.gateway.name()
                ),
            ));
        }
        let origin = Origin::Default("the key's own".into());
        settings.note("alg", &stated, origin.clone());
        return Ok(Setting::new(stated, origin));
    }
    match rules.default_algorithm(key_type) {
        Some(algorithm) => {
            settings.note("alg", &algorithm, target.origin.clone());
            Ok(Setting::new(algorithm, target.origin.clone()))
        }
        None => Err(Failure::new(
            ExitCode::Configuration,
            format!(
                "the private key is of type {}, and gateway {} takes {} alone; make a fitting \
                 key with: tokenring generate-keys --gateway {}",
                key_type,
                target.gateway.name(),
                names(rules.algorithms()),
                target.gateway.name()
            ),
        )),
    }
}
