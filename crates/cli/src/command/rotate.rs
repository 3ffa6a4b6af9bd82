pub(super) mod activate;
pub(super) mod begin;
mod key_folder;
pub(super) mod retire;
pub(super) mod status;
mod times;
mod words;
