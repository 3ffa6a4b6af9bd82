//! `get-token`: the token and a line break on stdout, nothing else there.

mod answers;
mod ca_store;
mod endless_answers;
mod explanation;
mod key_files;
mod other_members;
mod precedence;
mod proxies;
mod refusals;
mod rejected_certificates;
mod repeats;
pub(crate) mod tls;
mod token_header;
mod usage;
mod vendor_key_files;
