//! `call-api`: the body on stdout as it came, the API's status in the exit code.

mod access;
mod body;
mod download;
mod headers;
mod json;
mod limits;
mod redirects;
mod refusals;
mod renewal;
mod repeats;
mod response;
