use core::time::Duration;
use std::process::Command;

use crate::Error;

/// There is no group of processes to stop here.
pub(crate) fn run(_: Command, _: &[u8], _: Duration) -> Result<Vec<u8>, Error> {
    Err(Error::UnsupportedSystem)
}
