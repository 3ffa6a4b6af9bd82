use core::time::Duration;
use std::process::Command;

use crate::{Error, Spawn};

/// There is no group of processes to stop here.
pub(crate) fn run(_: Command, _: &[u8], _: Duration, _: Spawn) -> Result<Vec<u8>, Error> {
    Err(Error::UnsupportedSystem)
}
