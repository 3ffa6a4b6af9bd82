use super::{Check, CheckStep, Examination};
use crate::client_builder::ClientBuilder;
use crate::connection::Connection;
use crate::options::ProxyOption;

/// What the steps have in common.
pub(super) struct Steps<'e> {
    pub(super) builder: &'e ClientBuilder,
    pub(super) examination: &'e Examination,
    pub(super) proxy: &'e ProxyOption,
    pub(super) connection: Connection,
    pub(super) checks: &'e mut Vec<Check>,
}

impl Steps<'_> {
    pub(super) fn block(&mut self, step: CheckStep, why: &str) {
        self.checks.push(Check::blocked(step, why));
    }
}
