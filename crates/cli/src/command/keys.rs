#[cfg(feature = "aws-lc-rs")]
pub(super) mod certificate;
pub(super) mod convert;
pub(super) mod ids;
pub(super) mod show;
