//! Key generation, on every core for RSA.

#[cfg(not(feature = "aws-lc-rs"))]
use tokenring_jwk::any::generate as generate_any;
#[cfg(feature = "aws-lc-rs")]
use tokenring_jwk::any::generate_in_parallel as generate_any;
use tokenring_jwk::{Error, KeySpec, KeyType, PrivateKey};

use crate::console::Console;
use crate::progress::PrimeSearch;

pub(crate) fn generate(spec: KeySpec, console: &Console) -> Result<PrivateKey, Error> {
    #[cfg(unix)]
    crate::core_dump::forbid();
    let takes_time = spec.key_type() == KeyType::Rsa;
    let _search = takes_time.then(|| PrimeSearch::start(spec, console));
    generate_any(spec)
}
