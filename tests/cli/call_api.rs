//! `call-api`: the body on stdout as it came, the API's status in the exit code.

mod access;
mod body;
mod headers;
mod refusals;
mod response;
